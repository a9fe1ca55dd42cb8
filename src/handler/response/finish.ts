/**
 * Turns the response of a handler into the response that is sent: final checks, cookies, and the body.
 *
 * @module
 */

import { findUnsendableHeader, hasRepeatedCookies, isPlain, isStreaming } from "../../http/response_shape.ts";
import { withBody } from "../../http/response_body.ts";
import { getRequest } from "../../scope/inbound_request.ts";
import type { RequestScope } from "../../scope/request_scope.ts";
import { sendStream } from "./stream.ts";
import type { Method } from "../../http/method.ts";

/** Delivers a handler's response if it can be sent as is, which is the common case and cheap to check. */
export function deliverPlain(response: unknown, scope: RequestScope): response is Response {
  if (!isPlain(response)) return false;
  if (scope.cookieJar?.isEmpty === false || scope.info === undefined || scope.invalidated !== undefined) return false;
  if (findUnsendableHeader(response) !== undefined) return false;
  scope.deliver();
  return true;
}

/**
 * Turns a handler's response into the response that is sent.
 *
 * @param response What the handler returned.
 * @param method The request's method; the answer to HEAD has no body.
 * @param scope The scope of the request.
 * @throws {TypeError} If it is not a Response, or one that a route handler must not return.
 */
export function finishResponse(
  response: unknown,
  method: Method,
  scope: RequestScope,
): Response | Promise<Response> {
  if (!(response instanceof Response)) throw createNoResponseError(response, scope);
  if (response.type === "error") throw new RangeError("Invalid status code: 0");
  refuseUnsendable(response);
  // A WebSocket upgrade must stay the same object: the server recognizes it by identity.
  if (response.status === 101) return deliver(response, scope);
  refuseProxyResponse(response.headers);
  if (response.bodyUsed) {
    scope.application.report(new TypeError("Cannot send response: its body has been read already"), scope);
    return deliver(new Response(null, { status: 500, headers: response.headers }), scope);
  }
  const streaming = isStreaming(response);
  const joined = joinCookies(response, scope);
  if (method === "HEAD") return deliver(removeBody(joined, streaming, scope.info !== undefined), scope);
  return streaming ? sendStream(joined, scope) : deliver(joined, scope);
}

function deliver(response: Response, scope: RequestScope): Response {
  scope.deliver();
  return response;
}

/**
 * Appends the cookies set by `cookies()`, except names that the response sets itself, and removes duplicate lines.
 *
 * @returns The response, or a new one with the cookies: a module may return the same response object to every client,
 * so it must not collect the cookies of one.
 */
export function joinCookies(response: Response, scope: RequestScope): Response {
  const own = response.headers.has("x-middleware-set-cookie");
  const isRepeated = hasRepeatedCookies(response);
  if (scope.cookieJar?.isEmpty !== false && !own && !isRepeated) return response;
  const target = withBody(response, response.body);
  target.headers.delete("x-middleware-set-cookie");
  const lines = new Set(target.headers.getSetCookie());
  if (isRepeated) {
    target.headers.delete("set-cookie");
    for (const line of lines) target.headers.append("set-cookie", line);
  }
  const set = new Set(lines.values().map((line) => line.split("=", 1)[0]!.trim()));
  for (const [name, line] of scope.cookieJar?.lines() ?? []) {
    if (!set.has(name)) target.headers.append("set-cookie", line);
  }
  return target;
}

/**
 * Returns the response to HEAD. The server drops a complete body itself and keeps its length; a stream must be
 * canceled.
 *
 * @param response The response to GET.
 * @param streaming Whether its body is a stream.
 * @param fromServer Whether the request came from a server, which sends the response.
 */
export function removeBody(response: Response, streaming: boolean, fromServer: boolean): Response {
  if (fromServer && !streaming) return response;
  if (streaming) response.body?.cancel().catch(() => {});
  // With no body at all, the server would send `content-length: 0`, which is not the length for GET.
  return withBody(response, fromServer ? new ReadableStream({ start: (controller) => controller.close() }) : null);
}

/**
 * Refuses a response that cannot be sent, as Node.js does.
 *
 * @throws {TypeError} If a header has a control character, for example one copied from the client's request.
 */
export function refuseUnsendable(response: Response): void {
  const name = findUnsendableHeader(response);
  if (name === undefined) return;
  throw new TypeError(`Cannot send header "${name}": its value has a control character, remove or encode it`);
}

/** Refuses the headers that a proxy uses to control routing: they are invalid in a route handler. */
function refuseProxyResponse(headers: Headers): void {
  if (headers.has("x-middleware-rewrite")) {
    throw new TypeError(
      "NextResponse.rewrite() was used in a app route handler, this is not currently supported. Please remove the invocation to continue.",
    );
  }
  if (headers.get("x-middleware-next") === "1") {
    throw new TypeError(
      "NextResponse.next() was used in a app route handler, this is not supported. See here for more info: https://nextjs.org/docs/messages/next-response-next-in-app-route-handler",
    );
  }
}

function createNoResponseError(value: unknown, scope: RequestScope): TypeError {
  const received = typeof value === "object" && value !== null
    ? value.constructor?.name ?? "Object"
    : String(typeof value);
  const { method, nextUrl } = getRequest(scope);
  return new TypeError(
    `No response is returned from route handler '${scope.route.file}'. Expected a Response object but received '${
      value === null ? "null" : received
    }' (method: ${method}, url: ${nextUrl.pathname}${nextUrl.search}). Ensure you return a \`Response\` or a \`NextResponse\` in all branches of your handler.`,
  );
}
