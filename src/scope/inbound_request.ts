/**
 * The request of the server, seen as a `NextRequest`: its body is not copied and a WebSocket upgrade still works.
 *
 * @module
 */

import type { CookieSource } from "../http/cookies.ts";
import {
  dropLegacyWarning,
  getReceivedHeader,
  getReceivedHeaders,
  getReceivedSignal,
  getReceivedStream,
  shareRequest,
  UNINITIALIZED,
} from "../http/native.ts";
import { MAX_CONTENT_TYPE_LENGTH } from "../http/multipart.ts";
import { NextRequest } from "../http/next_request.ts";
import { guardBody, readBody, readForm, splitBody } from "./request_body.ts";
import type { RequestScope } from "./request_scope.ts";

const SCOPE: unique symbol = Symbol("scope");

/**
 * The request of a scope as a `NextRequest`, made when it is first asked for.
 *
 * @returns A request that shares its inside, the body too, with the one the server gave.
 */
export function getRequest(scope: RequestScope): NextRequest {
  return scope.adopted ??= UNINITIALIZED === undefined ? adopt(scope) : new InboundRequest(scope);
}

/** Fallback without the internals of Deno: changes the prototype of the server's own object. */
function adopt(scope: RequestScope): NextRequest {
  const inbound = Object.setPrototypeOf(scope.received, InboundRequest.prototype) as InboundRequest;
  inbound[SCOPE] = scope;
  return inbound;
}

/** The scope of a request. */
export function getRequestScope(request: InboundRequest): RequestScope {
  return request[SCOPE];
}

/** Headers by which clients steered Next.js past its own middleware (CVE-2025-29927 and its family). */
const INTERNAL = /^x-(?:middleware|nextjs|next|vercel|routes)-|^x-now-route-matches$/i;

/**
 * A header of the request, without the cost of a copy of all of them.
 *
 * @param scope The scope of the request.
 * @param name The header's name, in any case.
 * @throws {TypeError} If the request ended before its headers were first asked for.
 */
export function peekHeader(scope: RequestScope, name: string): string | null {
  if (scope.requestHeaders !== undefined) return scope.requestHeaders.get(name);
  if (INTERNAL.test(name)) return null;
  if (scope.keptHeaders !== undefined) return scope.keptHeaders.get(name);
  const lower = name.toLowerCase();
  try {
    if (lower === "host") return getHostHeader(scope);
    return getReceivedHeader(scope.received, lower) ?? FORWARDED[lower]?.(scope) ?? null;
  } catch (cause) {
    throw createTooLateError(cause);
  }
}

/** Deno forgets the headers of a request that ends before anyone touched them. */
function createTooLateError(cause: unknown): TypeError {
  return new TypeError(
    "Cannot read the headers: the request ended before they were first read, read them before or inside after()",
    { cause },
  );
}

/** Keeps the headers for what runs when the request has ended; Deno forgets those that nobody touched before. */
export function keepHeaders(scope: RequestScope): void {
  scope.keptHeaders ??= getReceivedHeaders(scope.received);
}

/** The headers for user code: changeable, as in Next.js, and without those that only a proxy may set. */
function copyHeaders(scope: RequestScope): Headers {
  const headers = copyReceivedHeaders(scope.keptHeaders ?? getReceivedHeaders(scope.received));
  for (const name of [...headers.keys()]) if (INTERNAL.test(name)) headers.delete(name);
  const host = getHostHeader(scope);
  if (headers.get("host") !== host) headers.set("host", host);
  for (const [name, read] of Object.entries(FORWARDED)) {
    const value = headers.has(name) ? undefined : read(scope);
    if (value !== undefined) headers.set(name, value);
  }
  return headers;
}

/**
 * The headers that Next.js adds if no reverse proxy has set them; without them some packages take https for http. The
 * table has no prototype, because clients choose the names that are looked up.
 */
const FORWARDED: Readonly<Record<string, (scope: RequestScope) => string | undefined>> = Object.assign(
  Object.create(null),
  {
    "x-forwarded-for": ({ info }: RequestScope) => info?.remoteAddr?.hostname,
    "x-forwarded-host": getHostHeader,
    "x-forwarded-port": (scope: RequestScope) => {
      const { port, protocol } = getUrl(scope);
      return port === "" ? protocol === "https:" ? "443" : "80" : port;
    },
    "x-forwarded-proto": (scope: RequestScope) => getUrl(scope).protocol.slice(0, -1),
  },
);

function getUrl(scope: RequestScope): URL {
  return new URL(scope.url ?? scope.received.url);
}

function copyReceivedHeaders(received: Headers): Headers {
  try {
    return new Headers(received);
  } catch (cause) {
    throw createTooLateError(cause);
  }
}

/**
 * The `Host` header, written as `request.url` has it, so that both name one host for who compares them. HTTP/2 has no such
 * header, and neither has a request that was made in this process; behind a trusted proxy it names another host.
 */
function getHostHeader(scope: RequestScope): string {
  const received = getReceivedHeader(scope.received, "host");
  if (received !== null && scope.url === undefined) return received;
  const { protocol, host } = getUrl(scope);
  if (received === null) return host;
  // Behind a trusted proxy nobody has looked at the header itself.
  const own = `${protocol}//${received}`;
  return !URL.canParse(own) || new URL(own).host === host ? host : received;
}

/** Characters that must be percent-encoded; the path is canonical already, so they can only be in the query. */
const UNENCODED = /[^\x21\x23-\x26\x28-\x3b\x3d\x3f-\x7e]/;

// The constructor that runs is that of Request, which knows how to begin empty; the methods are those of NextRequest.
const Empty = Request as unknown as new (empty: symbol | undefined) => NextRequest;

/** A request of the server in a scope. */
export class InboundRequest extends Empty {
  /** The scope it belongs to. */
  [SCOPE]: RequestScope;

  /** @param scope The scope whose received request it is. */
  constructor(scope: RequestScope) {
    super(UNINITIALIZED);
    shareRequest(this, scope.received);
    this[SCOPE] = scope;
  }

  override get url(): string {
    return this[SCOPE].url ??= UNENCODED.test(super.url) ? new URL(super.url).href : super.url;
  }

  override get headers(): Headers {
    const scope = this[SCOPE];
    return scope.requestHeaders ??= copyHeaders(scope);
  }

  protected override cookieSource(): CookieSource {
    const scope = this[SCOPE];
    return {
      get: (name) => peekHeader(scope, name),
      set: (name, value) => this.headers.set(name, value),
    };
  }

  /** Aborts when the client leaves. The server's own signal aborts after every success too, and warns of that. */
  override get signal(): AbortSignal {
    const scope = this[SCOPE];
    if (scope.info === undefined && scope.abort === undefined && scope.fill === undefined) {
      return getReceivedSignal(scope.received);
    }
    return getAbortController(scope).signal;
  }

  override get body(): ReadableStream<Uint8Array<ArrayBuffer>> | null {
    const scope = this[SCOPE];
    const stream = getReceivedBody(scope);
    if (stream === null || scope.isBodyGuarded) return stream;
    scope.isBodyGuarded = true;
    return replaceBody(scope, guardBody(stream, scope));
  }

  override get bodyUsed(): boolean {
    return this[SCOPE].body === undefined ? super.bodyUsed : this[SCOPE].body.bodyUsed;
  }

  override async formData(): Promise<FormData> {
    return await readForm(await this.bytes(), this.headers.get("content-type") ?? "", this[SCOPE]);
  }

  /** The platform would take the inside, with the headers and the URL as the client sent them. */
  protected override parts(): RequestInit {
    return { method: this.method, headers: this.headers, body: this.body, signal: this.signal };
  }

  /** A copy whose body can be read beside this one's; not the native one, which touches the server's signal. */
  override clone(): NextRequest {
    const init: RequestInit = { method: this.method, headers: this.headers, signal: this.signal };
    if (this.bodyUsed) throw createUnusableError();
    if (this.body === null) return new NextRequest(this.url, init);
    const [mine, copy] = splitBody(this.body, this[SCOPE], 2);
    replaceBody(this[SCOPE], mine!);
    return new NextRequest(this.url, { ...init, body: copy! });
  }
}

Object.setPrototypeOf(InboundRequest.prototype, NextRequest.prototype);
Object.defineProperty(InboundRequest.prototype, "constructor", { value: NextRequest });

/** What each way to read a body makes of its bytes. */
const READERS: Readonly<Record<string, (bytes: Uint8Array<ArrayBuffer>, request: InboundRequest) => unknown>> = {
  arrayBuffer: ({ buffer }) => buffer,
  blob: (bytes, { headers }) => new Response(bytes, { headers: toContentType(headers) }).blob(),
  bytes: (bytes) => bytes,
  json: (bytes) => JSON.parse(decoder.decode(bytes)),
  text: (bytes) => decoder.decode(bytes),
};
const decoder = new TextDecoder();

for (const [name, read] of Object.entries(READERS)) {
  Object.defineProperty(InboundRequest.prototype, name, {
    configurable: true,
    writable: true,
    async value(this: InboundRequest): Promise<unknown> {
      const stream = getReceivedBody(this[SCOPE]);
      if (this.bodyUsed || stream?.locked) throw createUnusableError();
      return read(stream === null ? new Uint8Array() : await readBody(stream, this[SCOPE]), this);
    },
  });
}

/** The body as it comes. */
export function getReceivedBody({ body, received }: RequestScope): ReadableStream<Uint8Array<ArrayBuffer>> | null {
  return body === undefined ? getReceivedStream(received) : body.body;
}

/** Has a body read from another stream; gives that stream. */
export function replaceBody(
  scope: RequestScope,
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  scope.body = new Response(stream);
  return scope.body.body!;
}

function createUnusableError(): TypeError {
  return new TypeError("Body is unusable: Body has already been read");
}

function toContentType(headers: Headers): HeadersInit {
  const type = headers.get("content-type");
  return type === null || type.length > MAX_CONTENT_TYPE_LENGTH ? {} : { "content-type": type };
}

/** The reason of an abort: the client left before the response was out. */
export class ResponseAborted extends Error {
  /** Always `"ResponseAborted"`, as in Next.js. */
  override name = "ResponseAborted";
}

/** Lets {@linkcode abortRequest} abort the signal that the handler will get. */
export function makeAbortable(scope: RequestScope): void {
  getAbortController(scope);
}

/** Aborts `request.signal`, where {@linkcode makeAbortable} was called before the handler. */
export function abortRequest(scope: RequestScope, reason: unknown): void {
  scope.abort?.abort(reason);
}

function getAbortController(scope: RequestScope): AbortController {
  return scope.abort ??= createAbortController(scope);
}

function createAbortController(scope: RequestScope): AbortController {
  const controller = new AbortController();
  // Generating a cache entry continues when the client that caused it disconnects.
  if (scope.fill === undefined) follow(scope, controller);
  return controller;
}

/** The response will not be cached after all: abort it when its client disconnects. */
export function followClient(scope: RequestScope): void {
  delete scope.fill;
  if (scope.abort !== undefined) follow(scope, scope.abort);
}

function follow(scope: RequestScope, controller: AbortController): void {
  if (scope.info !== undefined) dropLegacyWarning();
  const signal = getReceivedSignal(scope.received);
  const settled = () => {
    if (!scope.delivered) controller.abort(scope.info === undefined ? signal.reason : new ResponseAborted());
  };
  if (signal.aborted) settled();
  else signal.addEventListener("abort", settled);
}
