/**
 * Responses to a thrown `redirect()`, `notFound()` and similar, and thrown values as text.
 *
 * @module
 */

import { type ControlFlow, createControlFlowResponse, readControlFlow } from "../../http/control_flow.ts";
import { getReceivedHeader } from "../../http/received_request.ts";
import type { RequestScope } from "../../scope/request_scope.ts";
import { joinCookies } from "./finish.ts";

/**
 * Returns the response to a value that a handler threw.
 *
 * @param error The thrown value.
 * @param scope The scope of its request.
 * @param authInterrupts Whether `forbidden()` and `unauthorized()` may be used.
 * @throws The value itself if it is an ordinary error.
 */
export function toThrownResponse(error: unknown, scope: RequestScope, authInterrupts: boolean): Response {
  const flow = readControlFlow(error);
  if (flow === null) throw error;
  if ((flow.status === 401 || flow.status === 403) && !authInterrupts) throw createInterruptError(flow);
  return joinCookies(createControlFlowResponse(isFormPost(flow, scope) ? { ...flow, status: 303 } : flow), scope);
}

/**
 * Whether a redirect answers a form. As in Next.js, the browser then fetches the next page with GET instead of
 * submitting the form again.
 */
function isFormPost({ status }: ControlFlow, { received }: RequestScope): boolean {
  if (received.method !== "POST" || (status !== 307 && status !== 308)) return false;
  const type = getReceivedHeader(received, "content-type") ?? "";
  return type === "application/x-www-form-urlencoded" || type.startsWith("multipart/form-data");
}

/** Creates the error of Next.js for these two functions without the experimental flag. */
function createInterruptError({ status }: ControlFlow): Error {
  const [name, verb] = status === 403 ? ["forbidden", "be enabled"] : ["unauthorized", "be used"];
  return new Error(
    `\`${name}()\` is experimental and only allowed to ${verb} when \`experimental.authInterrupts\` is enabled. To enable it, write "experimental: { authInterrupts: true }" in next.config, or make a next.config.ts: export default { experimental: { authInterrupts: true } };`,
  );
}

/** Returns a thrown value as text: it need not be an error, and some objects cannot be converted to a string. */
export function toThrownText(thrown: unknown): string {
  try {
    return String(thrown);
  } catch {
    return Object.prototype.toString.call(thrown);
  }
}
