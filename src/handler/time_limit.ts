/**
 * `maxDuration`: how long a handler may take.
 *
 * @module
 */

import { abortRequest } from "../scope/request_signal.ts";
import type { RequestScope } from "../scope/request_scope.ts";

/**
 * The result of a handler if it comes in time; else 504, an aborted `request.signal` and a report.
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
