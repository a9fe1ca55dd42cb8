/**
 * Work on a file that other processes may have locked: done immediately if possible, and otherwise retried without
 * blocking the process.
 *
 * @module
 */

import { delay } from "@std/async/delay";
import type { MaybePromise } from "../store.ts";

/** Does work in order. */
export interface LockQueue {
  /**
   * Does work, now or when the file is unlocked.
   *
   * @param work The work. It throws an error that {@linkcode isLocked} while it cannot be done, and is then called again.
   * @throws {Error} If the file stays locked for half a second, or the queue is closed first.
   */
  run<T>(work: () => T): MaybePromise<T>;
  /** Rejects the work that waits. */
  close(): void;
}

/** How long work waits for another process. */
const MAX_WAIT_MS = 500;
/** The pause before the first retry, and the longest before a later one. */
const FIRST_PAUSE_MS = 1, LONGEST_PAUSE_MS = 10;
/** How long waiting work may take in one turn of the event loop. */
const MAX_TURN_MS = 5;

interface Waiting {
  readonly since: number;
  attempt(): void;
  reject(error: unknown): void;
}

/**
 * Creates a queue. One timer serves all waiting work: a thousand requests that find the file locked retry as often as one.
 *
 * @param path The file, for messages.
 */
export function createLockQueue(path: string): LockQueue {
  const waiting: Waiting[] = [];
  const closing = new AbortController();
  let isPolling = false;

  function run<T>(work: () => T): MaybePromise<T> {
    // Not ahead of waiting work: an invalidation must not be done after a later call.
    if (waiting.length === 0) {
      try {
        return work();
      } catch (error) {
        if (!isLocked(error)) throw error;
      }
    }
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    waiting.push({ since: performance.now(), attempt: () => resolve(work()), reject });
    if (!isPolling) poll();
    return promise;
  }

  async function poll(): Promise<void> {
    isPolling = true;
    for (let pause = FIRST_PAUSE_MS; waiting.length > 0; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
      await delay(pause, { signal: closing.signal }).catch(() => {});
      if (closing.signal.aborted) rejectAll(() => new Error("the store is closed"));
      else if (doWaiting()) pause = FIRST_PAUSE_MS;
    }
    isPolling = false;
  }

  /** Does the waiting work that it can; returns whether it did any. */
  function doWaiting(): boolean {
    const start = performance.now();
    const before = waiting.length;
    while (waiting.length > 0 && performance.now() - start < MAX_TURN_MS) {
      try {
        waiting[0]!.attempt();
      } catch (error) {
        if (isLocked(error)) break;
        waiting[0]!.reject(error);
      }
      waiting.shift();
    }
    if (waiting.length < before) return true;
    const late = waiting.findIndex(({ since }) => start - since < MAX_WAIT_MS);
    rejectAll(stillLocked, late === -1 ? waiting.length : late);
    return false;
  }

  function stillLocked(): Error {
    return new Error(`"${path}" has been locked by another process for ${MAX_WAIT_MS} ms`);
  }

  function rejectAll(createError: () => Error, count: number = waiting.length): void {
    for (const { reject } of waiting.splice(0, count)) reject(createError());
  }

  return { run, close: () => closing.abort() };
}

/** SQLITE_BUSY, SQLITE_LOCKED and SQLITE_PROTOCOL. Errors of `exec()` have no code on Deno 2.9, only SQLite's message. */
export function isLocked(error: unknown): boolean {
  const { errcode = 0, message = "" } = error as { errcode?: number; message?: string };
  return [5, 6, 15].includes(errcode & 0xff) || /database is locked/.test(message);
}
