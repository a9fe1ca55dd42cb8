/**
 * A clock that tests set.
 *
 * @module
 */

import { delay } from "@std/async/delay";
import type { CronClock } from "../../src/cron/cron_clock.ts";

/** A clock that only moves when it is set. */
export interface ManualClock extends CronClock {
  /** Returns a clock that is ahead by some time, or behind. */
  ahead(ms: number): CronClock;
  /** Sets the time, and waits until those who slept have begun what they do. */
  set(time: number): Promise<void>;
  /** Sets the time forward minute by minute. */
  passMinutes(count: number): Promise<void>;
}

interface Sleeper {
  readonly until: number;
  wake(): void;
}

/** Creates a clock. */
export function createManualClock(start: number): ManualClock {
  let time = start;
  const sleepers = new Set<Sleeper>();

  function ahead(ms: number): CronClock {
    return {
      now: () => time + ms,
      sleepUntil(until, signal) {
        const { promise, resolve } = Promise.withResolvers<void>();
        if (until <= time + ms) return Promise.resolve();
        const sleeper = { until: until - ms, wake: resolve };
        sleepers.add(sleeper);
        signal.addEventListener("abort", () => resolve(), { once: true });
        return promise.finally(() => sleepers.delete(sleeper));
      },
    };
  }

  async function set(to: number): Promise<void> {
    time = to;
    for (const sleeper of sleepers) if (sleeper.until <= time) sleeper.wake();
    await delay(0);
  }

  async function passMinutes(count: number): Promise<void> {
    for (let minute = 0; minute < count; minute++) await set(time + 60_000);
  }

  return { ...ahead(0), ahead, set, passMinutes };
}
