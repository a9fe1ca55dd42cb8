/**
 * The steps before a route: the rules of `next.config`, the proxy and the files of `public/`, in the order that Next.js
 * documents.
 *
 * @see https://nextjs.org/docs/app/api-reference/file-conventions/proxy#execution-order
 * @module
 */

import type { MaybePromise } from "../../cache/store.ts";
import type { HeaderPair } from "../../http/runtime_internals.ts";
import { canonicalPath, removeTrailingSlash } from "../../routing/canonical_path.ts";
import { getProxyRequest } from "../../scope/proxy_request.ts";
import { removeBasePath } from "../request_target.ts";
import { NOT_CACHED } from "../response/cache.ts";
import { forward } from "./external_rewrite.ts";
import type { AppConfig, DestinationRule, HeaderRule } from "./next_config.ts";
import type { Proxy, ProxyDecision } from "./proxy.ts";
import { redirectByRules } from "./redirect.ts";
import { mergeHeaders } from "./response_headers.ts";
import { applyRewrite } from "./rewrite.ts";
import { type Answer, matchRule, type RoutedRequest } from "./routed_request.ts";

/** Answers with the file of `public/` at a path; `null` if it does not exist. */
export type PublicFile = (pathname: string, request: () => Request) => Promise<Response | null> | null;

/** The rules that apply to requests before their routes. */
export interface RoutingRules {
  /** The rules of `next.config`. */
  readonly config: AppConfig;
  /** The proxy. */
  readonly proxy: Proxy | undefined;
  /** The files of `public/`, if there are any. */
  readonly publicFile: PublicFile | undefined;
}

/** The routes of the application. */
export interface Routes {
  /** Answers a request by the route that matches its path; `undefined` if none does. */
  answer(request: RoutedRequest, only?: "static"): MaybePromise<Response> | undefined;
  /** Answers a request that no route matches. */
  notFound(request: Request): Promise<Response>;
}

/** A step: answers the request, or returns `undefined` to continue with the next step. */
type Step = (request: RoutedRequest, rules: RoutingRules, routes: Routes) => MaybePromise<Answer | undefined>;

/** Whether there are no rules at all. */
export function hasNoRules({ config, proxy, publicFile }: RoutingRules): boolean {
  const { headers, redirects, rewrites: { beforeFiles, afterFiles, fallback } } = config;
  const count = headers.length + redirects.length + beforeFiles.length + afterFiles.length + fallback.length;
  return proxy === undefined && publicFile === undefined && count === 0;
}

/** Returns the steps of an application, in order; those that would do nothing for any request are left out. */
function listSteps({ config, proxy, publicFile }: RoutingRules): Step[] {
  const { redirects, rewrites: { beforeFiles, afterFiles, fallback } } = config;
  const when = (isNeeded: boolean, ...steps: Step[]) => isNeeded ? steps : [];
  return [
    ...when(redirects.length > 0, redirectByRules),
    ...when(proxy !== undefined, askProxy),
    ...when(beforeFiles.length > 0, rewriteBeforeFiles),
    leaveOutside,
    ...when(publicFile !== undefined, servePublicFile),
    ...when(afterFiles.length > 0, answerStaticRoute, rewriteAfterFiles),
    answerAnyRoute,
    ...when(fallback.length > 0, rewriteFallback),
  ];
}

/** Answers a request by rules, or by the route they select. It throws or rejects with any error of the proxy. */
export type Pipeline = (request: RoutedRequest) => MaybePromise<Response>;

/**
 * Creates the pipeline of an application.
 *
 * @param rules The rules.
 * @param routes The routes.
 */
export function createPipeline(rules: RoutingRules, routes: Routes): Pipeline {
  const steps = listSteps(rules);

  // Deliberately not async: most steps need no promise, and one for each step would add up.
  function run(request: RoutedRequest, first = 0): MaybePromise<Response> {
    for (let index = first; index < steps.length; index++) {
      const answer = steps[index]!(request, rules, routes);
      if (answer instanceof Promise) {
        return answer.then((answer) => answer === undefined ? run(request, index + 1) : addHeaders(answer, request));
      }
      if (answer !== undefined) return addHeaders(answer, request);
    }
    return answerMissing(request, routes).then((answer) => addHeaders(answer, request));
  }

  const addHeaders = (answer: Answer, request: RoutedRequest) => finish(answer, request, rules.config.headers);
  return (request) => run(request);
}

function askProxy(request: RoutedRequest, rules: RoutingRules): MaybePromise<Answer | undefined> {
  const proxy = rules.proxy!;
  // As in Next.js, matchers are for paths below the base path, and a proxy without a matcher is called for all paths.
  const isMatched = request.isOutside
    ? !proxy.hasMatcher
    : proxy.matches(request.pathname, () => getProxyRequest(request.scope));
  if (!isMatched) return undefined;
  const decision = proxy.ask(request.scope);
  return decision instanceof Promise
    ? decision.then((decision) => followProxy(decision, request))
    : followProxy(decision, request);
}

function followProxy(decision: ProxyDecision, request: RoutedRequest): MaybePromise<Answer | undefined> {
  request.decision = decision;
  if (decision.kind === "response") return decision.response;
  request.headers = decision.request;
  return decision.kind === "next" ? undefined : rewriteByProxy(decision.url, request);
}

function rewriteByProxy(target: string, request: RoutedRequest): MaybePromise<Answer | undefined> {
  const { scope, headers } = request;
  const url = new URL(target);
  // Only NextResponse.rewrite() may choose another origin, never a header copied from the client.
  if (url.origin !== new URL(request.visibleUrl).origin) {
    return forward(url.href, scope, { headers }).then((response) => ({ response, headers: "proxy" }));
  }
  const whole = canonicalPath(url.pathname);
  if (whole === null) return { response: new Response(null, { status: 400 }), headers: "own" };
  const pathname = removeBasePath(whole, scope.application.basePath);
  request.isOutside = pathname === null;
  url.pathname = pathname ?? whole;
  request.url = url.href;
  request.pathname = removeTrailingSlash(url.pathname);
}

/** Applies all matching rewrites in order. */
async function rewriteBeforeFiles(request: RoutedRequest, { config }: RoutingRules): Promise<Answer | undefined> {
  for (const rule of config.rewrites.beforeFiles) {
    const answer = await applyRewrite(rule, request);
    if (typeof answer === "object") return answer;
  }
}

function leaveOutside(request: RoutedRequest, _: RoutingRules, routes: Routes) {
  return request.isOutside ? answerMissing(request, routes) : undefined;
}

async function answerMissing({ source }: RoutedRequest, { notFound }: Routes): Promise<Answer> {
  return { response: await notFound(source.received), headers: "missing" };
}

function servePublicFile(request: RoutedRequest, { publicFile }: RoutingRules) {
  const file = publicFile?.(request.pathname, () => getProxyRequest(request.scope)) ?? undefined;
  return file?.then((response) => response ?? undefined);
}

function answerStaticRoute(request: RoutedRequest, _: RoutingRules, routes: Routes) {
  return routes.answer(request, "static");
}

function answerAnyRoute(request: RoutedRequest, _: RoutingRules, routes: Routes) {
  return routes.answer(request);
}

function rewriteAfterFiles(request: RoutedRequest, rules: RoutingRules, routes: Routes) {
  return rewriteUntilFound(rules.config.rewrites.afterFiles, request, rules, routes);
}

function rewriteFallback(request: RoutedRequest, rules: RoutingRules, routes: Routes) {
  return rewriteUntilFound(rules.config.rewrites.fallback, request, rules, routes);
}

/** Applies rewrites in order until one leads to a file or a route. */
async function rewriteUntilFound(
  list: readonly DestinationRule[],
  request: RoutedRequest,
  rules: RoutingRules,
  routes: Routes,
): Promise<Answer | undefined> {
  for (const rule of list) {
    const answer = await applyRewrite(rule, request);
    if (typeof answer === "object") return answer;
    if (!answer) continue;
    const found = await servePublicFile(request, rules) ?? await answerAnyRoute(request, rules, routes);
    if (found !== undefined) return found;
  }
}

/**
 * Adds headers. As in Next.js, those of `next.config` override those of the route handler, and those of the proxy
 * override both.
 */
function finish(answer: Answer, request: RoutedRequest, rules: readonly HeaderRule[]): Response {
  const [response, headers] = answer instanceof Response ? [answer, "all"] : [answer.response, answer.headers];
  const areSet = rules.length > 0 && (headers === "all" || headers === "missing");
  const listed = areSet ? listRuleHeaders(rules, request) : [];
  const set = headers === "missing" ? listed.map(refuseCaching) : listed;
  const withConfig = set.length === 0 ? response : mergeHeaders(response, set);
  const { decision } = request;
  if (headers === "own" || decision === undefined || decision.kind === "response") return withConfig;
  return decision.headers.length === 0 ? withConfig : mergeHeaders(withConfig, decision.headers);
}

/** As in Next.js: a rule for all files of a folder must not make a CDN keep that one of them was missing. */
function refuseCaching(header: HeaderPair): HeaderPair {
  return header[0].toLowerCase() === "cache-control" ? [header[0], NOT_CACHED] : header;
}

/** Returns the headers of the rules that match the path as the client requested it. */
function listRuleHeaders(rules: readonly HeaderRule[], request: RoutedRequest): HeaderPair[] {
  const pairs: HeaderPair[] = [];
  for (const rule of rules) {
    const params = matchRule(rule, request, request.source.requested);
    if (params === null) continue;
    for (const createHeader of rule.headers) {
      const pair = createHeader(params);
      if (pair !== null) pairs.push(pair);
    }
  }
  return pairs;
}
