/**
 * Replaces the body of a response.
 *
 * @module
 */

/**
 * Returns a new response with another body, and the status and headers of the original.
 *
 * @param response The original response.
 * @param body The new body.
 */
export function withBody(response: Response, body: BodyInit | null): Response {
  const { status, statusText, headers } = response;
  return new Response(body, { status, statusText, headers });
}
