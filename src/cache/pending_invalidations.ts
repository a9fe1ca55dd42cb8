/**
 * The invalidations that a store has not written yet, in order.
 *
 * @module
 */

import { YEAR_SECONDS } from "./entry_state.ts";
import type { CacheStore } from "./store.ts";

/** Invalidations that wait for a store. */
export interface PendingInvalidations {
  /** Whether none is pending; otherwise the entries of the store may be out of date. */
  isEmpty(): boolean;
  /**
   * Adds one.
   *
   * @param tags The tags.
   * @param expire How long their entries may still be served stale, in seconds; 0 for not at all.
   */
  add(tags: readonly string[], expire: number): void;
  /** Writes them to the store until one fails or the store is paused. */
  flush(): Promise<void>;
}

/** Options of {@linkcode createPendingInvalidations}. */
export interface PendingInvalidationsOptions {
  readonly store: CacheStore;
  /** The wall clock, in milliseconds since 1970. */
  readonly now: () => number;
  /** Whether the store is paused. */
  readonly isPaused: () => boolean;
  /** Called when the store fails. */
  readonly onError: (error: unknown) => void;
}

/** Creates an empty list. */
export function createPendingInvalidations(
  { store, now, isPaused, onError }: PendingInvalidationsOptions,
): PendingInvalidations {
  const pending: { readonly tags: readonly string[]; readonly expireAt: number | null }[] = [];
  let writing: Promise<void> | undefined;

  function isEmpty(): boolean {
    return pending.length === 0;
  }

  function add(tags: readonly string[], expire: number): void {
    // No entry is served for longer than a year, whatever `expire` allows.
    pending.push({ tags, expireAt: expire > 0 ? now() + Math.min(expire, YEAR_SECONDS) * 1000 : null });
  }

  async function flush(): Promise<void> {
    while (!isEmpty() && !isPaused()) await (writing ??= writeFirst().finally(() => writing = undefined));
  }

  async function writeFirst(): Promise<void> {
    try {
      const { tags, expireAt } = pending[0]!;
      await store.mark(tags, expireAt, now());
      pending.shift();
    } catch (error) {
      onError(error);
    }
  }

  return { isEmpty, add, flush };
}
