/**
 * Time limits for handlers.
 *
 * @module
 */

import type { Middleware } from "../contract/middleware.ts";
import { createProblem, problemResponse } from "../contract/problem.ts";
import { getScope } from "../scope/current_scope.ts";

/** The values that {@linkcode timeout} passes to the handler. */
export interface TimeoutValues {
  /** Aborts when the time is up, or when the client disconnects. */
  readonly signal: AbortSignal;
}

/**
 * Responds with 504 if the handler takes too long, and aborts the `signal` that it passes to the handler. On this
 * server it also aborts `request.signal`. A streamed body may take longer; work that ignores the signal continues.
 *
 * The status is that of `maxDuration`, 504 (RFC 9110 §15.6.5), because usually another server did not respond in time.
 * 503 (§15.6.4) would mean that all requests fail for a while. No library is used: it is a timer.
 *
 * @param ms The time limit in milliseconds: an integer above 0.
 * @throws {RangeError} If the time limit is invalid.
 *
 * @example
 * ```ts
 * import { timeout } from "@x/routes/middleware";
 * import { route } from "@x/routes/route";
 *
 * export const GET = route({ use: [timeout(2000)] }, async (_request, { signal }) => {
 *   const response = await fetch("https://example.com/", { signal });
 *   return new Response(response.body);
 * });
 * ```
 */
export function timeout(ms: number): Middleware<TimeoutValues> {
  if (!Number.isInteger(ms) || ms <= 0 || ms > MAX_TIMER_MS) {
    throw new RangeError(`Cannot limit the time to ${ms} ms: expected an integer from 1 to ${MAX_TIMER_MS}`);
  }
  return async (request, _context, next) => {
    const controller = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<DOMException>((resolve) => {
      timer = setTimeout(() => {
        const reason = new DOMException(`The handler took longer than ${ms} ms`, "TimeoutError");
        controller.abort(reason);
        getScope()?.abort?.abort(reason);
        resolve(reason);
      }, ms);
    });
    const answered = next({ signal: AbortSignal.any([request.signal, controller.signal]) });
    try {
      const result = await Promise.race([answered, late]);
      if (result instanceof Response) return result;
      // A late response is not sent, and its body would stay open.
      answered.then(({ body }) => body?.cancel()).catch(() => {});
      return problemResponse(createProblem(504, { detail: result.message }));
    } finally {
      clearTimeout(timer);
    }
  };
}

/** The longest delay that a timer supports. */
const MAX_TIMER_MS = 2 ** 31 - 1;
