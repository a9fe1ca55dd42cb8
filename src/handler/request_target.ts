/**
 * The target of a request: one host and one canonical path, determined before anything else reads the request.
 *
 * The router, the proxy's matcher, `request.url`, `nextUrl` and the cache key all use this target. If the URL was not
 * sent in canonical form, the target has the canonical URL, so that no code can interpret the same bytes differently.
 *
 * @module
 */

import { canonicalPath, removeTrailingSlash } from "../routing/canonical_path.ts";

/** The target of a request. */
export interface RequestTarget {
  /** The canonical path below the base path, without a trailing slash. */
  readonly pathname: string;
  /** The canonical URL without the base path, if it differs from the URL as sent. */
  readonly url: string | undefined;
  /** The canonical URL with the base path, if it differs from the URL as sent. */
  readonly wholeUrl: string | undefined;
}

/** Settings of the application that affect paths. */
export interface TargetOptions {
  /** The path that all routes live under: `/docs`, or `""`. */
  readonly basePath: string;
  /** Whether paths end with a slash; `"either"` leaves them as they are. */
  readonly trailingSlash: "never" | "always" | "either";
}

const HOST = /^(?:\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(?::\d{1,5})?$/;
const SLASH = 47, BACKSLASH = 92, QUESTION = 63, HASH = 35;

/** The longest path, in characters. Patterns with two `:path*` take quadratic time; Node.js accepts 16 KiB at most. */
const MAX_PATH_LENGTH = 16_384;

/** The last scheme and host, and their canonical form: nearly every request has the same. */
const last = { scheme: "", host: "", canonical: "" };

/** The number of remembered targets, a power of two, and the longest URL that is remembered. */
const REMEMBERED_TARGETS = 256, MAX_REMEMBERED_LENGTH = 256;

interface Remembered {
  raw: string;
  host: string;
  target: RequestTarget;
}

const NO_TARGET: RequestTarget = { pathname: "", url: undefined, wholeUrl: undefined };

/** Reads the target of a request, by its URL and its `Host` header. */
export type TargetReader = (raw: string, host: string | null) => RequestTarget | Response | null;

/**
 * Creates a {@linkcode readTarget} that remembers the targets of repeated URLs.
 *
 * Each URL has one slot, chosen by its length and last characters, until another URL takes it. This avoids hashing a
 * string that is new with every request, and no client can make the table grow.
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
 * @param raw The URL that the server made of the request line and `Host`, neither validated nor normalized.
 * @param host The `Host` header; `null` if the request has none. HTTP/2 and HTTP/1.0 do not require it. HTTP/1.1 does
 * (RFC 9112 §3.2), but Deno does not expose the version, and uses its own address instead.
 * @param options Settings of the application.
 * @returns The target; or a response: 400 for an invalid scheme, host or path, 414 for a path that is too long, 308 for
 * a path that is not canonical; or `null` for a path outside the base path.
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
  const wanted = options.trailingSlash === "never" ? removeTrailingSlash(pathname) : addSlash(pathname, options);
  if (wanted !== pathname) return redirect(wanted + query);
  const routed = removeBasePath(pathname, options.basePath);
  if (routed === null) return null;
  const isCanonical = pathname === path && hash === -1 && authority === canonicalHost;
  const wholeUrl = isCanonical ? undefined : new URL(scheme + canonicalHost + pathname + query).href;
  const url = routed === pathname ? wholeUrl : new URL(scheme + canonicalHost + routed + query).href;
  return { pathname: removeTrailingSlash(routed), url, wholeUrl };
}

/** Adds a trailing slash except, as in Next.js, to file names and to paths below `/.well-known`. */
function addSlash(pathname: string, { basePath, trailingSlash }: TargetOptions): string {
  if (trailingSlash === "either" || pathname.startsWith(`${basePath}/.well-known/`)) return pathname;
  const bare = removeTrailingSlash(pathname);
  return bare.slice(bare.lastIndexOf("/")).includes(".") ? bare : `${bare === "/" ? "" : bare}/`;
}

/**
 * Returns the canonical host of an authority: in lower case, without the default port of the scheme.
 *
 * @returns `null` if it is not a host, or if a URL would read it as a different one, as it reads `0x7f.1` as
 * `127.0.0.1`.
 */
function readHost(scheme: string, authority: string): string | null {
  if (scheme === last.scheme && authority === last.host) return last.canonical;
  if (authority.length > 253 || !HOST.test(authority)) return null;
  const href = `${scheme}${authority}/`;
  if (!URL.canParse(href)) return null;
  const { host, port } = new URL(href);
  const named = authority.toLowerCase().replace(/:\d+$/, "");
  const canonicalName = port === "" ? host : host.slice(0, -port.length - 1);
  // All spellings of an IPv6 address are accepted.
  if (named !== canonicalName && !named.startsWith("[")) return null;
  Object.assign(last, { scheme, host: authority, canonical: host });
  return host;
}

function isSameHost(scheme: string, host: string, authority: string): boolean {
  if (host === authority) return true;
  return HOST.test(host) && readHost(scheme, host) === readHost(scheme, authority);
}

/** Returns the path below the base path, or `null` for a path outside. */
export function removeBasePath(pathname: string, basePath: string): string | null {
  if (basePath === "") return pathname;
  if (!pathname.startsWith(basePath)) return null;
  const rest = pathname.slice(basePath.length);
  return rest === "" ? "/" : rest.startsWith("/") ? rest : null;
}

function badRequest(): Response {
  return new Response(null, { status: 400 });
}

/** Redirects within the site: `location` begins with exactly one slash. */
function redirect(location: string): Response {
  return new Response(null, { status: 308, headers: { location } });
}
