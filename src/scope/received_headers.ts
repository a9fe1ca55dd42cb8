/**
 * The headers of a request as user code sees them.
 *
 * @module
 */

import { getReceivedHeader, getReceivedHeaders, getReceivedUrl } from "../http/received_request.ts";
import { type HeaderPair, internals } from "../http/runtime_internals.ts";
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
    "x-forwarded-for": getClientAddress,
    "x-forwarded-host": getHostHeader,
    "x-forwarded-port": (scope: RequestScope) => {
      const [, scheme, port] = ORIGIN.exec(getSeenUrl(scope)) ?? [];
      return port ?? (scheme === "https" ? "443" : "80");
    },
    "x-forwarded-proto": (scope: RequestScope) => ORIGIN.exec(getSeenUrl(scope))?.[1],
  },
);

/** The scheme and the port of a URL that is known to be valid. */
const ORIGIN = /^(https?):\/\/[^/]*?(?::(\d+))?\//;

/** Returns the headers of a request as user code may change them. They are copied once, if all of them are needed. */
export function getRequestHeaders(scope: RequestScope): Headers {
  return scope.requestHeaders ??= createHeaders(scope);
}

function createHeaders(scope: RequestScope): Headers {
  // Code may read them when the request has ended.
  keepHeaders(scope);
  return fillLazily(new Headers(), () => listHeaders(scope), (name) => readHeader(scope, name));
}

/** Fills new headers only when all of them are needed; at once where the runtime has no other way. */
export function fillLazily(headers: Headers, list: () => HeaderPair[], get: (name: string) => string | null): Headers {
  if (internals !== undefined) internals.fillLazily(headers, list, get);
  else for (const [name, value] of list()) Headers.prototype.append.call(headers, name, value);
  return headers;
}

/**
 * Returns one header of a request without copying all of them.
 *
 * @param scope The scope of the request.
 * @param name The name of the header, in any case.
 * @throws {TypeError} If the request ended before its headers were first read.
 */
export function peekHeader(scope: RequestScope, name: string): string | null {
  return scope.requestHeaders === undefined ? readHeader(scope, name) : scope.requestHeaders.get(name);
}

/** Keeps the headers for code that runs when the request has ended; Deno drops those that nothing has read before. */
export function keepHeaders(scope: RequestScope): void {
  if (scope.keptHeaders !== undefined) return;
  scope.keptHeaders = getReceivedHeaders(scope.received);
  const address = getClientAddress(scope);
  if (address !== undefined) scope.keptAddress = address;
}

function readHeader(scope: RequestScope, name: string): string | null {
  if (INTERNAL.test(name)) return null;
  const lower = name.toLowerCase();
  try {
    if (lower === "host") return getHostHeader(scope);
    return getOwnHeader(scope, lower) ?? FORWARDED[lower]?.(scope) ?? null;
  } catch (cause) {
    throw createTooLateError(cause);
  }
}

function listHeaders(scope: RequestScope): [name: string, value: string][] {
  const pairs: [name: string, value: string][] = [];
  try {
    for (const [name, value] of scope.keptHeaders ?? getReceivedHeaders(scope.received)) {
      if (name !== "host" && !INTERNAL.test(name)) pairs.push([name, value]);
    }
  } catch (cause) {
    throw createTooLateError(cause);
  }
  pairs.push(["host", getHostHeader(scope)]);
  for (const [name, read] of Object.entries(FORWARDED)) {
    const value = pairs.some((pair) => pair[0] === name) ? undefined : read(scope);
    if (value !== undefined) pairs.push([name, value]);
  }
  return pairs;
}

/** Returns a header as the client sent it. */
function getOwnHeader({ keptHeaders, received }: RequestScope, lower: string): string | null {
  return keptHeaders === undefined ? getReceivedHeader(received, lower) : keptHeaders.get(lower);
}

function getClientAddress({ info, keptAddress }: RequestScope): string | undefined {
  try {
    return keptAddress ?? info?.remoteAddr?.hostname;
  } catch {
    // The request has ended.
    return undefined;
  }
}

function createTooLateError(cause: unknown): TypeError {
  return new TypeError(
    "Cannot read the headers: the request ended before they were first read, read them before or inside after()",
    { cause },
  );
}

function getSeenUrl(scope: RequestScope): string {
  return scope.url ?? getReceivedUrl(scope.received);
}

/**
 * Returns the `Host` header, written as `request.url` has it, so that code that compares the two finds one host. HTTP/2
 * has no such header, and neither has a request that was made in this process; behind a trusted proxy it names another host.
 */
function getHostHeader(scope: RequestScope): string {
  const received = getOwnHeader(scope, "host");
  if (received !== null && scope.url === undefined) return received;
  const { protocol, host } = new URL(getSeenUrl(scope));
  if (received === null) return host;
  // Behind a trusted proxy the header itself has not been checked.
  const own = `${protocol}//${received}`;
  return !URL.canParse(own) || new URL(own).host === host ? host : received;
}
