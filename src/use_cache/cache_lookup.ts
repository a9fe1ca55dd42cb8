/**
 * Looks up the values of cached functions in the cache of the application.
 *
 * @module
 */

import type { CacheLife } from "../cache/cache_life.ts";
import type { CacheResult } from "../cache/incremental_cache.ts";
import type { CacheEntry, MaybePromise } from "../cache/store.ts";
import { lookUpData } from "../scope/prerender.ts";
import type { Application } from "../scope/request_scope.ts";
import { type CachedCall, type CachedValue, type InheritedTime, type Outcome, runCached } from "./cached_run.ts";
import { decodeResult } from "./result_codec.ts";

/** The first running lookup of each key, by application: calls that wait for a run also receive its error. */
const lookups = new WeakMap<Application, Map<string, Promise<Outcome>>>();

/** A lookup in the cache. */
export interface CacheLookup {
  readonly call: CachedCall;
  readonly key: string;
  /** The tags of the path of the request. */
  readonly softTags: readonly string[];
  /** Whether a stale value must not be returned. */
  readonly fresh: boolean;
}

/** Returns a value from the cache, or generates it. */
export function lookUpInCache({ call, key, softTags, fresh }: CacheLookup): MaybePromise<Outcome> {
  const { kind, scope } = call, { application } = scope;
  let own: Outcome | undefined;
  const found = lookUpData(scope, {
    key,
    tags: softTags,
    fresh,
    accepts: isValueEntry,
    // As in Next.js, a value is not served after its time, whatever its `expire` is.
    getExpire: ({ revalidate }) => revalidate,
    async generate(reason) {
      const outcome = await runCached(call);
      if (reason === "miss") own = outcome;
      if (!("text" in outcome)) return "failed";
      return outcome.life.revalidate > 0 ? toEntry(outcome, kind) : "uncacheable";
    },
  });
  if (!(found instanceof Promise)) return found === null ? runCached(call) : toValue(found);

  let inProgress = lookups.get(application);
  if (inProgress === undefined) lookups.set(application, inProgress = new Map());
  const earlier = inProgress.get(key);
  const outcome = found.then(async (result) => {
    if (result !== null) return toValue(result);
    if (own !== undefined) return own;
    const other = await earlier;
    return other === undefined || "text" in other ? await runCached(call) : other;
  });
  if (earlier === undefined) {
    inProgress.set(key, outcome);
    const end = () => inProgress.delete(key);
    outcome.then(end, end);
  }
  return outcome;
}

/** The `meta` of an entry. */
interface ValueMeta {
  readonly kind: string;
  /** The lifetime in seconds; `null` means forever. */
  readonly stale: number | null;
  readonly expire: number | null;
  readonly inherited?: InheritedTime | undefined;
}

function toEntry({ text, tags, life, inherited }: CachedValue, kind: string) {
  const { stale, revalidate, expire } = toJson(life);
  const meta: ValueMeta = { kind, stale, expire, inherited };
  return { meta, body: new TextEncoder().encode(text), tags, revalidate };
}

function toValue({ entry, state }: CacheResult): CachedValue {
  const { meta, body, tags, revalidate } = entry, { stale, expire, inherited } = meta as ValueMeta;
  const life = { stale: stale ?? Infinity, revalidate: revalidate ?? Infinity, expire: expire ?? Infinity };
  return { text: utf8.decode(body), tags, life, inherited, isStale: state === "STALE" };
}

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

function toJson(life: Required<CacheLife>): Record<keyof CacheLife, number | null> {
  const toNumber = (seconds: number) => Number.isFinite(seconds) ? seconds : null;
  return { stale: toNumber(life.stale), revalidate: toNumber(life.revalidate), expire: toNumber(life.expire) };
}

/** Whether an entry has the value of a cached function. */
function isValueEntry(entry: CacheEntry): boolean {
  const { stale, expire } = (entry.meta ?? {}) as Record<string, unknown>;
  if (![stale, expire].every((seconds) => seconds === null || typeof seconds === "number")) return false;
  try {
    decodeResult(utf8.decode(entry.body), []);
    return true;
  } catch {
    return false;
  }
}
