/**
 * Limits on the number of requests of a client.
 *
 * @module
 */

import type { RateLimitAlgorithm, RateLimitPolicy, RateLimitResult, RateLimitStore } from "../cache/rate_limit.ts";
import { MAX_LIMIT_KEYS, memoryLimits } from "../cache/stores/memory_limits.ts";
import type { Middleware, MiddlewareContext } from "../contract/middleware.ts";
import { createProblem, problemResponse } from "../contract/problem.ts";
import { writeLog } from "../log/log.ts";
import { markDynamic } from "../scope/dynamic_access.ts";
import { getScope } from "../scope/current_scope.ts";
import { clientAddress } from "./client_address.ts";
import { respondWith } from "./respond.ts";

/** Options of {@linkcode rateLimit}. */
export interface RateLimitOptions<Needs extends object = object> {
  /** The number of requests that are allowed in a window: an integer above 0. */
  limit: number;
  /** The length of the window, in seconds. */
  window: number;
  /**
   * `fixed`: `limit` requests in each window, which begins with the first one. `token-bucket`: `limit` requests at
   * once, and then one each time that a `limit`th of the window has passed. Default: `fixed`.
   */
  algorithm?: RateLimitAlgorithm;
  /**
   * Returns whose requests are counted together, such as the user or the API key; `null` for a request without a limit.
   * It receives the values of earlier middleware. Never use a header that any client can set. Default:
   * `clientAddress()`, the other end of the connection; behind a proxy, pass `clientAddress({ proxies })`.
   */
  key?: (request: Request, context: MiddlewareContext & Needs) => string | null | Promise<string | null>;
  /**
   * Where requests are counted: in a store that processes share, `sqliteStore(…)` or `redisStore(…)`, or in the store
   * of the cache, `"cache"`. Default: in the memory of this process.
   */
  store?: RateLimitStore | "cache";
  /**
   * The name of the limit, for headers, and for the processes that share it. Required with a store. Default: `default`.
   */
  name?: string;
  /** The largest number of keys in memory; the least recently used are removed first. Default: 100,000. */
  maxKeys?: number;
}

/** The problem type of the draft, §5.1. */
const QUOTA_EXCEEDED = "https://iana.org/assignments/http-problem-types#quota-exceeded";

/** The shortest time between two warnings about a failing store. */
const WARN_INTERVAL_MS = 60_000;

/** The length above which a key is stored as its digest. */
const MAX_KEY_LENGTH = 128;

/**
 * Limits the number of requests, and describes the limit in the headers `RateLimit-Policy` and `RateLimit`. The
 * response to a request over the limit is 429 with `Retry-After`; the request does not count.
 *
 * While a store has failed, each process counts by itself. Responses of a limited handler are not cached, as if it used
 * `headers()`: a cached response would not be counted.
 *
 * No library is used: those for other frameworks need their context, and the counts are in the stores of the cache.
 *
 * @param options The number of requests, and whose requests are counted together.
 * @throws {TypeError} If an option is invalid.
 * @see https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/11/
 *
 * @example
 * ```ts
 * import { rateLimit } from "@x/routes/middleware";
 * import { route } from "@x/routes/route";
 * import { assertEquals } from "@std/assert";
 *
 * const POST = route({ use: [rateLimit({ limit: 1, window: 60 })] }, () => new Response("sent"));
 *
 * const request = new Request("http://localhost/", { method: "POST" });
 * assertEquals((await POST(request)).headers.get("ratelimit"), '"default";r=0;t=60');
 * assertEquals((await POST(request)).status, 429);
 * ```
 */
export function rateLimit<Needs extends object = object>(
  options: RateLimitOptions<Needs>,
): Middleware<object, Needs> {
  const { limit, window, algorithm = "fixed", key = clientAddress(), store, name = "default" } = options;
  checkOptions(options);
  const policy: RateLimitPolicy = { algorithm, limit, windowMs: Math.ceil(window * 1000) };
  const memory = memoryLimits(options.maxKeys ?? MAX_LIMIT_KEYS);
  const policyField = `"${name}";q=${limit};w=${Math.ceil(window)}`;
  let warnedAt = -Infinity;

  /** Separates limits by name. A limit whose numbers have changed starts from 0. */
  async function toStoredKey(id: string): Promise<string> {
    const prefix = `${name}:${algorithm}:${limit}:${policy.windowMs}:`;
    return prefix + (id.length <= MAX_KEY_LENGTH ? id : await digest(id));
  }

  async function take(id: string): Promise<RateLimitResult> {
    const shared = store === "cache" ? getScope()?.application.limits : store;
    const storedKey = await toStoredKey(id);
    try {
      if (shared !== undefined) return await shared.take(storedKey, policy, Date.now());
    } catch (error) {
      warn(error);
    }
    return await memory.take(storedKey, policy, Date.now());
  }

  function warn(error: unknown): void {
    if (performance.now() < warnedAt + WARN_INTERVAL_MS) return;
    warnedAt = performance.now();
    writeLog("warn", `The store of rate limit "${name}" is unavailable, each process counts by itself:`, { error });
  }

  return async (request, context, next) => {
    const scope = getScope();
    // The response is generated for all clients, not requested by one.
    if (scope?.tracking?.mode === "force-static") return await next();
    if (scope !== undefined) markDynamic(scope, "rateLimit()");
    const id = await key(request, context);
    if (id === null) return await next();
    if (typeof id !== "string") refuse(`the key of "${name}" is ${id}`, "return a string, or null for no limit");
    const result = await take(id);
    const field = `"${name}";r=${result.remaining};t=${toSeconds(result.isAllowed ? result.resetMs : result.retryMs)}`;
    const setFields = (headers: Headers) => {
      headers.append("ratelimit-policy", policyField);
      headers.append("ratelimit", field);
    };
    if (result.isAllowed) return await respondWith(next, setFields);
    const problem = createProblem(429, { type: QUOTA_EXCEEDED, "violated-policies": [name] });
    const retryAfter = String(toSeconds(result.retryMs));
    const response = problemResponse(problem, { "retry-after": retryAfter, "cache-control": "no-store" });
    setFields(response.headers);
    return response;
  };
}

function toSeconds(ms: number): number {
  return Math.max(1, Math.ceil(ms / 1000));
}

async function digest(text: string): Promise<string> {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return btoa(String.fromCharCode(...new Uint8Array(bytes)));
}

function refuse(what: string, fix: string): never {
  throw new TypeError(`Cannot limit requests: ${what}, ${fix}`);
}

function checkOptions(options: Omit<RateLimitOptions, "key">): void {
  const { limit, window, algorithm = "fixed", store, name, maxKeys = MAX_LIMIT_KEYS } = options;
  if (!Number.isInteger(limit) || limit < 1) refuse(`limit is ${limit}`, "expected an integer above 0");
  if (!(window > 0) || window > MAX_WINDOW_SECONDS) {
    refuse(`window is ${window}`, `expected seconds, up to ${MAX_WINDOW_SECONDS}`);
  }
  if (!Number.isInteger(maxKeys) || maxKeys < 1) refuse(`maxKeys is ${maxKeys}`, "expected an integer above 0");
  if (algorithm !== "fixed" && algorithm !== "token-bucket") {
    refuse(`algorithm is "${algorithm}"`, 'expected "fixed" or "token-bucket"');
  }
  if (store !== undefined && name === undefined) {
    refuse("a limit in a store has no name", 'processes find its counts by the name, add one such as name: "login"');
  }
  if (name !== undefined && !/^[\w.-]{1,64}$/.test(name)) {
    refuse(`name is "${name}"`, 'expected letters, digits, "_", "-" and "."');
  }
}

/** The longest window: a year. */
const MAX_WINDOW_SECONDS = 365 * 24 * 3600;
