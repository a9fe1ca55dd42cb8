/**
 * Forwards requests to another server, for rewrites to an external URL.
 *
 * @module
 */

import { getReceivedHeader } from "../../http/received_request.ts";
import { isHeaderName } from "../../http/header_text.ts";
import { asksForWebSocket } from "../../http/websocket.ts";
import { getRequest } from "../../scope/inbound_request.ts";
import { guardBody } from "../../scope/request_body.ts";
import type { RequestScope } from "../../scope/request_scope.ts";
import { HOP_BY_HOP } from "./header_rule.ts";
import { startIdleTimer } from "./idle_timer.ts";

/** Headers for this server only, which are not forwarded. */
const NOT_FORWARDED = [...HOP_BY_HOP, "expect", "host"];

/** Headers with credentials for this server. */
const CREDENTIALS = ["authorization", "cookie", "proxy-authorization", "x-api-key"];

/** Options of {@linkcode forward}. */
export interface ForwardOptions {
  /** Headers set by a `proxy.ts`, which replace those of the client. */
  readonly headers?: Headers | undefined;
  /** Whether to omit credentials, because a param chooses the server. */
  readonly withholdsCredentials?: boolean;
}

/**
 * Forwards a request and returns the response, both as streams.
 *
 * @param url The destination, chosen by code, never by the client.
 * @param scope The scope of the request, whose headers are forwarded.
 * @param options Its options.
 * @returns The other server's response, including redirects; 502 if it cannot be reached, 504 if it does not respond in
 * time.
 */
export async function forward(
  url: string,
  scope: RequestScope,
  { headers: replaced, withholdsCredentials = false }: ForwardOptions = {},
): Promise<Response> {
  const request = getRequest(scope);
  const headers = removeHopHeaders(replaced ?? request.headers);
  // Deno requests the encodings it can decode, and decodes them.
  headers.delete("accept-encoding");
  if (withholdsCredentials) {
    for (const name of CREDENTIALS) headers.delete(name);
  }
  const { method, signal } = request;
  const { rewriteTimeoutMs } = scope.application;
  // Not for the body of the response: server-sent events pause.
  const timer = startIdleTimer(rewriteTimeoutMs, createTimeoutMessage(rewriteTimeoutMs));
  // Not the proxy's copy of the body, which would be buffered for a reader after the proxy.
  const stream = (scope.bodyAfterProxy ?? scope.received).body;
  const body = stream === null ? null : guardBody(stream, scope).pipeThrough(
    new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
      transform(chunk, controller) {
        timer.restart();
        controller.enqueue(chunk);
      },
    }),
  );
  try {
    const either = AbortSignal.any([signal, timer.signal]);
    const upgraded = await openTunnel(url, scope, { headers, signal: either });
    if (upgraded !== null) return upgraded;
    const response = await fetch(url, { method, headers, body, signal: either, redirect: "manual" });
    if (response.status === 101) throw new TypeError("The server switched to a protocol that was not asked for");
    const received = removeHopHeaders(response.headers);
    // Deno has decoded the body, so its length has changed.
    if (/^(?:gzip|x-gzip|br)$/i.test(received.get("content-encoding") ?? "")) {
      received.delete("content-encoding");
      received.delete("content-length");
    }
    const { status, statusText } = response;
    return new Response(response.body, { status, statusText, headers: received });
  } catch (error) {
    if (scope.refusal !== undefined) throw scope.refusal;
    if (!signal.aborted) scope.application.report(error, scope, `the server of the rewrite to ${new URL(url).origin}`);
    return new Response(null, { status: timer.signal.aborted ? 504 : 502 });
  } finally {
    timer.stop();
  }
}

function createTimeoutMessage(ms: number): string {
  return `The server did not answer within ${ms} ms, set experimental.proxyTimeout in next.config to wait longer`;
}

/** Tunnels a WebSocket upgrade; returns `null` for any other request, or if the server does not accept the upgrade. */
async function openTunnel(
  url: string,
  scope: RequestScope,
  { headers, signal }: { readonly headers: Headers; readonly signal: AbortSignal },
): Promise<Response | null> {
  const { application: { openTunnel, streams }, received, info } = scope;
  if (openTunnel === undefined || info === undefined || !isWebSocketUpgrade(received)) return null;
  const onOpen = (close: () => void) => {
    streams.add(close);
    return () => void streams.delete(close);
  };
  return await openTunnel(received, { url, headers, signal, sent: scope.done(), onOpen });
}

/** Whether Deno can upgrade a request, which an incomplete one would fail after the other server is connected. */
function isWebSocketUpgrade(request: Request): boolean {
  const get = (name: string) => getReceivedHeader(request, name);
  return request.method === "GET" && /\bupgrade\b/i.test(get("connection") ?? "") && asksForWebSocket(get);
}

function removeHopHeaders(headers: Headers): Headers {
  const copy = new Headers(headers);
  const named = (copy.get("connection") ?? "").split(",").map((name) => name.trim()).filter(isHeaderName);
  for (const name of [...NOT_FORWARDED, ...named]) copy.delete(name);
  return copy;
}
