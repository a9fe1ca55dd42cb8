/**
 * A process that runs a job every minute of a fast clock: `deno run -A cron_process.ts CACHE ORIGIN START MINUTE_MS`. It
 * requests `ORIGIN/?tick=N` for the Nth minute, and prints the ticks that it skips.
 *
 * @module
 */

import { delay } from "@std/async/delay";
import type { CronClock } from "../../src/cron/cron_clock.ts";
import { createCronJob } from "../../src/cron/cron_job.ts";
import { startScheduler } from "../../src/cron/scheduler.ts";
import { openCache } from "../../src/deno/server/cache_location.ts";

/** The time of the fast clock at first. */
export const EPOCH = Date.parse("2026-11-26T00:00:00Z");

/**
 * Creates a clock that begins at the epoch.
 *
 * @param start When it begins, by the clock of the machine.
 * @param minuteMs How long its minutes are; it is behind by up to half of one, and not always the same.
 */
function createFastClock(start: number, minuteMs: number): CronClock {
  let time = EPOCH;
  return {
    now: () => time,
    async sleepUntil(until, signal) {
      const lag = Math.random() * minuteMs / 2;
      const left = start + (until - EPOCH) / 60_000 * minuteMs + lag - Date.now();
      if (left > 0) await delay(left, { signal }).catch(() => {});
      time = until;
    },
  };
}

if (import.meta.main) {
  const [location = "", origin = "", start, minuteMs] = Deno.args;
  const store = await openCache(location);
  startScheduler({
    jobs: [createCronJob({ path: "/job", schedule: "* * * * *" }, "vercel.json")],
    store,
    clock: createFastClock(Number(start), Number(minuteMs)),
    async run(_job, tick) {
      const response = await fetch(`${origin}/?tick=${(tick - EPOCH) / 60_000}&pid=${Deno.pid}`);
      await response.body?.cancel();
    },
  });
}
