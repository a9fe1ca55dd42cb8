/**
 * The options of a request handler, and their validation.
 *
 * @module
 */

import type { CacheHandler } from "../cache/cache_handler.ts";
import type { CacheResult } from "../cache/incremental_cache.ts";
import type { CacheStore } from "../cache/store.ts";
import type { OnInvalid } from "../contract/problem.ts";
import { parseByteSize } from "../http/byte_size.ts";
import { MAX_FORM_FIELDS } from "../http/multipart.ts";
import { canonicalPath } from "../routing/canonical_path.ts";
import type { BodySettings, OpenTunnel, ScopedRoute } from "../scope/request_scope.ts";
import type { ErrorReporter } from "./error_report.ts";
import type { ResponseCacheOptions } from "./response/cache.ts";
import type { RoutingRules } from "./rules/pipeline.ts";
import type { Route, RouteFiles } from "./served_route.ts";

/** Options for answering requests. */
export interface AnswerOptions {
  /** A path that all routes live under: `/docs`. Default: none. */
  basePath?: string | undefined;
  /** Called with every error of a handler; default: one entry on stderr. */
  onError?: ErrorReporter | undefined;
  /** Answers a path that no route matches; default: 404 with the text `Not Found`. */
  onNotFound?: ((request: Request) => Response | Promise<Response>) | undefined;
  /**
   * Whether `forbidden()` and `unauthorized()` answer 403 and 401, like Next's `experimental.authInterrupts`. Default:
   * `false`.
   */
  authInterrupts?: boolean | undefined;
  /**
   * Whether to trust `X-Forwarded-Proto` and `X-Forwarded-Host`, so that `request.url` is the URL that the client
   * requested, and the last address of `X-Forwarded-For`, so that the log has that of the client. Enable it only behind
   * a reverse proxy that sets them: without one, any client can. Default: `false`.
   */
  trustProxy?: boolean | undefined;
  /** The key that signs the cookie of draft mode; default: a random key for each start. */
  draftSecret?: string | undefined;
  /**
   * The largest request body that `json()`, `text()`, `formData()` and similar methods read into memory: a number of
   * bytes, a size such as `"64kb"`, or `false` for no limit. A larger body is answered with 413. Default: 100 MiB. An
   * explicit limit also applies to `request.body`, which has none by default. A route overrides it with
   * `export const config = { bodyLimit: "64kb" }`.
   */
  bodyLimit?: number | string | false | undefined;
  /** How long to wait for the next bytes of a request body before answering 408, in milliseconds. Default: 30,000. */
  bodyTimeout?: number | undefined;
  /** The largest number of fields and files in a form; a form with more is answered with 413. Default: 10,000. */
  formFields?: number | undefined;
  /**
   * Responds to invalid requests, for contracts without `onInvalid`. Default: 400, 413 or 415, with the problem as
   * JSON.
   */
  onInvalid?: OnInvalid | undefined;
  /** Whether responses are checked against their contracts. Default: in `routes dev` and under `deno test`. */
  checkResponses?: boolean | undefined;
  /** The clock of the cache, in milliseconds since 1970; default: `Date.now`. Tests pass their own. */
  now?: (() => number) | undefined;
}

/** Options for answering requests and storing cached data. */
export interface RequestHandlerOptions extends AnswerOptions {
  /** Stores cached data. Default: the memory of this process, 64 MiB. */
  cache?: CacheStore | undefined;
}

/** Options of `createHandler()`. */
export interface RequestHandlerHost extends RequestHandlerOptions, RouteFiles {
  /** The rules that apply to requests before their routes. */
  rules?: RoutingRules | undefined;
  /** Identifies the code being served, so that cached responses of other code are not used. */
  fingerprint?: (() => string) | undefined;
  /** The modules that store the values of `"use cache"` instead of the cache, by kind. */
  cacheHandlers?: ReadonlyMap<string, CacheHandler> | undefined;
  /** Called with each request that matches a route, before the route answers it. */
  onMatch?: ((route: Route, request: Request) => void) | undefined;
  /** Called with each response of the cache: whether it was fresh, stale, or generated. */
  onCached?: ((state: CacheResult["state"], route: ScopedRoute) => void) | undefined;
  /** Called when a response turns out to be for one request only. */
  onDynamic?: ResponseCacheOptions["onDynamic"];
  /** Answers a request whose handler failed. Default: an empty 500; only a development server may reveal more. */
  answerError?: ((error: unknown, request: Request) => Response) | undefined;
  /** Whether this is a development server, which has no TLS. Default: `false`. */
  isDevelopment?: boolean | undefined;
  /** Whether no client waits, as in `next build`: what depends on a request never settles. Default: `false`. */
  isBuild?: boolean | undefined;
  /** Whether whole responses are cached. Default: `true`. */
  cachesResponses?: boolean | undefined;
  /** Connects WebSocket upgrade requests to another server. Default: they are forwarded like other requests. */
  openTunnel?: OpenTunnel | undefined;
}

/** Default limits of request bodies. Next.js does not read larger uploads into memory either. */
const BODY_LIMIT = "100mb", BODY_TIMEOUT_MS = 30_000;

/** Reads the limits of request bodies. Without an option, the limit for proxies in `next.config` applies. */
export function readBodySettings(
  { bodyLimit, bodyTimeout, formFields }: AnswerOptions,
  rules: RoutingRules | undefined,
): BodySettings {
  const chosen = bodyLimit ?? (rules?.proxy === undefined ? undefined : rules.config.proxyBodyLimit);
  const limit = parseByteSize(chosen ?? BODY_LIMIT);
  if (limit === undefined) {
    throw new TypeError(
      `Cannot limit request bodies to "${chosen}": expected a number of bytes, a size such as "64kb", or false`,
    );
  }
  return {
    limit,
    isLimitChosen: chosen !== undefined,
    timeout: bodyTimeout ?? BODY_TIMEOUT_MS,
    formFields: formFields ?? MAX_FORM_FIELDS,
  };
}

/**
 * Reads the base path.
 *
 * @throws {TypeError} If it is not an absolute path.
 */
export function readBasePath(basePath = ""): string {
  const trimmed = basePath.replace(/\/+$/, "");
  if (trimmed === "" || (trimmed.startsWith("/") && canonicalPath(trimmed) === trimmed)) return trimmed;
  throw new TypeError(`Cannot use basePath "${basePath}": expected an absolute path such as "/docs"`);
}

/**
 * Reads the secret of draft mode. An empty secret would be a key that everyone knows.
 *
 * @throws {TypeError} If it is empty.
 */
export function readDraftSecret(secret: string = crypto.randomUUID()): string {
  if (secret === "") {
    throw new TypeError("Cannot sign the cookie of draft mode: draftSecret is empty, set it to a random string");
  }
  return secret;
}
