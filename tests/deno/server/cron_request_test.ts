/** The request of a scheduled job, and what is logged about it. */
import { assertEquals, assertMatch, assertStrictEquals } from "@std/assert";
import { createCronJob } from "../../../src/cron/cron_job.ts";
import { requestCron, runCron } from "../../../src/deno/server/cron_request.ts";
import { captured, createApp } from "../../helpers/app.ts";

const JOB = createCronJob({ path: "/job?a=b", schedule: "* * * * *" }, "vercel.json");

/** Sets `CRON_SECRET` for the time of a test. */
function setSecret(secret: string | undefined): Disposable {
  const before = Deno.env.get("CRON_SECRET");
  const set = (value: string | undefined) =>
    value === undefined ? Deno.env.delete("CRON_SECRET") : Deno.env.set("CRON_SECRET", value);
  set(secret);
  return { [Symbol.dispose]: () => set(before) };
}

for (const [secret, authorization] of [["s3cret", "Bearer s3cret"], [undefined, null]] as const) {
  const title = secret === undefined ? "without CRON_SECRET has no authorization" : "has CRON_SECRET as a bearer token";
  Deno.test(`the request of a job ${title}`, async () => {
    using _ = setSecret(secret);
    const seen: unknown[] = [];
    const app = await createApp({
      "job/route.ts": {
        GET(request: Request) {
          const { method, url, headers } = request;
          seen.push([method, url, headers.get("authorization"), headers.get("user-agent")]);
          return new Response("done");
        },
      },
    });
    const { status, body, problem } = await requestCron(app, JOB.path);
    assertEquals([status, body, problem], [200, "done", undefined]);
    assertEquals(seen, [["GET", "http://localhost/job?a=b", authorization, "vercel-cron/1.0"]]);
  });
}

/** Responses, and what is logged about them. */
const TABLE: readonly (readonly [title: string, answer: () => Response | Promise<Response>, line: RegExp])[] = [
  ["a success", () => new Response("done"), /^Cron \/job\?a=b 200 in \d+ ms$/],
  ["a success without a body", () => new Response(null, { status: 204 }), /^Cron \/job\?a=b 204 in \d+ ms$/],
  ["an error", () => new Response(null, { status: 503 }), /^Cron \/job\?a=b failed: it answered 503$/],
  [
    "a wrong secret",
    () => new Response(null, { status: 401 }),
    /^Cron \/job\?a=b failed: it answered 401, check that CRON_SECRET is what the handler expects$/,
  ],
  [
    "a redirect",
    () => Response.redirect("http://localhost/other", 308),
    /^Cron \/job\?a=b failed: it answered 308, schedule http:\/\/localhost\/other instead$/,
  ],
  [
    "a response of the cache",
    () => new Response("old", { headers: { "x-nextjs-cache": "HIT" } }),
    /^Cron \/job\?a=b failed: its response came from the cache, export dynamic = "force-dynamic" to have /,
  ],
  ["an error of the app", () => Promise.reject(new Error("broken")), /^Cron \/job\?a=b failed: Error: broken/],
  [
    "a body that fails",
    () => new Response(new ReadableStream({ pull: (controller) => controller.error(new Error("torn")) })),
    /^Cron \/job\?a=b failed: Error: torn/,
  ],
];

for (const [title, answer, line] of TABLE) {
  const isSuccess = title.startsWith("a success");
  Deno.test(`a job with ${title} logs one ${isSuccess ? "line" : "error"}`, async () => {
    const lines = await captured(isSuccess ? "log" : "error", () => runCron({ fetch: answer }, JOB, true));
    assertStrictEquals(lines.length, 1);
    assertMatch(lines[0]!, line);
  });
}

Deno.test("a job with a success logs nothing unless requests are logged", async () => {
  const fetch = () => new Response("done");
  assertEquals(await captured("log", () => runCron({ fetch }, JOB, false)), []);
});

Deno.test("a job waits for the end of its response and not for its start", async () => {
  let isRead = false;
  const body = new ReadableStream({
    pull(controller) {
      isRead = true;
      controller.close();
    },
  }, { highWaterMark: 0 });
  await runCron({ fetch: () => new Response(body) }, JOB, false);
  assertStrictEquals(isRead, true);
});
