/**
 * Scheduled requests: a path, and when it is requested.
 *
 * @module
 */

import { type CronExpression, parseCron } from "./cron_expression.ts";

/** A scheduled request as a file writes it. */
export interface CronEntry {
  /** The path that is requested, with its query. */
  readonly path: string;
  /** The cron expression. */
  readonly schedule: string;
}

/** A scheduled request. */
export interface CronJob {
  /** The path that is requested, with its query. */
  readonly path: string;
  /** When it is requested. */
  readonly expression: CronExpression;
}

/**
 * Creates a job.
 *
 * @param entry What the file says.
 * @param file The file, for messages.
 * @throws {TypeError} If the path or the expression is invalid.
 */
export function createCronJob({ path, schedule }: CronEntry, file: string): CronJob {
  if (!path.startsWith("/") || path.startsWith("//")) {
    throw new TypeError(`Cannot schedule "${path}" (${file}): expected a path that begins with "/"`);
  }
  try {
    return { path, expression: parseCron(schedule) };
  } catch (cause) {
    const { message } = cause as TypeError;
    throw new TypeError(`Cannot schedule "${path}" (${file}): cron "${schedule}" is invalid: ${message}`, { cause });
  }
}

/** Leaves out jobs that another one repeats. */
export function removeDuplicateJobs(jobs: readonly CronJob[]): readonly CronJob[] {
  return [...new Map(jobs.map((job) => [getJobName(job), job])).values()];
}

/** Returns what identifies a job. */
export function getJobName({ path, expression }: CronJob): string {
  return `${expression.text.trim().replace(/\s+/g, " ")} ${path}`;
}
