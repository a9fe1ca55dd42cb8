/**
 * Runs the whole suite, including the documentation, and ends with one line: `N passed, N failed`.
 *
 * The suite is divided into jobs, which run concurrently in `DENO_JOBS` lanes (default: one more than the number of
 * cores, because many tests wait for a process). Files named on the command line run in a single process instead.
 *
 * An ignored test, whose program is missing, is reported with its reason; if `CI` is set, it fails. `--coverage` also
 * prints which lines ran.
 */
import { parseArgs } from "node:util";
import { exists } from "@std/fs";
import { type Job, planJobs } from "./suite_jobs.ts";

/** The result of a job. */
interface Result {
  readonly passed: number;
  readonly failed: number;
  readonly ignored: number;
}

const isCi = Deno.env.has("CI");
const { values, positionals } = parseArgs({ options: { coverage: { type: "boolean" } }, allowPositionals: true });
if (values.coverage && await exists("coverage")) await Deno.remove("coverage", { recursive: true });
const TEST = ["test", "-A", "--sanitize-ops", "--sanitize-resources", "--doc"];
if (values.coverage) TEST.push("--coverage=coverage");

/** The longest job takes 2 minutes; one that hangs must not hide the results of the others. */
const JOB_LIMIT_MS = 5 * 60_000;

/** Code of others, whose examples are not ours. */
const VENDORED = "src/deno/modules/source/vendor";

const results: Result[] = [];
/** What each failed job reported, which is printed again at the end, where the last lines of a log have it. */
const failures = new Map<string, string>();
if (positionals.length > 0) await runJob(positionals.join(" "), [...TEST, ...positionals]);
else await runAll();
if (values.coverage) await reportCoverage();

const sum = (word: keyof Result) => results.reduce((total, result) => total + result[word], 0);
const skipped = sum("ignored") > 0 && !isCi ? `, ${sum("ignored")} skipped` : "";
for (const [name, report] of failures) console.log(`\n--- Failed: ${name}\n${report}`);
console.log(`${sum("passed")} passed, ${sum("failed")} failed${skipped}`);
Deno.exit(sum("failed") > 0 ? 1 : 0);

async function runAll(): Promise<void> {
  const { parallel, alone, files } = await planJobs(".");
  // One process checks the types of all files; otherwise each job would check this package again.
  const runTests = ({ name, files }: Job) => () => runJob(name, [...TEST, "--no-check", ...files]);
  const waiting = [
    () => runJob("types", ["check", ...files]),
    ...parallel.map(runTests),
    () => runJob("documentation", [...TEST, `--ignore=${[...files, VENDORED].join()}`]),
  ];
  const lane = async () => {
    for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) await job();
  };
  const lanes = Number(Deno.env.get("DENO_JOBS")) || navigator.hardwareConcurrency + 1;
  await Promise.all(Array.from({ length: lanes }, lane));
  await runTests(alone)();
}

/** Runs a process until it exits, prints its output, and counts the tests. */
async function runJob(name: string, args: readonly string[]): Promise<void> {
  const start = performance.now();
  const command = new Deno.Command(Deno.execPath(), {
    args: [...args],
    env: { DENO_NO_UPDATE_CHECK: "1" },
    stdout: "piped",
    stderr: "piped",
    signal: AbortSignal.timeout(JOB_LIMIT_MS),
  });
  const { code, stdout, stderr } = await command.output();
  const seconds = Math.round((performance.now() - start) / 1000);
  console.log(`\n--- ${name}, ${seconds} s`);
  await writeAll(Deno.stderr, stderr);
  await writeAll(Deno.stdout, stdout);

  // deno-lint-ignore no-control-regex -- the colors of the report
  const text = new TextDecoder().decode(stdout).replace(/\x1b\[[0-9;]*m/g, "");
  const totals = text.match(/\d+ passed[^\n]*\| \d+ failed[^\n]*/g)?.at(-1) ?? "";
  const count = (word: string) => Number(new RegExp(`(\\d+) ${word}`).exec(totals)?.[1] ?? 0);
  const ignored = count("ignored");
  const failed = count("failed") + (isCi ? ignored : 0);
  // A file that does not compile has no failing test.
  const lost = code !== 0 && failed === 0 ? 1 : 0;
  if (failed + lost > 0) {
    const exit = `${new TextDecoder().decode(stderr)}Exited with code ${code} after ${seconds} s`;
    failures.set(name, getFailureReport(text) || exit);
  }
  results.push({ passed: count("passed"), failed: failed + lost, ignored });
}

/** Returns the errors that `deno test` prints below all results, and in CI the ignored tests. */
function getFailureReport(text: string): string {
  const ignored = isCi ? text.match(/^.+ \.\.\. ignored.*$/gm) ?? [] : [];
  const errors = /^ ERRORS *\n(.*?)^ FAILURES *$/ms.exec(text)?.[1] ?? "";
  return ignored.join("\n") + errors;
}

async function writeAll(output: typeof Deno.stdout, bytes: Uint8Array): Promise<void> {
  for (let sent = 0; sent < bytes.length;) sent += await output.write(bytes.subarray(sent));
}

async function reportCoverage(): Promise<void> {
  // A process killed by a test leaves an empty file, which would break the report.
  for await (const { name } of Deno.readDir("coverage")) {
    const path = `coverage/${name}`;
    if ((await Deno.stat(path)).size === 0) await Deno.remove(path);
  }
  const report = new Deno.Command(Deno.execPath(), { args: ["coverage", "coverage", "--include=/src/"] });
  const { success } = await report.spawn().status;
  if (!success) throw new Error("Cannot report the coverage: see above");
}
