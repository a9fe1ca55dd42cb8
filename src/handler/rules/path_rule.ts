/**
 * The rules of `next.config` and of a proxy's matcher: which requests they match.
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
