/**
 * The rules of `next.config` and of a proxy's matcher: which requests they match, and the destinations they build.
 *
 * @module
 */

import type { NextRequest } from "../../http/next_request.ts";
import { getErrorMessage } from "../../log/error_text.ts";
import { createPathPattern, type PathPattern } from "./path_pattern.ts";

/** The parts of a request that conditions are about. */
export type ConditionRequest = Pick<NextRequest, "headers" | "cookies" | "nextUrl">;

/** A condition on a header, a cookie, a query key or the host of a request. */
export interface RuleCondition {
  /** The part of the request that is checked. */
  readonly type: "header" | "cookie" | "query" | "host";
  /** Its name; `undefined` for the host. */
  readonly key?: string | undefined;
  /** A regular expression for the entire value; its named groups become params. Default: any value. */
  readonly value?: string | undefined;
}

/** A rule as written in `next.config`. */
export interface RuleInit {
  /** A path pattern: `/users/:id`, `/docs/:path*`, `/((?!api).*)`. */
  readonly source: string;
  /** Conditions that must all be met. */
  readonly has?: readonly RuleCondition[] | undefined;
  /** Conditions of which none may be met. */
  readonly missing?: readonly RuleCondition[] | undefined;
  /** If `false`, the pattern applies to the whole path instead of the path below the base path. */
  readonly basePath?: unknown;
}

/** The params that a pattern captured, still percent-encoded. */
export type RuleParams = Readonly<Record<string, string>>;

/** A compiled rule. */
export interface PathRule {
  /** Whether the pattern applies to the path below the base path. */
  readonly withBasePath: boolean;
  /**
   * Matches a request.
   *
   * @param pathname The canonical path, without a trailing slash.
   * @param request Returns the request; called only by rules with conditions.
   * @returns The captured params; `null` if the rule does not match.
   */
  match(pathname: string, request: () => ConditionRequest): RuleParams | null;
}

/**
 * Compiles a rule.
 *
 * @param rule The rule as written.
 * @param where The rule's place, for messages: `redirects[0] of next.config.ts`.
 * @param ignoreCase Whether to ignore case in the path, as Next.js does except for a proxy's matcher.
 * @throws {TypeError} If the pattern or a condition is invalid.
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
  if (!source.startsWith("/")) throw fail('it does not begin with "/", expected a pattern such as "/users/:id"');
  try {
    return createPathPattern(source, ignoreCase);
  } catch (cause) {
    throw fail(`it is not a path pattern: ${getErrorMessage(cause)}`, cause);
  }
}

type Condition = (request: ConditionRequest, params: Record<string, string>) => boolean;

/** Characters that Next.js removes from a key that becomes the name of a param. */
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

const READERS: Readonly<Record<string, (request: ConditionRequest, key: string) => string | null>> = {
  header: (request, key) => request.headers.get(key),
  cookie: (request, key) => request.cookies.get(key)?.value ?? null,
  query: (request, key) => request.nextUrl.searchParams.getAll(key).at(-1) ?? null,
  host: (request) => request.nextUrl.hostname,
};

/** `:name`, optionally with the `*`, `+` or `?` of its pattern. */
const PARAM = /:(\w+)[*+?]?/g;

/** Whether a template has params. */
export function hasParams(template: string): boolean {
  return template.search(PARAM) !== -1;
}

/**
 * Replaces the params of a template with their values.
 *
 * @param template A template such as `/blog/:slug`.
 * @param params The params that a rule captured.
 * @param write Converts a value; default: as captured.
 */
export function expandTemplate(
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

/** The destination of a rule. */
export interface Destination {
  /** Builds the URL: a path with its query, or an absolute URL. */
  to(params: RuleParams): string;
  /** Whether it is on another server. */
  readonly external: boolean;
  /** Whether a param chooses a host below a domain; the client's credentials are not sent to such a host. */
  readonly hasHostParams: boolean;
}

/**
 * Parses a destination.
 *
 * @param destination A path, or an `http:` or `https:` URL.
 * @param where The rule's place, for messages.
 * @throws {TypeError} If it is neither, or if its host has params that are not single labels below a literal domain,
 * which would let the client choose the server.
 */
export function readDestination(destination: unknown, where: string): Destination {
  const fail = (state: string): never => {
    throw new TypeError(`Cannot read the destination ${JSON.stringify(destination)} (${where}): ${state}`);
  };
  if (typeof destination !== "string") return fail("expected a string");
  // URL parsers drop these characters, so they must not hide the host from the checks below.
  const text = destination.replace(/[\t\r\n]/g, "");
  // deno-lint-ignore no-control-regex -- control characters are what it refuses
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
  // Decoded as in Next.js; characters that would end a value or change its meaning stay encoded.
  const shownQuery = query.replace(/%(?:2[14789ACF]|3[ABF]|40|7E)/gi, decodeURIComponent);
  return {
    external: origin !== "",
    hasHostParams,
    to(params) {
      const written = expandTemplate(removeAbsent(path, params), params, (value) => {
        // A value may have several segments; a dot segment in it would escape the folder of the destination.
        if (hasDotSegment(value)) throw new RangeError("a param has a dot segment");
        return value;
      });
      // The slashes that an absent param leaves must not become a host, or a double slash.
      const tidy = origin === "" ? `/${written}`.replace(/[\\/]+/g, "/") : written;
      // Encoded, so that a value remains a single value in the query.
      const host = hasHostParams ? expandTemplate(origin, params, toLabel) : origin;
      return host + tidy + expandTemplate(shownQuery, params, (value) => encodeURIComponent(decode(value)));
    },
  };
}

/** Labels with at most one param each, and two final labels without: a client never chooses the domain. */
const HOST_OF_PARAMS = /^https?:\/\/(?:[\w-]*(?::[a-z_]\w*)?\.)+[\w-]+\.[\w-]*[a-z][\w-]*(?::\d+)?$/i;

function toLabel(value: string): string {
  if (!/^[a-z\d-]{1,63}$/i.test(value)) throw new RangeError("a param is not one label of a host");
  return value;
}

/** Removes the slashes before absent params. */
function removeAbsent(path: string, params: RuleParams): string {
  return path.replace(/\/:(\w+)[*+?]?/g, (whole, name: string) => params[name] === "" ? "" : whole);
}

/** Whether a value has a dot segment, also after decoding it twice, as some servers do. */
function hasDotSegment(value: string): boolean {
  return decode(decode(value)).split(/[\\/]/).some((part) => part === ".." || part === ".");
}
