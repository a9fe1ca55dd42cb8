/**
 * The path patterns of `next.config` and of a proxy's matcher: which requests they mean, and what a destination is made
 * of them.
 *
 * @module
 */

import type { NextRequest } from "../../http/next_request.ts";
import { createPathPattern, type PathPattern } from "./path_pattern.ts";

/** A condition on a request: a header, a cookie, a query key or the host, and what it must be. */
export interface RuleCondition {
  /** What is looked at. */
  readonly type: "header" | "cookie" | "query" | "host";
  /** Its name; none for the host. */
  readonly key?: string | undefined;
  /** A regular expression for all of the value; its named groups are params. Default: any value. */
  readonly value?: string | undefined;
}

/** A rule as it is written. */
export interface RuleInit {
  /** A path pattern: `/users/:id`, `/docs/:path*`, `/((?!api).*)`. */
  readonly source: string;
  /** All of these must hold. */
  readonly has?: readonly RuleCondition[] | undefined;
  /** None of these may hold. */
  readonly missing?: readonly RuleCondition[] | undefined;
  /** `false`: the pattern is of the whole path, and not of what is below the base path. */
  readonly basePath?: unknown;
}

/** What a pattern captured, percent-escapes as they came. */
export type RuleParams = Readonly<Record<string, string>>;

/** A rule that requests are held against. */
export interface PathRule {
  /** Whether the pattern is of the path below the base path. */
  readonly withBasePath: boolean;
  /**
   * What the rule captures of a request.
   *
   * @param pathname The canonical path, without slash at the end.
   * @param request The request, asked for by rules with conditions only.
   * @returns `null` if the rule does not mean the request.
   */
  match(pathname: string, request: () => NextRequest): RuleParams | null;
}

/**
 * Makes a rule.
 *
 * @param rule The rule as written.
 * @param where What messages call it: `redirects[0] of next.config.ts`.
 * @param ignoreCase Whether case is ignored in the path, as Next.js does but for a proxy's matcher.
 * @throws {TypeError} If the pattern or a condition cannot be read.
 */
export function createRule(
  { source, has = [], missing = [], basePath }: RuleInit,
  where: string,
  ignoreCase: boolean,
): PathRule {
  const pattern = readPattern(source, where, ignoreCase);
  const required = readConditions(has, "has", where);
  const refused = readConditions(missing, "missing", where);
  return {
    withBasePath: basePath !== false,
    match(pathname, request) {
      const params = pattern.exec(pathname);
      if (params === null) return null;
      if (refused.some((condition) => condition(request(), {}))) return null;
      return required.every((condition) => condition(request(), params)) ? params : null;
    },
  };
}

function readPattern(source: unknown, where: string, ignoreCase: boolean): PathPattern {
  const fail = (state: string, cause?: unknown) =>
    new TypeError(`Cannot read the pattern ${JSON.stringify(source)} (${where}): ${state}`, { cause });
  if (typeof source !== "string") throw fail("expected a string");
  if (!source.startsWith("/")) throw fail('it does not begin with "/", write "/users/:id" or the like');
  try {
    return createPathPattern(source, ignoreCase);
  } catch (cause) {
    throw fail(`it is not a path pattern: ${cause instanceof Error ? cause.message : cause}`, cause);
  }
}

type Condition = (request: NextRequest, params: Record<string, string>) => boolean;

/** Next's own rule for a key as the name of a param. */
const UNSAFE = /[^A-Za-z]/g;

function readConditions(list: unknown, name: string, where: string): Condition[] {
  if (Array.isArray(list) && list.every((each) => typeof each === "object" && each !== null)) {
    return list.map((each: RuleCondition) => readCondition(each, where));
  }
  throw new TypeError(`Cannot read "${name}" (${where}): expected an array of conditions: [{ type, key, value }]`);
}

function readCondition({ type, key, value }: RuleCondition, where: string): Condition {
  const read = Object.hasOwn(READERS, type) ? READERS[type] : undefined;
  if (read === undefined || (type !== "host" && typeof key !== "string")) {
    throw new TypeError(
      `Cannot read a condition (${where}): ${JSON.stringify({ type, key })}, write { type: "header", key: "x-name" }`,
    );
  }
  const pattern = value === undefined ? null : readRegExp(value, where);
  return (request, params) => {
    const found = read(request, key ?? "");
    if (found === null) return false;
    if (pattern === null) {
      params[(key ?? "host").replace(UNSAFE, "")] = encodeURIComponent(found);
      return true;
    }
    const match = pattern.exec(found);
    for (const [name, text = ""] of Object.entries(match?.groups ?? {})) params[name] = encodeURIComponent(text);
    return match !== null;
  };
}

function readRegExp(value: string, where: string): RegExp {
  try {
    return new RegExp(`^(?:${value})$`);
  } catch (cause) {
    throw new TypeError(
      `Cannot read the value "${value}" of a condition (${where}): it is not a valid regular expression`,
      {
        cause,
      },
    );
  }
}

const READERS: Readonly<Record<string, (request: NextRequest, key: string) => string | null>> = {
  header: (request, key) => request.headers.get(key),
  cookie: (request, key) => request.cookies.get(key)?.value ?? null,
  query: (request, key) => request.nextUrl.searchParams.getAll(key).at(-1) ?? null,
  host: (request) => request.nextUrl.hostname,
};

/** `:name`, with `*`, `+` or `?` as in the pattern that it comes from. */
const PARAM = /:(\w+)[*+?]?/g;

/**
 * Writes params into a text.
 *
 * @param template The text: `/blog/:slug`.
 * @param params What a rule captured.
 * @param write How a value is written; default: as it was captured.
 */
export function fillTemplate(
  template: string,
  params: RuleParams,
  write: (value: string) => string = (value) => value,
): string {
  return template.replace(PARAM, (whole, name: string) => {
    const value = params[name];
    return value === undefined ? whole : write(value);
  });
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Where a rule leads. */
export interface Destination {
  /** Makes the URL: a path with its query, or an absolute URL. */
  to(params: RuleParams): string;
  /** Whether it is another server's. */
  readonly external: boolean;
  /** Whether a param chooses among the servers below a domain: what the client says to this one is not for them. */
  readonly hasHostParams: boolean;
}

/**
 * Reads a destination.
 *
 * @param destination A path, or a URL of `http:` or `https:`.
 * @param where What messages call its rule.
 * @throws {TypeError} If it is neither, or params make more of its host than labels below a domain that is written out:
 * whoever sends the request would choose the server.
 */
export function readDestination(destination: unknown, where: string): Destination {
  const fail = (state: string): never => {
    throw new TypeError(`Cannot read the destination ${JSON.stringify(destination)} (${where}): ${state}`);
  };
  if (typeof destination !== "string") return fail("expected a string");
  // As a URL is parsed: what a browser would drop must not hide the host from the checks below.
  const text = destination.replace(/[\t\r\n]/g, "");
  // deno-lint-ignore no-control-regex -- they are what is refused
  if (/[\x00-\x1f\x7f]/.test(text)) fail("it has a control character, write it percent-encoded");
  const [, origin = "", rest = ""] = /^([a-z][a-z+.-]*:\/\/[^/?#]*)?(.*)$/is.exec(text)!;
  if (/^https?:\/\/$/i.test(origin)) fail("the URL has no host");
  if (origin === "" && !/^\/(?![/\\])/.test(rest)) fail('write a path as "/blog", or a URL as "https://example.com/"');
  if (origin !== "" && !/^https?:\/\//i.test(origin)) fail("it is a URL of neither http: nor https:");
  const hasHostParams = /:(?!\d+$)/.test(origin.replace(/^https?:/i, "").replace(/\[[^\]]*\]/, ""));
  if (hasHostParams && !HOST_OF_PARAMS.test(origin)) {
    fail("its host has a param, write the host out, or a param as one label: https://:region.example.com");
  }
  const [path = "", query = ""] = rest.split(/(?=\?)/s, 2);
  // As Next.js writes it; what would end a value, or be read as another one, stays escaped.
  const shownQuery = query.replace(/%(?:2[14789ACF]|3[ABF]|40|7E)/gi, decodeURIComponent);
  return {
    external: origin !== "",
    hasHostParams,
    to(params) {
      const filled = fillTemplate(removeAbsent(path, params), params, (value) => {
        // A value has a segment's or more; a dot segment in it would leave the folder that the rule means.
        if (hasDotSegment(value)) throw new RangeError("a param has a dot segment");
        return value;
      });
      // What an absent param leaves behind must be no host, nor a second slash.
      const tidy = origin === "" ? `/${filled}`.replace(/[\\/]+/g, "/") : filled;
      // A value is one value there too, whatever characters it has.
      const host = hasHostParams ? fillTemplate(origin, params, toLabel) : origin;
      return host + tidy + fillTemplate(shownQuery, params, (value) => encodeURIComponent(decode(value)));
    },
  };
}

/** Labels with at most one param each, and two at the end without: a client never chooses the domain. */
const HOST_OF_PARAMS = /^https?:\/\/(?:[\w-]*(?::[a-z_]\w*)?\.)+[\w-]+\.[\w-]*[a-z][\w-]*(?::\d+)?$/i;

function toLabel(value: string): string {
  if (!/^[a-z\d-]{1,63}$/i.test(value)) throw new RangeError("a param is not one label of a host");
  return value;
}

/** Without the slashes that absent params would leave. */
function removeAbsent(path: string, params: RuleParams): string {
  return path.replace(/\/:(\w+)[*+?]?/g, (whole, name: string) => params[name] === "" ? "" : whole);
}

/** Decoded twice, as some servers do. */
function hasDotSegment(value: string): boolean {
  return decode(decode(value)).split(/[\\/]/).some((part) => part === ".." || part === ".");
}
