import { assertEquals, assertThrows } from "@std/assert";
import { memoryStore } from "../../../src/cache/stores/memory.ts";
import { createCronJob } from "../../../src/cron/cron_job.ts";
import { createCrons, type CronApp } from "../../../src/deno/server/crons.ts";

/** Sets a variable and `Deno.cron` for the time of a test; returns the names and schedules that are registered. */
function pretendDeploy(variable: string): Disposable & { readonly registered: (readonly [string, string])[] } {
  const registered: (readonly [string, string])[] = [];
  const before = Object.getOwnPropertyDescriptor(Deno, "cron");
  const cron = (name: string, schedule: string) => registered.push([name, schedule]);
  Object.defineProperty(Deno, "cron", { configurable: true, value: cron });
  Deno.env.set(variable, "1");
  return {
    registered,
    [Symbol.dispose]() {
      Deno.env.delete(variable);
      if (before === undefined) Reflect.deleteProperty(Deno, "cron");
      else Object.defineProperty(Deno, "cron", before);
    },
  };
}

function createApp(): CronApp {
  return {
    fetch: () => new Response("done"),
    store: memoryStore(),
    getCronJobs: () => [createCronJob({ path: "/job", schedule: "0 0 * * 0" }, "vercel.json")],
  };
}

for (const variable of ["DENO_DEPLOYMENT_ID", "DENO_DEPLOY"]) {
  Deno.test(`createCrons() registers jobs with Deno.cron where ${variable} is set, and starts no timer`, async () => {
    using deploy = pretendDeploy(variable);
    const crons = createCrons(createApp(), { cron: true });
    assertEquals(deploy.registered, [["1 0 0 _ _ 0 _job", "0 0 * * SUN"]]);
    crons.start();
    await crons.stop();
  });
}

Deno.test("createCrons() registers nothing with Deno.cron elsewhere, and stops without having been started", async () => {
  using deploy = pretendDeploy("UNRELATED_VARIABLE");
  const crons = createCrons(createApp(), { cron: true });
  await crons.stop();
  crons.start();
  await crons.stop();
  assertEquals(deploy.registered, []);
});

Deno.test("createCrons() ignores an invalid schedule unless requests are made", () => {
  const getCronJobs = () => [createCronJob({ path: "/job", schedule: "never" }, "vercel.json")];
  createCrons({ ...createApp(), getCronJobs }, {});
  assertThrows(() => createCrons({ ...createApp(), getCronJobs }, { cron: true }), TypeError, "it has 1 field");
});
