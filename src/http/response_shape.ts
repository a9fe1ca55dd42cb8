/**
 * Inspects a response without touching `headers` or `body`, which would make it slower to send.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { isHeaderValue } from "./header_text.ts";
import { type HeaderPair, internals, type ResponseBody } from "./runtime_internals.ts";

/** Whether a value is known to be a 200 response with a complete, unread body and no header but a content type. */
export function isPlain(value: unknown): value is Response {
  return internals?.isPlain(value) ?? false;
}

/**
 * Returns the name of a response header that cannot be sent: Deno would exit the whole process.
 *
 * @returns `undefined` if all headers can be sent.
 */
export function findUnsendableHeader(response: Response): string | undefined {
  for (const [name, value] of getHeaderList(response)) if (!isHeaderValue(value)) return name;
  return undefined;
}

/** Whether a response has a `set-cookie` line twice. Without two of them, this costs next to nothing. */
export function hasRepeatedCookies(response: Response): boolean {
  let count = 0;
  for (const [name] of getHeaderList(response)) {
    if (name.length === "set-cookie".length && name.toLowerCase() === "set-cookie") count++;
  }
  if (count < 2) return false;
  return new Set(response.headers.getSetCookie()).size < count;
}

/** Returns the headers of a response as they are sent: names are in any case, and may be repeated. */
export function getHeaderList(response: Response): Iterable<HeaderPair> {
  return internals?.getHeaderList(response) ?? response.headers;
}

/** The content encodings that `fetch()` decodes. */
const DECODED = /^(?:gzip|x-gzip|br)$/i;

/**
 * Removes `content-encoding` and `content-length` from a response whose body `fetch()` has decoded: code that forwards them
 * with the body would send plain bytes as compressed ones, truncated to the compressed length.
 *
 * @param response A response of `fetch()`.
 * @returns The response; or a copy, where the list of its headers is out of reach.
 */
export function dropDecodedEncoding(response: Response): Response {
  if (response.body === null || !DECODED.test(response.headers.get("content-encoding") ?? "")) return response;
  const isEncodingHeader = ([name]: HeaderPair) => /^content-(?:encoding|length)$/i.test(name);
  const list = internals?.getHeaderList(response);
  if (list !== undefined) {
    list.splice(0, Infinity, ...list.filter((header) => !isEncodingHeader(header)));
    if (!response.headers.has("content-encoding")) return response;
  }
  const { body, status, statusText, url, redirected } = response;
  const headers = [...response.headers].filter((header) => !isEncodingHeader(header));
  const copy = new Response(body, { status, statusText, headers });
  return Object.defineProperties(copy, { url: { value: url }, redirected: { value: redirected } });
}

/** Whether the body of a response is a stream: one without a source, in the terms of the Fetch standard (§ bodies). */
export function isStreaming(response: Response): boolean {
  const body = getBody(response);
  return body === undefined ? response.body !== null : body.source === null;
}

/** Returns the size of a response's body in bytes; `null` if it is a stream, or if the size is unknown. */
export function getBodySize(response: Response): number | null {
  const { source, length } = getBody(response) ?? {};
  if (typeof source === "string") return Buffer.byteLength(source);
  if (source instanceof Uint8Array) return source.byteLength;
  return length ?? (response.body === null ? 0 : null);
}

function getBody(response: Response): ResponseBody | undefined {
  return internals?.getBody(response);
}
