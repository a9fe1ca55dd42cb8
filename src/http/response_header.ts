/**
 * A header that is set on a response that somebody else made.
 *
 * @module
 */

import { bodySize } from "./native.ts";

/**
 * Sets a header, on a copy where the response cannot be changed or is not this request's alone.
 *
 * @param response The response. An upgrade to WebSocket stays as it is: the server knows the very object.
 * @param name The header's name.
 * @param value Its value.
 */
export function withHeader(response: Response, name: string, value: string): Response {
  if (response.status === 101) return response;
  // A response without body may be one that a module gives to everyone.
  const isShared = bodySize(response) === 0;
  if (!isShared) {
    try {
      response.headers.set(name, value);
      return response;
    } catch {
      // The headers of a response of `fetch()` cannot be changed.
    }
  }
  const { body, status, statusText, headers } = response;
  const copy = new Response(isShared ? null : body, { status, statusText, headers });
  copy.headers.set(name, value);
  return copy;
}
