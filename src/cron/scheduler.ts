/**
 * Runs jobs when they are due, each time in one of the processes that share a store.
 *
 * Every process tries to take a lease whose name contains the time of the tick. So the clocks of processes may differ by
 * some seconds: a process that is late asks for the lease of the same tick.
 *
 * @module
 */

import { delay } from "@std/async/delay";
import { type CacheStore, MAX_LEASE_MS } from "../cache/store.ts";
import { getErrorMessage } from "../log/error_text.ts";
import { writeLog } from "../log/log.ts";
import { type CronClock, WALL_CLOCK } from "./cron_clock.ts";
import { getNextRun } from "./cron_expression.ts";
import { type CronJob, getJobName } from "./cron_job.ts";
import { runAlone } from "./path_lease.ts";

/** Options of {@linkcode startScheduler}. */
export interface SchedulerOptions {
  readonly jobs: readonly CronJob[];
  /** Has the leases; all processes that share it run each job once. */
  readonly store: Pick<CacheStore, "lease" | "release">;
  /** Runs a job; it reports its own errors. */
  readonly run: (job: CronJob, tick: number) => Promise<void>;
  /** Default: that of the machine. */
  readonly clock?: CronClock;
}

/** A scheduler that runs. */
export interface Scheduler {
  /** Starts no further job; settles when those that run have ended. */
  stop(): Promise<void>;
}

/** How late a process may be: its lease and that of another one must not be further apart than a lease lasts. */
const MAX_LATE_MS = 20_000;
/** How often a process asks a store that is down for a lease. */
const STORE_TRIES = 5, STORE_PAUSE_MS = 1_000;

/**
 * Starts a scheduler. Ticks that pass while no process runs are not caught up, and a tick at which the previous run of its
 * path is still going on is skipped.
 */
export function startScheduler({ jobs, store, run, clock = WALL_CLOCK }: SchedulerOptions): Scheduler {
  const stopping = new AbortController();
  const { signal } = stopping;
  const holder = crypto.randomUUID();
  const runs = new Set<Promise<void>>();
  /** The leases of ticks that have run, and when they were taken by `performance.now()`. */
  const taken: { readonly name: string; readonly since: number }[] = [];
  let lastError: unknown;

  async function runDueJobs(): Promise<void> {
    const next = new Map(jobs.map((job) => [job, getNextRun(job.expression, clock.now())]));
    while (jobs.length > 0) {
      await clock.sleepUntil(Math.min(...next.values()), signal);
      if (signal.aborted) return;
      const now = clock.now();
      for (const [job, tick] of next) {
        if (tick > now) continue;
        track(runTick(job, tick, now - tick));
        // Not before the tick, even if the clock is set back: it would run twice.
        next.set(job, getNextRun(job.expression, Math.max(tick, now)));
      }
    }
  }

  function track(running: Promise<void>): void {
    const settled = running.finally(() => runs.delete(settled));
    runs.add(settled);
  }

  async function runTick(job: CronJob, tick: number, lateMs: number): Promise<void> {
    if (lateMs > MAX_LATE_MS) return warnSkipped(job, tick, `it is ${Math.round(lateMs / 1000)} s late`);
    // The name has the time of the tick: it is the same in all processes.
    const name = `cron ${new Date(tick).toISOString()} ${getJobName(job)}`;
    const isHeld = await acquireTick(name, tick);
    if (isHeld === null) return warnSkipped(job, tick, `the cache store is unavailable: ${getErrorMessage(lastError)}`);
    if (!isHeld) return;
    const hasRun = await runAlone(store, job.path, () => run(job, tick));
    if (!hasRun) warnSkipped(job, tick, "its previous run is still going on");
    await releaseOld(name);
  }

  /** Returns whether this process runs a tick; `null` if the store is down. */
  async function acquireTick(name: string, tick: number): Promise<boolean | null> {
    for (let tries = 1;; tries++) {
      try {
        return await store.lease(name, holder, MAX_LEASE_MS, tick);
      } catch (error) {
        lastError = error;
      }
      if (tries === STORE_TRIES || signal.aborted) return null;
      await delay(STORE_PAUSE_MS, { signal }).catch(() => {});
    }
  }

  /** Releases leases of earlier ticks, which no process asks for any more: not every store deletes those that expired. */
  async function releaseOld(name: string): Promise<void> {
    const now = performance.now();
    taken.push({ name, since: now });
    const old = taken.findIndex(({ since }) => now - since < 2 * MAX_LEASE_MS);
    try {
      for (const { name } of taken.splice(0, old)) await store.release(name, holder);
    } catch {
      // They are left to the store, which is down.
    }
  }

  const loop = runDueJobs();
  return {
    async stop() {
      stopping.abort();
      await loop;
      await Promise.all(runs);
    },
  };
}

function warnSkipped({ path }: CronJob, tick: number, reason: string): void {
  writeLog("warn", `Cron ${path} skipped at ${new Date(tick).toISOString()}: ${reason}`);
}
