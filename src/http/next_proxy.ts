/**
 * The types of a `proxy.ts`, as Next.js exports them.
 *
 * @module
 */

import type { NextRequest } from "./next_request.ts";

/** The second argument of a proxy. */
export interface NextFetchEvent {
  /** The path pattern of the proxy. */
  readonly sourcePage: string;
  /** Keeps the server from stopping until the promise settles. */
  waitUntil(promise: Promise<unknown>): void;
}

/** The result of a proxy: a response, or nothing to let the request continue. */
export type NextProxyResult = Response | null | undefined | void;

/**
 * A proxy.
 *
 * @see https://nextjs.org/docs/app/api-reference/file-conventions/proxy
 */
export type NextProxy = (request: NextRequest, event: NextFetchEvent) => NextProxyResult | Promise<NextProxyResult>;

/** A condition of a matcher: a header, a cookie, a query key or the host, and its required value. */
export type ProxyCondition =
  | { readonly type: "header" | "cookie" | "query"; readonly key: string; readonly value?: string }
  | { readonly type: "host"; readonly value: string; readonly key?: undefined };

/** The requests that a proxy runs for. */
export interface ProxyMatcher {
  /** A path pattern: `/users/:path*`. */
  readonly source: string;
  /** Conditions that must all be met. */
  readonly has?: readonly ProxyCondition[];
  /** Conditions of which none may be met. */
  readonly missing?: readonly ProxyCondition[];
}

/** The `config` export of a `proxy.ts`. */
export interface ProxyConfig {
  /** The requests that the proxy runs for; default: all. */
  readonly matcher?: string | readonly (string | ProxyMatcher)[];
}
