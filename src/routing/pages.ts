/**
 * The pages of a project, which only Next.js can serve.
 *
 * @module
 */

import type { RouteEntry } from "./manifest.ts";
import { isPrivateFolder, parsePattern } from "./pattern.ts";

/** Folders of intercepting routes, which are for navigation in the browser: `(.)photo`, `(...)login`. */
const INTERCEPTING = /^\(\.{1,3}\)/;

/**
 * Returns the pages whose paths routes with dynamic segments would answer too. In Next.js, `about/page.tsx` takes precedence
 * over `[...path]/route.ts`.
 *
 * @param files Paths below the app folder, with `/`: `about/page.tsx`; other files than pages are ignored.
 * @param routes The routes.
 * @param appDir The app folder.
 */
export function findPagesBeforeRoutes(
  files: Iterable<string>,
  routes: readonly RouteEntry[],
  appDir: string,
): RouteEntry[] {
  if (routes.every(({ segments }) => segments.every(({ kind }) => kind === "static"))) return [];
  const pages = new Map<string, RouteEntry>();
  for (const path of files) {
    const folders = path.split("/"), name = folders.pop()!;
    if (!name.startsWith("page.") || folders.some((folder) => isPrivateFolder(folder) || INTERCEPTING.test(folder))) {
      continue;
    }
    const page = readPage(path, `${appDir}/${path}`);
    if (page !== null) pages.set(page.id, page);
  }
  for (const { id } of routes) pages.delete(id);
  return [...pages.values()];
}

/** Returns the URL of a page; `null` if its name is invalid, of which Next.js complains. */
function readPage(path: string, file: string): RouteEntry | null {
  try {
    const { id, segments } = parsePattern(path, file);
    return { id, file, segments };
  } catch {
    return null;
  }
}
