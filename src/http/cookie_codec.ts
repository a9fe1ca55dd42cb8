/**
 * Reads and writes cookies byte for byte as Next.js does; the only cookie codec in the tree.
 *
 * `@std/http/cookie` is not used: it writes the attributes in another order, adds no `Path=/`, does not encode values
 * and rejects names that clients really send, so none of its output is the same to the byte.
 *
 * @module
 */

/** A cookie of a request. */
export interface RequestCookie {
  /** The name, as sent. */
  name: string;
  /** The decoded value. */
  value: string;
}

/** A cookie of a response, with the attributes of RFC 6265, `priority` and `partitioned`. */
export interface ResponseCookie extends RequestCookie {
  /** The path to which it is sent; default `"/"`, `""` for none. */
  path?: string | null | undefined;
  /** When it expires: a `Date`, or milliseconds since 1970. Default, without `maxAge`: when the browser is closed. */
  expires?: Date | number | undefined;
  /** Its lifetime, in seconds; sets `expires` too. `0` deletes it. */
  maxAge?: number | undefined;
  /** The domain to which it is sent; default: the host that set it, without its subdomains. */
  domain?: string | undefined;
  /** Whether it is sent only over HTTPS. */
  secure?: boolean | undefined;
  /** Whether it is hidden from scripts. */
  httpOnly?: boolean | undefined;
  /** Whether it is sent with requests from other sites; `true` is written as `SameSite=true`, as Next.js does. */
  sameSite?: "lax" | "strict" | "none" | boolean | undefined;
  /** Whether it is stored per embedding site (CHIPS). */
  partitioned?: boolean | undefined;
  /** The eviction priority when the cookie jar is full. */
  priority?: "low" | "medium" | "high" | undefined;
}

/**
 * Parses a `Cookie` header. Never throws: a value that cannot be decoded is left out, and the value of a name without `=`
 * is `"true"`.
 *
 * @returns Values by name; of two cookies with the same name the last one counts, at the position of the first.
 */
export function parseCookie(header: string): Map<string, string> {
  const cookies = new Map<string, string>();
  for (let start = 0; start < header.length;) {
    const semicolon = header.indexOf(";", start);
    const end = semicolon === -1 ? header.length : semicolon;
    if (end > start) readPair(header.slice(start, end), cookies);
    start = end + 1;
    while (header.charCodeAt(start) === SPACE) start++;
  }
  return cookies;
}

const SPACE = 32;

function readPair(pair: string, cookies: Map<string, string>): void {
  const equals = pair.indexOf("=");
  const value = equals === -1 ? "true" : decode(pair.slice(equals + 1));
  if (value !== null) cookies.set(equals === -1 ? pair : pair.slice(0, equals), value);
}

/** Parses a `Set-Cookie` header; `null` if the cookie has no name. */
export function parseSetCookie(line: string): ResponseCookie | null {
  const [pair = "", ...parts] = line.split(/; */);
  const equals = pair.indexOf("=");
  const name = equals === -1 ? pair : pair.slice(0, equals);
  if (name === "") return null;
  const raw = equals === -1 ? "true" : pair.slice(equals + 1);
  const attributes = new Map<string, string>();
  for (const part of parts) {
    const equals = part.indexOf("=");
    const key = equals === -1 ? part : part.slice(0, equals);
    attributes.set(key.trim().toLowerCase(), equals === -1 ? "" : part.slice(equals + 1));
  }
  return { name, value: decode(raw) ?? raw, ...toCookieAttributes(attributes) };
}

/** Returns the attributes that are defined, in the order in which Next.js lists them. */
function toCookieAttributes(attributes: ReadonlyMap<string, string>): Partial<ResponseCookie> {
  const cookie: Partial<ResponseCookie> = {};
  const domain = attributes.get("domain"), expires = attributes.get("expires"), maxAge = attributes.get("max-age");
  const path = attributes.get("path"), sameSite = attributes.get("samesite"), priority = attributes.get("priority");
  if (domain !== undefined) cookie.domain = domain;
  if (expires !== undefined) cookie.expires = new Date(expires);
  if (attributes.has("httponly")) cookie.httpOnly = true;
  if (maxAge !== undefined) cookie.maxAge = Number(maxAge);
  if (path !== undefined) cookie.path = path;
  if (sameSite !== undefined) cookie.sameSite = sameSite.toLowerCase() as "lax";
  if (attributes.has("secure")) cookie.secure = true;
  if (priority !== undefined) cookie.priority = priority.toLowerCase() as "low";
  if (attributes.has("partitioned")) cookie.partitioned = true;
  return cookie;
}

/** Serializes a `Set-Cookie` header, with the attributes in the order of Next.js. */
export function serializeSetCookie(cookie: ResponseCookie): string {
  const { name, value, path, expires, maxAge, domain, secure, httpOnly, sameSite, partitioned, priority } = cookie;
  let line = `${name}=${encodeURIComponent(value ?? "")}`;
  if (path) line += `; Path=${path}`;
  if (expires || expires === 0) line += `; Expires=${new Date(expires).toUTCString()}`;
  if (typeof maxAge === "number") line += `; Max-Age=${maxAge}`;
  if (domain) line += `; Domain=${domain}`;
  if (secure) line += "; Secure";
  if (httpOnly) line += "; HttpOnly";
  if (sameSite) line += `; SameSite=${sameSite}`;
  if (partitioned) line += "; Partitioned";
  if (priority) line += `; Priority=${priority}`;
  return line;
}

/**
 * Throws for a character that would end a cookie or one of its attributes early, and so set another one (RFC 6265
 * §4.1.1).
 *
 * @throws {TypeError} If the name or an attribute has one.
 */
export function refuseInjection(cookie: ResponseCookie): void {
  for (const part of ["name", "path", "domain", "sameSite", "priority"] as const) {
    const value = String(cookie[part]);
    // deno-lint-ignore no-control-regex -- the expression looks for control characters, and what a header cannot carry
    if (/[\x00-\x1f\x7f;,\u0100-\uffff]/.test(value) || (part === "name" && value.includes("="))) {
      const state = `its ${part} ${JSON.stringify(value)} contains a character that would end it early`;
      throw new TypeError(`Cannot set cookie: ${state}, remove that character`);
    }
  }
}

function decode(value: string): string | null {
  if (!value.includes("%")) return value;
  try {
    return decodeURIComponent(value);
  } catch {
    return null;
  }
}
