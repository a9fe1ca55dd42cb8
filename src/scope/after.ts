/**
 * `after()`: work that runs after the response.
 *
 * @module
 */

import { keepHeaders } from "./received_headers.ts";
import { requireScope, runInScope } from "./current_scope.ts";
import type { RequestScope } from "./request_scope.ts";

/**
 * Runs a task when the response has been sent, including after a redirect or an error, or when the client has left. A
 * server that stops waits for it. If a task fails, the error is logged and the other tasks still run.
 *
 * @param task A function to call, or a promise to wait for.
 * @throws {Error} If no request is being answered, or if the task is neither a function nor a promise.
 * @see https://nextjs.org/docs/app/api-reference/functions/after
 *
 * @example
 * ```ts
 * import { after } from "@x/routes/server";
 *
 * export function POST() {
 *   after(() => console.log("answered"));
 *   return new Response("ok");
 * }
 * ```
 */
export function after(task: (() => unknown) | PromiseLike<unknown>): void {
  const scope = requireScope("after");
  keepHeaders(scope);
  if (typeof task === "function") scope.application.waitUntil(runAfterwards(scope, task));
  else if (isPromiseLike(task)) scope.application.waitUntil(reportFailure(scope, task));
  else throw new Error("`after()`: Argument must be a promise or a function");
}

function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}

async function runAfterwards(scope: RequestScope, task: () => unknown): Promise<void> {
  await scope.done().catch(() => {});
  await reportFailure(scope, runInScope(forkAfterwards(scope), async () => await task()));
}

/** Derives the scope of a task after the response: the same request, but no response to change. */
function forkAfterwards(scope: RequestScope): RequestScope {
  return scope.fork({
    phase: "after",
    delivered: true,
    adopted: scope.adopted,
    tracking: scope.tracking?.mode === "error" ? scope.tracking : undefined,
  });
}

async function reportFailure(scope: RequestScope, promise: PromiseLike<unknown>): Promise<void> {
  try {
    await promise;
  } catch (error) {
    scope.application.report(error, scope, "a task of after()");
  }
}
