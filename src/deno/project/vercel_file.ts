/**
 * Reads the `crons` of `vercel.json`.
 *
 * @module
 */

import { join } from "@std/path";
import type { CronEntry } from "../../cron/cron_job.ts";
import { readJsonc } from "../modules/resolve/jsonc.ts";

/** The file of a project that has its schedule. */
export const VERCEL_FILE = "vercel.json";

/**
 * Reads the schedule of a project; it is empty if the project has none, or the file may not be read.
 *
 * @param root The project's folder.
 * @throws {SyntaxError} If the file is not JSON.
 * @throws {TypeError} If its `crons` are invalid.
 * @see https://vercel.com/docs/cron-jobs
 */
export function readVercelCrons(root: string): readonly CronEntry[] {
  const path = join(root, VERCEL_FILE);
  // Without the check, Deno would prompt for the permission.
  if (Deno.permissions.querySync({ name: "read", path }).state !== "granted") return [];
  const file = readJsonc(path);
  const crons = typeof file === "object" && file !== null && "crons" in file ? file.crons : [];
  if (Array.isArray(crons) && crons.every(isCronEntry)) return crons.map(({ path, schedule }) => ({ path, schedule }));
  throw new TypeError(
    `Cannot read "${path}": crons is ${JSON.stringify(crons)}, ` +
      'write an array of objects such as { "path": "/api/daily", "schedule": "0 5 * * *" }',
  );
}

function isCronEntry(value: unknown): value is CronEntry {
  if (typeof value !== "object" || value === null) return false;
  const { path, schedule } = value as Record<string, unknown>;
  return typeof path === "string" && typeof schedule === "string";
}
