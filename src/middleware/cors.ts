/**
 * Cross-origin resource sharing: which other sites may read responses in a browser.
 *
 * @module
 */

import type { Middleware } from "../contract/middleware.ts";
import { addVary, respondWith } from "./respond.ts";

/** Options of {@linkcode cors}. */
export interface CorsOptions {
  /**
   * The origins that may read responses: `"*"` for all, one or more such as `"https://app.example.com"`, or a function.
   * Default: `"*"`.
   */
  origin?: string | readonly string[] | ((origin: string, request: Request) => boolean | Promise<boolean>);
  /** Whether requests may have cookies and HTTP authentication. Requires `origin`. Default: `false`. */
  credentials?: boolean;
  /** The allowed methods. Default: `GET`, `HEAD`, `POST`, `PUT`, `PATCH` and `DELETE`. */
  methods?: readonly string[];
  /** The allowed request headers. Default: all. */
  allowHeaders?: readonly string[];
  /** The response headers that scripts may read, besides the safelisted ones such as `content-type`. Default: none. */
  exposeHeaders?: readonly string[];
  /** How long browsers may cache the response to a preflight, in seconds. Default: that of the browser, mostly 5. */
  maxAge?: number;
}

/** The middleware that {@linkcode cors} returns. */
export interface Cors extends Middleware {
  /**
   * Responds to preflights; export it as `OPTIONS`.
   *
   * @param request The request.
   */
  preflight(this: void, request: Request): Promise<Response>;
}

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];

/** A list of header names that is safe to send back: RFC 9110 §5.1, with the separators. */
const HEADER_NAMES = /^[\w!#$%&'*+.^`|~, -]{1,4096}$/;

/**
 * Lets scripts of other origins read the responses of a handler.
 *
 * Browsers send a preflight before a request that a form could not send; `preflight` responds to it without calling the
 * handler. CORS does not protect the handler: a request without a preflight calls it from any origin, and the browser
 * then hides the response. A response to a thrown error has none of these headers.
 *
 * No library is used: the protocol is seven headers, and the packages for it differ in the defaults that matter here.
 *
 * @param options Which origins may read which responses.
 * @throws {TypeError} If an origin or `maxAge` is invalid, or if all origins are allowed with credentials.
 * @see https://fetch.spec.whatwg.org/#http-cors-protocol
 *
 * @example
 * ```ts
 * import { cors } from "@x/routes/middleware";
 * import { route } from "@x/routes/route";
 *
 * const api = cors({ origin: ["https://app.example.com"], credentials: true });
 *
 * export const GET = route({ use: [api] }, () => Response.json({ secret: 42 }));
 * export const OPTIONS = api.preflight;
 * ```
 */
export function cors(options: CorsOptions = {}): Cors {
  const { origin = "*", credentials = false, methods = METHODS, allowHeaders, exposeHeaders = [], maxAge } = options;
  checkOrigins(origin, credentials);
  if (maxAge !== undefined && !(Number.isInteger(maxAge) && maxAge >= 0)) {
    throw new TypeError(`Cannot cache preflights: maxAge is ${maxAge}, expected seconds`);
  }
  const fixed = typeof origin === "string" ? origin : undefined;

  async function getAllowed(request: Request): Promise<string | undefined> {
    if (fixed !== undefined) return fixed;
    const sent = request.headers.get("origin");
    if (sent === null) return undefined;
    const isAllowed = typeof origin === "function" ? await origin(sent, request) : origin.includes(sent);
    return isAllowed ? sent : undefined;
  }

  /** @returns Whether the origin is allowed. */
  function setOrigin(headers: Headers, allowed: string | undefined): boolean {
    if (fixed === undefined) addVary(headers, "Origin");
    if (allowed === undefined) return false;
    headers.set("access-control-allow-origin", allowed);
    if (credentials) headers.set("access-control-allow-credentials", "true");
    return true;
  }

  function setPermissions(headers: Headers, request: Request): void {
    headers.set("access-control-allow-methods", methods.join(", "));
    const names = allowHeaders?.join(", ") ?? request.headers.get("access-control-request-headers") ?? "";
    if (HEADER_NAMES.test(names)) headers.set("access-control-allow-headers", names);
    if (maxAge !== undefined) headers.set("access-control-max-age", String(maxAge));
  }

  async function preflight(request: Request): Promise<Response> {
    const headers = new Headers({ allow: [...new Set([...methods, "OPTIONS"])].join(", ") });
    const isAllowed = setOrigin(headers, await getAllowed(request));
    if (isPreflight(request)) {
      if (allowHeaders === undefined) addVary(headers, "Access-Control-Request-Headers");
      if (isAllowed) setPermissions(headers, request);
    }
    return new Response(null, { status: 204, headers });
  }

  const middleware: Middleware = async (request, _context, next) => {
    if (request.method === "OPTIONS" && isPreflight(request)) return await preflight(request);
    const allowed = await getAllowed(request);
    return await respondWith(next, (headers) => {
      if (!setOrigin(headers, allowed)) return;
      if (exposeHeaders.length > 0) headers.set("access-control-expose-headers", exposeHeaders.join(", "));
    });
  };
  return Object.assign(middleware, { preflight });
}

function isPreflight({ headers }: Request): boolean {
  return headers.has("origin") && headers.has("access-control-request-method");
}

function checkOrigins(origin: NonNullable<CorsOptions["origin"]>, credentials: boolean): void {
  if (typeof origin === "function") return;
  if (origin === "*") {
    if (!credentials) return;
    throw new TypeError(
      'Cannot allow credentials for all origins: browsers reject "*" with credentials, list the origins',
    );
  }
  for (const one of [origin].flat()) {
    const origin = URL.canParse(one) ? new URL(one).origin : "null";
    if (origin === one && origin !== "null") continue;
    const fix = origin === "null" ? "https://app.example.com" : origin;
    throw new TypeError(`Cannot allow origin "${one}": it is not an origin, expected one like "${fix}"`);
  }
}
