/**
 * `routes list`: prints the routes of a folder.
 *
 * @module
 */

import { join } from "@std/path";
import { createHandler } from "../../handler/request_handler.ts";
import { writeLog } from "../../log/log.ts";
import { createLoader } from "../modules/load/loader.ts";
import { logStrayErrors } from "../process/process_guard.ts";
import { loadProjectConfig, pageExtensionsOf } from "../project/project_files.ts";
import { installResolveHooks } from "../modules/load/resolve_hooks.ts";
import { routeTable } from "../server/route_table.ts";
import { scanProject } from "../project/scan.ts";
import { listRoutes, loadAll } from "../server/app.ts";

/**
 * Prints the routes of a folder, for people or as JSON (an array of `{ id, file, methods }`); nothing is started. A file
 * that cannot be imported is named on stderr, and listed without methods.
 *
 * @returns Whether all files could be imported.
 */
export async function listCommand(dir: string, { json }: { readonly json: boolean }): Promise<boolean> {
  logStrayErrors();
  const { root, manifest } = await scanProject(dir, pageExtensionsOf);
  installResolveHooks(root);
  // Route files may use what `.env` files and `next.config` set.
  await loadProjectConfig(root);
  const handler = createHandler(manifest, {
    load: createLoader(root),
    read: (file) => Deno.readFile(join(root, file)),
  });
  const isWhole = await loadAll(handler).then(() => true, (error) => {
    writeLog("error", error.message);
    return false;
  });
  const routes = listRoutes(handler);
  console.log(json ? JSON.stringify(routes, null, 2) : routeTable(routes));
  return isWhole;
}
