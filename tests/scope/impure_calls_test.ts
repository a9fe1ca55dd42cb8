import { assert, assertEquals, assertNotStrictEquals, assertStrictEquals } from "@std/assert";
import { randomBytes, randomUUID } from "node:crypto";
import { connect } from "node:net";
import { promisify } from "node:util";
import { watchImpureCalls } from "../../src/scope/impure_calls.ts";

/** Runs a function while calls are watched; returns those that were reported. */
async function watch(run: () => unknown): Promise<string[]> {
  const calls: string[] = [];
  const stop = watchImpureCalls((call) => calls.push(call));
  try {
    await run();
  } finally {
    stop();
  }
  return calls;
}

const CALLS: readonly { readonly call: string; readonly run: () => unknown }[] = [
  { call: "Date.now()", run: () => Date.now() },
  { call: "new Date()", run: () => new Date() },
  { call: "Date()", run: () => Date() },
  { call: "Math.random()", run: () => Math.random() },
  { call: "crypto.randomUUID()", run: () => crypto.randomUUID() },
  { call: "crypto.randomUUID()", run: () => randomUUID() },
  { call: "crypto.getRandomValues()", run: () => randomUUID({ disableEntropyCache: true }) },
  { call: "crypto.getRandomValues()", run: () => crypto.getRandomValues(new Uint8Array(1)) },
  { call: "crypto.getRandomValues()", run: () => randomBytes(8) },
  { call: "setTimeout()", run: () => new Promise((resolve) => setTimeout(resolve, 1)) },
  { call: "setInterval()", run: () => clearInterval(setInterval(() => {}, 1000)) },
  { call: "setImmediate()", run: () => new Promise((resolve) => setImmediate(resolve)) },
];

for (const { call, run } of CALLS) {
  Deno.test(`watchImpureCalls() reports ${call}: ${run}`, async () => {
    assertEquals(await watch(run), [call]);
  });
}

Deno.test("watchImpureCalls() reports a connection of node:net, and what is written to one", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const accepted = listener.accept();
  const { promise, resolve } = Promise.withResolvers<void>();
  const calls = await watch(async () => {
    const socket = connect(listener.addr.port, "127.0.0.1", () => socket.end("a"));
    socket.on("close", () => resolve());
    const connection = await accepted;
    await connection.readable.pipeTo(new WritableStream());
    await promise;
  });
  listener.close();
  assertEquals(new Set(calls), new Set(["a network connection"]));
  assert(calls.length >= 2, `${calls}`);
});

Deno.test("watchImpureCalls() reports nothing for calls that always give the same result", async () => {
  assertEquals(
    await watch(
      () => [new Date(5), Date.parse("2026-01-01"), Date.UTC(2026), Math.max(1, 2), new Date(5) instanceof Date],
    ),
    [],
  );
});

Deno.test("watchImpureCalls() restores all functions when the last watcher stops", () => {
  const read = () => [Date, Date.now, Math.random, setTimeout, crypto.randomUUID, crypto.getRandomValues];
  const before = read();
  const stops = [watchImpureCalls(() => {}), watchImpureCalls(() => {})];
  stops[0]!();
  stops[0]!();
  assertNotStrictEquals(Date.now, before[1]);
  assertStrictEquals(setTimeout[promisify.custom as unknown as keyof typeof setTimeout] !== undefined, true);
  stops[1]!();
  assertEquals(read().map((value, index) => value === before[index]), before.map(() => true));
  assertEquals(Object.hasOwn(crypto, "randomUUID"), false);
});

Deno.test("watchImpureCalls() leaves alone a function that other code has replaced meanwhile", () => {
  const { random } = Math;
  const stop = watchImpureCalls(() => {});
  const other = () => 4;
  Math.random = other;
  stop();
  assertStrictEquals(Math.random, other);
  Math.random = random;
});
