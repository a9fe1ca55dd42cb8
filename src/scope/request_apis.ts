/**
 * The request APIs that need no request argument: `cookies()`, `headers()`, `connection()`.
 *
 * @module
 */

import { ResponseCookies, type SetCookieArgs } from "../http/cookies.ts";
import { getRequest } from "./inbound_request.ts";
import { fillLazily, getRequestHeaders, peekHeader } from "./received_headers.ts";
import { getScope, requireScope } from "./current_scope.ts";
import type { RequestScope } from "./request_scope.ts";
import { markWhenAwaited } from "./prerender.ts";

/**
 * Returns the cookies of the request, to which cookies for the response can be added.
 *
 * Cookies set here are added to the response that the handler returns, unless the response itself sets a cookie of the
 * same name.
 *
 * @throws {Error} If no request is being answered.
 * @see https://nextjs.org/docs/app/api-reference/functions/cookies
 *
 * @example
 * ```ts
 * import { cookies } from "@x/routes/headers";
 *
 * export async function GET() {
 *   const jar = await cookies();
 *   jar.set("seen", "1", { maxAge: 3600 });
 *   return Response.json({ theme: jar.get("theme")?.value });
 * }
 * ```
 */
export function cookies(): Promise<ResponseCookies> {
  const scope = requireScope("cookies");
  return markWhenAwaited(scope, "cookies()", scope.cookies ??= Promise.resolve(getCookieJar(scope)));
}

/** Returns the cookies of a scope. */
export function getCookieJar(scope: RequestScope): ResponseCookies {
  return scope.cookieJar ??= scope.phase === "after"
    ? new ReadonlyCookies(getRequest(scope).cookies)
    : HandlerCookies.from(getRequest(scope).cookies);
}

/** The cookies in a handler. A task after the response and a cached function may have them, but cannot set any. */
class HandlerCookies extends ResponseCookies {
  override set(...args: SetCookieArgs): this {
    const scope = getScope();
    if (scope?.phase === "after" || scope?.cachedFunction !== undefined) throw createCookiesError();
    return super.set(...args);
  }
}

function createCookiesError(): Error {
  return new Error(
    "Cookies can only be modified in a Server Action or Route Handler. Read more: https://nextjs.org/docs/app/api-reference/functions/cookies#options",
  );
}

/** The cookies in a task after the response, when cookies can no longer be set. */
class ReadonlyCookies extends ResponseCookies {
  readonly #cookies: Pick<ResponseCookies, "get" | "getAll" | "has">;

  constructor(cookies: Pick<ResponseCookies, "get" | "getAll" | "has">) {
    super();
    this.#cookies = cookies;
  }

  override get: ResponseCookies["get"] = (...args) => this.#cookies.get(...args);
  override getAll: ResponseCookies["getAll"] = (...args) => this.#cookies.getAll(...args);
  override has(name: string): boolean {
    return this.#cookies.has(name);
  }

  override set(): never {
    throw createCookiesError();
  }

  override toString(): string {
    return this.#cookies.toString();
  }
}

/**
 * Returns the headers of the request, read-only.
 *
 * @throws {Error} If no request is being answered.
 * @see https://nextjs.org/docs/app/api-reference/functions/headers
 *
 * @example
 * ```ts
 * import { headers } from "@x/routes/headers";
 *
 * export async function GET() {
 *   return new Response((await headers()).get("user-agent"));
 * }
 * ```
 */
export function headers(): Promise<Headers> {
  const scope = requireScope("headers");
  return markWhenAwaited(scope, "headers()", scope.headers ??= Promise.resolve(new ReadonlyHeaders(scope)));
}

/** A view of the request's headers that reads a single header without copying them all, and sees their changes. */
class ReadonlyHeaders extends Headers {
  readonly #scope: RequestScope;

  constructor(scope: RequestScope) {
    super();
    this.#scope = scope;
    // Requests and responses that are made with it read its own list, instead of calling its methods.
    fillLazily(this, () => [...this.#headers], (name) => this.get(name));
  }

  get #headers(): Headers {
    return getRequestHeaders(this.#scope);
  }

  override get(name: string): string | null {
    return peekHeader(this.#scope, name);
  }
  override has(name: string): boolean {
    return peekHeader(this.#scope, name) !== null;
  }
  override getSetCookie(): string[] {
    return this.#headers.getSetCookie();
  }
  override keys(): IterableIterator<string> {
    return this.#headers.keys();
  }
  override values(): IterableIterator<string> {
    return this.#headers.values();
  }
  override entries(): IterableIterator<[string, string]> {
    return this.#headers.entries();
  }
  override [Symbol.iterator](): IterableIterator<[string, string]> {
    return this.#headers.entries();
  }
  override forEach(call: (value: string, key: string, parent: this) => void, self?: unknown): void {
    this.#headers.forEach((value, key) => call.call(self, value, key, this));
  }
  override append(): never {
    throw createHeadersError();
  }
  override delete(): never {
    throw createHeadersError();
  }
  override set(): never {
    throw createHeadersError();
  }
}

function createHeadersError(): Error {
  return new Error(
    "Headers cannot be modified. Read more: https://nextjs.org/docs/app/api-reference/functions/headers",
  );
}

/**
 * Requires an actual request for the following code, so that the response is not cached.
 *
 * @throws {Error} If no request is being answered.
 * @see https://nextjs.org/docs/app/api-reference/functions/connection
 */
export function connection(): Promise<void> {
  return markWhenAwaited(requireScope("connection"), "connection()", Promise.resolve());
}
