/**
 * Conditions on the entity tag of what a client has already.
 *
 * @module
 */

const QUOTE = '"';

/**
 * Whether a condition names the entity tag of a representation, so that 304 answers it (RFC 9110 §13.1.2): by the weak
 * comparison, in a list of tags, or by `*`.
 *
 * Goes through the header once. `ifNoneMatch()` of `@std/http` splits it by a regular expression whose time grows with the
 * square of the spaces in it, and a client can send 60 kB of them.
 *
 * @param header The `If-None-Match` header; `null` for none.
 * @param etag The entity tag, as the response has it.
 *
 * @example
 * ```ts ignore
 * matchesIfNoneMatch('W/"a", "b"', '"a"'); // true
 * ```
 */
export function matchesIfNoneMatch(header: string | null, etag: string): boolean {
  if (header === null || etag === "") return false;
  if (header.trim() === "*") return true;
  const wanted = withoutWeakness(etag);
  for (let start = 0; start < header.length;) {
    const end = endOfTag(header, start);
    if (withoutWeakness(header.slice(start, end).trim()) === wanted) return true;
    start = end + 1;
  }
  return false;
}

/** Where a tag of a list ends: at the next comma that is not between quotes. */
function endOfTag(header: string, start: number): number {
  let isQuoted = false;
  let end = start;
  for (; end < header.length && (isQuoted || header[end] !== ","); end++) {
    if (header[end] === QUOTE) isQuoted = !isQuoted;
  }
  return end;
}

function withoutWeakness(etag: string): string {
  return etag.startsWith("W/") ? etag.slice(2) : etag;
}
