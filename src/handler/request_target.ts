/**
 * What a request is for: one host and one canonical path, found before anything else looks at the request.
 *
 * @module
 */

import { canonicalPath } from "../routing/canonical_path.ts";

/** What a request is for. */
export interface RequestTarget {
  /** The canonical path, below the base path, without slash at the end. */
  readonly pathname: string;
  /** The canonical URL, where it is not the URL as sent. */
  readonly url: string | undefined;
}

/** Settings of the application that change paths. */
export interface TargetOptions {
  /** The path that all routes live under: `/docs`, or `""`. */
  readonly basePath: string;
  /** Whether paths end with a slash; `"either"`: they are left as they come. */
  readonly trailingSlash: "never" | "always" | "either";
}

const HOST = /^(?:\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(?::\d{1,5})?$/;
const SLASH = 47, BACKSLASH = 92, QUESTION = 63, HASH = 35, COLON = 58;

/** The last host that was found good: nearly every request has the same. */
let goodHost = "";

/** How many targets are remembered, a power of two, and how long their URLs may be. */
const REMEMBERED = 256, LONGEST = 256;

interface Remembered {
  raw: string;
  host: string;
  target: RequestTarget;
}

const NOWHERE: RequestTarget = { pathname: "", url: undefined };

/** Reads the target of a request, by its URL, its `Host` header and whether it came through a server. */
export type TargetReader = (raw: string, host: string | null, onWire: boolean) => RequestTarget | Response | null;

/**
 * Makes a {@linkcode readTarget} that remembers what it found for the URLs that come again and again.
 *
 * Each URL has one place, by its length and last characters, and keeps it until another one wants it: that is found
 * without hashing a string that is new with every request, and no client can make it grow.
 *
 * @param options Settings of the application.
 */
export function createTargetReader(options: TargetOptions): TargetReader {
  const places: Remembered[] = Array.from({ length: REMEMBERED }, () => ({ raw: "", host: "", target: NOWHERE }));
  return (raw, host, onWire) => {
    const { length } = raw;
    const last = raw.charCodeAt(length - 1) * 31 + raw.charCodeAt(length - 2) * 17 + raw.charCodeAt(length - 4);
    const place = places[(length * 7 + last) & (REMEMBERED - 1)]!;
    if (place.raw === raw && place.host === host) return place.target;
    const target = readTarget(raw, host, onWire, options);
    if (target === null || target instanceof Response || host === null || length > LONGEST) return target;
    place.raw = raw;
    place.host = host;
    return place.target = target;
  };
}

/**
 * Reads the target of a request.
 *
 * @param raw The URL as the server made it of request line and `Host`, neither of them validated or normalised.
 * @param host The `Host` header.
 * @param onWire Whether the request came through a server, where HTTP/1.1 demands a `Host` (RFC 9112 §3.2).
 * @param options Settings of the application.
 * @returns The target; or the answer: 400 for a bad host or path, 308 for a path that is written differently; or `null`
 * for a path that is not below the base path.
 */
export function readTarget(
  raw: string,
  host: string | null,
  onWire: boolean,
  options: TargetOptions,
): RequestTarget | Response | null {
  const start = raw.charCodeAt(4) === COLON ? 7 : 8; // behind "http://" or "https://"
  const slash = raw.indexOf("/", start);
  if (slash === -1 || !isHostGood(raw, start, slash, host, onWire)) return badRequest();
  let end = raw.length;
  let crooked = false;
  for (let i = slash, previous = 0; i < raw.length; i++) {
    const code = raw.charCodeAt(i);
    if (code < 33 || code > 126) return badRequest();
    if (i > end) continue;
    if (code === QUESTION || code === HASH) end = i;
    else if (code === BACKSLASH || (code === SLASH && previous === SLASH)) crooked = true;
    previous = code;
  }
  const path = raw.slice(slash, end);
  const pathname = canonicalPath(crooked ? path.replace(/[\\/]+/g, "/") : path);
  if (pathname === null) return badRequest();
  const hash = raw.indexOf("#", end);
  const query = raw.slice(end, hash === -1 ? raw.length : hash);
  if (crooked) return redirect(pathname + query);
  const wanted = options.trailingSlash === "never" ? withoutSlash(pathname) : withSlash(pathname, options);
  if (wanted !== pathname) return redirect(wanted + query);
  const routed = withoutBasePath(pathname, options.basePath);
  if (routed === null) return null;
  if (routed === path && hash === -1) return { pathname: withoutSlash(routed), url: undefined };
  return { pathname: withoutSlash(routed), url: new URL(raw.slice(0, slash) + routed + query).href };
}

function withoutSlash(pathname: string): string {
  return pathname.length > 1 && pathname.endsWith("/") ? pathname.slice(0, -1) : pathname;
}

/** As in Next.js: a file's name has none, and what is below `/.well-known` is as its RFC says. */
function withSlash(pathname: string, { basePath, trailingSlash }: TargetOptions): string {
  if (trailingSlash === "either" || pathname.startsWith(`${basePath}/.well-known/`)) return pathname;
  const bare = withoutSlash(pathname);
  return bare.slice(bare.lastIndexOf("/")).includes(".") ? bare : `${bare === "/" ? "" : bare}/`;
}

/**
 * Whether the authority of the URL is one host, and the one of the `Host` header. The server splices the header into
 * the URL as it came, so `Host: evil/x?` would move the path, and an absolute request target may name another host.
 */
function isHostGood(raw: string, start: number, slash: number, host: string | null, onWire: boolean): boolean {
  if (host === null) {
    // What the server makes up when HTTP/1.1 has no Host; HTTP/2 has none either, and names the host in the URL.
    if (onWire && raw.startsWith("http://localhost:")) return false;
    return isHost(raw.slice(start, slash));
  }
  if (host !== goodHost) {
    if (!isHost(host)) return false;
    goodHost = host;
  }
  if (slash - start === host.length && raw.startsWith(host, start)) return true;
  return withoutDefaultPort(raw.slice(start, slash)) === withoutDefaultPort(host);
}

function isHost(host: string): boolean {
  return host.length <= 253 && HOST.test(host) && URL.canParse(`http://${host}/`);
}

function withoutDefaultPort(host: string): string {
  return host.toLowerCase().replace(/:(?:80|443)$/, "");
}

function withoutBasePath(pathname: string, basePath: string): string | null {
  if (basePath === "") return pathname;
  if (!pathname.startsWith(basePath)) return null;
  const rest = pathname.slice(basePath.length);
  return rest === "" ? "/" : rest.startsWith("/") ? rest : null;
}

function badRequest(): Response {
  return new Response(null, { status: 400 });
}

/** `location` begins with exactly one slash, so it never leaves the site. */
function redirect(location: string): Response {
  return new Response(null, { status: 308, headers: { location } });
}
