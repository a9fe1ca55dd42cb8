/**
 * Cookies as Next.js reads and writes them; the only cookie codec in the tree.
 *
 * `@std/http/cookie` is not used: it writes the attributes in another order, adds no `Path=/`, does not encode values
 * and rejects names that clients really send, so none of its output is the same to the byte.
 *
 * @module
 */

/** A cookie of a request. */
export interface RequestCookie {
  /** Its name, as sent. */
  name: string;
  /** Its value, decoded. */
  value: string;
}

/** A cookie of a response: the attributes are those of RFC 6265, plus `priority` and `partitioned`. */
export interface ResponseCookie extends RequestCookie {
  /** The path it is sent to; default `"/"`, `""` for none. */
  path?: string | null | undefined;
  /** When it ends: a `Date`, or milliseconds since 1970. Without it (and `maxAge`) it ends with the browser. */
  expires?: Date | number | undefined;
  /** How long it lives, in seconds; sets `expires` too. `0` deletes it. */
  maxAge?: number | undefined;
  /** The domain it is sent to; default: the host that set it, without its subdomains. */
  domain?: string | undefined;
  /** Sent over HTTPS only. */
  secure?: boolean | undefined;
  /** Not readable by scripts. */
  httpOnly?: boolean | undefined;
  /** Whether it is sent with requests from other sites; `true` is written as `SameSite=true`, as Next.js does. */
  sameSite?: "lax" | "strict" | "none" | boolean | undefined;
  /** Kept in the jar of the embedding site (CHIPS). */
  partitioned?: boolean | undefined;
  /** What a full jar throws out first. */
  priority?: "low" | "medium" | "high" | undefined;
}

/** What `set` takes: a name, a value and attributes, or one object with all of them. */
export type SetCookieArgs =
  | [name: string, value: string, attributes?: Omit<ResponseCookie, "name" | "value"> | undefined]
  | [cookie: ResponseCookie];

/** What `delete` takes: a name, or an object that also says which path and domain. */
export type DeleteCookieArgs = [cookie: string | Omit<ResponseCookie, "value" | "expires">];

/** What `get` and `getAll` take: a name, or an object that has one. */
export type CookieNameArgs = [name: string | { name: string }];

/**
 * Reads a `Cookie` header. Never throws: a value that cannot be decoded is left out, a name without `=` is `"true"`.
 *
 * @returns Values by name; of two cookies with one name the last is kept, at the place of the first.
 */
export function parseCookie(header: string): Map<string, string> {
  const cookies = new Map<string, string>();
  for (let at = 0; at < header.length;) {
    const semicolon = header.indexOf(";", at);
    const end = semicolon === -1 ? header.length : semicolon;
    if (end > at) readPair(header.slice(at, end), cookies);
    at = end + 1;
    while (header.charCodeAt(at) === SPACE) at++;
  }
  return cookies;
}

const SPACE = 32;

function readPair(pair: string, cookies: Map<string, string>): void {
  const equals = pair.indexOf("=");
  const value = equals === -1 ? "true" : decode(pair.slice(equals + 1));
  if (value !== null) cookies.set(equals === -1 ? pair : pair.slice(0, equals), value);
}

/** Reads one `Set-Cookie` line; `null` when it has no name. */
export function parseSetCookie(line: string): ResponseCookie | null {
  const [pair = "", ...attributes] = line.split(/; */);
  const equals = pair.indexOf("=");
  const name = equals === -1 ? pair : pair.slice(0, equals);
  if (name === "") return null;
  const raw = equals === -1 ? "true" : pair.slice(equals + 1);
  const found = new Map<string, string>();
  for (const attribute of attributes) {
    const at = attribute.indexOf("=");
    const key = at === -1 ? attribute : attribute.slice(0, at);
    found.set(key.trim().toLowerCase(), at === -1 ? "" : attribute.slice(at + 1));
  }
  return { name, value: decode(raw) ?? raw, ...knownAttributes(found) };
}

/** The attributes that have a meaning, in the order in which Next.js lists them. */
function knownAttributes(found: ReadonlyMap<string, string>): Partial<ResponseCookie> {
  const cookie: Partial<ResponseCookie> = {};
  const domain = found.get("domain"), expires = found.get("expires"), maxAge = found.get("max-age");
  const path = found.get("path"), sameSite = found.get("samesite"), priority = found.get("priority");
  if (domain !== undefined) cookie.domain = domain;
  if (expires !== undefined) cookie.expires = new Date(expires);
  if (found.has("httponly")) cookie.httpOnly = true;
  if (maxAge !== undefined) cookie.maxAge = Number(maxAge);
  if (path !== undefined) cookie.path = path;
  if (sameSite !== undefined) cookie.sameSite = sameSite.toLowerCase() as "lax";
  if (found.has("secure")) cookie.secure = true;
  if (priority !== undefined) cookie.priority = priority.toLowerCase() as "low";
  if (found.has("partitioned")) cookie.partitioned = true;
  return cookie;
}

/** Writes one `Set-Cookie` line, the attributes in Next's order. */
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

/** Refuses what would end a cookie or one of its attributes early, and so set another one (RFC 6265 §4.1.1). */
function refuseInjection(cookie: ResponseCookie): void {
  for (const part of ["name", "path", "domain", "sameSite", "priority"] as const) {
    const value = String(cookie[part]);
    // deno-lint-ignore no-control-regex -- control characters, and what a header cannot carry, are what is refused
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

function nameOf([name]: CookieNameArgs): string {
  return typeof name === "string" ? name : name.name;
}

/** The headers that {@linkcode RequestCookies} reads and rewrites. */
export type CookieSource = Pick<Headers, "get" | "set">;

/**
 * The cookies of a request, as `request.cookies`. A change rewrites the `cookie` header of the same request, for who
 * reads it later; it sets no cookie in the client.
 *
 * @see https://nextjs.org/docs/app/api-reference/functions/next-request#cookies
 */
export class RequestCookies {
  readonly #headers: CookieSource;
  readonly #values: Map<string, string>;

  /** Reads the `cookie` header of `headers`. */
  constructor(headers: CookieSource) {
    this.#headers = headers;
    this.#values = parseCookie(headers.get("cookie") ?? "");
  }

  /** How many there are. */
  get size(): number {
    return this.#values.size;
  }

  /** The cookie of this name, or `undefined`. */
  get(...args: CookieNameArgs): RequestCookie | undefined {
    const name = nameOf(args);
    const value = this.#values.get(name);
    return value === undefined ? undefined : { name, value };
  }

  /** All cookies, or those of one name. */
  getAll(...args: CookieNameArgs | []): RequestCookie[] {
    if (args.length === 0) return [...this.#values].map(([name, value]) => ({ name, value }));
    const cookie = this.get(...args as CookieNameArgs);
    return cookie === undefined ? [] : [cookie];
  }

  /** Whether there is a cookie of this name. */
  has(name: string): boolean {
    return this.#values.has(name);
  }

  /** Sets a cookie for later readers of this request. */
  set(...args: [name: string, value: string] | [cookie: RequestCookie]): this {
    const [name, value] = args.length === 1 ? [args[0].name, args[0].value] : args;
    this.#values.set(name, value);
    return this.#write();
  }

  /** Removes a cookie; says whether it was there. */
  delete(name: string): boolean;
  /** Removes cookies; says of each whether it was there. */
  delete(names: string[]): boolean[];
  delete(names: string | string[]): boolean | boolean[] {
    const deleted = Array.isArray(names) ? names.map((name) => this.#values.delete(name)) : this.#values.delete(names);
    this.#write();
    return deleted;
  }

  /** Removes all cookies. */
  clear(): this {
    this.#values.clear();
    return this.#write();
  }

  /** Name and cookie, one after the other. */
  *[Symbol.iterator](): IterableIterator<[string, RequestCookie]> {
    for (const [name, value] of this.#values) yield [name, { name, value }];
  }

  /** The cookies as a `Cookie` header. */
  toString(): string {
    return [...this.#values].map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("; ");
  }

  #write(): this {
    this.#headers.set("cookie", this.toString());
    return this;
  }
}

const NO_COOKIES = new Map<string, ResponseCookie>();
const NO_LINES = new Map<string, string[]>();

function noop(): void {}

/**
 * The cookies that a response sets, as `response.cookies`. Lines that were there before and are not changed stay as
 * they are, to the byte.
 *
 * @see https://nextjs.org/docs/app/api-reference/functions/next-response#cookies
 */
export class ResponseCookies {
  // Most jars are only read: they share one empty map, and get maps of their own with the first cookie.
  #cookies = NO_COOKIES;
  /** The lines by cookie name; more than one where a response came with several for different paths. */
  #lines = NO_LINES;
  /** Lines that were there before and are no cookies. */
  #foreign: string[] | undefined;
  /** The cookies of the request: known, but only sent when they are set. */
  #received: RequestCookies | undefined;
  readonly #changed: (cookies: ResponseCookies) => void;

  /**
   * Begins with the cookies of a response.
   *
   * @param lines The `Set-Cookie` lines to begin with.
   * @param changed Called after every change.
   */
  constructor(lines: Iterable<string> = [], changed: (cookies: ResponseCookies) => void = noop) {
    this.#changed = changed;
    for (const line of lines) {
      const cookie = parseSetCookie(line);
      if (cookie === null) (this.#foreign ??= []).push(line);
      else this.#keep(cookie, [...this.#lines.get(cookie.name) ?? [], line]);
    }
  }

  /** The cookies of a request, to read and to change; only those that are changed get a line. */
  static from(request: RequestCookies): ResponseCookies {
    const cookies = new this();
    cookies.#received = request;
    return cookies;
  }

  /** Whether there is a line to send. */
  get isEmpty(): boolean {
    return this.#lines.size === 0 && this.#foreign === undefined;
  }

  /** The cookie of this name, or `undefined`. */
  get(...args: CookieNameArgs): ResponseCookie | undefined {
    const name = nameOf(args);
    const own = this.#cookies.get(name);
    if (own !== undefined) return own;
    const received = this.#received?.get(name);
    return received === undefined ? undefined : { ...received, path: "/" };
  }

  /** All cookies, or those of one name. */
  getAll(...args: CookieNameArgs | []): ResponseCookie[] {
    const names = args.length === 0 ? this.#names() : [nameOf(args)];
    return names.map((name) => this.get(name)).filter((cookie) => cookie !== undefined);
  }

  /** Whether there is a cookie of this name. */
  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  /** A cookie of the request stays at its place when it is set. */
  #names(): string[] {
    const received = this.#received?.getAll().map(({ name }) => name) ?? [];
    return [...new Set([...received, ...this.#cookies.keys()])];
  }

  /**
   * Sets a cookie; one of the same name is replaced.
   *
   * @throws {TypeError} If the name or an attribute has a control character, `;` or `,`.
   */
  set(...args: SetCookieArgs): this {
    const cookie = args.length === 1 ? { ...args[0] } : { name: args[0], value: args[1], ...args[2] };
    refuseInjection(cookie);
    if (typeof cookie.expires === "number") cookie.expires = new Date(cookie.expires);
    if (cookie.maxAge) cookie.expires = new Date(Date.now() + cookie.maxAge * 1000);
    cookie.path ??= "/";
    this.#keep(cookie, [serializeSetCookie(cookie)]);
    this.#changed(this);
    return this;
  }

  #keep(cookie: ResponseCookie, lines: string[]): void {
    if (this.#cookies === NO_COOKIES) [this.#cookies, this.#lines] = [new Map(), new Map()];
    this.#cookies.set(cookie.name, cookie);
    this.#lines.set(cookie.name, lines);
  }

  /** Makes the client forget a cookie, by one that ended in 1970. */
  delete(...args: DeleteCookieArgs): this {
    const [cookie] = args;
    const options = typeof cookie === "string" ? { name: cookie } : cookie;
    return this.set({ ...options, name: options.name, value: "", expires: new Date(0) });
  }

  /** The name and the `Set-Cookie` line of each cookie that is sent, in order. */
  *lines(): IterableIterator<[name: string, line: string]> {
    for (const line of this.#foreign ?? []) yield ["", line];
    for (const name of this.#names()) {
      for (const line of this.#lines.get(name) ?? []) yield [name, line];
    }
  }

  /** All cookies in one string, as Next.js does; for headers see {@linkcode lines}. */
  toString(): string {
    return this.getAll().map(serializeSetCookie).join("; ");
  }
}
