/**
 * Runs a `proxy.ts`, and reads its matcher and its decisions.
 *
 * @module
 */

import { isHeaderName } from "../../http/header_text.ts";
import type { NextFetchEvent, NextProxy, ProxyConfig } from "../../http/next_proxy.ts";
import type { NextRequest } from "../../http/next_request.ts";
import { isRewrite } from "../../http/next_response.ts";
import { getHeaderList } from "../../http/response_shape.ts";
import { isPromise } from "../../contract/validate.ts";
import type { MaybePromise } from "../../cache/store.ts";
import type { HeaderPair } from "../../http/runtime_internals.ts";
import { joinCookies } from "../response/finish.ts";
import { isFraming } from "./header_rule.ts";
import { createRule, type RuleInit } from "./path_rule.ts";
import { runInScope } from "../../scope/current_scope.ts";
import type { RequestScope } from "../../scope/request_scope.ts";
import { getProxyRequest } from "../../scope/proxy_request.ts";

/** The decision of a proxy. */
export type ProxyDecision =
  /** Continue, optionally with other request headers; `headers` are added to the response. */
  | { readonly kind: "next"; readonly request: Headers | undefined; readonly headers: readonly HeaderPair[] }
  /** Continue with another URL. */
  | {
    readonly kind: "rewrite";
    readonly url: string;
    readonly request: Headers | undefined;
    readonly headers: readonly HeaderPair[];
  }
  /** Answer with this response. */
  | { readonly kind: "response"; readonly response: Response };

/** The proxy of an application. */
export interface Proxy {
  readonly file: string;
  /** Whether it has a matcher; one without is called for paths outside the base path too. */
  readonly hasMatcher: boolean;
  /** Whether the proxy runs for a request with this path. */
  matches(pathname: string, request: () => NextRequest): boolean;
  /**
   * Runs the proxy.
   *
   * @throws Any error of the proxy, or a {TypeError} if it returns something other than a Response.
   */
  ask(scope: RequestScope): MaybePromise<ProxyDecision>;
}

/**
 * Creates a proxy from its module.
 *
 * @param module Its namespace: a function named `proxy`, `middleware` or `default`, and optional `config`.
 * @param file The file, for messages.
 * @throws {TypeError} If it exports no function, or its matcher is invalid.
 * @see https://nextjs.org/docs/app/api-reference/file-conventions/proxy
 */
export function readProxy(module: Readonly<Record<string, unknown>>, file: string): Proxy {
  const call = module.proxy ?? module.middleware ?? module.default;
  if (typeof call !== "function") {
    throw new TypeError(`Cannot load proxy "${file}": it exports no function, write export function proxy(request) {}`);
  }
  const { matcher } = (module.config ?? {}) as ProxyConfig;
  const rules = matcher === undefined
    ? null
    : [matcher].flat().map((each, index) => readMatcher(each, `matcher[${index}] of ${file}`));
  return {
    file,
    hasMatcher: rules !== null,
    matches(pathname, request) {
      if (rules === null) return true;
      const matches = (path: string) => rules.some((matcher) => matcher(path, request));
      // As in Next.js, also as the handler sees its params: a matcher may have spaces, or characters that a client escapes.
      return matches(pathname) || (pathname.includes("%") && matches(decodeURIComponent(pathname)));
    },
    ask(scope) {
      const event: NextFetchEvent = {
        sourcePage: "/proxy",
        waitUntil(promise) {
          scope.application.waitUntil(
            Promise.resolve(promise).catch((error) =>
              scope.application.report(error, scope, "a promise of waitUntil()")
            ),
          );
        },
      };
      const returned: unknown = runInScope(scope, call as NextProxy, getProxyRequest(scope), event);
      // A promise for a result that is there would cost as much as the proxy itself.
      return isPromise(returned)
        ? Promise.resolve(returned).then((returned) => toDecision(returned, scope, file))
        : toDecision(returned, scope, file);
    },
  };
}

type Matcher = (pathname: string, request: () => NextRequest) => boolean;

/** Compiles a matcher. As in Next.js, `/` also matches `/index`, and `/m` also matches `/m.json`. */
function readMatcher(matcher: unknown, where: string): Matcher {
  if (typeof matcher !== "string" && (typeof matcher !== "object" || matcher === null)) {
    throw new TypeError(
      `Cannot read ${where}: it is ${matcher === null ? "null" : typeof matcher}, write "/path/:rest*"`,
    );
  }
  const init = typeof matcher === "string" ? { source: matcher } : matcher as RuleInit;
  // Case-sensitive like the router, or a guard could be bypassed by case.
  const rule = createRule(init, where, false);
  if (init.source === "/") {
    return (path, request) => rule.match(path.replace(/^\/index(?:\.json)?$/, "/"), request) !== null;
  }
  if (hasExpression(init.source)) {
    // Part of the pattern, because a look-ahead sees the whole path: one that excludes dots must exclude "/m.json".
    const source = `${init.source.replace(/\/$/, "")}{(\\.json)}?`;
    const whole = createRule({ ...init, source }, where, false);
    return (path, request) => whole.match(path, request) !== null;
  }
  return (path, request) =>
    rule.match(path, request) !== null ||
    (path.endsWith(".json") && rule.match(path.slice(0, -".json".length), request) !== null);
}

/** Whether a pattern contains a regular expression. */
function hasExpression(source: string): boolean {
  return /(?<!\\)\(/.test(source);
}

/** The headers of what a proxy returned. */
interface ProxyHeaders {
  /** Those that say how to continue, by their names after `x-middleware-`. */
  readonly instructions: ReadonlyMap<string, string>;
  /** Those that are added to the response of the route: repeated ones are joined, except cookies. */
  readonly added: readonly HeaderPair[];
}

const INSTRUCTION_PREFIX = "x-middleware-";

function toDecision(returned: unknown, scope: RequestScope, file: string): ProxyDecision {
  if (returned === undefined || returned === null) {
    const headers = [...scope.cookieJar?.lines() ?? []].map(([, line]): HeaderPair => ["set-cookie", line]);
    return { kind: "next", request: undefined, headers };
  }
  if (!(returned instanceof Response)) {
    throw new TypeError(`Cannot use what "${file}" returned: expected a Response or nothing, got ${typeof returned}`);
  }
  const response = joinCookies(returned, scope);
  const { instructions, added: headers } = readProxyHeaders(response);
  const url = instructions.get("rewrite");
  const goesOn = instructions.get("next") === "1";
  if (url === undefined && !goesOn) return { kind: "response", response: toRelativeRedirect(response, scope) };
  if (url !== undefined && !isRewrite(returned) && isOtherOrigin(url, scope)) throw createOriginError(file);
  const request = readRequestHeaders(instructions);
  return url === undefined ? { kind: "next", request, headers } : { kind: "rewrite", url, request, headers };
}

function readProxyHeaders(response: Response): ProxyHeaders {
  const instructions = new Map<string, string>(), added: [name: string, value: string][] = [];
  for (const [key, value] of getHeaderList(response)) {
    const name = key.toLowerCase();
    if (name.startsWith(INSTRUCTION_PREFIX)) {
      const short = name.slice(INSTRUCTION_PREFIX.length), before = instructions.get(short);
      instructions.set(short, before === undefined ? value : `${before}, ${value}`);
    } // If the proxy copies the request's headers to the response, their content-length would truncate the handler's body.
    else if (!isFraming(name)) {
      const before = name === "set-cookie" ? undefined : added.find((pair) => pair[0] === name);
      if (before === undefined) added.push([name, value]);
      else before[1] += `, ${value}`;
    }
  }
  return { instructions, added };
}

function isOtherOrigin(url: string, scope: RequestScope): boolean {
  return !URL.canParse(url) || new URL(url).origin !== new URL(scope.url ?? scope.received.url).origin;
}

/** CVE-2025-57822: a header copied from the client's request must not choose a server. */
function createOriginError(file: string): TypeError {
  return new TypeError(
    `Cannot follow the rewrite of "${file}": a header names another server, use NextResponse.rewrite()`,
  );
}

/** Reads the request headers that replace those of the client. */
function readRequestHeaders(instructions: ProxyHeaders["instructions"]): Headers | undefined {
  const names = instructions.get("override-headers");
  if (names === undefined) return undefined;
  const request = new Headers();
  for (const name of names.split(",").map((name) => name.trim())) {
    if (!isHeaderName(name)) continue;
    const value = instructions.get(`request-${name.toLowerCase()}`);
    if (value !== undefined) request.set(name, value);
  }
  return request;
}

/** As in Next.js, makes a redirect to the same origin relative, so that it also works behind a reverse proxy. */
function toRelativeRedirect(response: Response, scope: RequestScope): Response {
  const location = response.headers.get("location");
  if (location === null || !URL.canParse(location)) return response;
  const url = new URL(location);
  // A location that starts with two slashes would be another host.
  if (url.origin !== new URL(scope.url ?? scope.received.url).origin || /^\/[/\\]/.test(url.pathname)) return response;
  const { body, status, statusText } = response;
  const copy = new Response(body, { status, statusText, headers: response.headers });
  copy.headers.set("location", url.pathname + url.search + url.hash);
  return copy;
}
