/**
 * `NextRequest`, the request that a route handler gets.
 *
 * @module
 */

import { RequestCookies } from "./cookies.ts";
import { NextURL, type NextURLOptions, toAbsoluteUrl } from "./next_url.ts";

/** Options of {@linkcode NextRequest}: those of `Request`, and the URL settings. */
export interface NextRequestInit extends RequestInit {
  /** The options of `next.config` that change URLs. */
  nextConfig?: NextURLOptions["nextConfig"];
}

// Fields are symbols, not `#private`: a request of the server becomes a NextRequest only by its prototype, and private
// fields exist only on objects that the constructor created.
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
   * Creates a request.
   *
   * @param input An absolute URL, or a request, whose body moves to the new one.
   * @param init The options of `Request`, and `nextConfig`.
   * @throws {Error} If the URL is relative.
   */
  constructor(input: URL | RequestInfo, init: NextRequestInit = {}) {
    if (!(input instanceof Request)) toAbsoluteUrl(input);
    const parts = input instanceof NextRequest ? input.parts() : null;
    // The properties of a request are getters, which a spread does not copy.
    const options = init instanceof NextRequest ? init.parts() ?? init : init;
    const { nextConfig, ...rest } = options as NextRequestInit;
    super(
      parts === null ? input : (input as Request).url,
      options instanceof Request ? options : { ...parts, ...rest },
    );
    if (nextConfig !== undefined) this[OPTIONS] = { nextConfig };
  }

  /** The parsed URL, which can be modified; changes do not affect `url`. */
  get nextUrl(): NextURL {
    return this[NEXT_URL] ??= this.createUrl();
  }

  /** Creates `nextUrl`. */
  protected createUrl(): NextURL {
    return new NextURL(this.url, undefined, this[OPTIONS]);
  }

  /** The cookies of the request. */
  get cookies(): RequestCookies {
    return this[COOKIES] ??= new RequestCookies(this.headers);
  }

  /** Returns the init of a copy of this request; `null` if the platform can copy it itself. */
  protected parts(): RequestInit | null {
    return null;
  }

  /** Returns a copy with its own body. */
  override clone(): NextRequest {
    const copy = Object.setPrototypeOf(super.clone(), NextRequest.prototype) as NextRequest;
    if (this[OPTIONS] !== undefined) copy[OPTIONS] = this[OPTIONS];
    return copy;
  }

  /** Removed in Next.js 15. */
  get page(): never {
    throw new Error("The request.page has been deprecated in favour of `URLPattern`.");
  }

  /** Removed in Next.js 15. */
  get ua(): never {
    throw new Error("The request.ua has been removed in favour of `userAgent` function.");
  }
}
