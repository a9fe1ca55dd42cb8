/**
 * Changes the headers of responses of other code.
 *
 * @module
 */

import { getBodySize } from "./response_shape.ts";
import { withBody } from "./response_body.ts";

/**
 * Changes the headers of a response; those of a copy if it is immutable or may be shared with other requests.
 *
 * @param response The response. A WebSocket upgrade is not changed: the server needs that very object.
 * @param change Changes the headers.
 */
export function changeHeaders(response: Response, change: (headers: Headers) => void): Response {
  if (response.status === 101) return response;
  // A response without a body may be one that a module returns to every request. A body is sent only once, and copying
  // it costs more than everything else that is done here.
  const isShared = getBodySize(response) === 0;
  if (!isShared) {
    try {
      change(response.headers);
      return response;
    } catch {
      // The headers of a `fetch()` response are immutable.
    }
  }
  const copy = withBody(response, isShared ? null : response.body);
  change(copy.headers);
  return copy;
}

/** Sets a header of a response, as {@linkcode changeHeaders} does. */
export function withHeader(response: Response, name: string, value: string): Response {
  return changeHeaders(response, (headers) => headers.set(name, value));
}
