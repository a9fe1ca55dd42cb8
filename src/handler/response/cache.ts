/**
 * Caches whole responses: looks them up, runs handlers to generate them, and decides which requests bypass the cache.
 *
 * @module
 */

import { createCachedResponse, getResponseExpire, isResponseEntry } from "../../cache/cached_response.ts";
import type { CacheResult } from "../../cache/incremental_cache.ts";
import type { MaybePromise } from "../../cache/store.ts";
import { matchesIfNoneMatch } from "../../http/etag.ts";
import { getReceivedHeader } from "../../http/received_request.ts";
import { withBody } from "../../http/response_body.ts";
import { isDraft } from "../../scope/draft_mode.ts";
import type { Application, RequestScope, ScopedRoute } from "../../scope/request_scope.ts";
import type { Prerender } from "../../scope/static_generation.ts";
import { type CachedRequest, forkForGeneration, generate } from "./generate.ts";
import { getKey } from "./path_key.ts";

/** Answers requests for cached routes. */
export interface ResponseCache {
  /** Answers a GET or HEAD request. */
  answer(request: CachedRequest): MaybePromise<Response>;
}

/** How long a path that turned out to be dynamic bypasses the cache, and how many such paths are remembered. */
const DYNAMIC_MS = 60_000, MAX_DYNAMIC_PATHS = 10_000;

/** The `cache-control` of responses that no cache may keep, in the form of Next.js. */
export const NOT_CACHED = "private, no-cache, no-store, max-age=0, must-revalidate";

/** A response that turned out to be for one request only. */
export interface DynamicResponse {
  /** What makes it so, as in code: `cookies()`. */
  readonly reason: string;
  /** What has been tracked of it, if it was prerendered (`cacheComponents`). */
  readonly prerender: Prerender | undefined;
}

/** Options of {@linkcode createResponseCache}. */
export interface ResponseCacheOptions {
  /** Identifies the code being served: responses of other code are not used. */
  fingerprint(): string;
  /** Whether anything is cached at all. */
  readonly enabled: boolean;
  /** Called for each response that was found in the cache or generated. */
  readonly onFound: ((state: CacheResult["state"], route: ScopedRoute) => void) | undefined;
  /** Called for each response that turned out to be for one request only. */
  readonly onDynamic: ((route: ScopedRoute, found: DynamicResponse) => void) | undefined;
}

/**
 * Creates the response cache of an application.
 *
 * @param application The application.
 * @param options Its options.
 */
export function createResponseCache(
  application: Application,
  { fingerprint, enabled, onFound, onDynamic }: ResponseCacheOptions,
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
    let own: MaybePromise<Response> | undefined;
    const found = cache.get({
      key,
      tags: [],
      accepts: isResponseEntry,
      getExpire: getResponseExpire,
      generate: async (reason) => {
        const generated = await generate(request, reason);
        if ("meta" in generated) return generated;
        if (reason === "miss") own = generated.response;
        else discard(generated.response);
        if (generated.state === "uncacheable") {
          setDynamic(key);
          const { reason = "a response that must not be stored", prerender } = generated;
          onDynamic?.(scope.route, { reason, prerender });
        }
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
      if (own !== undefined && !isOwnHead) return own instanceof Promise ? own.then(head) : head(own);
      if (own !== undefined) discard(own);
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

/** Cancels a response that is sent to nobody. */
function discard(response: MaybePromise<Response>): void {
  Promise.resolve(response).then(({ body }) => body?.cancel()).catch(() => {});
}

/** Runs the handler for one request, and hides the same parts of the request as when its response is shared. */
function answerAlone(request: CachedRequest): MaybePromise<Response> {
  const { policy, scope, run, runHead, head = (full) => full } = request;
  if (policy.mode === "auto" && runHead !== undefined) return runHead();
  const response = run(policy.mode === "auto" ? scope : forkForGeneration(request, "miss"));
  return response instanceof Promise ? response.then(head) : head(response);
}

async function answerDraft(request: CachedRequest): Promise<Response> {
  const { run, policy, head = (full) => full } = request;
  const scope = policy.mode === "auto" ? request.scope : forkForGeneration(request, "miss");
  scope.isDraft = true;
  const answer = head(await run(scope));
  const response = withBody(answer, answer.body);
  response.headers.set("cache-control", NOT_CACHED);
  return response;
}
