/**
 * Fast paths through Deno's private Request and Response internals.
 *
 * Deno keeps a request's headers and a plain response in forms that are cheap to read and to send, and gives them up
 * as soon as `headers` or `body` is touched: reading `Host` through `request.headers` makes it copy all headers, which
 * costs 10 % of the throughput, and more with every header the client sends (tests/bench/README.md). Both forms are
 * reachable through symbols. Each function here falls back to the public API if a version of Deno has no such symbol, so
 * that the fast path changes the speed and never the result.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { isHeaderValue } from "./header_text.ts";

const request = new Request("http://localhost/");
const REQUEST = getSymbol(request, "request");
const GUARD = getSymbol(request, "headers guard");
const RESPONSE = getSymbol(new Response(""), "response");
const UNTOUCHED_BODY = getSymbol(new Response(""), "lazy static body");
const PLAIN_BODY = getSymbol(new Response(""), "serve fast body");

function getSymbol(value: object, description: string): symbol {
  const existing = Object.getOwnPropertySymbols(value).find((symbol) => symbol.description === description);
  return existing ?? Symbol(description);
}

/** The getters of the platform: a request that became a `NextRequest` overrides the properties. */
const headersGetter = Object.getOwnPropertyDescriptor(Request.prototype, "headers")!.get!;
const bodyGetter = Object.getOwnPropertyDescriptor(Request.prototype, "body")!.get!;
const signalGetter = Object.getOwnPropertyDescriptor(Request.prototype, "signal")!.get!;

/** Returns the headers of a request as the server received them. */
export function getReceivedHeaders(request: Request): Headers {
  return headersGetter.call(request);
}

/** Returns the original signal of a request. That of a server aborts when the client disconnects, but on success too. */
export function getReceivedSignal(request: Request): AbortSignal {
  return signalGetter.call(request);
}

/** Returns the original body of a request. */
export function getReceivedStream(request: Request): ReadableStream<Uint8Array<ArrayBuffer>> | null {
  return bodyGetter.call(request);
}

let isWarningDropped = false;

/**
 * Suppresses Deno's one-time warning that `request.signal` aborts on success too; we handle that. Deno prints it when the
 * first request ends whose signal was read; then `console.warn` is restored.
 */
export function dropLegacyWarning(): void {
  if (isWarningDropped) return;
  isWarningDropped = true;
  const warn = console.warn;
  console.warn = (...args: unknown[]) => {
    const isLegacy = typeof args[0] === "string" && args[0].startsWith("Deno.serve: request.signal aborts on success");
    if (!isLegacy) return warn.apply(console, args);
    if (console.warn === filter) console.warn = warn;
  };
  const filter = console.warn;
}

/**
 * Returns one header of a request.
 *
 * @param request The request.
 * @param name The name of the header, in lower case.
 */
export function getReceivedHeader(request: Request, name: string): string | null {
  const inner = (request as unknown as Record<symbol, { header?: unknown } | undefined>)[REQUEST];
  if (typeof inner?.header === "function") return inner.header(name);
  return getReceivedHeaders(request).get(name);
}

interface InnerBody {
  readonly source?: unknown;
  readonly length?: number | null;
}

interface InnerResponse {
  readonly body?: InnerBody | null;
  readonly headerList?: readonly (readonly [name: string, value: string])[];
}

type Internals = Readonly<Record<symbol, InnerResponse | string | Uint8Array | null | undefined>>;

/**
 * The constructor argument that creates an uninitialized `Request`, for {@linkcode shareRequest}; `undefined` if this
 * version of Deno has none.
 */
export const UNINITIALIZED: symbol | undefined = findUninitialized();

function findUninitialized(): symbol | undefined {
  const brand = getSymbol(request, "[[webidl.brand]]");
  try {
    const probe = Reflect.construct(Request, [brand]);
    shareRequest(probe, new Request("http://localhost/probe", { method: "PUT", headers: { a: "b" } }));
    const isShared = probe.url === "http://localhost/probe" && probe.method === "PUT" && probe.headers.get("a") === "b";
    return isShared ? brand : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Points an uninitialized request at the internals of the server's request: nothing is copied, both share one body, and a
 * WebSocket upgrade works through either. This is five times as fast as changing the prototype of the server's object,
 * and the server keeps the object it knows.
 *
 * @param uninitialized A request created with {@linkcode UNINITIALIZED}.
 * @param request The server's request.
 */
export function shareRequest(uninitialized: Request, request: Request): void {
  const target = uninitialized as unknown as Record<symbol, unknown>,
    source = request as unknown as Record<symbol, unknown>;
  target[REQUEST] = source[REQUEST];
  target[GUARD] = source[GUARD];
}

/**
 * Calls a hook when code reads the internals of a request directly, as `new Request(request)` does.
 *
 * @param request A request of {@linkcode shareRequest}.
 * @param onRead Called before each such read; an error it throws reaches the reader. It may return another request, whose
 * internals are read instead.
 */
export function guardInside(request: Request, onRead: () => Request | void): void {
  const internals = (request as unknown as Record<symbol, unknown>)[REQUEST];
  Object.defineProperty(request, REQUEST, {
    configurable: true,
    get() {
      const other = onRead() as unknown as Record<symbol, unknown> | undefined;
      return other === undefined ? internals : other[REQUEST];
    },
  });
}

/** Whether a value is a 200 response with a complete, unread body and no header but a content type. */
export function isPlain(value: unknown): value is Response {
  if (typeof value !== "object" || value === null) return false;
  const internals = value as Internals;
  return internals[UNTOUCHED_BODY] != null || (internals[PLAIN_BODY] != null && !(value as Response).bodyUsed);
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

function getHeaderList(response: Response): Iterable<readonly [name: string, value: string]> {
  const inner = (response as unknown as Internals)[RESPONSE];
  const list = typeof inner === "object" && inner !== null && "headerList" in inner ? inner.headerList : undefined;
  return list ?? response.headers;
}

/** The content encodings that `fetch()` decodes. */
const DECODED = /^(?:gzip|x-gzip|br)$/i;

/**
 * Removes `content-encoding` and `content-length` from a response whose body `fetch()` has decoded: code that forwards them
 * with the body would send plain bytes as compressed ones, truncated to the compressed length.
 *
 * @param response A response of `fetch()`.
 * @returns The response; or a copy, if this version of Deno does not expose the list of its headers.
 */
export function dropDecodedEncoding(response: Response): Response {
  if (response.body === null || !DECODED.test(response.headers.get("content-encoding") ?? "")) return response;
  const inner = (response as unknown as Internals)[RESPONSE];
  const isEncodingHeader = ([name]: readonly [string, string]) => /^content-(?:encoding|length)$/i.test(name);
  if (typeof inner === "object" && inner !== null && "headerList" in inner && Array.isArray(inner.headerList)) {
    const rest = inner.headerList.filter((header) => !isEncodingHeader(header));
    inner.headerList.splice(0, Infinity, ...rest);
    if (!response.headers.has("content-encoding")) return response;
  }
  const { body, status, statusText, url, redirected } = response;
  const headers = [...response.headers].filter((header) => !isEncodingHeader(header));
  const copy = new Response(body, { status, statusText, headers });
  return Object.defineProperties(copy, { url: { value: url }, redirected: { value: redirected } });
}

/** Whether the body of a response is a stream: one without a source, in the terms of the Fetch standard (§ bodies). */
export function isStreaming(response: Response): boolean {
  const inner = (response as unknown as Internals)[RESPONSE];
  if (typeof inner !== "object" || inner === null || !("body" in inner)) return response.body !== null;
  return inner.body != null && inner.body.source === null;
}

/** Returns the size of a response's body; `null` if it is a stream, or if Deno does not expose the size. */
export function getBodySize(response: Response): number | null {
  const internals = response as unknown as Internals;
  const inner = internals[RESPONSE];
  const { source, length } = typeof inner === "object" && inner !== null && "body" in inner ? inner.body ?? {} : {};
  const whole = internals[UNTOUCHED_BODY] ?? internals[PLAIN_BODY] ?? source;
  if (typeof whole === "string") return Buffer.byteLength(whole);
  if (whole instanceof Uint8Array) return whole.byteLength;
  return length ?? (response.body === null ? 0 : null);
}
