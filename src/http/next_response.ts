/**
 * `NextResponse`, a `Response` with cookies and the verdicts of a proxy.
 *
 * @module
 */

import { ResponseCookies } from "./cookies.ts";
import { absoluteUrl, type NextURL } from "./next_url.ts";

/** What `NextResponse.next` and `NextResponse.rewrite` take. */
export interface NextResponseInit extends ResponseInit {
  /** What the route handler sees. */
  request?: {
    /** Its request headers, instead of the client's. */
    headers?: Headers | undefined;
  } | undefined;
}

/** What `NextResponse.rewrite()` made. */
const rewrites = new WeakSet<Response>();

/** Whether code asked for a rewrite, and not a header alone. */
export function isRewrite(response: Response): boolean {
  return rewrites.has(response);
}

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/**
 * A `Response` with `cookies`.
 *
 * @see https://nextjs.org/docs/app/api-reference/functions/next-response
 *
 * @example
 * ```ts
 * import { NextResponse } from "@x/routes/server";
 * import { assertEquals } from "@std/assert";
 *
 * const response = NextResponse.json({ ok: true });
 * response.cookies.set("seen", "1");
 * assertEquals(response.headers.getSetCookie(), ["seen=1; Path=/"]);
 * ```
 */
export class NextResponse<Body = unknown> extends Response {
  /** Tells `NextResponse<A>` from `NextResponse<B>`; never set. */
  declare readonly __body?: Body;
  #cookies: ResponseCookies | undefined;

  /** The cookies that the response sets. */
  get cookies(): ResponseCookies {
    return this.#cookies ??= new ResponseCookies(this.headers.getSetCookie(), (cookies) => {
      this.headers.delete("set-cookie");
      const lines: string[] = [];
      for (const [, line] of cookies.lines()) {
        this.headers.append("set-cookie", line);
        lines.push(line);
      }
      // Next's own mark for its proxy; some libraries copy it, none of it reaches the client.
      this.headers.set("x-middleware-set-cookie", lines.join(","));
    });
  }

  /**
   * A response of a value as JSON.
   *
   * @throws {TypeError} If the value has no JSON: `undefined`, a function, a `bigint`, a circle.
   */
  static override json<Body>(data: Body, init?: ResponseInit): NextResponse<Body> {
    const text = JSON.stringify(data);
    if (text === undefined) throw new TypeError("Value is not JSON serializable");
    if (init === undefined) return new NextResponse(text, { headers: { "content-type": "application/json" } });
    const headers = new Headers(init.headers);
    if (!headers.has("content-type")) headers.set("content-type", "application/json");
    const { status = 200, statusText = "" } = init;
    return new NextResponse(text, { status, statusText, headers });
  }

  /**
   * A redirect.
   *
   * @param url An absolute URL.
   * @param init The status, or an init with it: 301, 302, 303, 307 (default) or 308.
   * @throws {RangeError} If the status is no redirect.
   * @throws {Error} If the URL is relative.
   */
  static override redirect(url: string | URL | NextURL, init?: number | ResponseInit): NextResponse {
    const options = typeof init === "number" ? { status: init } : init ?? {};
    const status = options.status ?? 307;
    if (!REDIRECTS.has(status)) {
      throw new RangeError('Failed to execute "redirect" on "response": Invalid status code');
    }
    const headers = new Headers(options.headers);
    headers.set("location", absoluteUrl(url));
    return new NextResponse(null, { ...options, status, headers });
  }

  /** In a proxy: the request is answered by the route of another URL. In a route handler it is an error. */
  static rewrite(destination: string | URL | NextURL, init: NextResponseInit = {}): NextResponse {
    const headers = new Headers(init.headers);
    headers.set("x-middleware-rewrite", absoluteUrl(destination));
    const response = verdict(headers, init);
    rewrites.add(response);
    return response;
  }

  /** In a proxy: the request goes on. In a route handler it is an error. */
  static next(init: NextResponseInit = {}): NextResponse {
    const headers = new Headers(init.headers);
    headers.set("x-middleware-next", "1");
    return verdict(headers, init);
  }
}

/** A response that tells the proxy's caller what to do; the request headers travel in Next's own header names. */
function verdict(headers: Headers, { request, ...init }: NextResponseInit): NextResponse {
  if (request?.headers !== undefined) {
    if (!(request.headers instanceof Headers)) throw new Error("request.headers must be an instance of Headers");
    const names: string[] = [];
    for (const [name, value] of request.headers) {
      headers.set(`x-middleware-request-${name}`, value);
      names.push(name);
    }
    headers.set("x-middleware-override-headers", names.join(","));
  }
  return new NextResponse(null, { ...init, headers });
}
