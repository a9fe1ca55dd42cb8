/**
 * `NextResponse`, a `Response` with cookies and the results of a proxy.
 *
 * @module
 */

import { ResponseCookies } from "./cookies.ts";
import { type NextURL, toAbsoluteUrl } from "./next_url.ts";

/** Options of {@linkcode NextResponse.next} and {@linkcode NextResponse.rewrite}. */
export interface NextResponseInit extends ResponseInit {
  /** Changes to the request that the route handler gets. */
  request?: {
    /** Its headers, instead of the client's. */
    headers?: Headers | undefined;
  } | undefined;
}

/** The responses of `NextResponse.rewrite()`. */
const rewrites = new WeakSet<Response>();

/** Whether `NextResponse.rewrite()` created a response; a rewrite header alone does not count. */
export function isRewrite(response: Response): boolean {
  return rewrites.has(response);
}

const REDIRECT_STATUSES = new Set([301, 302, 303, 307, 308]);

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
  /** Distinguishes `NextResponse<A>` from `NextResponse<B>` in types; never set. */
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
      // An internal header of Next's proxy, which some libraries copy; it never reaches the client.
      this.headers.set("x-middleware-set-cookie", lines.join(","));
    });
  }

  /**
   * Creates a response with a value as JSON.
   *
   * @throws {TypeError} If the value is not serializable: `undefined`, a function, a `bigint`, a circular object.
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
   * Creates a redirect.
   *
   * @param url An absolute URL.
   * @param init The status, or options with it: 301, 302, 303, 307 (default) or 308.
   * @throws {RangeError} If the status is not a redirect.
   * @throws {Error} If the URL is relative.
   */
  static override redirect(url: string | URL | NextURL, init?: number | ResponseInit): NextResponse {
    const options = typeof init === "number" ? { status: init } : init ?? {};
    const status = options.status ?? 307;
    if (!REDIRECT_STATUSES.has(status)) {
      throw new RangeError('Failed to execute "redirect" on "response": Invalid status code');
    }
    const headers = new Headers(options.headers);
    headers.set("location", toAbsoluteUrl(url));
    return new NextResponse(null, { ...options, status, headers });
  }

  /** In a proxy, serves the request with the route of another URL. In a route handler it is an error. */
  static rewrite(destination: string | URL | NextURL, init?: NextResponseInit): NextResponse {
    const response = createProxyResult("x-middleware-rewrite", toAbsoluteUrl(destination), init);
    rewrites.add(response);
    return response;
  }

  /** In a proxy, lets the request continue. In a route handler it is an error. */
  static next(init?: NextResponseInit): NextResponse {
    return createProxyResult("x-middleware-next", "1", init);
  }
}

/** Creates the result of a proxy; the request headers are passed under the header names of Next.js. */
function createProxyResult(instruction: string, argument: string, init?: NextResponseInit): NextResponse {
  const response = new NextResponse(null, init), { headers } = response, changed = init?.request?.headers;
  headers.set(instruction, argument);
  if (changed === undefined) return response;
  if (!(changed instanceof Headers)) throw new Error("request.headers must be an instance of Headers");
  const names: string[] = [];
  for (const [name, value] of changed) {
    headers.set(`x-middleware-request-${name}`, value);
    names.push(name);
  }
  headers.set("x-middleware-override-headers", names.join(","));
  return response;
}
