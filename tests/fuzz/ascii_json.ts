/**
 * JSON of printable ASCII alone, to be shown and to be sent a character a byte.
 *
 * @module
 */

/** A value as JSON whose other characters are escaped. */
export function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
