/**
 * The options of a request handler, and what they mean.
 *
 * @module
 */

import type { CacheStore } from "../cache/store.ts";
import type { OnInvalid } from "../contract/problem.ts";
import { parseByteSize } from "../http/byte_size.ts";
import { MAX_FORM_FIELDS } from "../http/multipart.ts";
import { canonicalPath } from "../routing/canonical_path.ts";
import type { BodySettings, OpenTunnel } from "../scope/request_scope.ts";
import type { ErrorReporter } from "./error_report.ts";
import type { RoutingRules } from "./rules/pipeline.ts";
import type { Route, RouteFiles } from "./served_route.ts";

/** How requests are answered. */
export interface AnswerOptions {
  /** A path that all routes live under: `/docs`. Default: none. */
  basePath?: string | undefined;
  /** Called with every error of a handler; default: one entry on stderr. */
  onError?: ErrorReporter | undefined;
  /** Answers a path that no route has; default: 404, `Not Found` as text. */
  onNotFound?: ((request: Request) => Response | Promise<Response>) | undefined;
  /** Whether `forbidden()` and `unauthorized()` answer 403 and 401, Next's `experimental.authInterrupts`. Default: no. */
  authInterrupts?: boolean | undefined;
  /**
   * Whether a proxy in front sets `X-Forwarded-Proto` and `X-Forwarded-Host`, so that `request.url` is the URL that the
   * client asked for. Default: no, as anyone can send them.
   */
  trustProxy?: boolean | undefined;
  /** The key that draft mode's cookie is signed with; default: a random one, new with every start. */
  draftSecret?: string | undefined;
  /**
   * How many bytes of a request body are kept in memory by `json()`, `text()`, `formData()` and the like: a number, a size
   * like `"64kb"`, or `false` for no limit; a larger body is answered with 413. Default: 100 MiB. A limit that is set holds
   * for `request.body` too, which has none otherwise. A route sets its own with
   * `export const config = { bodyLimit: "64kb" }`.
   */
  bodyLimit?: number | string | false | undefined;
  /** How long a request body may stand still, in milliseconds; then the answer is 408. Default: 30,000. */
  bodyTimeout?: number | undefined;
  /** How many fields and files a form may have; one with more is answered with 413. Default: 10,000. */
  formFields?: number | undefined;
  /** Answers requests that do not fit a contract without `onInvalid`. Default: 400, 413 or 415, with the problem as JSON. */
  onInvalid?: OnInvalid | undefined;
  /** Whether responses are checked against their contracts. Default: in `routes dev` and under `deno test`. */
  checkResponses?: boolean | undefined;
  /** The clock of the cache, in milliseconds since 1970; default: the system's. Tests set their own. */
  now?: (() => number) | undefined;
}

/** How requests are answered, and where cached data is stored. */
export interface RequestHandlerOptions extends AnswerOptions {
  /** Stores cached data. Default: the memory of this process, 64 MiB. */
  cache?: CacheStore | undefined;
}

/** What makes a handler of a manifest. */
export interface RequestHandlerHost extends RequestHandlerOptions, RouteFiles {
  /** What applies to requests before their routes. */
  rules?: RoutingRules | undefined;
  /** Identifies the code that is served, so that it does not answer with cached responses of other code. */
  fingerprint?: (() => string) | undefined;
  /** Called with each request that a route answers, before it does. */
  onMatch?: ((route: Route, request: Request) => void) | undefined;
  /** Answers a request whose handler failed; only what a developer alone reaches may say more than an empty 500. */
  answerError?: ((error: unknown, request: Request) => Response) | undefined;
  /** Whether it is served to its developer, without TLS. Default: no. */
  isDevelopment?: boolean | undefined;
  /** Whether whole responses are cached. Default: yes. */
  cachesResponses?: boolean | undefined;
  /** Connects requests to upgrade to another server. Default: they are forwarded like any other. */
  openTunnel?: OpenTunnel | undefined;
}

/** What a request body is limited to by default. No upload that works in Next.js is larger and kept in memory. */
const BODY_LIMIT = "100mb", BODY_TIMEOUT_MS = 30_000;

/** Reads what a request body is limited to; without an option it is what `next.config` says of a proxy. */
export function readBodySettings(
  { bodyLimit, bodyTimeout, formFields }: AnswerOptions,
  rules: RoutingRules | undefined,
): BodySettings {
  const chosen = bodyLimit ?? (rules?.proxy === undefined ? undefined : rules.config.proxyBodyLimit);
  const limit = parseByteSize(chosen ?? BODY_LIMIT);
  if (limit === undefined) {
    throw new TypeError(`Cannot limit request bodies to "${chosen}": write bytes, a size like "64kb", or false`);
  }
  return {
    ...{ limit, isLimitChosen: chosen !== undefined },
    ...{ timeout: bodyTimeout ?? BODY_TIMEOUT_MS, formFields: formFields ?? MAX_FORM_FIELDS },
  };
}

/**
 * Reads the base path.
 *
 * @throws {TypeError} If it is not a path of a URL.
 */
export function readBasePath(basePath = ""): string {
  const trimmed = basePath.replace(/\/+$/, "");
  if (trimmed === "" || (trimmed.startsWith("/") && canonicalPath(trimmed) === trimmed)) return trimmed;
  throw new TypeError(`Cannot serve below "${basePath}": expected an absolute path such as "/docs"`);
}

/**
 * Reads the secret of draft mode. An empty one would sign with a key that everyone knows.
 *
 * @throws {TypeError} If it is empty.
 */
export function readDraftSecret(secret: string = crypto.randomUUID()): string {
  if (secret === "") {
    throw new TypeError("Cannot sign draft mode's cookie: draftSecret is empty, set it to a random string");
  }
  return secret;
}
