/**
 * Validates the names and values of headers.
 *
 * @module
 */

/** Characters that no value may contain: controls except tab, and any above one byte. `Headers` rejects only some. */
// deno-lint-ignore no-control-regex -- the expression looks for control characters
const INVALID_IN_VALUE = /[\x00-\x08\x0a-\x1f\x7f\u0100-\uffff]/;

/** Whether a string is a valid header name (RFC 9110 §5.1). */
export function isHeaderName(text: string): boolean {
  return /^[\w!#$%&'*+.^`|~-]+$/.test(text);
}

/** Whether a string is a valid header value (RFC 9110 §5.5). */
export function isHeaderValue(text: string): boolean {
  return !INVALID_IN_VALUE.test(text);
}
