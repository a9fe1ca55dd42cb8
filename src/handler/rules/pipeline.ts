/**
 * The steps before a route: the rules of `next.config`, the proxy and the files of `public/`, in the order that Next.js
 * documents.
 *
 * @see https://nextjs.org/docs/app/api-reference/file-conventions/proxy#execution-order
 * @module
 */

import type { MaybePromise } from "../../cache/store.ts";
import { toSafeLocation } from "../../http/control_flow.ts";
import type { NextRequest } from "../../http/next_request.ts";
import { NextURL } from "../../http/next_url.ts";
import { canonicalPath } from "../../routing/canonical_path.ts";
import { getProxyRequest } from "../../scope/proxy_request.ts";
import type { RequestScope } from "../../scope/request_scope.ts";
import { removeBasePath } from "../request_target.ts";
import { forward } from "./external_rewrite.ts";
import { createRuleHeader } from "./header_rule.ts";
import type { AppConfig, DestinationRule } from "./next_config.ts";
import type { ConditionRequest, PathRule, RuleParams } from "./path_rule.ts";
import type { Proxy, ProxyDecision } from "./proxy.ts";
import { mergeHeaders } from "./response_headers.ts";

/** The rules that apply to requests before their routes. */
export interface RoutingRules {
  /** The rules of `next.config`. */
  readonly config: AppConfig;
  /** The proxy. */
  readonly proxy: Proxy | undefined;
  /** Answers with the file of `public/` at a path, if there is one. */
  readonly publicFile: ((pathname: string, request: NextRequest) => Promise<Response | null>) | undefined;
}

/** A canonical path without a trailing slash. */
export interface RequestedPath {
  /** Whether it is outside the base path; only rules with `basePath: false` apply then. */
  readonly isOutside: boolean;
  /** The path below the base path, or all of it if it is outside. */
  readonly pathname: string;
}

/** A request on its way through the steps, which may change its path, URL and headers. */
export interface RoutedRequest {
  /** The scope in which the proxy runs, with the client's request. */
  readonly scope: RequestScope;
  /** The path that the client requested. */
  readonly requested: RequestedPath;
  /** Whether the current path is outside the base path. */
  isOutside: boolean;
  /** The current path. */
  pathname: string;
  /** The URL that the route handler sees, if it differs from the received one. */
  url: string | undefined;
  /** The request headers that the route handler sees, if the proxy replaced them. */
  headers: Headers | undefined;
  /** The decision of the proxy, if it ran. */
  decision: ProxyDecision | undefined;
}

/** The routes of the application. */
export interface Routes {
  /** Returns the route that matches a path, or `null`. */
  match(pathname: string): MatchedRoute | null;
  /** Answers a path that no route matches. */
  notFound(): Promise<Response>;
}

/** A route that matches a path. */
export interface MatchedRoute {
  /** Whether its pattern has no dynamic segments. */
  readonly isStatic: boolean;
  /** Answers the request. */
  answer(request: RoutedRequest): Promise<Response>;
}

/** A response, and the source of additional headers. */
interface Answer {
  readonly response: Response;
  readonly headers: "own" | "proxy" | "proxy and config";
}

/** A step: answers the request, or returns `undefined` to continue with the next step. */
type Step = (request: RoutedRequest, rules: RoutingRules, routes: Routes) => MaybePromise<Answer | undefined>;

const STEPS: readonly Step[] = [
  redirect,
  askProxy,
  rewriteBeforeFiles,
  leaveOutside,
  servePublicFile,
  answerStaticRoute,
  rewriteAfterFiles,
  answerAnyRoute,
  rewriteFallback,
];

/** Whether there are no rules at all. */
export function hasNoRules({ config, proxy, publicFile }: RoutingRules): boolean {
  const { headers, redirects, rewrites: { beforeFiles, afterFiles, fallback } } = config;
  const count = headers.length + redirects.length + beforeFiles.length + afterFiles.length + fallback.length;
  return proxy === undefined && publicFile === undefined && count === 0;
}

/**
 * Answers a request by the rules, or by the route they select.
 *
 * @param rules The rules.
 * @param request The request.
 * @param routes The routes.
 * @throws Any error of the proxy.
 */
export async function applyRules(rules: RoutingRules, request: RoutedRequest, routes: Routes): Promise<Response> {
  for (const step of STEPS) {
    const result = step(request, rules, routes);
    // Most steps do nothing for most requests, and a promise for each step would add up.
    const answer = result instanceof Promise ? await result : result;
    if (answer !== undefined) return addHeaders(answer, request, rules);
  }
  return addHeaders(toAnswer(await routes.notFound()), request, rules);
}

/** Creates an answer with all additional headers. */
function toAnswer(response: Response): Answer {
  return { response, headers: "proxy and config" };
}

function redirect(request: RoutedRequest, { config }: RoutingRules): Answer | undefined {
  if (config.redirects.length === 0) return undefined;
  // The paths that Next.js serves itself are not redirected.
  if (/^\/_next(?:\/|$)/.test(request.pathname)) return undefined;
  const { scope } = request;
  const { pathname, search } = new URL(scope.url ?? scope.received.url);
  for (const rule of config.redirects) {
    const params = matchRule(rule, request);
    if (params === null) continue;
    const location = toLocation(rule, params, request.scope);
    if (location === null) return { response: new Response(null, { status: 400 }), headers: "own" };
    // A pattern matches a path with and without a trailing slash: redirecting one to the other would loop.
    if (location === pathname) continue;
    const target = toSafeLocation(mergeQuery(location, search.slice(1)));
    // As in Next.js, all redirects except 308 have their target as the body.
    const body = rule.status === 308 ? null : encoder.encode(target);
    return { response: new Response(body, { status: rule.status, headers: { location: target } }), headers: "own" };
  }
}

function askProxy(request: RoutedRequest, { proxy }: RoutingRules): MaybePromise<Answer | undefined> {
  if (proxy === undefined) return undefined;
  // As in Next.js, matchers are for paths below the base path, and a proxy without a matcher is called for all paths.
  const isMatched = request.isOutside
    ? !proxy.hasMatcher
    : proxy.matches(request.pathname, () => getProxyRequest(request.scope));
  return isMatched ? followProxy(proxy, request) : undefined;
}

async function followProxy(proxy: Proxy, request: RoutedRequest): Promise<Answer | undefined> {
  const { scope } = request;
  const decision = request.decision = await proxy.ask(scope);
  if (decision.kind === "response") return toAnswer(decision.response);
  request.headers = decision.request;
  if (decision.kind === "next") return undefined;
  const url = new URL(decision.url);
  // Only NextResponse.rewrite() may choose another origin, never a header copied from the client.
  if (url.origin !== new URL(getVisibleUrl(request)).origin) {
    return { response: await forward(url.href, scope, { headers: request.headers }), headers: "proxy" };
  }
  const whole = canonicalPath(url.pathname);
  if (whole === null) return { response: new Response(null, { status: 400 }), headers: "own" };
  const pathname = removeBasePath(whole, scope.application.basePath);
  request.isOutside = pathname === null;
  url.pathname = pathname ?? whole;
  request.url = url.href;
  request.pathname = removeTrailingSlash(url.pathname);
}

function rewriteBeforeFiles(request: RoutedRequest, { config }: RoutingRules): MaybePromise<Answer | undefined> {
  request.url ??= getVisibleUrl(request);
  const { beforeFiles } = config.rewrites;
  return beforeFiles.length === 0 ? undefined : rewriteByAll(beforeFiles, request);
}

/** Applies all matching rewrites in order. */
async function rewriteByAll(list: readonly DestinationRule[], request: RoutedRequest): Promise<Answer | undefined> {
  for (const rule of list) {
    const answer = await rewrite(rule, request);
    if (typeof answer === "object") return answer;
  }
}

function leaveOutside({ isOutside }: RoutedRequest, _: RoutingRules, routes: Routes) {
  return isOutside ? routes.notFound().then(toAnswer) : undefined;
}

function servePublicFile({ pathname, scope }: RoutedRequest, { publicFile }: RoutingRules) {
  return publicFile?.(pathname, getProxyRequest(scope)).then((file) => file === null ? undefined : toAnswer(file));
}

function answerStaticRoute(request: RoutedRequest, _: RoutingRules, routes: Routes) {
  const route = routes.match(request.pathname);
  return route?.isStatic ? route.answer(request).then(toAnswer) : undefined;
}

function rewriteAfterFiles(request: RoutedRequest, rules: RoutingRules, routes: Routes) {
  const { afterFiles } = rules.config.rewrites;
  return afterFiles.length === 0 ? undefined : rewriteUntilFound(afterFiles, request, rules, routes);
}

function answerAnyRoute(request: RoutedRequest, _: RoutingRules, routes: Routes) {
  return routes.match(request.pathname)?.answer(request).then(toAnswer);
}

function rewriteFallback(request: RoutedRequest, rules: RoutingRules, routes: Routes) {
  const { fallback } = rules.config.rewrites;
  return fallback.length === 0 ? undefined : rewriteUntilFound(fallback, request, rules, routes);
}

/** Applies rewrites in order until one leads to a file or a route. */
async function rewriteUntilFound(
  list: readonly DestinationRule[],
  request: RoutedRequest,
  rules: RoutingRules,
  routes: Routes,
): Promise<Answer | undefined> {
  for (const rule of list) {
    const answer = await rewrite(rule, request);
    if (typeof answer === "object") return answer;
    if (!answer) continue;
    const found = await servePublicFile(request, rules) ?? await answerAnyRoute(request, rules, routes);
    if (found !== undefined) return found;
  }
}

/**
 * Applies one rewrite.
 *
 * @returns The answer of another server, or whether the rewrite changed the path.
 */
async function rewrite(rule: DestinationRule, request: RoutedRequest): Promise<Answer | boolean> {
  const { destination } = rule;
  const params = matchRule(rule, request, () => getCurrentRequest(request));
  if (params === null) return false;
  const { scope, headers } = request;
  try {
    const target = destination.to(params);
    if (destination.external) {
      const url = joinQuery(target, new URL(getVisibleUrl(request)).search);
      const withholdsCredentials = destination.hasHostParams;
      return { response: await forward(url, scope, { headers, withholdsCredentials }), headers: "proxy" };
    }
    const path = canonicalPath(target.split("?", 1)[0]!);
    if (path === null) return { response: new Response(null, { status: 400 }), headers: "proxy" };
    request.pathname = removeTrailingSlash(path);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return { response: new Response(null, { status: 400 }), headers: "proxy" };
    throw error;
  }
}

/** Matches a rule with the path of a request: the path below the base path, or all of it. */
function matchRule(
  rule: PathRule,
  { pathname, isOutside, scope }: RoutedRequest,
  request: () => ConditionRequest = () => getProxyRequest(scope),
): RuleParams | null {
  if (rule.withBasePath) return isOutside ? null : rule.match(pathname, request);
  const { basePath } = scope.application;
  const whole = isOutside || basePath === "" ? pathname : removeTrailingSlash(`${basePath}${pathname}`);
  return rule.match(whole, request);
}

/** Returns the request after the proxy: as in Next.js with its headers, host and query, but the client's cookies. */
function getCurrentRequest(request: RoutedRequest): ConditionRequest {
  const client = getProxyRequest(request.scope);
  const { decision, headers = client.headers } = request;
  if (decision === undefined) return client;
  const nextUrl = new NextURL(getVisibleUrl(request));
  nextUrl.host = headers.get("host") ?? nextUrl.host;
  return { headers, cookies: client.cookies, nextUrl };
}

/** Returns the current URL of the request: as rewritten by the proxy, or as received. */
function getVisibleUrl({ url, scope }: RoutedRequest): string {
  return url ?? scope.url ?? scope.received.url;
}

/** Returns the location, or `null` if the params are not allowed in a destination. */
function toLocation(rule: DestinationRule, params: RuleParams, { application }: RequestScope): string | null {
  try {
    const target = rule.destination.to(params);
    const isBelow = !rule.destination.external && rule.withBasePath;
    return isBelow ? application.basePath + target : target;
  } catch {
    return null;
  }
}

/** Encodes bodies as bytes: a string would add a content type. */
const encoder = new TextEncoder();

/** Merges queries; the request's own comes first, as in Next.js. */
function mergeQuery(location: string, own: string): string {
  const [, bare = "", query = "", hash = ""] = /^([^?#]*)\??([^#]*)(.*)$/s.exec(location)!;
  const whole = [own, query].filter((part) => part !== "").join("&");
  return bare + (whole === "" ? "" : `?${whole}`) + hash;
}

function joinQuery(target: string, search: string): string {
  if (search === "") return target;
  return target + (target.includes("?") ? `&${search.slice(1)}` : search);
}

function removeTrailingSlash(pathname: string): string {
  return pathname.replace(/(?<=.)\/$/, "");
}

/**
 * Adds headers. As in Next.js, those of `next.config` override those of the route handler, and those of the proxy
 * override both.
 */
function addHeaders({ response, headers }: Answer, request: RoutedRequest, { config }: RoutingRules): Response {
  const { decision } = request;
  const set: [string, string][] = [];
  if (headers === "proxy and config" && config.headers.length > 0) {
    const asRequested = { ...request, ...request.requested };
    for (const rule of config.headers) {
      const params = matchRule(rule, asRequested);
      if (params === null) continue;
      set.push(...rule.headers.map((header) => createRuleHeader(header, params)).filter((header) => header !== null));
    }
  }
  const withConfig = set.length === 0 ? response : mergeHeaders(response, set);
  if (headers === "own" || decision === undefined || decision.kind === "response") return withConfig;
  return decision.headers.length === 0 ? withConfig : mergeHeaders(withConfig, decision.headers);
}
