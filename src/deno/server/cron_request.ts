/**
 * The request of a scheduled job, which is answered in this process.
 *
 * @module
 */

import type { CronJob } from "../../cron/cron_job.ts";
import { writeLog } from "../../log/log.ts";
import { environment } from "../project/environment.ts";
import type { App } from "./app.ts";

/** The response to a scheduled request, which was read to its end. */
export interface CronResponse {
  readonly status: number;
  readonly body: string;
  /** How long it took, in milliseconds. */
  readonly duration: number;
  /** Why the job counts as failed, if it does. */
  readonly problem: string | undefined;
}

/**
 * Requests the path of a job, as Vercel does: with `CRON_SECRET` as a bearer token, and without following redirects.
 *
 * @param app The app.
 * @param path The path.
 * @see https://vercel.com/docs/cron-jobs/manage-cron-jobs
 */
export async function requestCron(app: Pick<App, "fetch">, path: string): Promise<CronResponse> {
  const start = performance.now();
  const secret = environment("CRON_SECRET");
  const headers = new Headers({ "user-agent": "vercel-cron/1.0" });
  if (secret !== undefined) headers.set("authorization", `Bearer ${secret}`);
  const response = await app.fetch(new Request(`http://localhost${path}`, { headers }));
  const body = await response.text();
  const duration = Math.round(performance.now() - start);
  return { status: response.status, body, duration, problem: findProblem(response) };
}

function findProblem({ status, headers }: Response): string | undefined {
  if (status === 401) return "it answered 401, check that CRON_SECRET is what the handler expects";
  if (status >= 400) return `it answered ${status}`;
  if (status >= 300) return `it answered ${status}, schedule ${headers.get("location") ?? "another path"} instead`;
  if (headers.get("x-nextjs-cache") !== "HIT") return undefined;
  return 'its response came from the cache, export dynamic = "force-dynamic" to have the handler called';
}

/**
 * Runs a job, and logs how it went.
 *
 * @param app The app.
 * @param job The job.
 * @param logsSuccess Whether a run without a problem is logged.
 */
export async function runCron(app: Pick<App, "fetch">, { path }: CronJob, logsSuccess: boolean): Promise<void> {
  try {
    const { status, duration, problem } = await requestCron(app, path);
    const fields = { path, status, duration };
    if (problem !== undefined) writeLog("error", `Cron ${path} failed: ${problem}`, { fields });
    else if (logsSuccess) writeLog("info", `Cron ${path} ${status} in ${duration} ms`, { fields });
  } catch (error) {
    writeLog("error", `Cron ${path} failed:`, { error, fields: { path } });
  }
}
