/**
 * Adds the headers of rules and proxies to a response.
 *
 * @module
 */

import { changeHeaders } from "../../http/response_header.ts";
import type { HeaderPair } from "../../http/runtime_internals.ts";

/**
 * Returns a response with headers replaced; added cookies and challenges come before its own, and `vary` is merged. As
 * in Next.js, a cookie line that both have is sent once, for example a session that both the proxy and the handler
 * renewed.
 */
export function mergeHeaders(response: Response, added: readonly HeaderPair[]): Response {
  return changeHeaders(response, (headers) => {
    const cookies: string[] = [], challenges: string[] = [];
    for (const [name, value] of added) {
      const lower = name.toLowerCase();
      if (lower === "set-cookie") cookies.push(value);
      else if (lower === "www-authenticate") challenges.push(value);
      else if (lower === "vary") headers.set(name, joinVary(headers.get(name), value));
      else headers.set(name, value);
    }
    if (cookies.length > 0) replaceLines(headers, "set-cookie", [...cookies, ...headers.getSetCookie()]);
    if (challenges.length > 0) {
      replaceLines(headers, "www-authenticate", [...challenges, headers.get("www-authenticate") ?? ""]);
    }
  });
}

function replaceLines(headers: Headers, name: string, lines: readonly string[]): void {
  headers.delete(name);
  for (const line of new Set(lines)) if (line !== "") headers.append(name, line);
}

/** Merges two `vary` headers: a cache must know what either of them depends on (RFC 9110 §12.5.5). */
function joinVary(own: string | null, more: string): string {
  const names = `${own ?? ""},${more}`.split(",").map((name) => name.trim()).filter((name) => name !== "");
  const known = names.map((name) => name.toLowerCase());
  return names.filter((_, index) => known.indexOf(known[index]!) === index).join(", ");
}
