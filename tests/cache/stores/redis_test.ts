import { assert, assertEquals, assertGreater, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import { delay } from "@std/async/delay";
import { encodeEntry } from "../../../src/cache/entry_codec.ts";
import type { CacheStore } from "../../../src/cache/store.ts";
import { redisStore, type RedisStoreOptions } from "../../../src/cache/stores/redis.ts";
import { IGNORE_REDIS, type RedisServer, startRedis } from "../../helpers/redis.ts";
import { assertMissed, bytesOf, countOf, put, T0, TAMPERED, textOf, verdictIn } from "../_stores.ts";

/** Makes a store that is closed at the end of the test. */
type Open = (options?: RedisStoreOptions) => CacheStore;

function redisTest(name: string, run: (server: RedisServer, open: Open) => Promise<void>): void {
  Deno.test({
    name,
    ignore: IGNORE_REDIS,
    async fn() {
      await using stack = new AsyncDisposableStack();
      const server = stack.use(await startRedis());
      // The default is a second, which a busy machine may need; tests of time limits have shorter ones.
      const open: Open = (options) => redisStore(server.url, { timeout: 60_000, ...options });
      await run(server, (options) => stack.adopt(open(options), (store) => store.close()));
    },
  });
}

/** Asks until the store answers. */
async function answering(store: CacheStore): Promise<void> {
  while (await countOf(store).then(() => false, () => true)) await delay(5);
}

for (const [title, change] of TAMPERED) {
  redisTest(`S45 redisStore() has a miss for an entry that was ${title}`, async (server, open) => {
    const store = open();
    const entry = await put(store, "k", { tags: ["t"] });
    await server.command("HSET", 'routes:entry:"k"', "data", change(encodeEntry(entry)));
    await assertMissed(store, "k");
  });
}

/** A controller that aborts when its block ends. */
function disposable(controller: AbortController): Disposable & { signal: AbortSignal } {
  return { signal: controller.signal, [Symbol.dispose]: () => controller.abort() };
}

/** What somebody with the right to write may do to the fields of an entry. */
const COMMANDS: readonly (readonly [title: string, ...command: readonly (string | Uint8Array)[]])[] = [
  ["tags are gone", "HDEL", 'routes:entry:"k"', "tags"],
  ["tags are text", "HSET", 'routes:entry:"k"', "tags", "text"],
  ["tags are cut short", "HSET", 'routes:entry:"k"', "tags", Uint8Array.from([0x92, 0xa1])],
  ["tags are no list", "HSET", 'routes:entry:"k"', "tags", Uint8Array.from([1])],
  ["tags are lists", "HSET", 'routes:entry:"k"', "tags", Uint8Array.from([0x91, 0x90])],
  ["generation is no number", "HSET", 'routes:entry:"k"', "generation", "later"],
  ["data is gone", "HDEL", 'routes:entry:"k"', "data"],
  ["key is text", "SET", 'routes:entry:"k"', "text"],
];

for (const [title, ...command] of COMMANDS) {
  redisTest(`S45 redisStore() has a miss for an entry whose ${title}`, async (server, open) => {
    const store = open();
    await put(store, "k", { tags: ["t"] });
    await store.mark(["t"], null, T0);
    assert(!(await server.command(...command)).startsWith("-"));
    assertStrictEquals(await verdictIn(store, "k", ["asked"]), "gone");
    for await (const { key } of store.list()) assertStrictEquals(key, "k");
    await put(store, "k", { tags: ["t"], body: bytesOf("new") });
    assertStrictEquals(textOf(await store.get("k", ["asked"])), "new");
  });
}

redisTest("redisStore() rejects while its server is down, and goes on when it is back", async (server, open) => {
  const store = open();
  let count = await countOf(store);
  await put(store, "k", { tags: ["t"] });
  for (const end of [server.kill, server.stop]) {
    await end();
    await assertRejects(async () => await store.get("k", []));
    await assertRejects(async () => await store.mark(["t"], null, T0));
    await assertRejects(async () => await store.lease("a", "me", 10, T0));
    await server.start();
    await answering(store);
    assertStrictEquals((await store.get("k", [])).entry, undefined);
    assertGreater(await countOf(store), count);
    count = await countOf(store);
    await put(store, "k", { tags: ["t"] });
    assertStrictEquals(textOf(await store.get("k", [])), "k");
  }
});

redisTest(
  "S46 redisStore() serves nothing invalid of a server that is back as it was a while ago",
  async (server, open) => {
    const store = open();
    await put(store, "k", { tags: ["t"] });
    assertStrictEquals(await server.command("SAVE"), "+OK");
    await store.mark(["t"], null, T0);
    assertStrictEquals(await verdictIn(store, "k"), "gone");
    const count = await countOf(store);
    await server.kill();
    await server.start();
    await answering(store);
    for (const each of [store, open()]) assertStrictEquals(await verdictIn(each, "k"), "gone");
    // A fill that began before.
    await put(store, "k", { tags: ["t"], generation: count });
    await store.mark(["t"], null, T0);
    assertStrictEquals(await verdictIn(store, "k"), "gone");
  },
);

redisTest("S46 redisStore() serves nothing of before when its server evicts the counts", async (server, open) => {
  const store = open();
  await put(store, "k", { tags: ["t"] });
  await store.mark(["t"], null, T0);
  const count = await countOf(store);
  await put(store, "l");
  assertStrictEquals(await server.command("DEL", "routes:counts"), ":1");
  for (const key of ["k", "l"]) assertStrictEquals(await verdictIn(store, key), "gone");
  assertGreater(await countOf(store), count);
  await put(store, "k", { generation: count });
  assertStrictEquals(await verdictIn(store, "k"), "gone");
  await put(store, "k");
  assertStrictEquals(await verdictIn(store, "k"), "fresh");
});

redisTest("redisStore() that has no server rejects, and reaches one that comes later", async (server, open) => {
  await server.stop();
  const store = open({ timeout: 100 });
  await assertRejects(async () => await store.get("k", []));
  await server.start();
  await answering(store);
  await put(store, "k");
  assertStrictEquals(textOf(await store.get("k", [])), "k");
});

redisTest("redisStore() that was never used is closed for good", async (_, open) => {
  const store = open();
  await store.close();
  await assertRejects(async () => await store.get("k", []));
});

redisTest("redisStore() rejects while its server hangs, and goes on when it answers again", async (server, open) => {
  const store = open({ timeout: 100 });
  await answering(store);
  server.hang();
  const calls = [() => store.get("k", []), () => store.mark(["k"], null, T0), () => store.release("k", "me")];
  for (const call of calls) {
    using end = disposable(new AbortController());
    const outcome = (async () => await call())().then(() => "answers", () => "rejects");
    const hang = delay(5_000, { signal: end.signal }).then(() => "hangs", () => "");
    assertStrictEquals(await Promise.race([outcome, hang]), "rejects");
  }
  server.wake();
  await answering(store);
});

redisTest("redisStore() keeps applications with prefixes of their own apart", async (_, open) => {
  const one = open({ prefix: "a*[b]?\\:" });
  const two = open({ prefix: "axb:" });
  await put(one, "k", { tags: ["t"], body: bytesOf("one") });
  await put(two, "k", { tags: ["t"], body: bytesOf("two") });
  await one.mark(["t"], null, T0);
  assertEquals([await verdictIn(one, "k"), await verdictIn(two, "k")], ["gone", "fresh"]);
  await one.clear();
  assertEquals([textOf(await one.get("k", [])), textOf(await two.get("k", []))], [undefined, "two"]);
  await put(one, "l");
  await two.clear();
  assertEquals([textOf(await one.get("l", [])), textOf(await two.get("k", []))], ["l", undefined]);
});

for (const url of ["", "nowhere", "http://localhost", "localhost:6379", "redis://[", "redis://host/first"]) {
  Deno.test(`redisStore() refuses ${JSON.stringify(url)}, which is no URL of a Redis`, async () => {
    await using stack = new AsyncDisposableStack();
    assertThrows(() => stack.adopt(redisStore(url), (store) => store.close()), TypeError);
  });
}

for (
  const [title, ...command] of [
    ["ends in a day", "PEXPIRE", 'routes:lease:"a"', "86400000"],
    ["has no end", "PERSIST", 'routes:lease:"a"'],
    ["is a list", "RPUSH", 'routes:lease:"b"', "x"],
  ] as const
) {
  redisTest(`S61 redisStore() frees a lease that ${title}`, async (server, open) => {
    const store = open();
    assert(await store.lease("a", "dead", 10_000, T0));
    assert(!(await server.command(...command)).startsWith("-"));
    const name = command[1].at(-2)!;
    assert(await store.lease(name, "me", 10_000, T0));
    assert(!await store.lease(name, "you", 10_000, T0));
    await store.release(name, "me");
    assert(await store.lease(name, "you", 10_000, T0));
  });
}

redisTest("S61 redisStore() has nothing of a count above its own, and takes a new entry", async (server, open) => {
  const store = open();
  const ahead = await put(store, "k", { tags: ["t"] });
  // A server that lost the counts when the clock had been set back counts from an earlier time.
  const count = String(ahead.generation - 1_000_000);
  assertStrictEquals(await server.command("HSET", "routes:counts", "generation", count, "floor", "0"), ":0");
  assertStrictEquals((await store.get("k", [])).entry, undefined);
  await store.mark(["t"], null, T0);
  await store.set("k", ahead);
  assertStrictEquals((await store.get("k", [])).entry, undefined);
  await put(store, "k", { tags: ["t"], body: bytesOf("new") });
  assertStrictEquals(textOf(await store.get("k", [])), "new");
});

for (
  const mark of ["text", "", "{}", "null", "[]", "[1,2]", '["1",2,3]', "[1,2,null]", "[0,0,0,null]", "[1e999,0,0]"]
) {
  redisTest(`S62 redisStore() has all gone whose mark is ${mark}, until it is marked again`, async (server, open) => {
    const store = open();
    await put(store, "k", { tags: ["t"] });
    await put(store, "untouched", { tags: ["u"] });
    await server.command("HSET", "routes:counts", 'tag:"t"', mark);
    await store.mark(["other"], null, T0);
    assertEquals([await verdictIn(store, "k"), await verdictIn(store, "untouched")], ["gone", "fresh"]);
    await store.mark(["t"], T0 + 10, T0);
    assertStrictEquals(await verdictIn(store, "k"), "gone");
    await put(store, "k", { tags: ["t"] });
    await store.mark(["t"], T0 + 10, T0);
    assertStrictEquals(await verdictIn(store, "k"), "stale");
  });
}

redisTest("S61 redisStore() reads a mark of an earlier release", async (server, open) => {
  const store = open();
  const { generation } = await put(store, "k", { tags: ["t"] });
  await store.mark(["other"], null, T0);
  const parts = { hard: 0, soft: generation + 1, expireAt: T0 + 10 };
  await server.command("HSET", "routes:counts", 'tag:"t"', JSON.stringify(Object.values(parts)));
  assertEquals((await store.get("k", [])).marks, [{ ...parts, markedAt: 0 }]);
  await store.mark(["t"], T0 + 5, T0 + 1);
  assertEquals((await store.get("k", [])).marks, [
    { hard: 0, soft: generation + 2, expireAt: T0 + 5, markedAt: T0 + 1 },
  ]);
});

redisTest("redisStore() says why it is down when its server never answers", async (server, open) => {
  server.hang();
  // Long enough to connect on a busy machine too: the server's answer is what does not come.
  const store = open({ timeout: 1000 });
  await assertRejects(async () => await store.get("k", []), Error, "no answer within 1000 ms");
  server.wake();
  await answering(store);
});

// Last, for a timer that it leaves would be found in the next one.
redisTest("redisStore() that never had a server is closed for good", async (server, open) => {
  await server.stop();
  const store = open({ timeout: 100 });
  await assertRejects(async () => await store.get("k", []));
  await store.close();
  await server.start();
  await assertRejects(async () => await store.get("k", []));
});
