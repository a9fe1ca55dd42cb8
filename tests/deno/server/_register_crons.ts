/** Registers jobs with the real `Deno.cron`, and exits. */
import { createCronJob } from "../../../src/cron/cron_job.ts";
import { registerDeployCrons } from "../../../src/deno/server/deploy_crons.ts";

const SCHEDULES = ["* * * * *", "*/90 5 * * *", "0 0 1,15 JAN *", "0 9 * * 1-5", "0 0 * * 0", "0 0 */2 * MON"];

registerDeployCrons(
  SCHEDULES.map((schedule) => createCronJob({ path: `/api/${"long/".repeat(20)}x?y=ü`, schedule }, "vercel.json")),
  () => Promise.resolve(),
);
Deno.exit();
