/**
 * `routes list`: prints the routes of a folder.
 *
 * @module
 */

import { routeTable } from "./route_table.ts";
import { createRequestHandler } from "./serve.ts";

/** Prints the routes of a folder, for people or as JSON (an array of `{ id, file, methods }`). */
export async function listCommand(dir: string, { json }: { readonly json: boolean }): Promise<void> {
  const { routes } = await createRequestHandler(dir);
  console.log(json ? JSON.stringify(routes, null, 2) : routeTable(routes));
}
