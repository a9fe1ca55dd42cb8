/** Scheduled requests by `Deno.cron`. */
import { assertEquals } from "@std/assert";
import { createCronJob, type CronJob, getJobName } from "../../../src/cron/cron_job.ts";
import { registerDeployCrons } from "../../../src/deno/server/deploy_crons.ts";

/** Expressions, and what `Deno.cron` gets: for it, 1 is Sunday, and 0 is invalid. */
const SCHEDULES = [
  ["* * * * *", "* * * * *"],
  ["*/20 * * * *", "0,20,40 * * * *"],
  ["*/90 5 * * *", "0 5 * * *"],
  ["0 0 1,15 JAN *", "0 0 1,15 1 *"],
  ["0 9 * * 1-5", "0 9 * * MON,TUE,WED,THU,FRI"],
  ["0 0 * * 0", "0 0 * * SUN"],
  ["0 0 * * 7", "0 0 * * SUN"],
  ["0 0 * * 0-6", "0 0 * * *"],
] as const;

for (const [expression, expected] of SCHEDULES) {
  Deno.test(`registerDeployCrons() schedules "${expression}" as "${expected}"`, () => {
    const job = createCronJob({ path: "/x", schedule: expression }, "vercel.json");
    const schedules: string[] = [];
    registerDeployCrons([job], () => Promise.resolve(), (_, schedule) => schedules.push(schedule));
    assertEquals(schedules, [expected]);
  });
}

Deno.test("registerDeployCrons() gives each job a name that Deno accepts", () => {
  const paths = ["/api/x?y=ü", `/${"long/".repeat(20)}a`, `/${"long/".repeat(20)}b`];
  const jobs = paths.map((path) => createCronJob({ path, schedule: "* * * * *" }, "vercel.json"));
  const names: string[] = [];
  registerDeployCrons(jobs, () => Promise.resolve(), (name) => names.push(name));
  assertEquals(names.filter((name) => /^[\w -]{1,64}$/.test(name)), names);
  assertEquals(new Set(names).size, paths.length);
});

Deno.test("registerDeployCrons() runs a job only in minutes that fit its expression", async () => {
  const both = createCronJob({ path: "/x", schedule: "0 0 */2 * MON" }, "vercel.json");
  let now = 0;
  const runs: string[] = [], fire: (() => Promise<void>)[] = [];
  const run = (job: CronJob) => Promise.resolve(void runs.push(`${new Date(now).toISOString()} ${getJobName(job)}`));
  registerDeployCrons([both], run, (_name, _schedule, run) => fire.push(run), () => now);
  for (
    const time of ["2026-12-01T00:00:10Z", "2026-12-07T00:00:00.200Z", "2026-12-14T00:00:00Z", "2026-12-21T00:00:59Z"]
  ) {
    now = Date.parse(time);
    await fire[0]!();
  }
  assertEquals(runs.map((line) => line.slice(0, 10)), ["2026-12-07", "2026-12-21"]);
});

Deno.test("Deno.cron accepts the names and schedules of registerDeployCrons()", async () => {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "--unstable-cron", "tests/deno/server/_register_crons.ts"],
    cwd: new URL("../../..", import.meta.url),
    env: { NO_COLOR: "1" },
  }).output();
  assertEquals([new TextDecoder().decode(stderr), success], ["", true]);
});
