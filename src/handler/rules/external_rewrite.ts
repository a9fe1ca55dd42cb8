/**
 * Requests that another server answers: rewrites to a URL elsewhere.
 *
 * @module
 */

import { getReceivedHeader } from "../../http/received_request.ts";
import { isHeaderName } from "../../http/header_text.ts";
import { getRequest } from "../../scope/inbound_request.ts";
import { guardBody } from "../../scope/request_body.ts";
import type { RequestScope } from "../../scope/request_scope.ts";
import { HOP_BY_HOP } from "./header_rule.ts";

/** What is said to one server, and not to the one behind it. */
const NOT_FORWARDED = [...HOP_BY_HOP, "expect", "host"];

/** What a client says to this server only. */
const CREDENTIALS = ["authorization", "cookie", "proxy-authorization", "x-api-key"];

/** How a request is sent on. */
export interface ForwardOptions {
  /** The headers that a proxy has replaced the client's with. */
  readonly headers?: Headers | undefined;
  /** Whether credentials are left out, as where a param chooses the server. */
  readonly withholdsCredentials?: boolean;
}

/**
 * Sends a request on, and gives back what comes, both as streams.
 *
 * @param url Where to; code says it, never the client.
 * @param scope The scope of the request; its headers are sent on.
 * @param options How it is sent on.
 * @returns The other server's response, redirects included; 502 if there is none.
 */
export async function forward(
  url: string,
  scope: RequestScope,
  { headers: replaced, withholdsCredentials = false }: ForwardOptions = {},
): Promise<Response> {
  const request = getRequest(scope);
  const headers = removeHopHeaders(replaced ?? request.headers);
  // Deno asks for what it can decode, and decodes it.
  headers.delete("accept-encoding");
  if (withholdsCredentials) { for (const name of CREDENTIALS) headers.delete(name); }
  const upgraded = await openTunnel(url, scope, headers);
  if (upgraded !== null) return upgraded;
  const { method, signal } = request;
  // Not the proxy's view of the body, which would be kept for whoever reads it after the proxy.
  const stream = (scope.bodyAfterProxy ?? scope.received).body;
  const body = stream === null ? null : guardBody(stream, scope);
  try {
    const response = await fetch(url, { method, headers, body, signal, redirect: "manual" });
    const received = removeHopHeaders(response.headers);
    // Its length is another then.
    if (/^(?:gzip|x-gzip|br)$/i.test(received.get("content-encoding") ?? "")) {
      received.delete("content-encoding");
      received.delete("content-length");
    }
    const { status, statusText } = response;
    return new Response(response.body, { status, statusText, headers: received });
  } catch (error) {
    if (scope.refusal !== undefined) throw scope.refusal;
    if (!signal.aborted) scope.application.report(error, scope, `the server of the rewrite to ${new URL(url).origin}`);
    return new Response(null, { status: 502 });
  }
}

/** Connects a request to upgrade to a WebSocket; `null` for any other request, and if the server accepts none. */
async function openTunnel(url: string, scope: RequestScope, headers: Headers): Promise<Response | null> {
  const { application: { openTunnel, streams }, received, info } = scope;
  const isUpgrade = getReceivedHeader(received, "upgrade")?.toLowerCase() === "websocket" && received.method === "GET";
  if (openTunnel === undefined || info === undefined || !isUpgrade) return null;
  const onOpen = (close: () => void) => {
    streams.add(close);
    return () => void streams.delete(close);
  };
  return await openTunnel(received, { url, headers, onOpen });
}

function removeHopHeaders(headers: Headers): Headers {
  const copy = new Headers(headers);
  const named = (copy.get("connection") ?? "").split(",").map((name) => name.trim()).filter(isHeaderName);
  for (const name of [...NOT_FORWARDED, ...named]) copy.delete(name);
  return copy;
}
