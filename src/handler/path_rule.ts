/**
 * The path patterns of `next.config` and of a proxy's matcher: which requests they mean, and what a destination is made
 * of them.
 *
 * @module
 */

import type { NextRequest } from "../http/next_request.ts";

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
}

/** What a pattern captured, percent-escapes as they came. */
export type RuleParams = Readonly<Record<string, string>>;

/** A rule that requests are held against. */
export interface PathRule {
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
export function createRule({ source, has = [], missing = [] }: RuleInit, where: string, ignoreCase: boolean): PathRule {
  const { pattern, limits } = readPattern(source, where, ignoreCase);
  const required = has.map((condition) => readCondition(condition, where));
  const refused = missing.map((condition) => readCondition(condition, where));
  return {
    match(pathname, request) {
      const groups = pattern.exec({ pathname })?.pathname.groups;
      if (groups === undefined || !limits.every(({ name, text }) => text.test(groups[name] ?? ""))) return null;
      const params: Record<string, string> = Object.create(null);
      for (const [name, value] of Object.entries(groups)) params[name] = value ?? "";
      if (refused.some((condition) => condition(request(), {}))) return null;
      return required.every((condition) => condition(request(), params)) ? params : null;
    },
  };
}

/** A pattern, and what some of its groups must be besides. */
interface Pattern {
  readonly pattern: URLPattern;
  readonly limits: readonly { readonly name: string; readonly text: RegExp }[];
}

function readPattern(source: unknown, where: string, ignoreCase: boolean): Pattern {
  const state = (state: string) => `Cannot read the pattern ${JSON.stringify(source)} (${where}): ${state}`;
  if (typeof source !== "string") throw new TypeError(state("it is no text"));
  if (!source.startsWith("/")) throw new TypeError(state('it does not begin with "/", write "/users/:id" or the like'));
  try {
    const { pathname, limits } = withoutLookaround(source, ignoreCase);
    return { pattern: new URLPattern({ pathname }, { ignoreCase }), limits };
  } catch (cause) {
    throw new TypeError(state("it is no path pattern, see https://urlpattern.spec.whatwg.org"), { cause });
  }
}

const GROUP = /(\\.)|(:[A-Za-z_]\w*)?\(/g;

/**
 * Takes the groups out that look ahead, `((?!api|_next).*)` say: Deno's URLPattern knows no such expressions, and the
 * commonest matcher of all is one. The pattern takes any text for them, which is then held against the group itself.
 */
function withoutLookaround(source: string, ignoreCase: boolean): { pathname: string; limits: Pattern["limits"] } {
  const limits: { name: string; text: RegExp }[] = [];
  let pathname = "", from = 0, unnamed = 0;
  GROUP.lastIndex = 0;
  for (let match = GROUP.exec(source); match !== null; match = GROUP.exec(source)) {
    if (match[1] !== undefined) continue;
    const end = endOfGroup(source, GROUP.lastIndex);
    const inner = source.slice(GROUP.lastIndex, end);
    const name = match[2]?.slice(1) ?? String(unnamed++);
    const looks = /\(\?<?[=!]/.test(inner);
    if (looks) limits.push({ name, text: new RegExp(`^(?:${inner})$`, ignoreCase ? "i" : "") });
    pathname += source.slice(from, GROUP.lastIndex) + (looks ? ".*" : inner);
    from = GROUP.lastIndex = end;
  }
  return { pathname: pathname + source.slice(from), limits };
}

/** Where the group that begins here is closed. */
function endOfGroup(source: string, start: number): number {
  let depth = 1;
  for (let i = start; i < source.length; i++) {
    if (source[i] === "\\") i++;
    else if (source[i] === "(") depth++;
    else if (source[i] === ")" && --depth === 0) return i;
  }
  return source.length;
}

type Condition = (request: NextRequest, params: Record<string, string>) => boolean;

/** Next's own rule for a key as the name of a param. */
const UNSAFE = /[^A-Za-z]/g;

function readCondition({ type, key, value }: RuleCondition, where: string): Condition {
  const read = READERS[type];
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
    throw new TypeError(`Cannot read the value "${value}" of a condition (${where}): it is no regular expression`, {
      cause,
    });
  }
}

const READERS: Readonly<Record<string, (request: NextRequest, key: string) => string | null>> = {
  header: (request, key) => request.headers.get(key),
  cookie: (request, key) => request.cookies.get(key)?.value ?? null,
  query: (request, key) => request.nextUrl.searchParams.get(key),
  host: (request) => request.nextUrl.hostname,
};

/** `:name`, with `*`, `+` or `?` as in the pattern that it comes from. */
const PARAM = /:([A-Za-z_][A-Za-z0-9_]*)[*+?]?/g;

/**
 * Writes params into a text.
 *
 * @param template The text: `/blog/:slug`.
 * @param params What a rule captured.
 * @param decode Whether percent-escapes become characters: in a header, not in a URL.
 */
export function fillTemplate(template: string, params: RuleParams, decode = false): string {
  return template.replace(PARAM, (whole, name: string) => {
    const value = params[name];
    return value === undefined ? whole : decode ? readable(value) : value;
  });
}

/** Decoded, where a header can have it. */
function readable(value: string): string {
  const text = decoded(value);
  return /^[\x20-\x7e]*$/.test(text) ? text : value;
}

function decoded(text: string): string {
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
}

/**
 * Reads a destination.
 *
 * @param destination A path, or a URL of `http:` or `https:`.
 * @param where What messages call its rule.
 * @throws {TypeError} If it is neither, or its host is made of params: whoever sends the request would choose the server.
 */
export function readDestination(destination: unknown, where: string): Destination {
  const fail = (state: string): never => {
    throw new TypeError(`Cannot read the destination ${JSON.stringify(destination)} (${where}): ${state}`);
  };
  if (typeof destination !== "string") return fail("it is no text");
  const [, origin = "", rest = ""] = /^([a-z][a-z+.-]*:\/\/[^/?#]*)?(.*)$/is.exec(destination)!;
  if (origin === "" && !/^\/(?![/\\])/.test(rest)) fail('write a path as "/blog", or a URL as "https://example.com/"');
  if (origin !== "" && !/^https?:\/\//i.test(origin)) fail("it is a URL of neither http: nor https:");
  if (/:(?!\d+$)/.test(origin.replace(/^https?:/i, ""))) fail("its host has a param, write the host out");
  const [path = "", query = ""] = rest.split(/(?=\?)/s, 2);
  return {
    external: origin !== "",
    to(params) {
      const filled = fillTemplate(path, params);
      // A value has a segment's or more; a dot segment in it would leave the folder that the rule means.
      if (Object.values(params).some(hasDotSegment)) throw new RangeError("a param has a dot segment");
      const tidy = filled.length > 1 ? filled.replace(/\/+$/, "") || "/" : filled;
      return origin + (origin === "" ? tidy : filled) + fillTemplate(query, params);
    },
  };
}

/** Decoded twice, as some servers do. */
function hasDotSegment(value: string): boolean {
  return decoded(decoded(value)).split(/[\\/]/).some((part) => part === ".." || part === ".");
}
