/**
 * Runs middleware without `route()`, so that a test of one is no test of the other.
 *
 * @module
 */

import type { Middleware } from "../../src/contract/middleware.ts";

/** A handler, and the values that middleware passes to it. */
export type Handler = (request: Request, values: Record<string, unknown>) => Response | Promise<Response>;

/**
 * Runs middleware around a handler.
 *
 * @param use The middleware, from the outside in.
 * @param request The request, or the headers of one to `http://localhost/`.
 * @param handler The handler; default: one that answers "handled".
 */
export async function run(
  use: readonly Middleware[],
  request: Request | HeadersInit,
  handler: Handler = () => new Response("handled"),
): Promise<Response> {
  const received = request instanceof Request ? request : new Request("http://localhost/", { headers: request });
  const call = async (index: number, values: object): Promise<Response> =>
    index === use.length
      ? await handler(received, { ...values })
      : await use[index]!(received, { params: {}, ...values }, (added) => call(index + 1, { ...values, ...added }));
  return await call(0, {});
}

/** Makes of middleware and a handler what a route file exports. */
export function toHandler(use: readonly Middleware[], handler?: Handler): (request: Request) => Promise<Response> {
  return (request) => run(use, request, handler);
}
