/**
 * HTTP/2 without TLS, by prior knowledge (RFC 9113 §3.3).
 *
 * @module
 */

import { type ClientHttp2Session, connect, type IncomingHttpHeaders } from "node:http2";
import type { Answer } from "./http1.ts";

/** A request: pseudo-headers, headers and a body. */
export interface StreamRequest {
  /** The headers, pseudo-headers among them. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body; `""` for none. */
  readonly body: string;
}

/**
 * Sends requests on a connection of their own, all at once.
 *
 * @param port The port on the loopback address.
 * @param requests The requests.
 * @returns The response to each; `null` where the stream or the connection was refused, by either side.
 */
export async function exchangeStreams(
  port: number,
  requests: readonly StreamRequest[],
): Promise<readonly (Answer | null)[]> {
  const session = connect(`http://127.0.0.1:${port}`);
  const closed = Promise.withResolvers<void>();
  session.on("close", closed.resolve);
  // Each stream tells of it too.
  session.on("error", () => {});
  try {
    return await Promise.all(requests.map((request) => exchangeStream(session, request)));
  } finally {
    session.destroy();
    await closed.promise;
  }
}

function exchangeStream(session: ClientHttp2Session, { headers, body }: StreamRequest): Promise<Answer | null> {
  const { promise, resolve } = Promise.withResolvers<Answer | null>();
  let status = 0;
  let received: IncomingHttpHeaders = {};
  const chunks: string[] = [];
  try {
    const stream = session.request(headers, { endStream: body === "" });
    stream.setEncoding("latin1");
    stream.on("response", (headers) => {
      status = headers[":status"] ?? 0;
      received = headers;
    });
    stream.on("data", (chunk: string) => chunks.push(chunk));
    stream.on("error", () => resolve(null));
    stream.on("end", () => resolve(status === 0 ? null : answerOf(status, received, chunks.join(""))));
    stream.on("close", () => resolve(null));
    if (body !== "") stream.end(body, "latin1");
  } catch {
    // The client itself refuses some headers.
    resolve(null);
  }
  return promise;
}

function answerOf(status: number, headers: IncomingHttpHeaders, body: string): Answer {
  const lines = Object.entries(headers).map(([name, value]) => [name, [value ?? ""].flat()] as const);
  return { status, headers: new Map(lines), body };
}
