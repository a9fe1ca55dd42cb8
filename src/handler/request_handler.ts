/**
 * The request pipeline, from the server's callback to the response.
 *
 * @module
 */

import type { MaybePromise } from "../cache/store.ts";
import { isMethod, type Method } from "../http/method.ts";
import { getReceivedHeader } from "../http/received_request.ts";
import { getRequestId } from "../http/request_id.ts";
import { replaceSocketUrl } from "../http/socket_url.ts";
import { writeLog } from "../log/log.ts";
import type { RouteManifest } from "../routing/manifest.ts";
import { createRouter, type RouteMatch } from "../routing/router.ts";
import { getRequest } from "../scope/inbound_request.ts";
import { type ConnectionInfo, RequestScope } from "../scope/request_scope.ts";
import { createApplication } from "./application.ts";
import { createReporter } from "./error_report.ts";
import type { RequestHandlerHost } from "./handler_options.ts";
import type { RequestContext } from "./request_context.ts";
import { createTargetReader, type RequestTarget, type TargetReader } from "./request_target.ts";
import { createResponseCache, type ResponseCacheOptions } from "./response/cache.ts";
import { refuseUnsendable } from "./response/finish.ts";
import { createResponder } from "./response/to_response.ts";
import { createRouteCall } from "./route_call.ts";
import type { RouteModule } from "./route_module.ts";
import { readForwardedUrl } from "./rules/forwarded.ts";
import { createPipeline, hasNoRules, type Pipeline } from "./rules/pipeline.ts";
import { RoutedRequest } from "./rules/routed_request.ts";
import { loadRoute, type Route, type RouteFiles } from "./served_route.ts";
import { openTelemetry, type Telemetry } from "./telemetry.ts";

type OnFound = ResponseCacheOptions["onFound"];

/** Answers requests. */
export interface RequestHandler {
  /** Answers a request; `info` is the second argument of a server's callback. */
  readonly fetch: (request: Request, info?: ConnectionInfo) => Response | Promise<Response>;
  /** Answers a GET request by its route alone, as a build does: without the proxy and the rules of `next.config`. */
  readonly fetchRoute: (request: Request) => Response | Promise<Response>;
  /** The routes, sorted by id. */
  readonly routes: readonly Route[];
  /** The path that all routes live under, or `""`. */
  readonly basePath: string;
  /** Loads a route's module, once. */
  readonly load: (route: Route) => Promise<RouteModule>;
  /** Settles when all work scheduled for after a response is done. */
  readonly drain: () => Promise<void>;
  /** Cancels all open response streams. */
  readonly cut: () => void;
  /** Whether the last call of the cache store was a success. */
  readonly isCacheAvailable: () => boolean;
  /** Stops using the cache store. */
  readonly close: () => void;
}

function toCacheObserver(telemetry: Telemetry | undefined, { onCached }: RequestHandlerHost): OnFound {
  if (telemetry === undefined || onCached === undefined) return telemetry?.cached ?? onCached;
  return (state, route) => {
    telemetry.cached(state, route);
    onCached(state, route);
  };
}

/** Creates a request handler for a manifest. */
export function createHandler(manifest: RouteManifest, options: RequestHandlerHost): RequestHandler {
  const routes: Route[] = manifest.routes.map((entry) => ({ ...entry, module: undefined }));
  const pages: Route[] = (manifest.pages ?? []).map((entry) => ({ ...entry, module: undefined, isPage: true }));
  let router = createRouter([...routes, ...pages]);
  const telemetry = openTelemetry();
  const isObserved = telemetry !== undefined || options.onMatch !== undefined;
  const report = createReporter(options.onError, telemetry);
  const { rules } = options;
  const pipeline = rules === undefined || hasNoRules(rules) ? undefined : createPipeline(rules, { answer, notFound });
  const { application, drain, cut } = createApplication(options, report);
  const { basePath } = application;
  const proxyRoute = { id: "/proxy", file: rules?.proxy?.file ?? "next.config", isProxy: rules?.proxy !== undefined };
  const files: RouteFiles = { ...options, cacheComponents: rules?.config.useCache.cacheComponents };
  const trailingSlash = rules?.config.trailingSlash ?? "never";
  const readInside = createTargetReader({ basePath, trailingSlash });
  const readAnywhere = basePath === "" ? readInside : createTargetReader({ basePath: "", trailingSlash });
  const { fingerprint = () => "", cachesResponses: enabled = true, onDynamic } = options;
  const responses = createResponseCache(application, {
    fingerprint,
    enabled,
    onFound: toCacheObserver(telemetry, options),
    onDynamic,
  });
  const { authInterrupts = false, answerError, trustProxy = false } = options;
  const contractOptions = { onInvalid: options.onInvalid, checkResponses: options.checkResponses ?? false };
  const responder = createResponder({ authInterrupts, answerError, report });
  const callRoute = createRouteCall({ ...responder, responses, contractOptions, load, notFound, callNext });

  function fetch(request: Request, info?: ConnectionInfo): Response | Promise<Response> {
    const { method } = request;
    if (!isMethod(method)) return new Response(null, { status: 400 });
    const target = readRequestTarget(request, readInside);
    if (target instanceof Response) return replaceSocketUrl(request, info) ? fetch(request, info) : target;
    if (target === null) return answerOutside(method, request, info);
    if (pipeline !== undefined) return answerByRules(pipeline, target, method, request, info);
    return answerByRoute(target, method, request, info);
  }

  function fetchRoute(request: Request): Response | Promise<Response> {
    const target = readRequestTarget(request, readInside);
    if (target === null || target instanceof Response) return target ?? notFound(request);
    return answerByRoute(target, "GET", request);
  }

  function answerByRoute(
    target: RequestTarget,
    method: Method,
    request: Request,
    info?: ConnectionInfo,
  ): Response | Promise<Response> {
    const match = findRoute(target.pathname);
    if (match === null) return notFound(request);
    const { route, params } = match;
    if (isObserved) observe(route, request);
    const scope = new RequestScope(application, route, request, info, target.url);
    if (route.policy !== undefined) scope.matched = target.pathname;
    return callRoute({ method, route, params, scope });
  }

  function findRoute(pathname: string): RouteMatch<Route> | null {
    const match = router.match(pathname);
    return match === null || match.route.isPage === true ? null : match;
  }

  function readRequestTarget(request: Request, read: TargetReader): RequestTarget | Response | null {
    if (!trustProxy) return read(request.url, getReceivedHeader(request, "host"));
    const { url, host } = readForwardedUrl(request);
    const target = read(url, host);
    if (target === null || target instanceof Response) return target;
    return { ...target, url: target.url ?? url, wholeUrl: target.wholeUrl ?? url };
  }

  /** Answers a path outside the base path, to which some rules of `next.config` apply. */
  function answerOutside(method: Method, request: Request, info?: ConnectionInfo): Response | Promise<Response> {
    const target = pipeline === undefined ? null : readRequestTarget(request, readAnywhere);
    if (pipeline === undefined || target === null || target instanceof Response) return notFound(request);
    return answerByRules(pipeline, target, method, request, info, true);
  }

  function answerByRules(
    pipeline: Pipeline,
    { pathname, url, wholeUrl }: RequestTarget,
    method: Method,
    received: Request,
    info: ConnectionInfo | undefined,
    isOutside = false,
  ): MaybePromise<Response> {
    const routed = new RoutedRequest({
      received,
      method,
      requested: { isOutside, pathname },
      url,
      wholeUrl,
      basePath,
      createScope: (route, url) => new RequestScope(application, route ?? proxyRoute, received, info, url),
    });
    try {
      const response = pipeline(routed);
      return response instanceof Promise
        ? response.then((response) => deliver(response, routed)).catch((error) => fail(error, routed))
        : deliver(response, routed);
    } catch (error) {
      return fail(error, routed);
    }
  }

  function deliver(response: Response, routed: RoutedRequest): Response {
    refuseUnsendable(response);
    routed.deliver();
    return response;
  }

  function fail(error: unknown, { scope }: RoutedRequest): MaybePromise<Response> {
    return responder.toErrorResponse(error, scope);
  }

  function answer(routed: RoutedRequest, only?: "static"): MaybePromise<Response> | undefined {
    const match = findRoute(routed.pathname);
    if (match === null || (only === "static" && match.params !== undefined)) return undefined;
    const { route, params } = match;
    if (isObserved) observe(route, routed.source.received);
    return callRoute(routed.toContext(route, params));
  }

  /** Answers a request by the next matching route, because the first one, once loaded, has nothing at the path. */
  async function callNext({ method, scope }: RequestContext): Promise<Response> {
    const match = findRoute(scope.pathname);
    if (match === null) return await notFound(scope.received);
    if (isObserved) observe(match.route, scope.received);
    const changes = { route: match.route, matched: scope.pathname, body: scope.body };
    return await callRoute({ method, ...match, scope: scope.fork(changes) });
  }

  function observe(route: Route, request: Request): void {
    telemetry?.matched(request.method, route);
    options.onMatch?.(route, request);
  }

  async function notFound(request: Request): Promise<Response> {
    if (options.onNotFound === undefined) return new Response("Not Found", { status: 404 });
    try {
      const response = await options.onNotFound(getRequest(createMissingScope(request)));
      refuseUnsendable(response);
      return response;
    } catch (error) {
      const message = `Cannot answer ${request.method} ${request.url}: onNotFound failed with`;
      writeLog("error", message, { error, id: getRequestId(request) });
      return new Response(null, { status: 500 });
    }
  }

  /** The scope of a request that no route answers: `onNotFound` sees the same path and headers as a handler would. */
  function createMissingScope(request: Request): RequestScope {
    const target = readRequestTarget(request, readAnywhere);
    const url = target === null || target instanceof Response ? undefined : target.url;
    return new RequestScope(application, { id: "/404", file: "onNotFound" }, request, undefined, url);
  }

  async function load(route: Route): Promise<RouteModule> {
    const { module: known } = route;
    const module = await loadRoute(route, files, application);
    if (known !== undefined || route.module !== module) return module;
    for (const warning of module.warnings) writeLog("warn", warning);
    if (route.isAbsent) router = createRouter([...routes, ...pages].filter(({ isAbsent }) => !isAbsent));
    return module;
  }

  const { isAvailable: isCacheAvailable, close } = application.cache;
  return { fetch, fetchRoute, routes, basePath, load, drain, cut, isCacheAvailable, close };
}
