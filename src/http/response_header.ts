/**
 * Sets a header on a response of other code.
 *
 * @module
 */

import { getBodySize } from "./response_shape.ts";
import { withBody } from "./response_body.ts";

/**
 * Sets a header; on a copy if the response is immutable or may be shared with other requests.
 *
 * @param response The response. A WebSocket upgrade is not changed: the server needs that very object.
 * @param name The name of the header.
 * @param value The value of the header.
 */
export function withHeader(response: Response, name: string, value: string): Response {
  if (response.status === 101) return response;
  // A response without a body may be one that a module returns to every request.
  const isShared = getBodySize(response) === 0;
  if (!isShared) {
    try {
      response.headers.set(name, value);
      return response;
    } catch {
      // The headers of a `fetch()` response are immutable.
    }
  }
  const copy = withBody(response, isShared ? null : response.body);
  copy.headers.set(name, value);
  return copy;
}
