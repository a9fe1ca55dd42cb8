/**
 * What stands before the routes: the rules of `next.config`, the proxy, the files of `public/`. In Next's order.
 *
 * @module
 */

import { toSafeLocation } from "../../http/control_flow.ts";
import type { NextRequest } from "../../http/next_request.ts";
import { canonicalPath } from "../../routing/canonical_path.ts";
import type { RequestScope } from "../../scope/request_scope.ts";
import type { AppConfig, DestinationRule } from "./next_config.ts";
import { forward } from "./external_rewrite.ts";
import { createRuleHeader } from "./header_rule.ts";
import type { PathRule, RuleParams } from "./path_rule.ts";
import type { Proxy, ProxyVerdict } from "./proxy.ts";

/** What an application has before its routes. */
export interface Front {
  /** Its rules. */
  readonly config: AppConfig;
  /** Its proxy. */
  readonly proxy: Proxy | undefined;
  /** Answers with a file of `public/`, if there is one of this path. */
  readonly publicFile: ((pathname: string, request: NextRequest) => Promise<Response | null>) | undefined;
}

/** A request on its way to a route. */
export interface Visit {
  /** The canonical path, below the base path, without slash at the end. */
  readonly pathname: string;
  /** Whether the path is not below the base path, and whole then: only rules that say so are for it. */
  readonly isOutside?: boolean;
  /** The scope that the proxy runs in; its request is the client's. */
  readonly scope: RequestScope;
  /** The URL that the route handler sees, where it is not the one that was received. */
  readonly url: string | undefined;
  /** The request headers that the route handler sees, where a proxy has replaced them. */
  readonly headers: Headers | undefined;
}

/** The routes behind the front. */
export interface Routes {
  /** The route that answers a path, if there is one. */
  match(pathname: string): MatchedRoute | null;
  /** Answers a path that no route has. */
  notFound(): Promise<Response>;
}

/** A route that answers a path. */
export interface MatchedRoute {
  /** Whether its pattern has no params. */
  readonly isStatic: boolean;
  /** Answers. */
  answer(visit: Visit): Promise<Response>;
}

/** Whether there is anything before the routes. */
export function isFrontEmpty({ config, proxy, publicFile }: Front): boolean {
  const { headers, redirects, rewrites: { beforeFiles, afterFiles, fallback } } = config;
  const rules = headers.length + redirects.length + beforeFiles.length + afterFiles.length + fallback.length;
  return proxy === undefined && publicFile === undefined && rules === 0;
}

/**
 * Answers a request.
 *
 * @param front What stands before the routes.
 * @param visit The request.
 * @param request The client's request, for rules with conditions.
 * @param routes The routes.
 * @throws Whatever the proxy throws.
 */
export async function passFront(
  front: Front,
  visit: Visit,
  request: () => NextRequest,
  routes: Routes,
): Promise<Response> {
  const redirected = redirect(front, visit, request);
  if (redirected !== null) return redirected;
  const { proxy } = front;
  const verdict = !visit.isOutside && proxy?.matches(visit.pathname, request) ? await proxy.ask(visit.scope) : null;
  if (verdict?.kind === "response") return withConfigHeaders(front, visit, request, verdict.response, null);
  const reached = verdict === null ? visit : afterProxy(visit, verdict);
  if (reached === null) return new Response(null, { status: 400 });
  const answer = "external" in reached
    ? { forwarded: await forward(reached.external, visit.scope, { headers: reached.headers }) }
    : await resolve(front, reached, request, routes);
  if ("forwarded" in answer) return withProxyHeaders(answer.forwarded, verdict);
  return withConfigHeaders(front, visit, request, answer, verdict);
}

/** What a rule captures of a request, of its path below the base path or of all of it. */
function matchOf(
  rule: PathRule,
  { pathname, isOutside = false, scope }: Visit,
  request: () => NextRequest,
): RuleParams | null {
  if (rule.withBasePath) return isOutside ? null : rule.match(pathname, request);
  const { basePath } = scope.application;
  return rule.match(isOutside || basePath === "" ? pathname : `${basePath}${pathname}`.replace(/\/$/, ""), request);
}

function redirect({ config }: Front, visit: Visit, request: () => NextRequest): Response | null {
  const { scope } = visit;
  // What Next.js serves itself is not moved.
  if (/^\/_next(?:\/|$)/.test(visit.pathname)) return null;
  const { pathname, search } = new URL(scope.url ?? scope.received.url);
  for (const rule of config.redirects) {
    const params = matchOf(rule, visit, request);
    if (params === null) continue;
    const location = locationOf(rule, params, scope);
    if (location === null) return new Response(null, { status: 400 });
    // A pattern means a path with a slash and without one: from one to the other it would go round.
    if (location === pathname) continue;
    const target = toSafeLocation(withOwnQuery(location, search.slice(1)));
    // 308 is kept by the client for ever and shown by none; the others say where they lead, as in Next.js.
    return new Response(rule.status === 308 ? null : encoder.encode(target), {
      status: rule.status,
      headers: { location: target },
    });
  }
  return null;
}

/** Bytes: a string would bring a content type along. */
const encoder = new TextEncoder();

/** The request's own query comes first, as in Next.js. */
function withOwnQuery(location: string, own: string): string {
  const [, bare = "", query = "", hash = ""] = /^([^?#]*)\??([^#]*)(.*)$/s.exec(location)!;
  const whole = [own, query].filter((part) => part !== "").join("&");
  return bare + (whole === "" ? "" : `?${whole}`) + hash;
}

/** `null` for params that no destination may have. */
function locationOf(rule: DestinationRule, params: RuleParams, { application }: RequestScope): string | null {
  try {
    const target = rule.destination.to(params);
    const below = !rule.destination.external && rule.withBasePath;
    return below ? application.basePath + target : target;
  } catch {
    return null;
  }
}

function afterProxy(
  visit: Visit,
  verdict: ProxyVerdict & { kind: "next" | "rewrite" },
): Visit | { external: string; headers: Headers | undefined } | null {
  const { scope } = visit;
  const headers = verdict.request;
  if (verdict.kind === "next") return { ...visit, headers };
  const url = new URL(verdict.url);
  // Code says where to, and code alone: what the client sent has gone through the proxy's hands.
  if (url.origin !== new URL(scope.url ?? scope.received.url).origin) return { external: url.href, headers };
  const pathname = canonicalPath(url.pathname);
  if (pathname === null) return null;
  url.pathname = pathname;
  return { scope, headers, url: url.href, pathname: pathname.replace(/(?<=.)\/$/, "") };
}

/** The path through files, rewrites and routes. */
async function resolve(
  { config: { rewrites }, publicFile }: Front,
  visit: Visit,
  request: () => NextRequest,
  routes: Routes,
): Promise<Response | { forwarded: Response }> {
  let { pathname } = visit;
  const url = visit.url ?? visit.scope.url ?? visit.scope.received.url;
  const at = (pathname: string): Visit => ({ ...visit, pathname, url });

  /** Looks at one rule; says where the request is then, or has been sent. */
  async function follow(rule: DestinationRule): Promise<string | Response | null> {
    const params = matchOf(rule, at(pathname), request);
    if (params === null) return null;
    const { search } = new URL(url);
    try {
      const target = rule.destination.to(params);
      if (rule.destination.external) {
        const { hasHostParams: withholdsCredentials } = rule.destination;
        return await forward(joinQuery(target, search), visit.scope, { headers: visit.headers, withholdsCredentials });
      }
      const path = canonicalPath(target.split("?", 1)[0]!);
      return path?.replace(/(?<=.)\/$/, "") ?? new Response(null, { status: 400 });
    } catch (error) {
      if (error instanceof RangeError) return new Response(null, { status: 400 });
      throw error;
    }
  }

  for (const rule of rewrites.beforeFiles) {
    const next = await follow(rule);
    if (next instanceof Response) return { forwarded: next };
    pathname = next ?? pathname;
  }
  if (visit.isOutside) return await routes.notFound();
  const file = await publicFile?.(pathname, request());
  if (file) return file;
  let route = routes.match(pathname);
  if (route?.isStatic) return await route.answer(at(pathname));
  for (const rules of [rewrites.afterFiles, rewrites.fallback]) {
    if (rules === rewrites.fallback && route !== null) break;
    for (const rule of rules) {
      const next = await follow(rule);
      if (next instanceof Response) return { forwarded: next };
      if (next === null) continue;
      pathname = next;
      const file = await publicFile?.(pathname, request());
      if (file) return file;
      route = routes.match(pathname);
      if (route !== null) return await route.answer(at(pathname));
    }
  }
  return await (route === null ? routes.notFound() : route.answer(at(pathname)));
}

function joinQuery(target: string, search: string): string {
  if (search === "") return target;
  return target + (target.includes("?") ? `&${search.slice(1)}` : search);
}

/** The headers of `next.config` win over those of the route handler, as in Next.js; those of the proxy over both. */
function withConfigHeaders(
  { config }: Front,
  visit: Visit,
  request: () => NextRequest,
  response: Response,
  verdict: ProxyVerdict | null,
): Response {
  const set: [string, string][] = [];
  for (const rule of config.headers) {
    const params = matchOf(rule, visit, request);
    if (params === null) continue;
    set.push(...rule.headers.map((header) => createRuleHeader(header, params)).filter((header) => header !== null));
  }
  return withProxyHeaders(set.length === 0 ? response : withHeaders(response, set), verdict);
}

function withProxyHeaders(response: Response, verdict: ProxyVerdict | null): Response {
  if (verdict === null || verdict.kind === "response") return response;
  const set = [...verdict.headers];
  return set.length === 0 ? response : withHeaders(response, set);
}

/** A cache must know what either of them has looked at (RFC 9110 §12.5.5). */
function joinVary(own: string | null, more: string): string {
  const names = `${own ?? ""},${more}`.split(",").map((name) => name.trim()).filter((name) => name !== "");
  const known = names.map((name) => name.toLowerCase());
  return names.filter((_, index) => known.indexOf(known[index]!) === index).join(", ");
}

/** A response with headers of its own replaced; cookies come before its own cookies. */
function withHeaders(response: Response, set: readonly [string, string][]): Response {
  // An upgrade to WebSocket is what the server knows as the very object.
  if (response.status === 101) return response;
  const { body, status, statusText } = response;
  const headers = new Headers(response.headers);
  const cookies = headers.getSetCookie();
  headers.delete("set-cookie");
  for (const [name, value] of set) {
    if (name.toLowerCase() === "set-cookie") headers.append(name, value);
    else if (name.toLowerCase() === "vary") headers.set(name, joinVary(headers.get(name), value));
    else headers.set(name, value);
  }
  for (const line of cookies) headers.append("set-cookie", line);
  return new Response(body, { status, statusText, headers });
}
