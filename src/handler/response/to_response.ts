/**
 * Turns the result or error of a handler into the response that is sent.
 *
 * @module
 */

import type { MaybePromise } from "../../cache/store.ts";
import type { RequestScope } from "../../scope/request_scope.ts";
import type { Method } from "../../http/method.ts";
import { deliverPlain, finishResponse, refuseUnsendable } from "./finish.ts";
import { toThrownResponse } from "./thrown.ts";

/** Creates responses from the results and errors of handlers. */
export interface Responder {
  /**
   * Creates the response for the result of a handler: the only place that awaits, catches and finishes. It never throws
   * and never rejects.
   */
  toResponse(result: unknown, method: Method, scope: RequestScope): MaybePromise<Response>;
  /** Creates the response for a thrown value: a redirect or similar, otherwise a 500 that is reported. */
  toErrorResponse(error: unknown, scope: RequestScope): MaybePromise<Response>;
}

/** Options of {@linkcode createResponder}. */
export interface ResponderOptions {
  /** Whether `forbidden()` and `unauthorized()` may be used. */
  readonly authInterrupts: boolean;
  /** Reports an error. */
  report(error: unknown, scope: RequestScope): void;
  /** Answers a request whose handler failed. Default: an empty 500. */
  readonly answerError: ((error: unknown, request: Request) => Response) | undefined;
}

/** Creates a {@linkcode Responder}. */
export function createResponder({ authInterrupts, report, answerError }: ResponderOptions): Responder {
  // Deliberately not async: most results are plain responses, and an extra promise would cost time on every request.
  function toResponse(result: unknown, method: Method, scope: RequestScope): MaybePromise<Response> {
    try {
      if (deliverPlain(result, scope)) return result;
    } catch (error) {
      return toErrorResponse(error, scope);
    }
    return Promise.resolve(result).then(
      (value) => finish(value, method, scope),
      (error) => toErrorResponse(error, scope),
    );
  }

  function finish(value: unknown, method: Method, scope: RequestScope): MaybePromise<Response> {
    try {
      // If the handler answered the error itself, its response is kept.
      if (scope.refusal !== undefined && !isError(value)) return refuseBody(scope);
      if (deliverPlain(value, scope)) return value;
      return finishInvalidated(value, method, scope).catch((error) => toErrorResponse(error, scope));
    } catch (error) {
      return toErrorResponse(error, scope);
    }
  }

  async function finishInvalidated(value: unknown, method: Method, scope: RequestScope): Promise<Response> {
    if (scope.invalidated !== undefined) await takeInvalidated(scope);
    return await finishResponse(value, method, scope);
  }

  function toErrorResponse(error: unknown, scope: RequestScope): MaybePromise<Response> {
    // revalidatePath() is usually followed by redirect(), whose target must not be stale.
    if (scope.invalidated !== undefined) return takeInvalidated(scope).then(() => toErrorResponse(error, scope));
    if (scope.refusal !== undefined) return refuseBody(scope);
    scope.deliver();
    try {
      const response = toThrownResponse(error, scope, authInterrupts);
      refuseUnsendable(response);
      return response;
    } catch (error) {
      report(error, scope);
      return answerError?.(error, scope.received) ?? new Response(null, { status: 500 });
    }
  }

  return { toResponse, toErrorResponse };
}

/** Answers a refused body and closes the connection, so that the unread rest is not parsed as the next request. */
export function refuseBody(scope: RequestScope): Response {
  scope.deliver();
  return new Response(null, { status: scope.refusal!.status, headers: { connection: "close" } });
}

/** Waits until the handler's invalidations are visible to all processes. */
async function takeInvalidated(scope: RequestScope): Promise<void> {
  const { invalidated } = scope;
  delete scope.invalidated;
  await invalidated;
}

function isError(response: unknown): boolean {
  return response instanceof Response && response.status >= 400;
}
