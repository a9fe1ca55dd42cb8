/**
 * The only path canonicalizer: folder names, request paths and cache keys all pass through it, so that no two parts of
 * the module can disagree about which path a request is for.
 *
 * Paths that are equivalent by RFC 3986 §6.2.2 get equal strings: escapes of unreserved characters are decoded, other
 * escapes are upper-cased, characters that a URL cannot contain are encoded, and dot segments are resolved. Reserved
 * escapes (`%2F`, `%5C`) are not decoded: they are data of one segment, never structure.
 *
 * @module
 */

/** Characters that are canonical as they are, in a table: the common path is checked without a regular expression. */
const PLAIN = createTable("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=:@[]|^/");
const UNRESERVED = createTable("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~");
const SLASH = 47, DOT = 46;

function createTable(characters: string): Uint8Array {
  const table = new Uint8Array(128);
  for (let i = 0; i < characters.length; i++) table[characters.charCodeAt(i)] = 1;
  return table;
}

/**
 * Canonicalizes a path.
 *
 * @param path An absolute path without query, as sent: `/a/%62/../c`. `\` is not a separator and is encoded.
 * @returns The canonical path, or `null` if an escape is malformed, is not UTF-8 or is NUL.
 *
 * @example
 * ```ts ignore
 * canonicalPath("/caf%c3%a9/%61"); // "/caf%C3%A9/a"
 * canonicalPath("/100%"); // null
 * ```
 */
export function canonicalPath(path: string): string | null {
  if (isPlain(path)) return path;
  let out = "";
  for (const segment of path.split("/")) {
    const canonical = canonicalSegment(segment);
    if (canonical === null) return null;
    out += "/" + canonical;
  }
  return resolveDotSegments(out.slice(1));
}

/** Whether the path is canonical already: only plain characters and no segment that starts with a dot. */
function isPlain(path: string): boolean {
  let afterSlash = false;
  for (let i = 0; i < path.length; i++) {
    const code = path.charCodeAt(i);
    if (code >= 128 || PLAIN[code] === 0 || (code === DOT && afterSlash)) return false;
    afterSlash = code === SLASH;
  }
  return true;
}

/**
 * Canonicalizes one segment: a folder name or a part of a path.
 *
 * @returns `null` for the same reasons as {@linkcode canonicalPath}.
 */
export function canonicalSegment(segment: string): string | null {
  try {
    if (!segment.isWellFormed() || decodeURIComponent(segment).includes("\0")) return null;
  } catch {
    return null;
  }
  let out = "";
  for (const character of segment.replace(/%[0-9a-f]{2}/gi, decodeUnreserved)) {
    const code = character.charCodeAt(0);
    const isCanonical = character === "%" || (code < 128 && PLAIN[code] === 1);
    out += isCanonical ? character : encodeURIComponent(character);
  }
  return out;
}

/** Encodes a string as one segment of a canonical path: `a/b` is `a%2Fb`. */
export function encodeSegment(text: string): string {
  let out = "";
  for (const character of text) {
    const code = character.charCodeAt(0);
    out += code < 128 && code !== SLASH && PLAIN[code] === 1 ? character : encodeURIComponent(character);
  }
  return out;
}

/**
 * Returns the same path for all spellings of the same segments: `/a%40b` and `/a@b` differ as URLs, and both have the
 * param `a@b`. For what depends on the values of the segments; a path with a malformed escape is returned as it is.
 *
 * @param path A canonical path.
 */
export function unifySpelling(path: string): string {
  if (!path.includes("%")) return path;
  try {
    return path.split("/").map((segment) => encodeSegment(decodeURIComponent(segment))).join("/");
  } catch {
    return path;
  }
}

function decodeUnreserved(escape: string): string {
  const code = parseInt(escape.slice(1), 16);
  return code < 128 && UNRESERVED[code] === 1 ? String.fromCharCode(code) : escape.toUpperCase();
}

/** Resolves dot segments (RFC 3986 §5.2.4). A trailing one keeps its slash: `/a/.` is `/a/`. */
function resolveDotSegments(path: string): string {
  const segments = path.split("/");
  const last = segments.at(-1);
  if (last === "." || last === "..") segments.push("");
  const out: string[] = [];
  for (const segment of segments) {
    if (segment === "..") {
      if (out.length > 1) out.pop();
    } else if (segment !== ".") out.push(segment);
  }
  return out.length > 1 ? out.join("/") : "/";
}

/** Removes the slash at the end of a path, except of `/`. */
export function removeTrailingSlash(pathname: string): string {
  return pathname.length > 1 && pathname.endsWith("/") ? pathname.slice(0, -1) : pathname;
}
