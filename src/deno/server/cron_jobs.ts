/**
 * The scheduled requests of an app, from its route files and `vercel.json`.
 *
 * @module
 */

import { createCronJob, type CronEntry, type CronJob, removeDuplicateJobs } from "../../cron/cron_job.ts";
import type { AppConfig } from "../../handler/rules/next_config.ts";
import type { Route } from "../../handler/served_route.ts";
import { VERCEL_FILE } from "../project/vercel_file.ts";

/** What schedules requests. */
export interface CronSources {
  /** The routes; of those that are not loaded, nothing is known. */
  readonly routes: readonly Route[];
  /** The `crons` of `vercel.json`. */
  readonly crons: readonly CronEntry[];
  readonly basePath: string;
  readonly trailingSlash: AppConfig["trailingSlash"] | undefined;
}

/**
 * Returns the scheduled requests of an app.
 *
 * @throws {TypeError} If an expression is invalid, or a route has dynamic segments.
 */
export function getCronJobs({ routes, crons, basePath, trailingSlash }: CronSources): readonly CronJob[] {
  const toPath = (id: string) => {
    const path = `${basePath}${id}`;
    if (trailingSlash === "always") return path.replace(/\/*$/, "/");
    return path === "/" ? path : path.replace(/\/+$/, "");
  };
  return removeDuplicateJobs([
    ...crons.map((entry) => createCronJob(entry, VERCEL_FILE)),
    ...routes.flatMap((route) => {
      const schedule = route.module?.config.cron;
      if (schedule === undefined) return [];
      refuseDynamic(route);
      return [createCronJob({ path: toPath(route.id), schedule }, route.file)];
    }),
  ]);
}

function refuseDynamic({ id, file, segments }: Route): void {
  if (segments.every(({ kind }) => kind === "static")) return;
  const fix = `list a path in "crons" of ${VERCEL_FILE} instead`;
  throw new TypeError(`Cannot schedule "${id}" (${file}): it has dynamic segments, ${fix}`);
}
