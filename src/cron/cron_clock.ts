/**
 * The clock of scheduled requests.
 *
 * @module
 */

import { delay } from "@std/async/delay";

/** A clock to wait by. */
export interface CronClock {
  /** The time, in milliseconds since 1970. */
  now(): number;
  /** Resolves when a time has come, or the signal aborts. */
  sleepUntil(time: number, signal: AbortSignal): Promise<void>;
}

/** How long to sleep before the clock is read again: it may be set, and the machine suspended. */
const MAX_SLEEP_MS = 30_000;

/** The clock of this machine. */
export const WALL_CLOCK: CronClock = {
  now: () => Date.now(),
  async sleepUntil(time, signal) {
    for (let left = time - Date.now(); left > 0 && !signal.aborted; left = time - Date.now()) {
      await delay(Math.min(left, MAX_SLEEP_MS), { signal }).catch(() => {});
    }
  },
};
