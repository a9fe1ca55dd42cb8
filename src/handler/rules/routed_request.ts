/**
 * A request on its way through the rules, which may change its path, URL and headers.
 *
 * @module
 */

import type { Method } from "../../http/method.ts";
import { NextURL } from "../../http/next_url.ts";
import { removeTrailingSlash } from "../../routing/canonical_path.ts";
import type { RouteParams } from "../../routing/router.ts";
import { getProxyRequest } from "../../scope/proxy_request.ts";
import type { RequestScope } from "../../scope/request_scope.ts";
import type { RequestContext } from "../request_context.ts";
import type { Route } from "../served_route.ts";
import type { ConditionRequest, PathRule, RuleParams } from "./path_rule.ts";
import type { ProxyDecision } from "./proxy.ts";

/** A canonical path without a trailing slash. */
export interface RequestedPath {
  /** Whether it is outside the base path; only rules with `basePath: false` apply then. */
  readonly isOutside: boolean;
  /** The path below the base path, or all of it if it is outside. */
  readonly pathname: string;
}

/** A request as the server received it. */
export interface ReceivedRequest {
  readonly received: Request;
  readonly method: Method;
  /** The path that the client requested. */
  readonly requested: RequestedPath;
  /** The canonical URL, with and without the base path, if it differs from the one received. */
  readonly wholeUrl: string | undefined;
  readonly url: string | undefined;
  /** The path that all routes live under, or `""`. */
  readonly basePath: string;
  /** Creates a scope for the proxy or a route, with the URL that its code sees. */
  createScope(route: Route | undefined, url: string | undefined): RequestScope;
}

/** A request on its way through the rules. */
export class RoutedRequest {
  /** Whether the current path is outside the base path. */
  isOutside: boolean;
  /** The current path. */
  pathname: string;
  /** The URL that the route handler sees, if it differs from the received one. */
  url: string | undefined;
  /** The request headers that the route handler sees, if the proxy replaced them. */
  headers: Headers | undefined = undefined;
  /** The decision of the proxy, if it ran. */
  decision: ProxyDecision | undefined = undefined;
  #scope: RequestScope | undefined = undefined;

  constructor(readonly source: ReceivedRequest) {
    const { requested, url } = source;
    this.isOutside = requested.isOutside;
    this.pathname = requested.pathname;
    this.url = url;
  }

  /** The scope in which the proxy runs, with the client's request. Without a proxy, few requests need it. */
  get scope(): RequestScope {
    return this.#scope ??= this.source.createScope(undefined, this.source.wholeUrl);
  }

  /** The URL as rewritten by the proxy, or as received. */
  get visibleUrl(): string {
    return this.url ?? this.scope.url ?? this.source.received.url;
  }

  /** Creates the context in which a route answers. */
  toContext(route: Route, params: RouteParams | undefined): RequestContext {
    // Changes that the proxy made to its own copy of the headers do not carry over.
    const scope = this.source.createScope(route, this.url);
    scope.matched = this.pathname;
    if (this.headers !== undefined) scope.requestHeaders = this.headers;
    const { bodyAfterProxy: body, cachedCalls } = this.#scope ?? {};
    if (body !== undefined) scope.body = body;
    if (cachedCalls !== undefined) scope.cachedCalls = cachedCalls;
    return { method: this.source.method, route, params, scope };
  }

  /** Marks the response as sent completely. */
  deliver(): void {
    this.#scope?.deliver();
  }
}

/**
 * A response, and which additional headers it gets: a `Response` gets all, those of the proxy and of `next.config`, and
 * that for a missing route all but a `cache-control` of `next.config`.
 */
export type Answer = Response | { readonly response: Response; readonly headers: "own" | "proxy" | "missing" };

/**
 * Matches a rule with a path of a request: the path below the base path, or all of it.
 *
 * @param rule The rule.
 * @param request The request.
 * @param path The path. Default: the current one.
 * @param conditions Returns the request that the conditions are about. Default: the client's.
 */
export function matchRule(
  rule: PathRule,
  request: RoutedRequest,
  { pathname, isOutside }: RequestedPath = request,
  conditions: () => ConditionRequest = () => getProxyRequest(request.scope),
): RuleParams | null {
  if (rule.withBasePath) return isOutside ? null : rule.match(pathname, conditions);
  const { basePath } = request.source;
  const whole = isOutside || basePath === "" ? pathname : removeTrailingSlash(`${basePath}${pathname}`);
  return rule.match(whole, conditions);
}

/** Returns the request after the proxy: as in Next.js with its headers, host and query, but the client's cookies. */
export function getCurrentRequest(request: RoutedRequest): ConditionRequest {
  const client = getProxyRequest(request.scope);
  const { decision, headers = client.headers } = request;
  if (decision === undefined) return client;
  const nextUrl = new NextURL(request.visibleUrl);
  nextUrl.host = headers.get("host") ?? nextUrl.host;
  return { headers, cookies: client.cookies, nextUrl };
}
