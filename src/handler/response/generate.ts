/**
 * Generates the responses that the cache stores.
 *
 * @module
 */

import { createResponseEntry, isStorable, type ReadBody, readBody } from "../../cache/cached_response.ts";
import type { GeneratedEntry, GenerateReason } from "../../cache/incremental_cache.ts";
import { getPathTags } from "../../cache/path_tags.ts";
import { MAX_ENTRY_BYTES, type MaybePromise } from "../../cache/store.ts";
import { withBody } from "../../http/response_body.ts";
import { watchPrerender } from "../../scope/prerender.ts";
import { followClient } from "../../scope/request_signal.ts";
import type { RequestScope } from "../../scope/request_scope.ts";
import type { Prerender, StaticGeneration } from "../../scope/static_generation.ts";
import { PendingWork } from "../../scope/settle.ts";
import type { CachePolicy } from "./cache_policy.ts";
import { getSeenPath } from "./path_key.ts";

/**
 * The origin that a handler sees when its response is shared. It is not the address of the server, which differs among
 * the processes that share a cache, but the origin that Next.js uses.
 */
const STATIC_ORIGIN = "http://localhost:3000";

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

/** A response for one request only, and why it is not stored. */
export interface Unstored {
  readonly state: "uncacheable" | "failed" | "large";
  /** What makes it one for its own request, as in code. */
  readonly reason: string | undefined;
  /** What has been tracked of a GET that was prerendered. */
  readonly prerender?: Prerender | undefined;
  /** The response; pending if it is known in advance to be for its own client. */
  readonly response: MaybePromise<Response>;
}

/** Generates the entry that all requests for the path share. */
export async function generate(request: CachedRequest, reason: GenerateReason): Promise<GeneratedEntry | Unstored> {
  const { policy, run } = request;
  const scope = forkForGeneration(request, reason);
  const { tracking } = scope as { tracking: StaticGeneration };
  if (tracking.prerender === undefined) return await toEntry(await run(scope), policy.revalidate, scope);
  const { result } = await watchPrerender(scope, () => run(scope));
  // No other request waits for a dynamic response: it may take long.
  if (tracking.dynamic !== undefined) return toUnstored("uncacheable", result, scope);
  return await toEntry(await result, policy.revalidate, scope);
}

async function toEntry(
  response: Response,
  revalidate: number | null,
  scope: RequestScope,
): Promise<GeneratedEntry | Unstored> {
  const { tracking } = scope as { tracking: StaticGeneration };
  if (response.status >= 500) return toUnstored("failed", response, scope);
  if (tracking.dynamic !== undefined || !isStorable(response)) return toUnstored("uncacheable", response, scope);
  try {
    const body = await readWatched(response.body, scope);
    // The stream may have used the request while it was read.
    if (tracking.dynamic !== undefined) return toUnstored("uncacheable", withBody(response, body), scope);
    if (body instanceof ReadableStream) return toUnstored("large", withBody(response, body), scope);
    const tags = [...new Set([...getPathTags(scope.route.id, scope.pathname), ...tracking.tags])];
    const shortest = getMinRevalidate(revalidate, tracking.revalidate);
    return await createResponseEntry(response, body, tags, shortest, tracking.prerender?.expire);
  } catch {
    // The stream failed, which has been reported already.
    return { state: "failed", reason: undefined, response: new Response(null, { status: 500 }) };
  }
}

/** Reads a body; of a stream that turns out to be dynamic, only what has arrived so far. */
async function readWatched(body: Response["body"], scope: RequestScope): Promise<ReadBody> {
  if (scope.tracking?.prerender === undefined) return await readBody(body);
  const stop = new AbortController();
  const { result } = await watchPrerender(scope, () => readBody(body, MAX_ENTRY_BYTES, stop.signal));
  if (scope.tracking.dynamic !== undefined) stop.abort();
  return await result;
}

/** Returns a response that goes only to the client whose request caused it. */
function toUnstored(state: Unstored["state"], response: MaybePromise<Response>, scope: RequestScope): Unstored {
  const { mode, reason, dynamic, prerender } = scope.tracking as StaticGeneration;
  if (mode === "auto" && reason === "miss") followClient(scope);
  return { state, reason: dynamic, prerender, response };
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
export function forkForGeneration({ scope, policy }: CachedRequest, reason: GenerateReason): RequestScope {
  const { mode, revalidate, isPrerendered } = policy;
  const prerender = isPrerendered
    ? { work: new PendingWork(), inputs: new PendingWork(), expire: Infinity }
    : undefined;
  const tracking: StaticGeneration = { mode, reason, tags: new Set(), revalidate, dynamic: undefined, prerender };
  const { pathname: matched } = scope;
  if (reason === "miss" && mode !== "force-static") return scope.fork({ matched, tracking });
  const url = STATIC_ORIGIN + getSeenPath(scope);
  return scope.fork({ matched, tracking, url, received: new Request(url), requestHeaders: new Headers() });
}
