/**
 * Writes values as the text of a URL, a header or a form.
 *
 * @module
 */

/**
 * Writes a value as text, a `Date` in ISO format.
 *
 * @param value The value.
 * @param name The name of the value, for the error message.
 * @throws {TypeError} If it is an object, a function or a symbol.
 */
export function toText(value: unknown, name: string): string {
  if (value instanceof Date) return value.toISOString();
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean" || typeof value === "bigint") return String(value);
  const state = typeof value === "object" ? "an object" : `a ${typeof value}`;
  throw new TypeError(`Cannot send ${name}: it is ${state}, expected a string, number, boolean, bigint or Date`);
}

/** Writes values by name; omits `null` and `undefined`. */
export function toTexts(values: Readonly<Record<string, unknown>>, part: string): [name: string, text: string][] {
  return Object.entries(values).flatMap(([name, value]) =>
    value === undefined || value === null ? [] : [[name, toText(value, `${part} "${name}"`)]]
  );
}
