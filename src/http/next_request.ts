/**
 * `NextRequest`, the request that a route handler gets.
 *
 * @module
 */

import { type CookieSource, RequestCookies } from "./cookies.ts";
import { absoluteUrl, NextURL, type NextURLOptions } from "./next_url.ts";

/** What `new NextRequest(input, init)` takes besides the init of a `Request`. */
export interface NextRequestInit extends RequestInit {
  /** The part of `next.config` that changes URLs. */
  nextConfig?: NextURLOptions["nextConfig"];
}

// Fields are symbols, not `#private`: a request of the server becomes a NextRequest by its prototype alone, and a
// private field exists on what the constructor made only.
const COOKIES = Symbol("cookies");
const NEXT_URL = Symbol("nextUrl");
const OPTIONS = Symbol("options");

/**
 * A `Request` with `nextUrl` and `cookies`.
 *
 * @see https://nextjs.org/docs/app/api-reference/functions/next-request
 *
 * @example
 * ```ts
 * import { NextRequest } from "@x/routes/server";
 * import { assertEquals } from "@std/assert";
 *
 * const request = new NextRequest("http://localhost/users?page=2", { headers: { cookie: "theme=dark" } });
 * assertEquals(request.nextUrl.searchParams.get("page"), "2");
 * assertEquals(request.cookies.get("theme")?.value, "dark");
 * ```
 */
export class NextRequest extends Request {
  declare private [COOKIES]?: RequestCookies;
  declare private [NEXT_URL]?: NextURL;
  declare private [OPTIONS]?: NextURLOptions;

  /**
   * Makes a request.
   *
   * @param input An absolute URL, or a request, whose body moves to the new one.
   * @param init As for `Request`, and `nextConfig`.
   * @throws {Error} If the URL is relative.
   */
  constructor(input: URL | RequestInfo, init: NextRequestInit = {}) {
    if (!(input instanceof Request)) absoluteUrl(input);
    const parts = input instanceof NextRequest ? input.parts() : null;
    // A request as init has its parts behind getters, which no spreading copies.
    const given = init instanceof NextRequest ? init.parts() ?? init : init;
    const { nextConfig, ...rest } = given as NextRequestInit;
    super(parts === null ? input : (input as Request).url, given instanceof Request ? given : { ...parts, ...rest });
    if (nextConfig !== undefined) this[OPTIONS] = { nextConfig };
  }

  /** The URL, to read and to change; changes do not reach `url`. */
  get nextUrl(): NextURL {
    return this[NEXT_URL] ??= new NextURL(this.url, undefined, this[OPTIONS]);
  }

  /** The cookies that came with the request. */
  get cookies(): RequestCookies {
    return this[COOKIES] ??= new RequestCookies(this.cookieSource());
  }

  /** Where `cookies` reads and writes the header. */
  protected cookieSource(): CookieSource {
    return this.headers;
  }

  /** What a new request takes from this one, where that is not what the platform would take. */
  protected parts(): RequestInit | null {
    return null;
  }

  /** A copy with a body of its own. */
  override clone(): NextRequest {
    const copy = Object.setPrototypeOf(super.clone(), NextRequest.prototype) as NextRequest;
    if (this[OPTIONS] !== undefined) copy[OPTIONS] = this[OPTIONS];
    return copy;
  }

  /** Gone since Next.js 15. */
  get page(): never {
    throw new Error("The request.page has been deprecated in favour of `URLPattern`.");
  }

  /** Gone since Next.js 15. */
  get ua(): never {
    throw new Error("The request.ua has been removed in favour of `userAgent` function.");
  }
}
