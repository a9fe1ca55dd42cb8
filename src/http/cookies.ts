/**
 * The cookies of a request and of a response, as Next.js has them.
 *
 * @module
 */

import {
  parseCookie,
  parseSetCookie,
  refuseInjection,
  type RequestCookie,
  type ResponseCookie,
  serializeSetCookie,
} from "./cookie_codec.ts";

export type { RequestCookie, ResponseCookie } from "./cookie_codec.ts";

/** The arguments of `set()`: a name, a value and attributes, or one object with all of them. */
export type SetCookieArgs =
  | [name: string, value: string, attributes?: Omit<ResponseCookie, "name" | "value"> | undefined]
  | [cookie: ResponseCookie];

/** The arguments of `delete()`: a name, or an object with a name and the cookie's path and domain. */
export type DeleteCookieArgs = [cookie: string | Omit<ResponseCookie, "value" | "expires">];

/** The arguments of `get()` and `getAll()`: a name, or an object that has one. */
export type CookieNameArgs = [name: string | { name: string }];

function getName([name]: CookieNameArgs): string {
  return typeof name === "string" ? name : name.name;
}

/** The headers that {@linkcode RequestCookies} reads and rewrites. */
export type CookieSource = Pick<Headers, "get" | "set">;

/**
 * The cookies of a request, as `request.cookies`. A change rewrites the `cookie` header of the same request, for code that
 * reads it later; it sets no cookie in the client.
 *
 * @see https://nextjs.org/docs/app/api-reference/functions/next-request#cookies
 */
export class RequestCookies {
  readonly #headers: CookieSource;
  readonly #values: Map<string, string>;

  /** Parses the `cookie` header of `headers`. */
  constructor(headers: CookieSource) {
    this.#headers = headers;
    this.#values = parseCookie(headers.get("cookie") ?? "");
  }

  /** The number of cookies. */
  get size(): number {
    return this.#values.size;
  }

  /** Returns the cookie of this name, or `undefined`. */
  get(...args: CookieNameArgs): RequestCookie | undefined {
    const name = getName(args);
    const value = this.#values.get(name);
    return value === undefined ? undefined : { name, value };
  }

  /** Returns all cookies, or those of one name. */
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

  /** Deletes a cookie, and returns whether it existed. */
  delete(name: string): boolean;
  /** Deletes cookies, and returns for each whether it existed. */
  delete(names: string[]): boolean[];
  delete(names: string | string[]): boolean | boolean[] {
    const deleted = Array.isArray(names) ? names.map((name) => this.#values.delete(name)) : this.#values.delete(names);
    this.#write();
    return deleted;
  }

  /** Deletes all cookies. */
  clear(): this {
    this.#values.clear();
    return this.#write();
  }

  /** Iterates over pairs of name and cookie. */
  *[Symbol.iterator](): IterableIterator<[string, RequestCookie]> {
    for (const [name, value] of this.#values) yield [name, { name, value }];
  }

  /** Serializes the cookies as a `Cookie` header. */
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
 * The cookies that a response sets, as `response.cookies`. `Set-Cookie` lines of the response that are not changed stay
 * the same to the byte.
 *
 * @see https://nextjs.org/docs/app/api-reference/functions/next-response#cookies
 */
export class ResponseCookies {
  // Most jars are only read: they share an empty map, and get their own maps with the first cookie.
  #cookies = NO_COOKIES;
  /** The lines by cookie name; more than one if the response had several for different paths. */
  #lines = NO_LINES;
  /** Lines of the response that are not cookies. */
  #invalidLines: string[] | undefined;
  /** The cookies of the request: readable, but only sent if they are set. */
  #received: RequestCookies | undefined;
  readonly #onChange: (cookies: ResponseCookies) => void;

  /**
   * Parses the cookies of a response.
   *
   * @param lines The `Set-Cookie` lines of the response.
   * @param onChange Called after every change.
   */
  constructor(lines: Iterable<string> = [], onChange: (cookies: ResponseCookies) => void = noop) {
    this.#onChange = onChange;
    for (const line of lines) {
      const cookie = parseSetCookie(line);
      if (cookie === null) (this.#invalidLines ??= []).push(line);
      else this.#store(cookie, [...this.#lines.get(cookie.name) ?? [], line]);
    }
  }

  /** Creates a jar of the cookies of a request, to read and to change; only changed ones get a line. */
  static from(request: RequestCookies): ResponseCookies {
    const cookies = new this();
    cookies.#received = request;
    return cookies;
  }

  /** Whether there is a line to send. */
  get isEmpty(): boolean {
    return this.#lines.size === 0 && this.#invalidLines === undefined;
  }

  /** Returns the cookie of this name, or `undefined`. */
  get(...args: CookieNameArgs): ResponseCookie | undefined {
    const name = getName(args);
    const cookie = this.#cookies.get(name);
    if (cookie !== undefined) return cookie;
    const received = this.#received?.get(name);
    return received === undefined ? undefined : { ...received, path: "/" };
  }

  /** Returns all cookies, or those of one name. */
  getAll(...args: CookieNameArgs | []): ResponseCookie[] {
    const names = args.length === 0 ? this.#names() : [getName(args)];
    return names.map((name) => this.get(name)).filter((cookie) => cookie !== undefined);
  }

  /** Whether there is a cookie of this name. */
  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  /** Returns all names. A cookie of the request keeps its position when it is set. */
  #names(): string[] {
    const received = this.#received?.getAll().map(({ name }) => name) ?? [];
    return [...new Set([...received, ...this.#cookies.keys()])];
  }

  /**
   * Sets a cookie, and replaces one of the same name.
   *
   * @throws {TypeError} If the name or an attribute has a control character, `;` or `,`.
   */
  set(...args: SetCookieArgs): this {
    const cookie = args.length === 1 ? { ...args[0] } : { name: args[0], value: args[1], ...args[2] };
    refuseInjection(cookie);
    if (typeof cookie.expires === "number") cookie.expires = new Date(cookie.expires);
    if (cookie.maxAge) cookie.expires = new Date(Date.now() + cookie.maxAge * 1000);
    cookie.path ??= "/";
    this.#store(cookie, [serializeSetCookie(cookie)]);
    this.#onChange(this);
    return this;
  }

  #store(cookie: ResponseCookie, lines: string[]): void {
    if (this.#cookies === NO_COOKIES) [this.#cookies, this.#lines] = [new Map(), new Map()];
    this.#cookies.set(cookie.name, cookie);
    this.#lines.set(cookie.name, lines);
  }

  /** Deletes a cookie in the client, by setting one that expired in 1970. */
  delete(...args: DeleteCookieArgs): this {
    const [cookie] = args;
    const options = typeof cookie === "string" ? { name: cookie } : cookie;
    return this.set({ ...options, name: options.name, value: "", expires: new Date(0) });
  }

  /** Iterates over the name and the `Set-Cookie` line of each cookie that is sent, in order. */
  *lines(): IterableIterator<[name: string, line: string]> {
    for (const line of this.#invalidLines ?? []) yield ["", line];
    for (const name of this.#names()) {
      for (const line of this.#lines.get(name) ?? []) yield [name, line];
    }
  }

  /** Joins all cookies in one string, as Next.js does; for headers see {@linkcode lines}. */
  toString(): string {
    return this.getAll().map(serializeSetCookie).join("; ");
  }
}
