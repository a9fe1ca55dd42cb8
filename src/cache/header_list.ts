/**
 * Headers as entries keep them.
 *
 * @module
 */

/** Names, in lower case, and values. */
export type HeaderList = readonly (readonly [name: string, value: string])[];

const NAME = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/;
/** No control characters: Deno 2.9 accepts them in a response, and panics when it sends them. */
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Whether a value is a list of headers as HTTP can have them (RFC 9110 §5.1, §5.5). */
export function isHeaderList(value: unknown): value is HeaderList {
  return Array.isArray(value) && value.every(isHeader);
}

function isHeader(value: unknown): boolean {
  if (!Array.isArray(value) || value.length !== 2) return false;
  const [name, content] = value;
  return typeof name === "string" && typeof content === "string" && NAME.test(name) && VALUE.test(content);
}
