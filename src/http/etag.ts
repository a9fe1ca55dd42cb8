/**
 * Conditions on the entity tag of a representation that a client already has.
 *
 * @module
 */

const QUOTE = '"';

/**
 * Whether a condition matches the entity tag of a representation, so that the response is 304 (RFC 9110 §13.1.2): by the
 * weak comparison with a list of tags, or by `*`.
 *
 * Reads the header once. `ifNoneMatch()` of `@std/http` splits it by a regular expression whose time grows with the square
 * of the number of spaces, and a client can send 60 kB of them.
 *
 * @param header The `If-None-Match` header, or `null`.
 * @param etag The entity tag of the response.
 *
 * @example
 * ```ts ignore
 * matchesIfNoneMatch('W/"a", "b"', '"a"'); // true
 * ```
 */
export function matchesIfNoneMatch(header: string | null, etag: string): boolean {
  if (header === null || etag === "") return false;
  if (header.trim() === "*") return true;
  const opaqueTag = stripWeak(etag);
  for (let start = 0; start < header.length;) {
    const end = findTagEnd(header, start);
    if (stripWeak(header.slice(start, end).trim()) === opaqueTag) return true;
    start = end + 1;
  }
  return false;
}

/** Returns where a tag of a list ends: at the next comma that is not between quotes. */
function findTagEnd(header: string, start: number): number {
  let isQuoted = false;
  let end = start;
  for (; end < header.length && (isQuoted || header[end] !== ","); end++) {
    if (header[end] === QUOTE) isQuoted = !isQuoted;
  }
  return end;
}

function stripWeak(etag: string): string {
  return etag.startsWith("W/") ? etag.slice(2) : etag;
}
