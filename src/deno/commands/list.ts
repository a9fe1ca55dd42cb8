/**
 * `routes list`: prints the routes of a folder.
 *
 * @module
 */

import { loadRoute, type Route } from "../../handler/served_route.ts";
import { writeLog } from "../../log/log.ts";
import { flushStrayErrors, logStrayErrors } from "../process/process_guard.ts";
import { getFolderFiles, openFolder } from "../project/folder_source.ts";
import { loadProjectConfig, readPageExtensions } from "../project/project_files.ts";
import { scanProject } from "../project/scan.ts";
import { listRoutes, loadAll } from "../server/app.ts";
import { formatRoutes } from "../server/banner.ts";
import { findRenderings, formatRendering, type Rendering } from "../server/rendering.ts";

/**
 * Prints the routes of a folder, for people or as JSON (an array of `{ id, file, methods }`); nothing is started. A file
 * that cannot be imported is named on stderr, and listed without methods. With `cacheComponents`, handlers are run to
 * find out how each route is rendered, as `next build` does.
 *
 * @returns Whether all files could be imported.
 */
export async function listCommand(dir: string, { json }: { readonly json: boolean }): Promise<boolean> {
  logStrayErrors();
  const project = await scanProject(dir, readPageExtensions);
  const { root, manifest } = project;
  // Route files may use what `.env` files and `next.config` set.
  const { useCache } = await loadProjectConfig(root);
  const files = { ...getFolderFiles(root), cacheComponents: useCache.cacheComponents };
  const routes: Route[] = manifest.routes.map((entry) => ({ ...entry, module: undefined }));
  const isWhole = await loadAll(routes, (route) => loadRoute(route, files)).then(() => true, (error) => {
    writeLog("error", error.message);
    return false;
  });
  const renderings = useCache.cacheComponents ? await findRenderings(await openFolder(project)) : undefined;
  const listed = listRoutes(routes).map((route) => ({ ...route, ...toListed(renderings?.get(route.id)) }));
  await flushStrayErrors();
  console.log(json ? JSON.stringify(listed, null, 2) : formatRoutes(listed));
  return isWhole;
}

function toListed(rendering: Rendering | undefined): { rendering?: string } {
  return rendering === undefined ? {} : { rendering: formatRendering(rendering) };
}
