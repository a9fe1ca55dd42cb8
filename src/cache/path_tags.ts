/**
 * The tags that a response has by its path, which `revalidatePath()` invalidates. They have the form that Next.js gives
 * them, so that code that passes them to `revalidateTag()` works too.
 *
 * @module
 */

import { unifySpelling } from "../routing/canonical_path.ts";

const PREFIX = "_N_T_";

/**
 * Returns the tags of a response.
 *
 * @param route The route's pattern: `/users/[id]`.
 * @param pathname The path: `/users/42`.
 */
export function getPathTags(route: string, pathname: string): string[] {
  const tags = [`${PREFIX}/layout`];
  let folder = "";
  for (const segment of route.split("/").slice(1)) {
    if (segment === "") continue;
    folder += `/${segment}`;
    tags.push(`${PREFIX}${folder}/layout`);
  }
  tags.push(`${PREFIX}${folder}/route`, PREFIX + withoutTrailingSlash(unifySpelling(pathname)));
  return tags;
}

/**
 * Returns the tag that `revalidatePath()` invalidates.
 *
 * @param path A path, or with `type` the pattern of a route; route groups in it are ignored.
 * @param type `"page"` for exactly that route, `"layout"` for all routes below it too.
 */
export function toPathTag(path: string, type?: "page" | "layout"): string {
  if (type === undefined) return PREFIX + withoutTrailingSlash(path.startsWith("/") ? encodePath(path) : path);
  const folder = withoutTrailingSlash(path).replaceAll(/\/\([^/()]+\)(?=\/|$)/g, "");
  return `${PREFIX}${folder === "/" ? "" : folder}/${type === "page" ? "route" : type}`;
}

/** Encodes a path as a URL does: code may write `/two words`. */
function encodePath(path: string): string {
  const { pathname } = new URL(`http://n${path}`);
  return unifySpelling(pathname.replaceAll(/%[0-9a-f]{2}/gi, (escape) => escape.toUpperCase()));
}

function withoutTrailingSlash(path: string): string {
  return path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path;
}

/**
 * Returns the path of a tag of {@linkcode toPathTag}; for one with a type, the pattern.
 *
 * @returns `undefined` for any other tag.
 */
export function readPathTag(tag: string): string | undefined {
  if (!tag.startsWith(PREFIX)) return undefined;
  return tag.slice(PREFIX.length).replace(/\/(?:route|layout)$/, "") || "/";
}
