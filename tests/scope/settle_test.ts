import { assertEquals } from "@std/assert";
import { connect } from "node:net";
import process from "node:process";
import { PendingWork, settlesAlone } from "../../src/scope/settle.ts";

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const PROMISES: readonly { readonly name: string; readonly run: () => Promise<unknown>; readonly alone: boolean }[] = [
  { name: "a resolved promise", run: () => Promise.resolve(1), alone: true },
  { name: "a rejected promise", run: () => Promise.reject(new Error("a")), alone: true },
  {
    name: "a thousand awaits",
    run: async () => {
      for (let i = 0; i < 1000; i++) await null;
    },
    alone: true,
  },
  { name: "process.nextTick()", run: () => new Promise<void>((resolve) => process.nextTick(resolve)), alone: true },
  { name: "an import of a loaded module", run: () => import("../../src/scope/settle.ts"), alone: true },
  {
    name: "a stream that has its data",
    run: () => new Response(ReadableStream.from([new Uint8Array(1), new Uint8Array(1)])).text(),
    alone: true,
  },
  { name: "a timer", run: () => pause(20), alone: false },
];

for (const { name, run, alone } of PROMISES) {
  Deno.test(`settlesAlone() of ${name} is ${alone}`, async () => {
    const promise = run();
    assertEquals(await settlesAlone(promise, new PendingWork()), alone);
    await promise.catch(() => {});
  });
}

Deno.test("settlesAlone() is false for a promise that never settles", async () => {
  assertEquals(await settlesAlone(new Promise(() => {}), new PendingWork()), false);
});

Deno.test("settlesAlone() is false for an answer from a socket of this machine", async () => {
  await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, () => new Response("a"));
  const answer = new Promise<void>((resolve) => {
    const socket = connect(server.addr.port, "127.0.0.1", () => socket.write("GET / HTTP/1.0\r\nhost: a\r\n\r\n"));
    socket.on("data", () => socket.end());
    socket.on("close", () => resolve());
  });
  assertEquals(await settlesAlone(answer, new PendingWork()), false);
  await answer;
});

Deno.test("settlesAlone() waits for the given work, also for more of it", async () => {
  const work = new PendingWork();
  const promise = (async () => {
    await work.add(pause(15));
    await null;
    await Promise.all([
      work.add(pause(5)),
      work.add(pause(10).then(() => Promise.reject(new Error("a")))).catch(() => {}),
    ]);
    return "done";
  })();
  assertEquals(await settlesAlone(promise, work), true);
  assertEquals(work.isEmpty, true);
});

Deno.test("settlesAlone() is false for code that waits for something else after the given work", async () => {
  const work = new PendingWork();
  const promise = work.add(pause(5)).then(() => pause(20));
  assertEquals(await settlesAlone(promise, work), false);
  await promise;
});

Deno.test("settlesAlone() is false as soon as the waits are stopped", async () => {
  const work = new PendingWork();
  const { promise, resolve } = Promise.withResolvers<void>();
  const settles = settlesAlone(work.add(promise), work);
  work.stop();
  assertEquals(await settles, false);
  resolve();
});
