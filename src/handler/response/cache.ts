/**
 * Caches whole responses: looks them up, runs handlers to generate them, and decides which requests bypass the cache.
 *
 * @module
 */

import {
  createCachedResponse,
  createResponseEntry,
  isResponseEntry,
  isStorable,
  readBody,
} from "../../cache/cached_response.ts";
import type { CacheResult, FilledEntry, FillReason } from "../../cache/incremental_cache.ts";
import { getPathTags } from "../../cache/path_tags.ts";
import type { MaybePromise } from "../../cache/store.ts";
import { matchesIfNoneMatch } from "../../http/etag.ts";
import { getReceivedHeader } from "../../http/received_request.ts";
import { withBody } from "../../http/response_body.ts";
import { isDraft } from "../../scope/draft_mode.ts";
import { followClient } from "../../scope/request_signal.ts";
import type { Application, RequestScope, ScopedRoute, StaticGeneration } from "../../scope/request_scope.ts";
import type { CachePolicy } from "./cache_policy.ts";

/** A request for a cached route. */
export interface CachedRequest {
  /** The scope of the request, for a handler that runs without the cache. */
  readonly scope: RequestScope;
  /** How the route is cached. */
  readonly policy: CachePolicy;
  /** Runs the handler of GET in a scope; never rejects. */
  run(scope: RequestScope): MaybePromise<Response>;
  /** Turns the response to GET into the response to HEAD; `undefined` for a GET request. */
  readonly head: ((full: Response) => Response) | undefined;
  /** Runs the route's own HEAD handler, if it has one. */
  readonly runHead: (() => MaybePromise<Response>) | undefined;
}

/** Answers requests for cached routes. */
export interface ResponseCache {
  /** Answers a GET or HEAD request. */
  answer(request: CachedRequest): MaybePromise<Response>;
}

/**
 * The origin that a handler sees when its response is shared. It is not the address of the server, which differs among
 * the processes that share a cache, but the origin that Next.js uses.
 */
const STATIC_ORIGIN = "http://localhost:3000";

/** How long a path that turned out to be dynamic bypasses the cache, and how many such paths are remembered. */
const DYNAMIC_MS = 60_000, MAX_DYNAMIC_PATHS = 10_000;

/** Keeps responses for clients in draft mode out of shared caches. */
const DRAFT_CONTROL = "private, no-cache, no-store, max-age=0, must-revalidate";

/** Options of {@linkcode createResponseCache}. */
export interface ResponseCacheOptions {
  /** Identifies the code being served: responses of other code are not used. */
  fingerprint(): string;
  /** Whether anything is cached at all. */
  readonly enabled: boolean;
  /** Called for each response that was found in the cache or generated. */
  readonly onFound: ((state: CacheResult["state"], route: ScopedRoute) => void) | undefined;
}

/**
 * Creates the response cache of an application.
 *
 * @param application The application.
 * @param options Its options.
 */
export function createResponseCache(
  application: Application,
  { fingerprint, enabled, onFound }: ResponseCacheOptions,
): ResponseCache {
  const { cache } = application;
  /** Until when a key is known to be dynamic, by `elapsed()`. */
  const dynamic = new Map<string, number>();

  function answer(request: CachedRequest): MaybePromise<Response> {
    const { scope } = request;
    if (isDraft(scope.received, application.draftSecret)) return answerDraft(request);
    if (!enabled) return answerAlone(request);
    const { head = (full) => full } = request;
    const key = getKey(scope, fingerprint());
    if (isDynamic(key)) return answerAlone(request);
    let own: Response | undefined;
    const found = cache.get({
      key,
      tags: [],
      accepts: isResponseEntry,
      fill: async (reason) => {
        const generated = await generate(request, reason);
        if (reason === "miss" && !("meta" in generated)) own = generated.response;
        if ("meta" in generated) return generated;
        if (generated.state === "uncacheable") setDynamic(key);
        if (generated.state === "large") cache.refuseLarge(key);
        return generated.state === "large" ? "uncacheable" : generated.state;
      },
    });
    const deliver = (found: CacheResult | null): MaybePromise<Response> => {
      if (found !== null) {
        onFound?.(found.state, scope.route);
        return head(toResponse(found, scope));
      }
      // The route's own HEAD handler answers, unless the mode hides the method from handlers.
      const isOwnHead = request.runHead !== undefined && request.policy.mode === "auto";
      if (own !== undefined && !isOwnHead) return head(own);
      own?.body?.cancel().catch(() => {});
      return answerAlone(request);
    };
    return found instanceof Promise ? found.then(deliver) : deliver(found);
  }

  function toResponse(found: CacheResult, scope: RequestScope): Response {
    const condition = getReceivedHeader(scope.received, "if-none-match");
    const isKnown = condition === null ? undefined : (etag: string) => matchesIfNoneMatch(condition, etag);
    return createCachedResponse(found, isKnown, cache.now());
  }

  function isDynamic(key: string): boolean {
    const until = dynamic.get(key);
    if (until === undefined) return false;
    if (cache.elapsed() < until) return true;
    dynamic.delete(key);
    return false;
  }

  function setDynamic(key: string): void {
    dynamic.set(key, cache.elapsed() + DYNAMIC_MS);
    if (dynamic.size > MAX_DYNAMIC_PATHS) dynamic.delete(dynamic.keys().next().value!);
  }

  return { answer };
}

interface PathKey {
  readonly pathname: string;
  readonly isSlashed: boolean;
  readonly code: string;
  readonly key: string;
}

// Reuses the key string: its hash, the most expensive part of a lookup, is already computed.
const lastKeys = new WeakMap<ScopedRoute, PathKey>();

/** Returns the cache key of a request's path, for the code being served. */
function getKey(scope: RequestScope, code: string): string {
  const { route, pathname, url } = scope;
  if (url !== undefined) return `GET ${getPathKey(scope)} ${code} ${route.id}`;
  const last = lastKeys.get(route), isSlashed = endsWithSlash(scope.received.url);
  const isSame = last?.pathname === pathname && last.isSlashed === isSlashed && last.code === code;
  if (isSame) return last.key;
  const key = `GET ${getPathKey(scope)} ${code} ${route.id}`;
  lastKeys.set(route, { pathname, isSlashed, code, key });
  return key;
}

/**
 * Returns the path, and the path that the handler sees if it differs: because of a rewrite in `next.config`, or because
 * the client's path ends with a slash that no redirect removes.
 */
function getPathKey(scope: RequestScope): string {
  const { pathname } = scope, seen = getSeenPath(scope);
  return seen === pathname ? pathname : `${pathname} as ${seen}`;
}

/** Returns the path that the handler sees. */
function getSeenPath({ pathname, url, received }: RequestScope): string {
  if (url !== undefined) return new URL(url).pathname;
  return pathname !== "/" && endsWithSlash(received.url) ? `${pathname}/` : pathname;
}

/** Whether the path of a URL ends with a slash. */
function endsWithSlash(url: string): boolean {
  const query = url.indexOf("?");
  return url.endsWith("/", query === -1 ? url.length : query);
}

/** Runs the handler for one request, and hides the same parts of the request as when its response is shared. */
function answerAlone(request: CachedRequest): MaybePromise<Response> {
  const { policy, scope, run, runHead, head = (full) => full } = request;
  if (policy.mode === "auto" && runHead !== undefined) return runHead();
  const response = run(policy.mode === "auto" ? scope : forkForGeneration(request, "miss"));
  return response instanceof Promise ? response.then(head) : head(response);
}

/** A response for one request only, and why it is not stored. */
interface Unstored {
  readonly state: "uncacheable" | "failed" | "large";
  readonly response: Response;
}

/** Generates the entry that all requests for the path share. */
async function generate(request: CachedRequest, reason: FillReason): Promise<FilledEntry | Unstored> {
  const { policy, run } = request;
  const { pathname } = request.scope;
  const scope = forkForGeneration(request, reason);
  const response = await run(scope);
  const { fill } = scope as { fill: StaticGeneration };
  if (response.status >= 500) return toUnstored("failed", response, scope);
  if (fill.dynamic !== undefined || !isStorable(response)) return toUnstored("uncacheable", response, scope);
  try {
    const body = await readBody(response.body);
    if (body instanceof ReadableStream) {
      return toUnstored("large", withBody(response, body), scope);
    }
    // The stream may have used the request while it was read.
    if (fill.dynamic !== undefined) {
      return toUnstored("uncacheable", withBody(response, body), scope);
    }
    const tags = [...new Set([...getPathTags(scope.route.id, pathname), ...fill.tags])];
    return await createResponseEntry(response, body, tags, getMinRevalidate(policy.revalidate, fill.revalidate));
  } catch {
    // The stream failed, which has been reported already.
    return { state: "failed", response: new Response(null, { status: 500 }) };
  }
}

/** Returns a response that goes only to the client whose request caused it. */
function toUnstored(state: Unstored["state"], response: Response, scope: RequestScope): Unstored {
  if (scope.fill?.mode === "auto" && scope.fill.reason === "miss") followClient(scope);
  return { state, response };
}

function getMinRevalidate(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.min(a, b);
}

/**
 * Derives the scope in which a handler generates an entry. In "auto" mode on a miss, the handler gets the real request:
 * if it uses it, its response goes to this client only. A handler that may not use the request, or revalidates in the
 * background, gets a request that has only a path.
 */
function forkForGeneration({ scope, policy }: CachedRequest, reason: FillReason): RequestScope {
  const { mode, revalidate } = policy;
  const fill: StaticGeneration = { mode, reason, tags: new Set(), revalidate, dynamic: undefined };
  const { pathname: matched } = scope;
  if (reason === "miss" && mode !== "force-static") return scope.fork({ matched, fill });
  const url = STATIC_ORIGIN + getSeenPath(scope);
  return scope.fork({ matched, fill, url, received: new Request(url), requestHeaders: new Headers() });
}

async function answerDraft(request: CachedRequest): Promise<Response> {
  const { run, policy, head = (full) => full } = request;
  const scope = policy.mode === "auto" ? request.scope : forkForGeneration(request, "miss");
  scope.isDraft = true;
  const answer = head(await run(scope));
  const response = withBody(answer, answer.body);
  response.headers.set("cache-control", DRAFT_CONTROL);
  return response;
}
