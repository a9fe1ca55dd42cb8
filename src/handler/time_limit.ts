/**
 * `maxDuration`: the time limit of a handler.
 *
 * @module
 */

import { abortRequest } from "../scope/request_signal.ts";
import type { RequestScope } from "../scope/request_scope.ts";

/**
 * Returns the result of a handler if it settles in time. Otherwise answers 504, aborts `request.signal` and reports an
 * error.
 *
 * @param result What the handler returned: a response, or a promise of one.
 * @param seconds The `maxDuration` of the route.
 * @param scope The scope of the request.
 */
export async function limitDuration(result: unknown, seconds: number, scope: RequestScope): Promise<unknown> {
  const late = Promise.withResolvers<Response>();
  const timer = setTimeout(() => {
    const reason = new DOMException(`The handler took longer than its maxDuration of ${seconds} s`, "TimeoutError");
    abortRequest(scope, reason);
    scope.application.report(reason, scope);
    late.resolve(new Response(null, { status: 504 }));
  }, seconds * 1000);
  try {
    return await Promise.race([result, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
