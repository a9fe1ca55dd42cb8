/**
 * Adds the headers of rules and proxies to a response.
 *
 * @module
 */

/**
 * Returns a response with headers replaced; added cookies and challenges come before its own, and `vary` is merged. As
 * in Next.js, a cookie line that both have is sent once, for example a session that both the proxy and the handler
 * renewed.
 */
export function mergeHeaders(response: Response, set: readonly [name: string, value: string][]): Response {
  // A WebSocket upgrade must stay the same object: the server recognizes it by identity.
  if (response.status === 101) return response;
  const { body, status, statusText } = response;
  const headers = new Headers(response.headers);
  const cookies = new Set<string>(), challenges = new Set<string>();
  for (const [name, value] of set) {
    if (name.toLowerCase() === "set-cookie") cookies.add(value);
    else if (name.toLowerCase() === "www-authenticate") challenges.add(value);
    else if (name.toLowerCase() === "vary") headers.set(name, joinVary(headers.get(name), value));
    else headers.set(name, value);
  }
  for (const line of headers.getSetCookie()) cookies.add(line);
  const challenge = headers.get("www-authenticate");
  if (challenge !== null) challenges.add(challenge);
  replaceLines(headers, "set-cookie", cookies);
  replaceLines(headers, "www-authenticate", challenges);
  return new Response(body, { status, statusText, headers });
}

function replaceLines(headers: Headers, name: string, lines: Iterable<string>): void {
  headers.delete(name);
  for (const line of lines) headers.append(name, line);
}

/** Merges two `vary` headers: a cache must know what either of them depends on (RFC 9110 §12.5.5). */
function joinVary(own: string | null, more: string): string {
  const names = `${own ?? ""},${more}`.split(",").map((name) => name.trim()).filter((name) => name !== "");
  const known = names.map((name) => name.toLowerCase());
  return names.filter((_, index) => known.indexOf(known[index]!) === index).join(", ");
}
