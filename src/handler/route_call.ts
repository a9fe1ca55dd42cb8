/**
 * Calls a route's handler: loads its module once, uses its cached responses, and limits its request body.
 *
 * @module
 */

import type { MaybePromise } from "../cache/store.ts";
import type { Method } from "../http/method.ts";
import { isStreaming } from "../http/response_shape.ts";
import type { NextRequest } from "../http/next_request.ts";
import type { RouteParams } from "../routing/router.ts";
import { makeAbortable } from "../scope/request_signal.ts";
import { refuseKnownSize } from "../scope/request_body.ts";
import { runInScope } from "../scope/current_scope.ts";
import type { RequestScope } from "../scope/request_scope.ts";
import { getHandlerRequest } from "../scope/handler_request.ts";
import { addHost, type ContractOptions } from "./contracts.ts";
import type { RequestContext } from "./request_context.ts";
import type { ResponseCache } from "./response/cache.ts";
import { removeBody } from "./response/finish.ts";
import { refuseBody, type Responder } from "./response/to_response.ts";
import { answerUnhandled, type RouteHandlerContext, type RouteModule } from "./route_module.ts";
import type { Route } from "./served_route.ts";
import { limitDuration } from "./time_limit.ts";

/** Options of {@linkcode createRouteCall}. */
export interface RouteCallOptions extends Responder {
  /** The cache of whole responses. */
  readonly responses: ResponseCache;
  /** How contracts are served. */
  readonly contractOptions: ContractOptions;
  /** Loads the module of a route. */
  load(route: Route): Promise<RouteModule>;
  /** Answers a path that no route matches. */
  notFound(request: Request): Promise<Response>;
  /** Answers a request by the next matching route, because this one, once loaded, has nothing at the path. */
  callNext(context: RequestContext): Promise<Response>;
}

/**
 * Creates the function that answers a request by its route. That function never throws and never rejects.
 *
 * @param options Shared by all calls.
 */
export function createRouteCall(options: RouteCallOptions): (context: RequestContext) => MaybePromise<Response> {
  const { responses, contractOptions, load, notFound, callNext, toResponse, toErrorResponse } = options;

  function callRoute(context: RequestContext): MaybePromise<Response> {
    const { route } = context;
    if (route.module === undefined) return loadAndCall(context);
    if (route.policy === undefined) return callHandler(context, context.method, context.scope);
    return isListedOnly(route) ? callIfListed(context) : callThroughCache(context);
  }

  async function loadAndCall(context: RequestContext): Promise<Response> {
    try {
      await load(context.route);
      return await (context.route.isAbsent ? callNext(context) : callRoute(context));
    } catch (error) {
      return toErrorResponse(error, context.scope);
    }
  }

  /** With `dynamicParams = false`, a path that `generateStaticParams` does not list is answered with 404. */
  async function callIfListed(context: RequestContext): Promise<Response> {
    const { route, params, scope } = context;
    try {
      return await (await route.listed!.has(params) ? callThroughCache(context) : notFound(scope.received));
    } catch (error) {
      return toErrorResponse(error, scope);
    }
  }

  function callThroughCache(context: RequestContext): MaybePromise<Response> {
    const { method, scope, route: { module, policy } } = context;
    if (method !== "GET" && method !== "HEAD") return callHandler(context, method, scope);
    const isHead = method === "HEAD", { handlers } = module!;
    return responses.answer({
      scope,
      policy: policy!,
      run: (scope) => callHandler(context, "GET", scope),
      head: isHead ? (full) => removeBody(full, isStreaming(full), scope.info !== undefined) : undefined,
      runHead: isHead && handlers.HEAD !== handlers.GET ? () => callHandler(context, "HEAD", scope) : undefined,
    });
  }

  // Deliberately not async: a handler that returns a response synchronously costs no promise.
  function callHandler(context: RequestContext, method: Method, scope: RequestScope): MaybePromise<Response> {
    const { params } = context, { handlers, allow, config: { maxDuration }, contracts } = context.route.module!;
    if (handlers[method] === undefined) return answerUnhandled(method, allow);
    const info = contracts?.[method];
    if (info?.bodyLimit !== undefined) scope.bodyLimit = info.bodyLimit;
    // A contract answers a body that is too large by itself.
    const isChecked = info?.contract.body !== undefined;
    try {
      if (method !== "GET" && !isChecked && refuseKnownSize(scope) !== undefined) return refuseBody(scope);
      if (maxDuration !== undefined) makeAbortable(scope);
      const request = getHandlerRequest(scope);
      const handlerContext = { params: params === undefined ? undefined : Promise.resolve(toParams(params, scope)) };
      if (info !== undefined) addHost(handlerContext, scope, contractOptions);
      const result = runInScope(scope, callAsMethod, handlers, method, request, handlerContext);
      return toResponse(
        maxDuration === undefined ? result : limitDuration(result, maxDuration, scope),
        method,
        scope,
      );
    } catch (error) {
      return toErrorResponse(error, scope);
    }
  }

  return callRoute;
}

function isListedOnly({ module, listed }: Route): boolean {
  return module!.config.dynamicParams === false && listed !== undefined;
}

/** A cached function can only take plain objects. */
function toParams(params: RouteParams, { application }: RequestScope): RouteParams {
  return application.useCache?.isEnabled === true ? Object.fromEntries(Object.entries(params)) : params;
}

/** Calls a handler as a method of the table, so that `this` is an object, as in Next.js. */
function callAsMethod(
  handlers: RouteModule["handlers"],
  method: Method,
  request: NextRequest,
  context: RouteHandlerContext,
): unknown {
  return handlers[method]!(request, context);
}
