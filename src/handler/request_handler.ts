/**
 * The way of a request through the module, from the server's callback to the response.
 *
 * @module
 */

import { createIncrementalCache } from "../cache/incremental_cache.ts";
import { memoryStore } from "../cache/stores/memory.ts";
import { getReceivedHeader, isStreaming } from "../http/native.ts";
import type { NextRequest } from "../http/next_request.ts";
import { getRequestId } from "../http/request_id.ts";
import { writeLog } from "../log/log.ts";
import type { RouteManifest } from "../routing/manifest.ts";
import { createRouter, type RouteMatch, type RouteParams } from "../routing/router.ts";
import { installFetchCache } from "../scope/fetch_cache.ts";
import { ownSignal } from "../scope/inbound_request.ts";
import { refuseKnownSize } from "../scope/request_body.ts";
import { type Application, type ConnectionInfo, RequestScope, runInScope } from "../scope/request_scope.ts";
import { bodyAfterProxy, proxyRequestOf } from "../scope/proxy_request.ts";
import { handlerRequestOf } from "../scope/tracked_request.ts";
import { reporter } from "./error_report.ts";
import { createTargetReader, type RequestTarget, type TargetReader } from "./request_target.ts";
import { deliverPlain, finishResponse, refuseUnsendable, withoutBody } from "./response/finish.ts";
import { forwardedUrl } from "./rules/forwarded.ts";
import { type Front, isFrontEmpty, passFront, type Routes, type Visit } from "./rules/pipeline.ts";
import { readBasePath, readBodySettings, readDraftSecret, type RequestHandlerOptions } from "./handler_options.ts";
import { createResponseCache } from "./response/cache.ts";
import { answerUnhandled, isMethod, type Method, type RouteHandlerContext, type RouteModule } from "./route_module.ts";
import { loadRoute, type Route, type RouteFiles } from "./served_route.ts";
import type { StaticParams } from "./static_params.ts";
import { openTelemetry } from "./telemetry.ts";
import { thrownResponse } from "./response/thrown.ts";
import { withinLimit } from "./time_limit.ts";

/** What makes a handler of a manifest. */
export interface RequestHandlerHost extends RequestHandlerOptions, RouteFiles {
  /** Whether a loaded module may ask for the request scope; while none can, no request pays for it. Default: yes. */
  usesScope?: () => boolean;
  /** What stands before the routes: rules, a proxy, files. */
  front?: Front | undefined;
  /** Tells the code that is being served, so that it does not answer with cached responses of other code. */
  fingerprint?: () => string;
  /** Told of each request that a route answers, before it does. */
  onMatch?: ((route: Route, request: Request) => void) | undefined;
  /** Answers a request whose handler failed; default: an empty 500. Only what a developer alone reaches may tell more. */
  answerError?: ((error: unknown, request: Request) => Response) | undefined;
  /** Whether it is served to its developer, without TLS. Default: no. */
  isDevelopment?: boolean | undefined;
  /** Whether whole responses are cached. Default: yes. */
  cachesResponses?: boolean | undefined;
}

/** Answers requests. */
export interface RequestHandler {
  /** Answers one request; `info` is what a server passes beside it. */
  readonly fetch: (request: Request, info?: ConnectionInfo) => Response | Promise<Response>;
  /** The routes, sorted by id. */
  readonly routes: readonly Route[];
  /** The path that all routes live under, or `""`. */
  readonly basePath: string;
  /** Loads a route's module, once. */
  readonly load: (route: Route) => Promise<RouteModule>;
  /** Settles when all that was promised for after a response is done. */
  readonly drain: () => Promise<void>;
  /** Cuts the response streams that are under way. */
  readonly cut: () => void;
  /** Ends the use of the cache's store. */
  readonly close: () => void;
}

/** Makes a handler of a manifest. */
export function createHandler(manifest: RouteManifest, options: RequestHandlerHost): RequestHandler {
  const routes: Route[] = manifest.routes.map((entry) => ({ ...entry, module: undefined }));
  let router = createRouter(routes);
  const telemetry = openTelemetry();
  const report = reporter(options.onError, telemetry);
  const isObserved = telemetry !== undefined || options.onMatch !== undefined;
  const pending = new Set<Promise<unknown>>();
  installFetchCache();
  const basePath = readBasePath(options.basePath);
  const front = options.front === undefined || isFrontEmpty(options.front) ? undefined : options.front;
  const trailingSlash = options.front?.config.trailingSlash ?? "never";
  const readInside = createTargetReader({ basePath, trailingSlash });
  const readAnywhere = basePath === "" ? readInside : createTargetReader({ basePath: "", trailingSlash });
  const { trustProxy = false } = options;
  const usesScope = options.usesScope ?? (() => true);
  const cache = createIncrementalCache({
    store: options.cache ?? memoryStore(),
    now: options.now ?? Date.now,
    waitUntil,
    warn: (text) => writeLog("warn", text),
  });
  const application: Application = {
    draftSecret: readDraftSecret(options.draftSecret),
    isDevelopment: options.isDevelopment,
    report,
    streams: new Set(),
    waitUntil,
    cache,
    basePath,
    body: readBodySettings(options, options.front),
  };
  const { fingerprint = () => "", cachesResponses: enabled = true } = options;
  const responses = createResponseCache(application, { fingerprint, enabled, onFound: telemetry?.cached });

  function waitUntil(promise: Promise<unknown>): void {
    pending.add(promise);
    const done = () => pending.delete(promise);
    promise.then(done, done);
  }

  function fetch(request: Request, info?: ConnectionInfo): Response | Promise<Response> {
    const { method } = request;
    if (!isMethod(method)) return new Response(null, { status: 400 });
    const found = targetOf(request, readInside);
    if (found instanceof Response) return found;
    if (found === null) return answerOutside(method, request, info);
    const { pathname, url: seen } = found;
    if (front !== undefined) return answerBehind(front, { pathname, url: seen }, method, request, info);
    const match = router.match(pathname);
    if (match === null) return notFound(request);
    const { route, params } = match;
    if (isObserved) observe(route, request);
    const scope = new RequestScope(application, route, request, info, seen);
    if (route.policy !== undefined) scope.matched = pathname;
    return dispatch(route, params, method, scope);
  }

  function observe(route: Route, request: Request): void {
    telemetry?.matched(request.method, route);
    options.onMatch?.(route, request);
  }

  function targetOf(request: Request, read: TargetReader) {
    if (!trustProxy) return read(request.url, getReceivedHeader(request, "host"));
    const { url, host } = forwardedUrl(request);
    const found = read(url, host);
    return found === null || found instanceof Response ? found : { ...found, url: found.url ?? url };
  }

  /** Answers a path that is not below the base path. */
  function answerOutside(method: Method, request: Request, info?: ConnectionInfo): Response | Promise<Response> {
    const found = targetOf(request, readAnywhere);
    if (front === undefined || found === null || found instanceof Response) return notFound(request);
    return answerBehind(front, { ...found, isOutside: true }, method, request, info);
  }

  async function answerBehind(
    front: Front,
    { pathname, url, isOutside = false }: RequestTarget & { isOutside?: boolean },
    method: Method,
    request: Request,
    info: ConnectionInfo | undefined,
  ): Promise<Response> {
    const route = { id: "/proxy", file: front.proxy?.file ?? "next.config", isProxy: front.proxy !== undefined };
    const scope = new RequestScope(application, route, request, info, url);
    const routes: Routes = {
      match(pathname) {
        const match = router.match(pathname);
        if (match === null) return null;
        return { isStatic: match.params === undefined, answer: (visit) => answerVisit(match, visit, method) };
      },
      notFound: () => notFound(request),
    };
    const visit: Visit = { scope, pathname, isOutside, url: undefined, headers: undefined };
    try {
      const response = await passFront(front, visit, () => proxyRequestOf(scope), routes);
      refuseUnsendable(response);
      scope.deliver();
      return response;
    } catch (error) {
      return recover(error, scope);
    }
  }

  async function answerVisit(
    match: RouteMatch<Route>,
    { scope: before, pathname, url, headers }: Visit,
    method: Method,
  ): Promise<Response> {
    if (isObserved) observe(match.route, before.received);
    const scope = new RequestScope(application, match.route, before.received, before.info, url);
    scope.matched = pathname;
    const body = bodyAfterProxy(before);
    if (headers !== undefined) scope.requestHeaders = headers;
    if (body !== undefined) scope.body = body;
    return await dispatch(match.route, match.params, method, scope);
  }

  function dispatch(
    route: Route,
    params: RouteParams | undefined,
    method: Method,
    scope: RequestScope,
  ): Response | Promise<Response> {
    if (route.module === undefined) return answerFirst(route, params, method, scope);
    return route.policy === undefined
      ? answer(route.module, params, method, scope)
      : answerCached(route, params, method, scope);
  }

  async function answerFirst(
    route: Route,
    params: RouteParams | undefined,
    method: Method,
    scope: RequestScope,
  ): Promise<Response> {
    try {
      await load(route);
      if (!route.isAbsent) return await dispatch(route, params, method, scope);
      const { pathname, url, requestHeaders: headers } = scope;
      const match = router.match(pathname);
      return await (match === null
        ? notFound(scope.received)
        : answerVisit(match, { scope, pathname, url, headers }, method));
    } catch (error) {
      return recover(error, scope);
    }
  }

  function answerCached(
    route: Route,
    params: RouteParams | undefined,
    method: Method,
    scope: RequestScope,
  ): Response | Promise<Response> {
    const fromCache = () => answerFromCache(route, params, method, scope);
    return route.module!.config.dynamicParams === false && route.listed !== undefined
      ? ifListed(route.listed, params, scope, fromCache)
      : fromCache();
  }

  /** Answers where `dynamicParams` is false: a path that is not listed is not there. */
  async function ifListed(
    listed: StaticParams,
    params: RouteParams | undefined,
    scope: RequestScope,
    next: () => Response | Promise<Response>,
  ): Promise<Response> {
    try {
      return await listed.has(params) ? await next() : await notFound(scope.received);
    } catch (error) {
      return recover(error, scope);
    }
  }

  function answerFromCache(
    { module, policy }: Route,
    params: RouteParams | undefined,
    method: Method,
    scope: RequestScope,
  ): Response | Promise<Response> {
    if (method !== "GET" && method !== "HEAD") return answer(module!, params, method, scope);
    const isHead = method === "HEAD", { handlers } = module!;
    return responses.answer({
      scope,
      policy: policy!,
      run: (scope) => answer(module!, params, "GET", scope),
      head: isHead ? (full) => withoutBody(full, isStreaming(full), scope.info !== undefined) : undefined,
      runHead: isHead && handlers.HEAD !== handlers.GET ? () => answer(module!, params, "HEAD", scope) : undefined,
    });
  }

  /** Not async: a handler that returns a plain response at once pays for no promise. */
  function answer(
    { handlers, allow, config: { maxDuration } }: RouteModule,
    params: RouteParams | undefined,
    method: Method,
    scope: RequestScope,
  ): Response | Promise<Response> {
    if (handlers[method] === undefined) return answerUnhandled(method, allow);
    try {
      if (method !== "GET" && refuseKnownSize(scope) !== undefined) return refuseBody(scope);
      if (maxDuration !== undefined) ownSignal(scope);
      const request = handlerRequestOf(scope);
      const context = { params: params === undefined ? undefined : Promise.resolve(params) };
      const result = usesScope() || scope.fill !== undefined
        ? runInScope(scope, callHandler, handlers, method, request, context)
        : callHandler(handlers, method, request, context);
      if (deliverPlain(result, scope)) return result;
      return settle(maxDuration === undefined ? result : withinLimit(result, maxDuration, scope), method, scope);
    } catch (error) {
      return recover(error, scope);
    }
  }

  /** Not async either: one promise less on the way of nearly every request. */
  function settle(result: unknown, method: Method, scope: RequestScope): Promise<Response> {
    return Promise.resolve(result).then(
      (response) => deliverOrFinish(response, method, scope),
      (error) => recover(error, scope),
    );
  }

  function deliverOrFinish(response: unknown, method: Method, scope: RequestScope): Response | Promise<Response> {
    try {
      if (scope.refusal !== undefined && !isError(response)) return refuseBody(scope);
      return deliverPlain(response, scope) ? response : finish(response, method, scope);
    } catch (error) {
      return recover(error, scope);
    }
  }

  async function finish(response: unknown, method: Method, scope: RequestScope): Promise<Response> {
    try {
      if (scope.invalidated !== undefined) await waitForInvalidation(scope);
      return await finishResponse(response, method, scope);
    } catch (error) {
      return recover(error, scope);
    }
  }

  function recover(error: unknown, scope: RequestScope): Response | Promise<Response> {
    // A redirect after `revalidatePath()` is the rule, and leads to what must not be out of date.
    if (scope.invalidated !== undefined) return waitForInvalidation(scope).then(() => recover(error, scope));
    if (scope.refusal !== undefined) return refuseBody(scope);
    scope.deliver();
    try {
      const response = thrownResponse(error, scope, options.authInterrupts ?? false);
      refuseUnsendable(response);
      return response;
    } catch (error) {
      report(error, scope);
      return options.answerError?.(error, scope.received) ?? new Response(null, { status: 500 });
    }
  }

  /** The client has not sent all of it, and the rest must not be read as its next request. */
  function refuseBody(scope: RequestScope): Response {
    scope.deliver();
    return new Response(null, { status: scope.refusal!.status, headers: { connection: "close" } });
  }

  async function waitForInvalidation(scope: RequestScope): Promise<void> {
    const { invalidated } = scope;
    delete scope.invalidated;
    await invalidated;
  }

  async function notFound(request: Request): Promise<Response> {
    if (options.onNotFound === undefined) return new Response("Not Found", { status: 404 });
    try {
      const response = await options.onNotFound(request);
      refuseUnsendable(response);
      return response;
    } catch (error) {
      const message = `Cannot answer ${request.method} ${request.url}: onNotFound failed with`;
      writeLog("error", message, { error, id: getRequestId(request) });
      return new Response(null, { status: 500 });
    }
  }

  async function load(route: Route): Promise<RouteModule> {
    const { module: known } = route;
    const module = await loadRoute(route, options);
    if (known !== undefined || route.module !== module) return module;
    for (const warning of module.warnings) writeLog("warn", warning);
    if (route.isAbsent) router = createRouter(routes.filter(({ isAbsent }) => !isAbsent));
    return module;
  }

  async function drain(): Promise<void> {
    while (pending.size > 0) await Promise.allSettled(pending);
  }

  function cut(): void {
    for (const cutStream of application.streams) cutStream();
    application.streams.clear();
  }

  return { fetch, routes, basePath, load, drain, cut, close: cache.close };
}

/** Whether a handler tells the client of an error itself. */
function isError(response: unknown): boolean {
  return response instanceof Response && response.status >= 400;
}

/** Called as a method of the table, so that `this` is an object, as in Next.js. */
function callHandler(
  handlers: RouteModule["handlers"],
  method: Method,
  request: NextRequest,
  context: RouteHandlerContext,
): unknown {
  return handlers[method]!(request, context);
}
