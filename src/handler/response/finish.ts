/**
 * From what a handler returned to what is sent: the last checks, the cookies, the body.
 *
 * @module
 */

import { findUnsendableHeader, hasRepeatedCookies, isPlain, isStreaming } from "../../http/response_shape.ts";
import { getRequest } from "../../scope/inbound_request.ts";
import type { RequestScope } from "../../scope/request_scope.ts";
import { sendStream } from "./stream.ts";
import type { Method } from "../route_module.ts";

/** Delivers what a handler returned if it can go out as it is; true for most of it, and cheap to find out. */
export function deliverPlain(response: unknown, scope: RequestScope): response is Response {
  if (!isPlain(response)) return false;
  if (scope.cookieJar?.isEmpty === false || scope.info === undefined || scope.invalidated !== undefined) return false;
  if (findUnsendableHeader(response) !== undefined) return false;
  scope.deliver();
  return true;
}

/**
 * Makes of a handler's response what is sent.
 *
 * @param response What the handler returned.
 * @param method The request's method; the answer to HEAD has no body.
 * @param scope The scope of the request.
 * @throws {TypeError} If it is no Response, or one that a route handler cannot give.
 */
export function finishResponse(
  response: unknown,
  method: Method,
  scope: RequestScope,
): Response | Promise<Response> {
  if (!(response instanceof Response)) throw createNoResponseError(response, scope);
  if (response.type === "error") throw new RangeError("Invalid status code: 0");
  refuseUnsendable(response);
  // An upgrade to WebSocket is no response any more: the server knows the very object.
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
 * Appends what `cookies()` set, but for the names that the response sets itself, and drops lines that are there twice.
 *
 * @returns The response, or a new one with the cookies: a response that a module keeps and returns to everyone must not
 * keep the cookies of one of them.
 */
export function joinCookies(response: Response, scope: RequestScope): Response {
  const own = response.headers.has("x-middleware-set-cookie");
  const isRepeated = hasRepeatedCookies(response);
  if (scope.cookieJar?.isEmpty !== false && !own && !isRepeated) return response;
  const { body, status, statusText, headers } = response;
  const target = new Response(body, { status, statusText, headers });
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
 * The answer to HEAD. The server drops a whole body itself and keeps its length; a stream must be canceled.
 *
 * @param response The answer to GET.
 * @param streaming Whether its body is a stream.
 * @param onWire Whether a server sends it.
 */
export function removeBody(response: Response, streaming: boolean, onWire: boolean): Response {
  if (onWire && !streaming) return response;
  if (streaming) response.body?.cancel().catch(() => {});
  const { status, statusText, headers } = response;
  // Without any body the server would say `content-length: 0`, which is not what GET has.
  const body = onWire ? new ReadableStream({ start: (controller) => controller.close() }) : null;
  return new Response(body, { status, statusText, headers });
}

/**
 * Refuses a response that cannot be sent, as Node does.
 *
 * @throws {TypeError} If a header has a control character, which what a client sent may have.
 */
export function refuseUnsendable(response: Response): void {
  const name = findUnsendableHeader(response);
  if (name === undefined) return;
  throw new TypeError(`Cannot send header "${name}": its value has a control character, remove or encode it`);
}

/** The words of a proxy to its caller mean nothing from a route handler, and never reach a client. */
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
