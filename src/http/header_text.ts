/**
 * What the name and the value of a header may be.
 *
 * @module
 */

/** What no value may have: controls but the tab, and what is more than a byte. `Headers` refuses only some of them. */
// deno-lint-ignore no-control-regex -- controls are what is looked for
const NO_VALUE = /[\x00-\x08\x0a-\x1f\x7f\u0100-\uffff]/;

/** Whether a text can be the name of a header (RFC 9110 §5.1). */
export function isHeaderName(text: string): boolean {
  return /^[\w!#$%&'*+.^`|~-]+$/.test(text);
}

/** Whether a text can be the value of a header (RFC 9110 §5.5). */
export function isHeaderValue(text: string): boolean {
  return !NO_VALUE.test(text);
}
