import { assert, assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import { delay } from "@std/async/delay";
import { timeout } from "../../src/middleware/timeout.ts";
import { createApp, serveApp } from "../helpers/app.ts";
import { until } from "../helpers/until.ts";
import { run, toHandler } from "./_run.ts";

Deno.test("timeout() passes a timely response, and clears its timer", async () => {
  const response = await run([timeout(60_000)], {}, async () => await delay(1).then(() => new Response("in time")));
  assertStrictEquals(await response.text(), "in time");
});

Deno.test("timeout() responds with 504 if the handler takes too long, and aborts its signal", async () => {
  let reason: unknown;
  const response = await run([timeout(20)], {}, async (_request, { signal }) => {
    await delay(60_000, { signal: signal as AbortSignal }).catch((error) => reason = error);
    return new Response("too late");
  });
  assertStrictEquals(response.status, 504);
  assertEquals(await response.json(), {
    type: "about:blank",
    title: "Gateway Timeout",
    status: 504,
    detail: "The handler took longer than 20 ms",
  });
  assert(reason instanceof DOMException && reason.name === "TimeoutError", String(reason));
});

Deno.test("timeout() cancels a late body, and ignores a late error", async () => {
  let isCanceled = false;
  const late = Promise.withResolvers<void>();
  const body = new ReadableStream({ cancel: () => void (isCanceled = true) });
  const response = await run([timeout(10)], {}, () => late.promise.then(() => new Response(body)));
  await response.body!.cancel();
  late.resolve();
  await until("the body is canceled", () => isCanceled);

  const failure = Promise.withResolvers<Response>();
  await (await run([timeout(10)], {}, () => failure.promise)).body!.cancel();
  failure.reject(new Error("nobody waits for it"));
  await delay(1);
});

Deno.test("timeout() rethrows a timely error", async () => {
  await assertRejects(() => run([timeout(60_000)], {}, () => Promise.reject(new Error("broken"))), Error, "broken");
});

Deno.test("the signal of timeout() aborts when the client disconnects", async () => {
  const controller = new AbortController();
  const request = new Request("http://localhost/", { signal: controller.signal });
  const response = run([timeout(60_000)], request, async (_request, { signal }) => {
    controller.abort();
    await until("the signal aborts", () => (signal as AbortSignal).aborted);
    return new Response("aborted");
  });
  assertStrictEquals(await (await response).text(), "aborted");
});

Deno.test("timeout() aborts request.signal over a socket", async () => {
  let isAborted = false;
  const GET = toHandler([timeout(20)], async (request) => {
    await delay(60_000, { signal: request.signal }).catch(() => isAborted = true);
    return new Response("too late");
  });
  await using server = serveApp(await createApp({ "a/route.ts": { GET } }));
  const response = await fetch(`${server.origin}/a`);
  await response.body?.cancel();
  assertEquals([response.status, isAborted], [504, true]);
});

for (const ms of [0, -1, 1.5, NaN, 2 ** 31]) {
  Deno.test(`timeout(${ms}) is rejected`, () => {
    assertThrows(() => timeout(ms), RangeError, "expected an integer from 1");
  });
}
