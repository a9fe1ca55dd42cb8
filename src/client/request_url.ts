/**
 * Writes the URL of a request.
 *
 * @module
 */

import type { QueryValues } from "./endpoint.ts";
import { toText } from "./text_value.ts";

/** The params of a call. */
export type Params = Readonly<Record<string, unknown>>;

const DYNAMIC = /^\[([^.[\]][^[\]]*)\]$/, CATCH_ALL = /^(\[?)\[\.{3}([^[\]]+)\]\]?$/;

/**
 * Writes the path and the query of a request.
 *
 * @param pattern The pattern of the route: `/users/[id]`.
 * @param params The params; each is encoded, and the parts of a catch-all are joined by `/`.
 * @param query The query.
 * @throws {TypeError} If a param is missing, empty or a dot segment, or a value cannot be written as text.
 */
export function formatUrl(pattern: string, params: Params = {}, query: QueryValues = {}): string {
  const segments = pattern.split("/").slice(1).flatMap((segment) => formatSegment(segment, params, pattern));
  return `/${segments.join("/")}${formatQuery(query)}`;
}

/**
 * Writes a query.
 *
 * @returns The query with "?", or an empty string.
 * @throws {TypeError} If a value cannot be written as text.
 */
export function formatQuery(query: QueryValues): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const item of Array.isArray(value) ? value : [value]) {
      if (item !== undefined && item !== null) search.append(name, toText(item, `query "${name}"`));
    }
  }
  return search.size === 0 ? "" : `?${search}`;
}

function formatSegment(segment: string, params: Params, pattern: string): string[] {
  const [, name] = DYNAMIC.exec(segment) ?? [];
  if (name !== undefined) return [encode(params[name], name, pattern)];
  const [, isOptional, rest] = CATCH_ALL.exec(segment) ?? [];
  // The folder names of static segments are URL-encoded already.
  if (rest === undefined) return [segment.replace(/[?#]/g, encodeURIComponent)];
  const values = params[rest] ?? [];
  if (!Array.isArray(values)) throw createError(pattern, rest, "is not an array", "an array of strings");
  if (values.length === 0 && !isOptional) throw createError(pattern, rest, "is empty", "an array of strings");
  return values.map((value) => encode(value, rest, pattern));
}

function encode(value: unknown, name: string, pattern: string): string {
  if (value === undefined || value === null) throw createError(pattern, name, "is missing", "a string");
  const text = toText(value, `param "${name}"`);
  if (text === "") throw createError(pattern, name, "is empty", "a string");
  // URL parsers resolve dot segments, even if they are encoded, so the request would reach another route.
  if (text === "." || text === "..") throw createError(pattern, name, `is "${text}"`, 'text other than "." and ".."');
  return encodeURIComponent(text);
}

function createError(pattern: string, name: string, state: string, expected: string): TypeError {
  return new TypeError(`Cannot call "${pattern}": param "${name}" ${state}, expected ${expected}`);
}
