/**
 * A store that may fail: it is left alone for a while, invalidations are kept and tried again, and a warning says so.
 *
 * @module
 */

import { delay } from "@std/async/delay";
import { YEAR_SECONDS } from "./entry_state.ts";
import type { CacheRead, CacheStore, MaybePromise } from "./store.ts";

/** What is warned of, each at most once a minute: an entry not kept, an entry not used, the store. */
export type Trouble = "refused entry" | "invalid entry" | "store";

/** What is asked of a store. */
export interface Question {
  /** The key. */
  readonly key: string;
  /** Tags besides the entry's own that it goes out of date by. */
  readonly tags: readonly string[];
}

/** A store whose failures reach no request. */
export interface GuardedStore {
  /** Reads, or `null` while the store is down or has not taken an invalidation yet. */
  ask(question: Question): MaybePromise<CacheRead | null>;
  /** Makes a call of the store; `null` if it fails. */
  attempt<T>(call: () => MaybePromise<T>): Promise<T | null>;
  /** Leaves the store alone for a while, after a failure that a caller has met. */
  pause(error: unknown): void;
  /** Invalidates by tags: at once, or when the store is back; until then nothing is read. */
  invalidate(tags: readonly string[], expire: number): MaybePromise<void>;
  /** Warns, at most once a minute for each kind of trouble. */
  warnOnce(trouble: Trouble, message: string): void;
  /** Stops trying to give the store the invalidations that it has not taken. */
  close(): void;
}

/** What a guard works with. */
export interface GuardOptions {
  /** The store. */
  store: CacheStore;
  /** The time, in milliseconds since 1970. */
  now: () => number;
  /** Milliseconds since some time, which never go back. */
  elapsed: () => number;
  /** Keeps the process alive until a promise settles. */
  waitUntil: (promise: Promise<unknown>) => void;
  /** Prints a warning for the operator. */
  warn: (message: string) => void;
}

/** How long a store that failed is left alone, in milliseconds. */
const PAUSE_MS = 1_000;
/** How often the same kind of trouble is warned of, in milliseconds. */
const WARN_MS = 60_000;

/** An invalidation that the store has not taken yet. */
interface Owed {
  readonly tags: readonly string[];
  readonly expireAt: number | null;
}

/** Guards a store. */
export function guardStore({ store, now, elapsed, waitUntil, warn }: GuardOptions): GuardedStore {
  /** In the order in which they were asked for. Until the store has them, nothing it says can be trusted. */
  const owed: Owed[] = [];
  let settling: Promise<void> | undefined;
  let isRetrying = false;
  const closing = new AbortController();
  /** Until when the store is left alone, by `elapsed()`; `undefined` while it answers. */
  let pausedUntil: number | undefined;
  /** When each kind of trouble was last warned of, by `elapsed()`. */
  const warned = new Map<Trouble, number>();

  function ask({ key, tags }: Question): MaybePromise<CacheRead | null> {
    if (isPaused()) return null;
    if (owed.length > 0) return askWhenSettled(key, tags);
    try {
      const read = store.get(key, tags);
      return read instanceof Promise ? read.catch(failed) : read;
    } catch (error) {
      return failed(error);
    }
  }

  async function askWhenSettled(key: string, tags: readonly string[]): Promise<CacheRead | null> {
    await settle();
    if (owed.length > 0) return null;
    return await attempt(() => store.get(key, tags));
  }

  async function attempt<T>(call: () => MaybePromise<T>): Promise<T | null> {
    try {
      return await call();
    } catch (error) {
      return failed(error);
    }
  }

  function invalidate(tags: readonly string[], expire: number): MaybePromise<void> {
    if (tags.length === 0) return;
    // No entry is served for longer than a year, however long it may be by this.
    owed.push({ tags, expireAt: expire > 0 ? now() + Math.min(expire, YEAR_SECONDS) * 1000 : null });
    // The store is being left alone; nobody may ask this process again before it is back.
    if (isPaused()) settleLater();
    return settle();
  }

  /** Gives the store the invalidations that it has not got yet, in order. */
  function settle(): MaybePromise<void> {
    if (settling !== undefined) return settling.then(settle);
    try {
      while (owed.length > 0 && !isPaused()) {
        const { tags, expireAt } = owed[0]!;
        const marked = store.mark(tags, expireAt, now());
        if (marked instanceof Promise) return settling = settleRest(marked).finally(() => settling = undefined);
        owed.shift();
      }
    } catch (error) {
      failed(error);
    }
  }

  async function settleRest(first: Promise<void>): Promise<void> {
    try {
      await first;
      for (owed.shift(); owed.length > 0; owed.shift()) await store.mark(owed[0]!.tags, owed[0]!.expireAt, now());
    } catch (error) {
      failed(error);
    }
  }

  function settleLater(): void {
    if (isRetrying) return;
    isRetrying = true;
    waitUntil(settleInTime());
  }

  /** Other processes must learn of an invalidation also when nobody asks this one again. */
  async function settleInTime(): Promise<void> {
    while (owed.length > 0 && !closing.signal.aborted) {
      await delay(PAUSE_MS, { signal: closing.signal }).catch(() => {});
      await settle();
    }
    isRetrying = false;
  }

  function isPaused(): boolean {
    if (pausedUntil === undefined) return false;
    if (elapsed() < pausedUntil) return true;
    pausedUntil = undefined;
    return false;
  }

  function failed(error: unknown): null {
    pausedUntil = elapsed() + PAUSE_MS;
    const reason = error instanceof Error ? error.message : String(error);
    warnOnce("store", `The cache store is unavailable, serving uncached until it recovers: ${reason}`);
    if (owed.length > 0) settleLater();
    return null;
  }

  function warnOnce(trouble: Trouble, message: string): void {
    const time = elapsed();
    if (time < (warned.get(trouble) ?? -Infinity) + WARN_MS) return;
    warned.set(trouble, time);
    warn(message);
  }

  return { ask, attempt, pause: failed, invalidate, warnOnce, close: () => closing.abort() };
}
