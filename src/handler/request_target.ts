/**
 * What a request is for: one host and one canonical path, found before anything else looks at the request.
 *
 * Router, proxy matcher, `request.url`, `nextUrl` and cache key all come from what is read here. Where the URL as sent
 * is not the canonical one, the target carries the canonical one, so that nobody can read the same bytes another way.
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
const SLASH = 47, BACKSLASH = 92, QUESTION = 63, HASH = 35;

/** How long a path may be, in characters. Patterns with two `:path*` take quadratic time; Node reads 16 KiB at most. */
const MAX_PATH_LENGTH = 16_384;

/** The scheme and host that were read last, and what a URL makes of them: nearly every request has the same. */
const last = { scheme: "", host: "", canonical: "" };

/** How many targets are remembered, a power of two, and how long their URLs may be. */
const REMEMBERED_TARGETS = 256, MAX_REMEMBERED_LENGTH = 256;

interface Remembered {
  raw: string;
  host: string;
  target: RequestTarget;
}

const NO_TARGET: RequestTarget = { pathname: "", url: undefined };

/** Reads the target of a request, by its URL and its `Host` header. */
export type TargetReader = (raw: string, host: string | null) => RequestTarget | Response | null;

/**
 * Makes a {@linkcode readTarget} that remembers what it found for the URLs that come again and again.
 *
 * Each URL has one place, by its length and last characters, and keeps it until another one wants it: that is found
 * without hashing a string that is new with every request, and no client can make it grow.
 *
 * @param options Settings of the application.
 */
export function createTargetReader(options: TargetOptions): TargetReader {
  const places: Remembered[] = Array.from(
    { length: REMEMBERED_TARGETS },
    () => ({ raw: "", host: "", target: NO_TARGET }),
  );
  return (raw, host) => {
    const { length } = raw;
    const end = raw.charCodeAt(length - 1) * 31 + raw.charCodeAt(length - 2) * 17 + raw.charCodeAt(length - 4);
    const place = places[(length * 7 + end) & (REMEMBERED_TARGETS - 1)]!;
    if (place.raw === raw && place.host === host) return place.target;
    const target = readTarget(raw, host, options);
    if (target === null || target instanceof Response || host === null || length > MAX_REMEMBERED_LENGTH) return target;
    place.raw = raw;
    place.host = host;
    return place.target = target;
  };
}

/**
 * Reads the target of a request.
 *
 * @param raw The URL as the server made it of request line and `Host`, neither of them validated or normalized.
 * @param host The `Host` header; `null` where the request has none. HTTP/2 and HTTP/1.0 need none. HTTP/1.1 does
 * (RFC 9112 §3.2), but Deno does not tell the versions apart, and answers for its own address.
 * @param options Settings of the application.
 * @returns The target; or the answer: 400 for an invalid scheme, host or path, 414 for a
 * path that is too long, 308 for a path that is written
 * differently; or `null` for a path that is not below the base path.
 */
export function readTarget(raw: string, host: string | null, options: TargetOptions): RequestTarget | Response | null {
  // An absolute request target replaces the whole URL, scheme included (RFC 9112 §3.2.2).
  const scheme = raw.startsWith("http://") ? "http://" : raw.startsWith("https://") ? "https://" : null;
  if (scheme === null) return badRequest();
  const slash = raw.indexOf("/", scheme.length);
  if (slash === -1) return badRequest();
  const authority = raw.slice(scheme.length, slash);
  const canonicalHost = readHost(scheme, authority);
  // The server splices the header into the URL as it came, and an absolute target may name another host.
  if (canonicalHost === null || !(host === null || isSameHost(scheme, host, authority))) return badRequest();
  let end = raw.length;
  let needsNormalizing = false;
  for (let i = slash, previous = 0; i < raw.length; i++) {
    const code = raw.charCodeAt(i);
    if (code < 33 || code > 126) return badRequest();
    if (i > end) continue;
    if (code === QUESTION || code === HASH) end = i;
    else if (code === BACKSLASH || (code === SLASH && previous === SLASH)) needsNormalizing = true;
    previous = code;
  }
  if (end - slash > MAX_PATH_LENGTH) return new Response(null, { status: 414 });
  const path = raw.slice(slash, end);
  const pathname = canonicalPath(needsNormalizing ? path.replace(/[\\/]+/g, "/") : path);
  if (pathname === null) return badRequest();
  const hash = raw.indexOf("#", end);
  const query = raw.slice(end, hash === -1 ? raw.length : hash);
  if (needsNormalizing) return redirect(pathname + query);
  const wanted = options.trailingSlash === "never" ? removeSlash(pathname) : addSlash(pathname, options);
  if (wanted !== pathname) return redirect(wanted + query);
  const routed = removeBasePath(pathname, options.basePath);
  if (routed === null) return null;
  const isCanonical = routed === path && hash === -1 && authority === canonicalHost;
  return {
    pathname: removeSlash(routed),
    url: isCanonical ? undefined : new URL(scheme + canonicalHost + routed + query).href,
  };
}

function removeSlash(pathname: string): string {
  return pathname.length > 1 && pathname.endsWith("/") ? pathname.slice(0, -1) : pathname;
}

/** As in Next.js: a file's name has none, and what is below `/.well-known` is as its RFC says. */
function addSlash(pathname: string, { basePath, trailingSlash }: TargetOptions): string {
  if (trailingSlash === "either" || pathname.startsWith(`${basePath}/.well-known/`)) return pathname;
  const bare = removeSlash(pathname);
  return bare.slice(bare.lastIndexOf("/")).includes(".") ? bare : `${bare === "/" ? "" : bare}/`;
}

/**
 * The host of an authority as a URL has it: in lower case, without the port that the scheme implies.
 *
 * @returns `null` if it is not one host, or one that a URL takes for another one: `0x7f.1` is `127.0.0.1` there.
 */
function readHost(scheme: string, authority: string): string | null {
  if (scheme === last.scheme && authority === last.host) return last.canonical;
  if (authority.length > 253 || !HOST.test(authority)) return null;
  const href = `${scheme}${authority}/`;
  if (!URL.canParse(href)) return null;
  const { host, port } = new URL(href);
  const named = authority.toLowerCase().replace(/:\d+$/, "");
  const canonicalName = port === "" ? host : host.slice(0, -port.length - 1);
  // An IPv6 address has many spellings, and all of them mean it.
  if (named !== canonicalName && !named.startsWith("[")) return null;
  Object.assign(last, { scheme, host: authority, canonical: host });
  return host;
}

function isSameHost(scheme: string, host: string, authority: string): boolean {
  if (host === authority) return true;
  return HOST.test(host) && readHost(scheme, host) === readHost(scheme, authority);
}

function removeBasePath(pathname: string, basePath: string): string | null {
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
