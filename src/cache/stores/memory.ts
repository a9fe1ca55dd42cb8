/**
 * A store in the memory of this process.
 *
 * @module
 */

import { ByteLru } from "../byte_lru.ts";
import type { RateLimitStore } from "../rate_limit.ts";
import { type CacheStore, markTag, MAX_LEASE_MS, MAX_TAGS, refuseLarge, refuseWhole, type TagMark } from "../store.ts";
import { memoryLimits } from "./memory_limits.ts";

export type { RateLimitAlgorithm, RateLimitPolicy, RateLimitResult, RateLimitStore } from "../rate_limit.ts";
export type { CacheEntry, CacheListing, CacheRead, CacheStore, MaybePromise, TagMark } from "../store.ts";

/** Options of {@linkcode memoryStore}. */
export interface MemoryStoreOptions {
  /** How many bytes of entries it stores; the least recently used are evicted first. Default: 64 MiB. */
  maxBytes?: number;
}

/** How many leases there are before expired ones are deleted. */
const MAX_LEASES = 10_000;

/**
 * Creates a store in the memory of this process: it is lost when the process ends, and no other process sees it.
 *
 * @param options How much it stores.
 *
 * @example
 * ```ts
 * import { memoryStore } from "@x/routes/cache/memory";
 *
 * const cache = memoryStore({ maxBytes: 1024 * 1024 });
 * ```
 */
export function memoryStore({ maxBytes = 64 * 1024 * 1024 }: MemoryStoreOptions = {}): CacheStore & RateLimitStore {
  const entries = new ByteLru(maxBytes);
  const marks = new Map<string, TagMark>();
  const leases = new Map<string, { holder: string; until: number }>();
  let generation = 0;
  /** Entries of an earlier generation have lost their tags. */
  let floor = 0;

  return {
    get(key, tags) {
      const entry = entries.get(key);
      // Nothing was invalidated since it was generated.
      if (entry === undefined || entry.generation === generation) return { entry, marks: [], generation };
      const entryMarks: TagMark[] = [];
      for (const list of [entry.tags, tags]) {
        for (const tag of list) {
          const mark = marks.get(tag);
          if (mark !== undefined) entryMarks.push(mark);
        }
      }
      return { entry, marks: entryMarks, generation };
    },
    set(key, entry) {
      refuseLarge(key, entry.body.length, maxBytes);
      const before = entries.get(key);
      if (entry.generation < Math.max(floor, before?.generation ?? 0) || entry.generation > generation) return;
      if (!entries.set(key, entry)) refuseWhole(key, maxBytes);
    },
    delete: (key) => entries.delete(key),
    mark(tags, expireAt, now) {
      generation++;
      for (const tag of tags) marks.set(tag, markTag(marks.get(tag), generation, expireAt, now));
      if (marks.size <= MAX_TAGS) return;
      entries.clear();
      marks.clear();
      floor = generation;
    },
    lease(name, holder, ms, now) {
      const held = leases.get(name);
      const isHeld = held !== undefined && held.until > now && held.until <= now + MAX_LEASE_MS;
      if (isHeld && held.holder !== holder) return false;
      leases.set(name, { holder, until: now + ms });
      if (leases.size > MAX_LEASES) {
        for (const [name, { until }] of leases) {
          if (until <= now) leases.delete(name);
        }
      }
      return true;
    },
    release(name, holder) {
      if (leases.get(name)?.holder === holder) leases.delete(name);
    },
    async *list() {
      // A snapshot: reading an entry meanwhile moves it to the end, and it would be listed twice.
      for (const [key, entry] of [...entries]) yield { key, entry };
    },
    clear: () => entries.clear(),
    close: () => entries.clear(),
    ...memoryLimits(),
  };
}
