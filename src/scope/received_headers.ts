/**
 * The headers of a request as user code sees them.
 *
 * @module
 */

import { getReceivedHeader, getReceivedHeaders, getReceivedUrl } from "../http/received_request.ts";
import type { RequestScope } from "./request_scope.ts";

/** Headers by which clients steered Next.js past its own middleware (CVE-2025-29927 and its family). */
const INTERNAL = /^x-(?:middleware|nextjs|next|vercel|routes)-|^x-now-route-matches$/i;

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

/** Returns the headers of a request as user code may change them, which are copied once. */
export function getRequestHeaders(scope: RequestScope): Headers {
  return scope.requestHeaders ??= copyHeaders(scope);
}

/**
 * Returns one header of a request without copying all of them.
 *
 * @param scope The scope of the request.
 * @param name The name of the header, in any case.
 * @throws {TypeError} If the request ended before its headers were first read.
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

/** Keeps the headers for code that runs when the request has ended; Deno drops those that nothing has read before. */
export function keepHeaders(scope: RequestScope): void {
  scope.keptHeaders ??= getReceivedHeaders(scope.received);
}

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

function copyReceivedHeaders(received: Headers): Headers {
  try {
    return new Headers(received);
  } catch (cause) {
    throw createTooLateError(cause);
  }
}

function createTooLateError(cause: unknown): TypeError {
  return new TypeError(
    "Cannot read the headers: the request ended before they were first read, read them before or inside after()",
    { cause },
  );
}

function getUrl(scope: RequestScope): URL {
  return new URL(scope.url ?? getReceivedUrl(scope.received));
}

/**
 * Returns the `Host` header, written as `request.url` has it, so that code that compares the two finds one host. HTTP/2
 * has no such header, and neither has a request that was made in this process; behind a trusted proxy it names another host.
 */
function getHostHeader(scope: RequestScope): string {
  const received = getReceivedHeader(scope.received, "host");
  if (received !== null && scope.url === undefined) return received;
  const { protocol, host } = getUrl(scope);
  if (received === null) return host;
  // Behind a trusted proxy the header itself has not been checked.
  const own = `${protocol}//${received}`;
  return !URL.canParse(own) || new URL(own).host === host ? host : received;
}
