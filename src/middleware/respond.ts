/**
 * Sets headers on the responses of a handler, of every kind.
 *
 * @module
 */

import type { Next } from "../contract/middleware.ts";
import { createControlFlowResponse, readControlFlow } from "../http/control_flow.ts";

/**
 * Calls `next()`, and changes the headers of its response.
 *
 * @param next The rest of the middleware and the handler. A thrown `redirect()` or `notFound()` gets headers like a
 * returned response; other errors are rethrown.
 * @param change Changes the headers.
 */
export async function respondWith(next: Next, change: (headers: Headers) => void): Promise<Response> {
  const response = await next().catch(toThrownResponse);
  // The server recognizes an upgrade to WebSocket by its object.
  if (response.status === 101) return response;
  // A response without a body may be sent many times, and those of `fetch()` and `Response.redirect()` cannot be changed.
  const target = response.body === null || isImmutable(response) ? new Response(response.body, response) : response;
  change(target.headers);
  return target;
}

/** `unauthorized()` and `forbidden()` depend on the configuration of the server, and are left to it. */
function toThrownResponse(error: unknown): Response {
  const flow = readControlFlow(error);
  if (flow === null || flow.status === 401 || flow.status === 403) throw error;
  return createControlFlowResponse(flow);
}

function isImmutable({ headers }: Response): boolean {
  try {
    headers.delete("x-is-immutable");
    return false;
  } catch {
    return true;
  }
}

/** Adds a name to `Vary`, unless it is there. */
export function addVary(headers: Headers, name: string): void {
  const names = (headers.get("vary") ?? "").toLowerCase().split(",").map((part) => part.trim());
  if (!names.includes("*") && !names.includes(name.toLowerCase())) headers.append("vary", name);
}
