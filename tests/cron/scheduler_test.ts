/** The scheduler with a clock that the test sets. */
import { assertEquals, assertThrows } from "@std/assert";
import { delay } from "@std/async/delay";
import type { CacheStore } from "../../src/cache/store.ts";
import { memoryStore } from "../../src/cache/stores/memory.ts";
import { createCronJob, type CronEntry, type CronJob } from "../../src/cron/cron_job.ts";
import { type Scheduler, type SchedulerOptions, startScheduler } from "../../src/cron/scheduler.ts";
import { captured } from "../helpers/app.ts";
import { createManualClock } from "./_manual_clock.ts";

const START = Date.parse("2026-11-26T05:00:00Z");
const MINUTELY = { path: "/minute", schedule: "* * * * *" };

function toJobs(...entries: readonly CronEntry[]): readonly CronJob[] {
  return entries.map((entry) => createCronJob(entry, "vercel.json"));
}

/** Runs jobs with a clock that the test sets; records them as `05:01 /path`. */
function setUp(entries: readonly CronEntry[] = [MINUTELY], store: CacheStore = memoryStore()) {
  const clock = createManualClock(START);
  const log: string[] = [];
  const schedulers: Scheduler[] = [];
  const record = (job: CronJob, tick: number) => {
    log.push(`${new Date(tick).toISOString().slice(11, 16)} ${job.path}`);
    return Promise.resolve();
  };
  return {
    clock,
    log,
    record,
    start(options: Partial<SchedulerOptions> = {}) {
      const scheduler = startScheduler({ jobs: toJobs(...entries), store, run: record, clock, ...options });
      schedulers.push(scheduler);
      return scheduler;
    },
    async [Symbol.asyncDispose]() {
      for (const scheduler of schedulers) await scheduler.stop();
    },
  };
}

Deno.test("startScheduler() runs each job at its times", async () => {
  await using cron = setUp([MINUTELY, { path: "/third?a=b", schedule: "*/3 * * * *" }]);
  cron.start();
  assertEquals(cron.log, []);
  await cron.clock.passMinutes(4);
  assertEquals(cron.log.sort(), [
    "05:01 /minute",
    "05:02 /minute",
    "05:03 /minute",
    "05:03 /third?a=b",
    "05:04 /minute",
  ]);
});

Deno.test("startScheduler() runs each tick once in processes whose clocks differ", async () => {
  const store = memoryStore();
  await using cron = setUp([MINUTELY], store);
  for (const ahead of [0, 9_000, -9_000, 300]) cron.start({ clock: cron.clock.ahead(ahead) });
  for (let second = 0; second < 10 * 60; second++) await cron.clock.set(START + second * 1000);
  // At first it is 04:59 for one of them.
  assertEquals(cron.log, Array.from({ length: 11 }, (_, minute) => `05:${`${minute}`.padStart(2, "0")} /minute`));
});

Deno.test("startScheduler() does not catch up on missed ticks, and says so", async () => {
  await using cron = setUp();
  cron.start();
  const warnings = await captured("warn", async () => {
    await cron.clock.passMinutes(1);
    await cron.clock.set(Date.parse("2026-11-26T08:00:00Z"));
    await cron.clock.passMinutes(1);
  });
  assertEquals(cron.log, ["05:01 /minute", "08:01 /minute"]);
  assertEquals(warnings, ["Cron /minute skipped at 2026-11-26T05:02:00.000Z: it is 10680 s late"]);
});

Deno.test("startScheduler() does not run a tick again when the clock is set back", async () => {
  await using cron = setUp();
  cron.start();
  await cron.clock.passMinutes(2);
  await cron.clock.set(START);
  await cron.clock.passMinutes(4);
  assertEquals(cron.log, ["05:01 /minute", "05:02 /minute", "05:03 /minute", "05:04 /minute"]);
});

for (const isSameProcess of [true, false]) {
  const where = isSameProcess ? "in the same process" : "in another process";
  Deno.test(`startScheduler() skips a tick whose path is still running ${where}, and says so`, async () => {
    await using cron = setUp([MINUTELY, { path: "/other", schedule: "2 * * * *" }]);
    const { promise, resolve } = Promise.withResolvers<void>();
    const run = async (job: CronJob, tick: number) => {
      await cron.record(job, tick);
      if (cron.log.length === 1) await promise;
    };
    cron.start({ run });
    const warnings = await captured("warn", async () => {
      await cron.clock.passMinutes(1);
      if (!isSameProcess) cron.start({ run, clock: cron.clock.ahead(1_000) });
      await cron.clock.set(START + 119_500);
      await cron.clock.set(START + 120_000);
    });
    resolve();
    await delay(0);
    await cron.clock.passMinutes(1);
    assertEquals(cron.log, ["05:01 /minute", "05:02 /other", "05:03 /minute"]);
    assertEquals(warnings, ["Cron /minute skipped at 2026-11-26T05:02:00.000Z: its previous run is still going on"]);
  });
}

Deno.test("startScheduler() runs a tick when a store that was down is back soon", async () => {
  const store = memoryStore();
  let failures = 1;
  const lease: CacheStore["lease"] = (...args) => {
    if (failures-- > 0) throw new Error("no connection yet");
    return store.lease(...args);
  };
  await using cron = setUp();
  const ran = Promise.withResolvers<void>();
  cron.start({ store: { ...store, lease }, run: async (...args) => ran.resolve(await cron.record(...args)) });
  await cron.clock.passMinutes(1);
  assertEquals(cron.log, []);
  await ran.promise;
  assertEquals(cron.log, ["05:01 /minute"]);
});

Deno.test("startScheduler() skips a tick when the store stays down, and says so", async () => {
  await using cron = setUp();
  const lease = () => Promise.reject(new Error("connection refused"));
  const scheduler = cron.start({ store: { ...memoryStore(), lease } });
  const warnings = await captured("warn", async () => {
    await cron.clock.passMinutes(1);
    await scheduler.stop();
  });
  assertEquals(cron.log, []);
  const reason = "the cache store is unavailable: connection refused";
  assertEquals(warnings, [`Cron /minute skipped at 2026-11-26T05:01:00.000Z: ${reason}`]);
});

Deno.test("stop() waits for a job that runs, and starts no other one", async () => {
  await using cron = setUp();
  const { promise, resolve } = Promise.withResolvers<void>();
  const scheduler = cron.start({
    run: async (job, tick) => {
      await promise;
      await cron.record(job, tick);
    },
  });
  await cron.clock.passMinutes(1);
  const stopped = scheduler.stop().then(() => cron.log.push("stopped"));
  await cron.clock.passMinutes(3);
  assertEquals(cron.log, []);
  resolve();
  await stopped;
  assertEquals(cron.log, ["05:01 /minute", "stopped"]);
});

Deno.test("startScheduler() without jobs does nothing", async () => {
  await using cron = setUp([]);
  await cron.start().stop();
});

for (
  const [title, entry, message] of [
    [
      "a relative path",
      { path: "api/x", schedule: "* * * * *" },
      'Cannot schedule "api/x" (vercel.json): expected a path that begins with "/"',
    ],
    [
      "a URL without a scheme",
      { path: "//host/x", schedule: "* * * * *" },
      'Cannot schedule "//host/x" (vercel.json): expected a path that begins with "/"',
    ],
    [
      "an invalid expression",
      { path: "/x", schedule: "61 * * * *" },
      'Cannot schedule "/x" (vercel.json): cron "61 * * * *" is invalid: "61" is not a valid minute, write 0 to 59',
    ],
  ] as const
) {
  Deno.test(`createCronJob() rejects ${title}, and names the file`, () => {
    assertEquals(assertThrows(() => createCronJob(entry, "vercel.json"), TypeError).message, message);
  });
}
