/**
 * Runs the scheduled requests of a server.
 *
 * @module
 */

import type { CronJob } from "../../cron/cron_job.ts";
import { type Scheduler, startScheduler } from "../../cron/scheduler.ts";
import type { CacheStore } from "../../cache/store.ts";
import { environment } from "../project/environment.ts";
import type { App } from "./app.ts";
import { runCron } from "./cron_request.ts";
import { registerDeployCrons } from "./deploy_crons.ts";
import type { LogFormat } from "./request_log.ts";

/** Variables of which Deno Deploy sets one. */
const DEPLOY_VARIABLES = ["DENO_DEPLOYMENT_ID", "DENO_DEPLOY"];

/** Options of {@linkcode createCrons}. */
export interface CronOptions {
  /**
   * Whether requests are made as `crons` of `vercel.json` and `cron` of route files schedule them. Processes that share
   * the cache make each of them once. Default: `false`.
   */
  cron?: boolean | undefined;
}

/** The scheduled requests of a server. */
export interface Crons {
  /** Starts to make requests; on Deno Deploy, `Deno.cron` makes them. */
  start(): void;
  /** Stops; settles when those that are being answered have ended. */
  stop(): Promise<void>;
}

/** The parts of an app that scheduled requests need. */
export type CronApp = Pick<App, "fetch" | "getCronJobs"> & { readonly store: Pick<CacheStore, "lease" | "release"> };

/**
 * Prepares the scheduled requests of an app. On Deno Deploy they are registered, which has to be done before a server
 * starts.
 *
 * @param app The app.
 * @param options Whether there are any, and whether each one is logged.
 * @throws {TypeError} If a schedule is invalid.
 */
export function createCrons(
  app: CronApp,
  { cron = false, log = "off" }: CronOptions & { readonly log?: LogFormat | undefined },
): Crons {
  const jobs = cron ? app.getCronJobs() : [];
  const run = (job: CronJob) => runCron(app, job, log !== "off");
  const isDeploy = DEPLOY_VARIABLES.some((name) => environment(name) !== undefined) && typeof Deno.cron === "function";
  if (isDeploy) registerDeployCrons(jobs, run);
  let scheduler: Scheduler | undefined;
  return {
    start() {
      if (jobs.length > 0 && !isDeploy) scheduler ??= startScheduler({ jobs, store: app.store, run });
    },
    stop: async () => await scheduler?.stop(),
  };
}
