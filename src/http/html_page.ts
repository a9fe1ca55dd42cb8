/**
 * Sends HTML pages that nothing may embed, cache or extend.
 *
 * @module
 */

/**
 * Creates the response with a page.
 *
 * @param html The page.
 * @param policy Its content security policy, without who may embed it and where its forms go: nothing may.
 * @param status The status. Default: 200.
 */
export function createPageResponse(html: string, policy: string, status = 200): Response {
  return new Response(html, {
    status,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      "content-security-policy": `${policy}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
    },
  });
}
