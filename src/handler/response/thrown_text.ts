/**
 * What was thrown, in words.
 *
 * @module
 */

/** What was thrown, as text: it need not be an error, and some objects are no text at all. */
export function toThrownText(thrown: unknown): string {
  try {
    return String(thrown);
  } catch {
    return Object.prototype.toString.call(thrown);
  }
}
