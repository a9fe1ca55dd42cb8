/**
 * `request.signal`: it aborts when the client disconnects before it has the whole response.
 *
 * @module
 */

import { getReceivedSignal } from "../http/received_request.ts";
import { internals } from "../http/runtime_internals.ts";
import type { RequestScope } from "./request_scope.ts";

/** The reason of an abort: the client disconnected before it had the response. */
export class ResponseAborted extends Error {
  /** Always `"ResponseAborted"`, as in Next.js. */
  override name = "ResponseAborted";
}

/** Returns the signal of a request. The server's own aborts after every success too. */
export function getRequestSignal(scope: RequestScope): AbortSignal {
  if (scope.info === undefined && scope.abort === undefined && scope.tracking === undefined) {
    return getReceivedSignal(scope.received);
  }
  return getAbortController(scope).signal;
}

/** Lets {@linkcode abortRequest} abort the signal that the handler will get. */
export function makeAbortable(scope: RequestScope): void {
  getAbortController(scope);
}

/** Aborts `request.signal`, where {@linkcode makeAbortable} was called before the handler. */
export function abortRequest(scope: RequestScope, reason: unknown): void {
  scope.abort?.abort(reason);
}

/** The response will not be cached after all: abort it when its client disconnects. */
export function followClient(scope: RequestScope): void {
  delete scope.tracking;
  if (scope.abort !== undefined) follow(scope, scope.abort);
}

function getAbortController(scope: RequestScope): AbortController {
  return scope.abort ??= createAbortController(scope);
}

function createAbortController(scope: RequestScope): AbortController {
  const controller = new AbortController();
  // Generating a cache entry continues when the client that caused it disconnects.
  if (scope.tracking === undefined) follow(scope, controller);
  return controller;
}

function follow(scope: RequestScope, controller: AbortController): void {
  if (scope.info !== undefined) internals?.beforeSignal();
  const signal = getReceivedSignal(scope.received);
  const onAbort = () => {
    if (!scope.delivered) controller.abort(scope.info === undefined ? signal.reason : new ResponseAborted());
  };
  if (signal.aborted) onAbort();
  else signal.addEventListener("abort", onAbort);
}
