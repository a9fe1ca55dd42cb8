/**
 * The headers of a stored entry.
 *
 * @module
 */

import { isHeaderName, isHeaderValue } from "../http/header_text.ts";

/** Lower-case names and values. */
export type HeaderList = readonly (readonly [name: string, value: string])[];

/** Whether a value is a list of valid headers (RFC 9110 §5.1, §5.5). */
export function isHeaderList(value: unknown): value is HeaderList {
  return Array.isArray(value) && value.every(isHeader);
}

function isHeader(value: unknown): boolean {
  if (!Array.isArray(value) || value.length !== 2) return false;
  const [name, content] = value;
  return typeof name === "string" && typeof content === "string" && isHeaderName(name) &&
    name === name.toLowerCase() && isHeaderValue(content);
}
