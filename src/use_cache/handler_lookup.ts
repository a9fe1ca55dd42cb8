/**
 * Looks up values in a cache handler of `next.config`.
 *
 * @module
 */

import type { CacheHandler, CacheHandlerEntry } from "../cache/cache_handler.ts";
import type { CacheLife } from "../cache/cache_life.ts";
import type { Application } from "../scope/request_scope.ts";
import type { CachedValue, Outcome } from "./cached_run.ts";

/** A lookup in a cache handler. */
export interface HandlerLookup {
  readonly handler: CacheHandler;
  readonly key: string;
  /** The tags of the path of the request. */
  readonly softTags: readonly string[];
  /** Whether a stale value must not be returned. */
  readonly fresh: boolean;
  readonly application: Application;
  /** Generates the value. */
  run(): Promise<Outcome>;
}

/** The number of seconds that means forever in the interface of cache handlers. */
const NEVER = 0xfffffffe;

/** The running functions by key, by application. */
const running = new WeakMap<Application, Map<string, Promise<Outcome>>>();

/** Returns a value from a cache handler, or generates it. */
export async function lookUpInHandler(lookup: HandlerLookup): Promise<Outcome> {
  const { handler, key, softTags, fresh, application } = lookup;
  const now = application.cache.now();
  const entry = await handler.get(key, [...softTags]);
  if (entry === undefined || now >= entry.timestamp + entry.expire * 1000) return await runOnce(lookup);
  const expiration = await handler.getExpiration([...softTags]);
  if (expiration !== Infinity && expiration >= entry.timestamp) return await runOnce(lookup);
  const isStale = now >= entry.timestamp + entry.revalidate * 1000;
  if (isStale && fresh) return await runOnce(lookup);
  if (isStale) application.waitUntil(runOnce(lookup));
  const { value, tags, stale, revalidate, expire } = entry;
  return { text: await new Response(value).text(), tags, life: { stale, revalidate, expire }, isStale };
}

/** Generates a value, or waits for the run that does. */
function runOnce(lookup: HandlerLookup): Promise<Outcome> {
  const { application, key } = lookup;
  let runs = running.get(application);
  if (runs === undefined) running.set(application, runs = new Map());
  const run = runs.get(key) ?? runAndStore(lookup).finally(() => runs.delete(key));
  runs.set(key, run);
  return run;
}

async function runAndStore({ handler, key, application, run }: HandlerLookup): Promise<Outcome> {
  const timestamp = application.cache.now();
  const entry = Promise.withResolvers<CacheHandlerEntry>();
  entry.promise.catch(() => {});
  const storing = Promise.try(() => handler.set(key, entry.promise)).catch(() => {});
  const outcome = await run();
  if ("text" in outcome) entry.resolve(toEntry(outcome, timestamp));
  else entry.reject(new Error("The cached function failed, there is nothing to store"));
  application.waitUntil(storing);
  return outcome;
}

function toEntry({ text, tags, life }: CachedValue, timestamp: number): CacheHandlerEntry {
  const { stale, revalidate, expire } = toFinite(life);
  return { value: new Blob([text]).stream(), tags: [...tags], timestamp, stale, revalidate, expire };
}

function toFinite({ stale, revalidate, expire }: Required<CacheLife>): Required<CacheLife> {
  const [a, b, c] = [stale, revalidate, expire].map((seconds) => Math.min(seconds, NEVER)) as [number, number, number];
  return { stale: a, revalidate: b, expire: c };
}
