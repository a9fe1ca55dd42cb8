/**
 * `routes list`: prints the routes of a folder.
 *
 * @module
 */

import { join } from "@std/path";
import { createHandler } from "../handler/request_handler.ts";
import { createLoader } from "./loader.ts";
import { pageExtensionsOf } from "./project_front.ts";
import { installResolveHooks } from "./resolve_hooks.ts";
import { routeTable } from "./route_table.ts";
import { scanProject } from "./scan.ts";
import { listRoutes, loadAll } from "./opened_handler.ts";

/** Prints the routes of a folder, for people or as JSON (an array of `{ id, file, methods }`); nothing is started. */
export async function listCommand(dir: string, { json }: { readonly json: boolean }): Promise<void> {
  const { root, manifest } = await scanProject(dir, pageExtensionsOf);
  installResolveHooks(root);
  const handler = createHandler(manifest, {
    load: createLoader(root),
    read: (file) => Deno.readFile(join(root, file)),
  });
  await loadAll(handler);
  const routes = listRoutes(handler);
  console.log(json ? JSON.stringify(routes, null, 2) : routeTable(routes));
}
