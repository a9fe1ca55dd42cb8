/**
 * Whole responses from the cache: what is asked of it, how a handler fills it, and which requests go past it.
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
import { isDraft } from "../../scope/draft_mode.ts";
import { followClient } from "../../scope/request_signal.ts";
import type { Application, RequestScope, ScopedRoute, StaticGeneration } from "../../scope/request_scope.ts";
import type { CachePolicy } from "./cache_policy.ts";

/** A request for a cached route. */
export interface CachedRequest {
  /** The request's scope, for when the handler answers it without the cache. */
  readonly scope: RequestScope;
  /** How the route is cached. */
  readonly policy: CachePolicy;
  /** Runs the handler of GET in a scope; never rejects. */
  run(scope: RequestScope): MaybePromise<Response>;
  /** Makes the answer to HEAD of the answer to GET; `undefined` for a request with GET. */
  readonly head: ((full: Response) => Response) | undefined;
  /** Runs the handler of HEAD, where the route has one of its own. */
  readonly runHead: (() => MaybePromise<Response>) | undefined;
}

/** Answers the requests for cached routes. */
export interface ResponseCache {
  /** Answers a request with GET or HEAD. */
  answer(request: CachedRequest): MaybePromise<Response>;
}

/**
 * What a handler sees that runs for everyone. It is not the address of the server, which differs among the processes
 * that share a cache, but the one that Next.js has there.
 */
const STATIC_ORIGIN = "http://localhost:3000";

/** How long a path that turned out to be dynamic goes past the cache, in milliseconds, and how many such are known. */
const DYNAMIC_MS = 60_000, MAX_DYNAMIC_PATHS = 10_000;

/** What a client with draft mode gets: nobody else may. */
const DRAFT_CONTROL = "private, no-cache, no-store, max-age=0, must-revalidate";

/** How responses are cached. */
export interface ResponseCacheOptions {
  /** Tells the code that is being served: responses of other code are not its own. */
  fingerprint(): string;
  /** Whether anything is cached at all. */
  readonly enabled: boolean;
  /** Told of each response that the cache had or made. */
  readonly onFound: ((state: CacheResult["state"], route: ScopedRoute) => void) | undefined;
}

/**
 * Makes the response cache of an application.
 *
 * @param application What its requests share.
 * @param options How it caches.
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
        const filled = await fill(request, reason);
        if (reason === "miss" && !("meta" in filled)) own = filled.response;
        if ("meta" in filled) return filled;
        if (filled.state === "uncacheable") setDynamic(key);
        if (filled.state === "large") cache.refuseLarge(key);
        return filled.state === "large" ? "uncacheable" : filled.state;
      },
    });
    const deliver = (found: CacheResult | null): MaybePromise<Response> => {
      if (found !== null) {
        onFound?.(found.state, scope.route);
        return head(toResponse(found, scope));
      }
      // A handler of HEAD of its own answers, unless nobody may see that it is HEAD.
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

// The same string again has its hash already, which takes longer than all else that a lookup does.
const lastKeys = new WeakMap<ScopedRoute, PathKey>();

/** The key of a request's path in the cache, for the code that is served. */
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
 * The path; and the one that the handler sees, where that is another one: a rewrite of `next.config` leads from one to the
 * other, or the client's path ends with a slash and no redirect takes it away.
 */
function getPathKey(scope: RequestScope): string {
  const { pathname } = scope, seen = getSeenPath(scope);
  return seen === pathname ? pathname : `${pathname} as ${seen}`;
}

/** The path that the handler sees. */
function getSeenPath({ pathname, url, received }: RequestScope): string {
  if (url !== undefined) return new URL(url).pathname;
  return pathname !== "/" && endsWithSlash(received.url) ? `${pathname}/` : pathname;
}

/** Whether the path of a URL ends with a slash. */
function endsWithSlash(url: string): boolean {
  const query = url.indexOf("?");
  return url.endsWith("/", query === -1 ? url.length : query);
}

/** Runs the handler for one request, in the same way: what it may not see of a client, it does not see here either. */
function answerAlone(request: CachedRequest): MaybePromise<Response> {
  const { policy, scope, run, runHead, head = (full) => full } = request;
  if (policy.mode === "auto" && runHead !== undefined) return runHead();
  const response = run(policy.mode === "auto" ? scope : forkForGeneration(request, "miss"));
  return response instanceof Promise ? response.then(head) : head(response);
}

/** A response that is for one request only, and whether that is so by its nature, its size or by a failure. */
interface Unstored {
  readonly state: "uncacheable" | "failed" | "large";
  readonly response: Response;
}

/** Runs the handler for everyone who asks for the path. */
async function fill(request: CachedRequest, reason: FillReason): Promise<FilledEntry | Unstored> {
  const { policy, run } = request;
  const { pathname } = request.scope;
  const scope = forkForGeneration(request, reason);
  const response = await run(scope);
  const { fill } = scope as { fill: StaticGeneration };
  if (response.status >= 500) return toUnstored("failed", response, scope);
  if (fill.dynamic !== undefined || !isStorable(response)) return toUnstored("uncacheable", response, scope);
  const { status, statusText, headers } = response;
  try {
    const body = await readBody(response.body);
    if (body instanceof ReadableStream) {
      return toUnstored("large", new Response(body, { status, statusText, headers }), scope);
    }
    // What a stream used of the request while it was read counts too.
    if (fill.dynamic !== undefined) {
      return toUnstored("uncacheable", new Response(body, { status, statusText, headers }), scope);
    }
    const tags = [...new Set([...getPathTags(scope.route.id, pathname), ...fill.tags])];
    return await createResponseEntry(response, body, tags, minRevalidate(policy.revalidate, fill.revalidate));
  } catch {
    // The stream failed, and was reported by who read it.
    return { state: "failed", response: new Response(null, { status: 500 }) };
  }
}

/** It goes to the client whose request it was made for. */
function toUnstored(state: Unstored["state"], response: Response, scope: RequestScope): Unstored {
  if (scope.fill?.mode === "auto" && scope.fill.reason === "miss") followClient(scope);
  return { state, response };
}

function minRevalidate(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : Math.min(a, b);
}

/**
 * The scope of a fill. A handler that turns out to need its request must have the real one, as its response goes to this
 * client; one that may not use it, or runs when the client has its answer, gets one that has nothing but a path.
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
  const { body, status, statusText, headers } = head(await run(scope));
  const response = new Response(body, { status, statusText, headers });
  response.headers.set("cache-control", DRAFT_CONTROL);
  return response;
}
