/**
 * Reports errors to the developer; the client gets only a 500.
 *
 * @module
 */

import { getRequestId } from "../http/request_id.ts";
import { writeLog } from "../log/log.ts";
import { getRequest } from "../scope/inbound_request.ts";
import type { RequestScope } from "../scope/request_scope.ts";
import type { Telemetry } from "./telemetry.ts";

/** The request of an error, in Next's shape. */
export interface ErrorRequest {
  /** Path and query. */
  path: string;
  /** The method, as sent. */
  method: string;
  /** The headers, names in lower case. */
  headers: Record<string, string>;
}

/** Where an error happened, in Next's shape. */
export interface ErrorContext {
  /** `"App Router"` for a route handler, `"Pages Router"` for a proxy, as in Next.js. */
  routerKind: "App Router" | "Pages Router";
  /** The URL pattern of the route: `/users/[id]`; `/proxy` for a proxy. */
  routePath: string;
  /** The kind of code that failed. */
  routeType: "route" | "proxy";
  /** `"stale"` if the handler ran to generate a cache entry. */
  revalidateReason?: "stale";
}

/**
 * Called with each error, and the same arguments as Next's `onRequestError`.
 *
 * @see https://nextjs.org/docs/app/api-reference/file-conventions/instrumentation#onrequesterror-optional
 */
export type ErrorReporter = (error: unknown, request: ErrorRequest, context: ErrorContext) => unknown;

/** Creates the function that reports all errors of a handler. It never throws. */
export function createReporter(
  onError: ErrorReporter | undefined,
  telemetry?: Telemetry,
): (error: unknown, scope: RequestScope, what?: string) => void {
  return (error, scope, what) => {
    telemetry?.failed(error);
    if (onError === undefined) return log(error, scope, what);
    const { id, isProxy } = scope.route;
    const context: ErrorContext = isProxy
      ? { routerKind: "Pages Router", routePath: id, routeType: "proxy" }
      : { routerKind: "App Router", routePath: id, routeType: "route" };
    if (scope.tracking !== undefined) context.revalidateReason = "stale";
    Promise.try(() => onError(error, toErrorRequest(scope), context)).catch((failure) => {
      log(error, scope, what);
      writeLog("error", "Cannot report the error above: onError failed with", {
        error: failure,
        id: getRequestId(scope.received),
      });
    });
  };
}

function toErrorRequest(scope: RequestScope): ErrorRequest {
  const request = getRequest(scope);
  return { path: getPathAndQuery(request.url), method: request.method, headers: toHeaderRecord(request) };
}

/** A stream can fail after the request has ended, when headers that were not read before are lost. */
function toHeaderRecord(request: Request): Record<string, string> {
  try {
    return Object.fromEntries(request.headers);
  } catch {
    return {};
  }
}

function log(error: unknown, scope: RequestScope, what = "the handler"): void {
  const request = getRequest(scope);
  const message = `${request.method} ${getPathAndQuery(request.url)}: ${what} in ${scope.route.file} failed:`;
  writeLog("error", message, { error, id: getRequestId(scope.received) });
}

/** Returns the path and query of a URL, exactly as they were sent. */
export function getPathAndQuery(url: string): string {
  return url.replace(/^[a-z+]+:\/\/[^/]*/, "");
}
