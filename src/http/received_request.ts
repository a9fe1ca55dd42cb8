/**
 * A request as the server received it, whatever a subclass shows of it instead.
 *
 * @module
 */

import { internals } from "./runtime_internals.ts";
import { isSocketUrl } from "./socket_url.ts";

const getHeaders = findGetter("headers");
const getBody = findGetter("body");
const getSignal = findGetter("signal");
const getMethod = findGetter("method");
const getUrl = findGetter("url");
const getBodyUsed = findGetter("bodyUsed");

const { text: readText } = Request.prototype;

function findGetter<Name extends keyof Request>(name: Name): (this: Request) => Request[Name] {
  return Object.getOwnPropertyDescriptor(Request.prototype, name)!.get!;
}

/** Returns the headers of a request as received. */
export function getReceivedHeaders(request: Request): Headers {
  return getHeaders.call(request);
}

/**
 * Returns one header of a request as received. `request.headers` copies all of them, which costs 10 % of the throughput
 * and more with every header the client sends (tests/bench/README.md).
 *
 * @param request The request.
 * @param name The name of the header, in lower case.
 */
export function getReceivedHeader(request: Request, name: string): string | null {
  const value = internals?.getHeader(request, name);
  return value === undefined ? getReceivedHeaders(request).get(name) : value;
}

/** Returns the original signal of a request. That of a server aborts when the client disconnects, but on success too. */
export function getReceivedSignal(request: Request): AbortSignal {
  return getSignal.call(request);
}

/** Returns the original body of a request. */
export function getReceivedStream(request: Request): ReadableStream<Uint8Array<ArrayBuffer>> | null {
  return getBody.call(request);
}

/** Reads the original body of a request as text, if all of it has arrived; `null` if not, and it is still unread. */
export function takeReceivedText(request: Request): string | null {
  return internals?.takeText(request) ?? null;
}

/** Reads the original body of a request as text. */
export function readReceivedText(request: Request): Promise<string> {
  return readText.call(request);
}

/** Whether the original body of a request has been read. */
export function isReceivedBodyUsed(request: Request): boolean {
  return getBodyUsed.call(request);
}

/** Returns the method of a request as received. */
export function getReceivedMethod(request: Request): string {
  return getMethod.call(request);
}

/** Returns the URL of a request as received, or the one that replaces it for a Unix socket. */
export function getReceivedUrl(request: Request): string {
  const url = getUrl.call(request);
  return isSocketUrl(url) ? request.url : url;
}
