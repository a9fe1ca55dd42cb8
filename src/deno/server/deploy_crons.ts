/**
 * Scheduled requests on Deno Deploy, where no process runs all the time.
 *
 * @module
 */

import { CRON_FIELDS, type CronField } from "../../cron/cron_field.ts";
import { type CronExpression, getNextRun } from "../../cron/cron_expression.ts";
import { type CronJob, getJobName } from "../../cron/cron_job.ts";

/** Schedules a function: `Deno.cron`. */
type Schedule = (name: string, schedule: string, run: () => Promise<void>) => unknown;

const MINUTE_MS = 60_000;
/** How long the names of `Deno.cron` may be. */
const MAX_NAME_LENGTH = 64;

/**
 * Registers jobs with `Deno.cron`.
 *
 * @param jobs The jobs.
 * @param run Runs a job.
 * @param schedule Schedules a function.
 * @param now The time, in milliseconds since 1970.
 * @see https://docs.deno.com/runtime/fundamentals/cron/
 */
export function registerDeployCrons(
  jobs: readonly CronJob[],
  run: (job: CronJob) => Promise<void>,
  schedule: Schedule = Deno.cron,
  now: () => number = Date.now,
): void {
  for (const [index, job] of jobs.entries()) {
    schedule(toCronName(job, index), toDenoSchedule(job.expression), async () => {
      // Where both days are limited, Deno may run it on days of either.
      const minute = Math.floor(now() / MINUTE_MS) * MINUTE_MS;
      if (getNextRun(job.expression, minute - 1) === minute) await run(job);
    });
  }
}

/** Names have only letters, digits, spaces, `-` and `_`. */
function toCronName(job: CronJob, index: number): string {
  const name = `${index + 1} ${getJobName(job).replaceAll(/[^\w -]+/g, "_")}`;
  return name.slice(0, MAX_NAME_LENGTH);
}

/** Days of the week as names: for Deno, 1 is Sunday. */
function toDenoSchedule({ values }: CronExpression): string {
  const fields = (Object.keys(CRON_FIELDS) as CronField[]).map((field) => {
    const { min, max } = CRON_FIELDS[field];
    const count = field === "weekday" ? max - min : max - min + 1;
    const sorted = [...values[field]].sort((a, b) => a - b);
    if (sorted.length === count) return "*";
    return (field === "weekday" ? sorted.map((day) => CRON_FIELDS.weekday.names[day]) : sorted).join(",");
  });
  return fields.join(" ");
}
