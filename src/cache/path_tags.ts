/**
 * The tags that a response has by its path: what `revalidatePath()` invalidates. Written as Next.js writes them, so that
 * code that passes them to `revalidateTag()` works too.
 *
 * @module
 */

const PREFIX = "_N_T_";

/**
 * The tags of a response.
 *
 * @param route The route's pattern: `/users/[id]`.
 * @param pathname The path: `/users/42`.
 */
export function pathTags(route: string, pathname: string): string[] {
  const tags = [`${PREFIX}/layout`];
  let folder = "";
  for (const segment of route.split("/").slice(1)) {
    if (segment === "") continue;
    folder += `/${segment}`;
    tags.push(`${PREFIX}${folder}/layout`);
  }
  tags.push(`${PREFIX}${folder}/route`, PREFIX + trimmed(pathname));
  return tags;
}

/**
 * The tag that `revalidatePath()` invalidates.
 *
 * @param path A path, or with `type` a route's pattern; route groups in it are as good as not written.
 * @param type `"page"` for exactly that route, `"layout"` for all below it too.
 */
export function toPathTag(path: string, type?: "page" | "layout"): string {
  if (type === undefined) return PREFIX + trimmed(path.startsWith("/") ? encoded(path) : path);
  const folder = trimmed(path).replaceAll(/\/\([^/()]+\)(?=\/|$)/g, "");
  return `${PREFIX}${folder === "/" ? "" : folder}/${type === "page" ? "route" : type}`;
}

/** As the path of a URL has it: code may write `/two words`. */
function encoded(path: string): string {
  const { pathname } = new URL(`http://n${path}`);
  return pathname.replaceAll(/%[0-9a-f]{2}/gi, (escape) => escape.toUpperCase());
}

/** Without the slash at the end, which says nothing. */
function trimmed(path: string): string {
  return path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path;
}
