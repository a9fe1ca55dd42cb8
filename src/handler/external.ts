/**
 * Requests that another server answers: rewrites to a URL elsewhere.
 *
 * @module
 */

import { requestOf } from "../scope/inbound_request.ts";
import type { RequestScope } from "../scope/request_scope.ts";

/** Of one connection, not of the message (RFC 9110 §7.6.1). */
const HOP_BY_HOP = [
  ...["connection", "keep-alive", "proxy-authenticate", "proxy-connection", "te", "trailer", "transfer-encoding"],
  ...["upgrade", "expect", "host"],
];

/** What a client says to this server only. */
const CREDENTIALS = ["authorization", "cookie", "proxy-authorization", "x-api-key"];

/**
 * Sends a request on, and gives back what comes, both as streams.
 *
 * @param url Where to; code says it, never the client.
 * @param scope The scope of the request; its headers are sent on, but for credentials where the origin is another.
 * @returns The other server's response, redirects included; 502 if there is none.
 */
export async function forward(url: string, scope: RequestScope): Promise<Response> {
  const request = requestOf(scope);
  const headers = withoutHops(request.headers);
  if (new URL(url).origin !== new URL(request.url).origin) { for (const name of CREDENTIALS) headers.delete(name); }
  const { method, body, signal } = request;
  try {
    const response = await fetch(url, { method, headers, body, signal, redirect: "manual" });
    const received = withoutHops(response.headers);
    // Deno has decoded the body; its length is another then.
    if (received.has("content-encoding")) {
      received.delete("content-encoding");
      received.delete("content-length");
    }
    const { status, statusText } = response;
    return new Response(response.body, { status, statusText, headers: received });
  } catch (error) {
    if (!signal.aborted) scope.application.report(error, scope, `the server of the rewrite to ${new URL(url).origin}`);
    return new Response(null, { status: 502 });
  }
}

function withoutHops(headers: Headers): Headers {
  const copy = new Headers(headers);
  const named = (copy.get("connection") ?? "").split(",").map((name) => name.trim()).filter((name) =>
    /^[\w!#$%&'*+.^`|~-]+$/.test(name)
  );
  for (const name of [...HOP_BY_HOP, ...named]) copy.delete(name);
  return copy;
}
