/**
 * What Deno knows of its own requests and responses and tells only at a price.
 *
 * Deno keeps a request's headers and a plain response in forms that are cheap to read and to send, and gives them up
 * as soon as `headers` or `body` is touched: reading `Host` through `request.headers` makes it copy all headers, which
 * costs 10 % of the throughput and more with every header the client sends (tests/bench/README.md). Both forms show
 * behind symbols. Each function here has the public way beside it and takes it where a Deno has no such symbol, so the
 * shortcut changes the speed and never the answer.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { isHeaderValue } from "./header_text.ts";

const request = new Request("http://localhost/");
const REQUEST = symbolOf(request, "request");
const GUARD = symbolOf(request, "headers guard");
const RESPONSE = symbolOf(new Response(""), "response");
const UNTOUCHED_BODY = symbolOf(new Response(""), "lazy static body");
const PLAIN_BODY = symbolOf(new Response(""), "serve fast body");

function symbolOf(value: object, description: string): symbol {
  const found = Object.getOwnPropertySymbols(value).find((symbol) => symbol.description === description);
  return found ?? Symbol(description);
}

/** The getters themselves: on a request that became a `NextRequest` the properties are others. */
const headersGetter = Object.getOwnPropertyDescriptor(Request.prototype, "headers")!.get!;
const bodyGetter = Object.getOwnPropertyDescriptor(Request.prototype, "body")!.get!;
const signalGetter = Object.getOwnPropertyDescriptor(Request.prototype, "signal")!.get!;

/** The headers of a request as the server received them. */
export function getReceivedHeaders(request: Request): Headers {
  return headersGetter.call(request);
}

/** The signal of a request as it was made; that of a server aborts when the client leaves, but after a success too. */
export function getReceivedSignal(request: Request): AbortSignal {
  return signalGetter.call(request);
}

/** The body of a request as it was made. */
export function getReceivedStream(request: Request): ReadableStream<Uint8Array<ArrayBuffer>> | null {
  return bodyGetter.call(request);
}

let warningDropped = false;

/**
 * Drops Deno's warning that a server's signal aborts after a success too, for who knows. Deno prints it once a process,
 * when the first request ends whose signal was touched; then `console.warn` is itself again.
 */
export function dropLegacyWarning(): void {
  if (warningDropped) return;
  warningDropped = true;
  const warn = console.warn;
  console.warn = (...args: unknown[]) => {
    const isLegacy = typeof args[0] === "string" && args[0].startsWith("Deno.serve: request.signal aborts on success");
    if (!isLegacy) return warn.apply(console, args);
    if (console.warn === filter) console.warn = warn;
  };
  const filter = console.warn;
}

/**
 * One header of a request.
 *
 * @param name Its name, in lower case.
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

type Inside = Readonly<Record<symbol, InnerResponse | string | Uint8Array | null | undefined>>;

/**
 * What a `Request` is constructed of when it shall begin empty, for {@linkcode shareRequest}; `undefined` where a Deno
 * has no such thing.
 */
export const UNINITIALIZED: symbol | undefined = findEmpty();

function findEmpty(): symbol | undefined {
  const brand = symbolOf(request, "[[webidl.brand]]");
  try {
    const probe = Reflect.construct(Request, [brand]);
    shareRequest(probe, new Request("http://localhost/probe", { method: "PUT", headers: { a: "b" } }));
    const same = probe.url === "http://localhost/probe" && probe.method === "PUT" && probe.headers.get("a") === "b";
    return same ? brand : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Makes an empty request another face of one that the server gave: both have one inside, nothing is copied, and a
 * WebSocket upgrade works through either. It is five times as fast as giving the server's object another prototype,
 * and the server goes on with the object it knows.
 */
export function shareRequest(empty: Request, request: Request): void {
  const target = empty as unknown as Record<symbol, unknown>, source = request as unknown as Record<symbol, unknown>;
  target[REQUEST] = source[REQUEST];
  target[GUARD] = source[GUARD];
}

/**
 * Lets a function know when somebody goes for the inside of a request past its methods, as `new Request(request)` does.
 *
 * @param request A request of {@linkcode shareRequest}.
 * @param told Called before each such read; what it throws, the reader gets. It may give another request, whose inside the
 * reader gets then.
 */
export function guardInside(request: Request, told: () => Request | void): void {
  const inside = (request as unknown as Record<symbol, unknown>)[REQUEST];
  Object.defineProperty(request, REQUEST, {
    configurable: true,
    get() {
      const other = told() as unknown as Record<symbol, unknown> | undefined;
      return other === undefined ? inside : other[REQUEST];
    },
  });
}

/** Whether a value is a response of status 200 with a whole body nobody read, and no header but a content type. */
export function isPlain(value: unknown): value is Response {
  if (typeof value !== "object" || value === null) return false;
  const inside = value as Inside;
  return inside[UNTOUCHED_BODY] != null || (inside[PLAIN_BODY] != null && !(value as Response).bodyUsed);
}

/**
 * The name of a header of a response that cannot be sent: Deno ends the whole process where it is asked to.
 *
 * @returns `undefined` if all can be sent.
 */
export function findUnsendableHeader(response: Response): string | undefined {
  const inner = (response as unknown as Inside)[RESPONSE];
  const list = typeof inner === "object" && inner !== null && "headerList" in inner ? inner.headerList : undefined;
  for (const [name, value] of list ?? response.headers) if (!isHeaderValue(value)) return name;
  return undefined;
}

/** What `fetch()` decodes. */
const DECODED = /^(?:gzip|x-gzip|br)$/i;

/**
 * Takes the labels of a body that `fetch()` has decoded off its response: whoever hands them on with the body would send
 * plain bytes as compressed ones, cut to the length of those.
 *
 * @param response A response of `fetch()`.
 * @returns The response; or a copy, where a Deno keeps the list of its headers to itself.
 */
export function dropDecodedEncoding(response: Response): Response {
  if (response.body === null || !DECODED.test(response.headers.get("content-encoding") ?? "")) return response;
  const inner = (response as unknown as Inside)[RESPONSE];
  const isLabel = ([name]: readonly [string, string]) => /^content-(?:encoding|length)$/i.test(name);
  if (typeof inner === "object" && inner !== null && "headerList" in inner && Array.isArray(inner.headerList)) {
    const kept = inner.headerList.filter((header) => !isLabel(header));
    inner.headerList.splice(0, Infinity, ...kept);
    if (!response.headers.has("content-encoding")) return response;
  }
  const { body, status, statusText, url, redirected } = response;
  const headers = [...response.headers].filter((header) => !isLabel(header));
  const copy = new Response(body, { status, statusText, headers });
  return Object.defineProperties(copy, { url: { value: url }, redirected: { value: redirected } });
}

/** Whether the body of a response comes bit by bit: it has no source, in the words of the Fetch standard (§ bodies). */
export function isStreaming(response: Response): boolean {
  const inner = (response as unknown as Inside)[RESPONSE];
  if (typeof inner !== "object" || inner === null || !("body" in inner)) return response.body !== null;
  return inner.body != null && inner.body.source === null;
}

/** How many bytes the body of a response has; `null` if it comes bit by bit, or where Deno does not tell. */
export function bodySize(response: Response): number | null {
  const inside = response as unknown as Inside;
  const inner = inside[RESPONSE];
  const { source, length } = typeof inner === "object" && inner !== null && "body" in inner ? inner.body ?? {} : {};
  const whole = inside[UNTOUCHED_BODY] ?? inside[PLAIN_BODY] ?? source;
  if (typeof whole === "string") return Buffer.byteLength(whole);
  if (whole instanceof Uint8Array) return whole.byteLength;
  return length ?? (response.body === null ? 0 : null);
}
