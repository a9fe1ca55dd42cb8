/**
 * Work on a file that other processes lock at times: done at once where it can be, and otherwise tried again without
 * blocking the process.
 *
 * @module
 */

import { delay } from "@std/async/delay";
import type { MaybePromise } from "../store.ts";

/** What does the work, in order. */
export interface LockQueue {
  /**
   * Does work, now or when the file is unlocked.
   *
   * @param work Throws an error that {@linkcode isLocked} as long as it cannot be done, and can be called again then.
   * @throws {Error} If the file stays locked for half a second, or the queue is closed before.
   */
  run<T>(work: () => T): MaybePromise<T>;
  /** Gives up on what waits. */
  close(): void;
}

/** How long work waits for another process, in milliseconds. */
const PATIENCE_MS = 500;
/** How long the first look at a locked file waits, and the later ones at most, in milliseconds. */
const FIRST_PAUSE_MS = 1, LONGEST_PAUSE_MS = 10;
/** For how long what has waited is done in one turn of the event loop, in milliseconds. */
const TURN_MS = 5;

interface Waiting {
  readonly since: number;
  /** Does the work, or throws. */
  attempt(): void;
  reject(error: unknown): void;
}

/**
 * Makes a queue. One timer looks for all who wait: a thousand requests that find the file locked try as often as one.
 *
 * @param path The file, for messages.
 */
export function createLockQueue(path: string): LockQueue {
  const waiting: Waiting[] = [];
  const closing = new AbortController();
  let isPolling = false;

  function run<T>(work: () => T): MaybePromise<T> {
    // Not past those who wait: an invalidation must not be done after what was asked for later.
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

  /** Does what it can; tells whether it did anything. */
  function doWaiting(): boolean {
    const start = performance.now();
    const before = waiting.length;
    while (waiting.length > 0 && performance.now() - start < TURN_MS) {
      try {
        waiting[0]!.attempt();
      } catch (error) {
        if (isLocked(error)) break;
        waiting[0]!.reject(error);
      }
      waiting.shift();
    }
    if (waiting.length < before) return true;
    const late = waiting.findIndex(({ since }) => start - since < PATIENCE_MS);
    rejectAll(stillLocked, late === -1 ? waiting.length : late);
    return false;
  }

  function stillLocked(): Error {
    return new Error(`"${path}" has been locked by another process for ${PATIENCE_MS} ms`);
  }

  function rejectAll(error: () => Error, many: number = waiting.length): void {
    for (const { reject } of waiting.splice(0, many)) reject(error());
  }

  return { run, close: () => closing.abort() };
}

/** SQLITE_BUSY, SQLITE_LOCKED and SQLITE_PROTOCOL. Errors of `exec()` have no code on Deno 2.9, only the words of SQLite. */
export function isLocked(error: unknown): boolean {
  const { errcode = 0, message = "" } = error as { errcode?: number; message?: string };
  return [5, 6, 15].includes(errcode & 0xff) || /database is locked/.test(message);
}
