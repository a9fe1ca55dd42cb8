/**
 * `routes cron`: shows the scheduled requests of a project, and makes one.
 *
 * @module
 */

import { type CronJob, getJobName } from "../../cron/cron_job.ts";
import { getNextRun } from "../../cron/cron_expression.ts";
import { runAlone } from "../../cron/path_lease.ts";
import { logStrayErrors } from "../process/process_guard.ts";
import { readPageExtensions } from "../project/project_files.ts";
import { scanProject } from "../project/scan.ts";
import { createDefaultCache } from "../server/cache_location.ts";
import type { App } from "../server/app.ts";
import { requestCron } from "../server/cron_request.ts";
import { openProject } from "../server/serve.ts";

/** An action of `routes cron`. */
export type CronAction = "ls" | "run";

/**
 * Shows the scheduled requests, or makes one.
 *
 * @param action The action.
 * @param dir The project.
 * @param location The cache; default: the file that `routes start` uses.
 * @param path The path that `run` requests.
 * @returns Whether the request succeeded.
 * @throws {TypeError} If a schedule is invalid.
 * @throws {Deno.errors.NotFound} If the path is not scheduled.
 */
export async function cronCommand(
  action: CronAction,
  dir: string,
  location: string | undefined,
  path?: string,
): Promise<boolean> {
  logStrayErrors();
  const project = await scanProject(dir, readPageExtensions);
  const cache = action === "ls" ? "memory" : location ?? (() => createDefaultCache(project.root));
  const app = await openProject(project, { cache });
  try {
    const jobs = app.getCronJobs();
    if (action === "run") return await run(app, jobs, path!);
    console.log(formatJobs(jobs, Date.now()));
    return true;
  } finally {
    await app.drain();
    await app.close();
  }
}

/** Formats jobs as a table: path, expression and next run. */
function formatJobs(jobs: readonly CronJob[], now: number): string {
  if (jobs.length === 0) {
    return 'No request is scheduled: add "crons" to vercel.json, or cron to config of a route file';
  }
  const rows = jobs.map(({ path, expression }) => [
    path,
    expression.text,
    new Date(getNextRun(expression, now)).toISOString().replace(":00.000Z", "Z"),
  ]);
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map(([path, text, next]) => `  ${path!.padEnd(widths[0]!)}  ${text!.padEnd(widths[1]!)}  ${next}`).join(
    "\n",
  );
}

async function run(app: App, jobs: readonly CronJob[], path: string): Promise<boolean> {
  if (jobs.every((job) => job.path !== path)) {
    const scheduled = jobs.map(getJobName).join(", ") || "nothing";
    throw new Deno.errors.NotFound(`Cannot run "${path}": it is not scheduled, but ${scheduled}`);
  }
  let isSuccess = false;
  const hasRun = await runAlone(app.store, path, async () => {
    const { status, body, duration, problem } = await requestCron(app, path);
    if (body !== "") console.log(body);
    console.error(`GET ${path} ${status} in ${duration} ms${problem === undefined ? "" : `: ${problem}`}`);
    isSuccess = problem === undefined;
  });
  if (!hasRun) throw new Error(`Cannot run "${path}": it is running in another process, wait until it has ended`);
  return isSuccess;
}
