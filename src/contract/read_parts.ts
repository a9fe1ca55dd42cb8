/**
 * Reads the parts of a request as objects that schemas can validate.
 *
 * @module
 */

import { parseCookie } from "../http/cookie_codec.ts";

/** Reads the query. */
export function readQuery({ url }: Request): Record<string, string | string[]> {
  const start = url.indexOf("?");
  if (start === -1) return {};
  const end = url.indexOf("#", start);
  return groupByName(new URLSearchParams(end === -1 ? url.slice(start + 1) : url.slice(start + 1, end)));
}

/** Reads the headers, with names in lower case. */
export function readHeaders({ headers }: Request): Record<string, string> {
  return Object.fromEntries(headers);
}

/** Reads the cookies. */
export function readCookies({ headers }: Request): Record<string, string> {
  return Object.fromEntries(parseCookie(headers.get("cookie") ?? ""));
}

/** Groups values by name: several values of one name are an array. `__proto__` is a name like any other. */
export function groupByName<Value extends string | File>(
  entries: Iterable<readonly [string, Value]>,
): Record<string, Value | Value[]> {
  const groups = new Map<string, Value | Value[]>();
  for (const [name, value] of entries) {
    const group = groups.get(name);
    if (group === undefined) groups.set(name, value);
    else if (Array.isArray(group)) group.push(value);
    else groups.set(name, [group, value]);
  }
  return Object.fromEntries(groups);
}
