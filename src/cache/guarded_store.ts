/**
 * A store that may fail: it is paused for a while after a failure, invalidations are queued and retried, and a warning
 * is logged.
 *
 * @module
 */

import { delay } from "@std/async/delay";
import { getErrorMessage } from "../log/error_text.ts";
import { createPendingInvalidations } from "./pending_invalidations.ts";
import type { CacheRead, CacheStore, MaybePromise } from "./store.ts";

/** A kind of warning, printed at most once a minute: about an entry not stored, an entry not used, or the store itself. */
export type WarningKind = "refused entry" | "invalid entry" | "store";

/** A query of a store. */
export interface CacheQuery {
  readonly key: string;
  /** Tags that invalidate the entry besides its own. */
  readonly tags: readonly string[];
}

/** A store whose failures reach no request. */
export interface GuardedStore {
  /** Reads an entry; `null` while the store is down or has not taken an invalidation yet. */
  read(query: CacheQuery): MaybePromise<CacheRead | null>;
  /** Calls the store; `null` if the call fails. */
  attempt<T>(call: () => MaybePromise<T>): Promise<T | null>;
  /** Pauses the store after a failure that the caller has met. */
  pause(error: unknown): void;
  /** Invalidates by tags: immediately, or when the store has recovered; nothing is read until then. */
  invalidate(tags: readonly string[], expire: number): Promise<void>;
  /** Whether the last call of the store was a success. */
  isAvailable(): boolean;
  /** Warns, at most once a minute for each kind. */
  warnOnce(kind: WarningKind, message: string): void;
  /** Stops retrying the invalidations that the store has not taken. */
  close(): void;
}

/** Options of {@linkcode guardStore}. */
export interface GuardOptions {
  store: CacheStore;
  /** The wall clock, in milliseconds since 1970. */
  now: () => number;
  /** A monotonic clock, in milliseconds. */
  elapsed: () => number;
  /** Keeps the process alive until a promise settles. */
  waitUntil: (promise: Promise<unknown>) => void;
  /** Prints a warning for the operator. */
  warn: (message: string) => void;
}

/** How long a store is not called after a failure. */
const PAUSE_MS = 1_000;
/** How often one kind of warning is printed. */
const WARN_INTERVAL_MS = 60_000;

/** Wraps a store so that its failures are contained. */
export function guardStore({ store, now, elapsed, waitUntil, warn }: GuardOptions): GuardedStore {
  const pending = createPendingInvalidations({ store, now, isPaused, onError: pause });
  let isRetrying = false;
  const closing = new AbortController();
  /** Until when the store is not called, by `elapsed()`; `undefined` while it works. */
  let pausedUntil: number | undefined;
  /** When each kind of warning was last printed, by `elapsed()`. */
  const warnedAt = new Map<WarningKind, number>();

  function read({ key, tags }: CacheQuery): MaybePromise<CacheRead | null> {
    if (isPaused()) return null;
    if (!pending.isEmpty()) return readAfterFlush(key, tags);
    try {
      const result = store.get(key, tags);
      return result instanceof Promise ? result.catch(pause) : result;
    } catch (error) {
      return pause(error);
    }
  }

  async function readAfterFlush(key: string, tags: readonly string[]): Promise<CacheRead | null> {
    await pending.flush();
    if (!pending.isEmpty()) return null;
    return await attempt(() => store.get(key, tags));
  }

  async function attempt<T>(call: () => MaybePromise<T>): Promise<T | null> {
    try {
      return await call();
    } catch (error) {
      return pause(error);
    }
  }

  async function invalidate(tags: readonly string[], expire: number): Promise<void> {
    if (tags.length === 0) return;
    pending.add(tags, expire);
    // The store is paused, and this process may get no further request before it recovers.
    if (isPaused()) flushLater();
    await pending.flush();
  }

  function flushLater(): void {
    if (isRetrying) return;
    isRetrying = true;
    waitUntil(retryFlush());
  }

  /** Other processes must learn of an invalidation even if this one gets no further request. */
  async function retryFlush(): Promise<void> {
    while (!pending.isEmpty() && !closing.signal.aborted) {
      await delay(PAUSE_MS, { signal: closing.signal }).catch(() => {});
      await pending.flush();
    }
    isRetrying = false;
  }

  function isPaused(): boolean {
    if (pausedUntil === undefined) return false;
    if (elapsed() < pausedUntil) return true;
    pausedUntil = undefined;
    return false;
  }

  function pause(error: unknown): null {
    pausedUntil = elapsed() + PAUSE_MS;
    const reason = getErrorMessage(error);
    warnOnce("store", `The cache store is unavailable, serving uncached until it recovers: ${reason}`);
    if (!pending.isEmpty()) flushLater();
    return null;
  }

  function warnOnce(kind: WarningKind, message: string): void {
    const time = elapsed();
    if (time < (warnedAt.get(kind) ?? -Infinity) + WARN_INTERVAL_MS) return;
    warnedAt.set(kind, time);
    warn(message);
  }

  // The pause ends with the next call, which fails again if the store is still down.
  const isAvailable = () => pausedUntil === undefined;
  return { read, attempt, pause, invalidate, isAvailable, warnOnce, close: () => closing.abort() };
}
