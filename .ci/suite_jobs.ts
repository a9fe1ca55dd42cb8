/**
 * Divides the suite into jobs, each of which is a separate process.
 *
 * @module
 */

import { walk } from "@std/fs";
import { relative } from "@std/path";

/** Test files that run in one process. */
export interface Job {
  /** The name to report it by. */
  readonly name: string;
  readonly files: readonly string[];
}

/** The jobs of the suite. */
export interface Jobs {
  /** Jobs that run concurrently, the longest first. */
  readonly parallel: readonly Job[];
  /** Files that measure time, which run alone. */
  readonly alone: Job;
  /** All test files. */
  readonly files: readonly string[];
}

/** The files that `deno test` treats as tests. */
const TEST_FILE = /(?:^|[/._])test\.(?:[mc]?[jt]s|[jt]sx)$/;
/** Fixtures are not tests, whatever their names. */
const SKIPPED = /\/(?:fixtures|node_modules)(?:\/|$)/;

/** Slow test files: they start processes or browsers. Each of these is a separate job. */
const STARTS_PROCESSES = /helpers\/(?:browser|build|cli|dev|jsr_project|packages|redis|registry|upstream)\.ts"/;

/** Files that compare durations, which other processes would distort. */
const MEASURES_TIME = /helpers\/growth\.ts"/;
/** Files that compare the time of a write with that of a request or a signal. */
const DEPENDS_ON_TIMING: readonly string[] = [
  "tests/deno/project/watch_test.ts",
  "tests/e2e/dev_reload_test.ts",
  "tests/e2e/dev_save_test.ts",
  "tests/e2e/nginx_test.ts",
  "tests/e2e/rolling_stop_test.ts",
];

/** The longest jobs, which run first, so that none of them is still running alone at the end. */
const LONGEST: readonly string[] = [
  "tests/e2e/cron_processes_test.ts",
  "tests/e2e/cache_processes_test.ts",
  "tests/e2e/use_cache_processes_test.ts",
  "tests/cache",
  "tests/e2e/cron_test.ts",
  "tests/e2e/cache_crash_test.ts",
  "tests/e2e/cache_faults_test.ts",
  "tests/deno/commands/build_test.ts",
  "tests/e2e/jsr_test.ts",
  "tests/e2e/build_packages_test.ts",
  "tests/deno",
  "tests/e2e/cache_golden_test.ts",
  "tests/e2e",
  "tests/e2e/workers_test.ts",
  "tests/e2e/dev_page_test.ts",
  "tests/deno/commands/cache_test.ts",
  "tests/e2e/dev_restart_test.ts",
  "tests/e2e/cache_full_test.ts",
  "tests/e2e/jsr_day_test.ts",
  "tests/handler",
  "tests/e2e/packages_test.ts",
  "tests/e2e/beside_next_test.ts",
  "tests/e2e/permissions_test.ts",
  "tests/e2e/dev_loop_test.ts",
  "tests/deno/process/supervisor_test.ts",
  "tests/deno/commands/start_test.ts",
];

/**
 * Divides the test files into jobs.
 *
 * @param root The folder of the checkout, to which the resulting paths are relative.
 */
export async function planJobs(root: string): Promise<Jobs> {
  const files: string[] = [];
  const alone: string[] = [];
  const short = new Map<string, string[]>();
  const parallel: Job[] = [];
  for await (const { path } of walk(`${root}/tests`, { includeDirs: false, match: [TEST_FILE], skip: [SKIPPED] })) {
    files.push(relative(root, path));
  }
  for (const file of files.sort()) {
    const text = await Deno.readTextFile(`${root}/${file}`);
    if (MEASURES_TIME.test(text) || DEPENDS_ON_TIMING.includes(file)) {
      alone.push(file);
    } else if (STARTS_PROCESSES.test(text)) {
      parallel.push({ name: file, files: [file] });
    } else {
      const folder = file.split("/").slice(0, 2).join("/");
      short.set(folder, [...short.get(folder) ?? [], file]);
    }
  }
  for (const [name, files] of short) parallel.push({ name, files });
  const rank = ({ name }: Job) => (LONGEST.indexOf(name) + LONGEST.length + 1) % (LONGEST.length + 1);
  parallel.sort((a, b) => rank(a) - rank(b));
  return { parallel, alone: { name: "alone", files: alone }, files };
}
