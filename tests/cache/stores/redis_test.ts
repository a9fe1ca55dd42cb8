import { assert, assertEquals, assertGreater, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import { delay } from "@std/async/delay";
import { encodeEntry } from "../../../src/cache/entry_codec.ts";
import type { CacheStore } from "../../../src/cache/store.ts";
import { redisStore, type RedisStoreOptions } from "../../../src/cache/stores/redis.ts";
import { IGNORE_REDIS, type RedisServer, startRedis } from "../../helpers/redis.ts";
import { assertMissed, getCount, put, readFreshness, T0, TAMPERED, toBytes, toText } from "../_stores.ts";

/** Opens a store that is closed at the end of the test. */
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

/** Retries until the store responds. */
async function answering(store: CacheStore): Promise<void> {
  while (await getCount(store).then(() => false, () => true)) await delay(5);
}

for (const [title, change] of TAMPERED) {
  redisTest(`S45 redisStore() returns a miss for an entry that was ${title}`, async (server, open) => {
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

/** Changes to the fields of an entry by anyone who can write to Redis. */
const COMMANDS: readonly (readonly [title: string, ...command: readonly (string | Uint8Array)[]])[] = [
  ["tags are gone", "HDEL", 'routes:entry:"k"', "tags"],
  ["tags are text", "HSET", 'routes:entry:"k"', "tags", "text"],
  ["tags are cut short", "HSET", 'routes:entry:"k"', "tags", Uint8Array.from([0x92, 0xa1])],
  ["tags are not a list", "HSET", 'routes:entry:"k"', "tags", Uint8Array.from([1])],
  ["tags are lists", "HSET", 'routes:entry:"k"', "tags", Uint8Array.from([0x91, 0x90])],
  ["generation is not a number", "HSET", 'routes:entry:"k"', "generation", "later"],
  ["data is gone", "HDEL", 'routes:entry:"k"', "data"],
  ["key is text", "SET", 'routes:entry:"k"', "text"],
];

for (const [title, ...command] of COMMANDS) {
  redisTest(`S45 redisStore() returns a miss for an entry whose ${title}`, async (server, open) => {
    const store = open();
    await put(store, "k", { tags: ["t"] });
    await store.mark(["t"], null, T0);
    assert(!(await server.command(...command)).startsWith("-"));
    assertStrictEquals(await readFreshness(store, "k", ["asked"]), "gone");
    for await (const { key } of store.list()) assertStrictEquals(key, "k");
    await put(store, "k", { tags: ["t"], body: toBytes("new") });
    assertStrictEquals(toText(await store.get("k", ["asked"])), "new");
  });
}

redisTest("redisStore() rejects while its server is down, and works again when it is back", async (server, open) => {
  const store = open();
  let count = await getCount(store);
  await put(store, "k", { tags: ["t"] });
  for (const end of [server.kill, server.stop]) {
    await end();
    await assertRejects(async () => await store.get("k", []));
    await assertRejects(async () => await store.mark(["t"], null, T0));
    await assertRejects(async () => await store.lease("a", "me", 10, T0));
    await server.start();
    await answering(store);
    assertStrictEquals((await store.get("k", [])).entry, undefined);
    assertGreater(await getCount(store), count);
    count = await getCount(store);
    await put(store, "k", { tags: ["t"] });
    assertStrictEquals(toText(await store.get("k", [])), "k");
  }
});

redisTest(
  "S46 redisStore() serves no invalidated entry of a server that went back to an earlier state",
  async (server, open) => {
    const store = open();
    await put(store, "k", { tags: ["t"] });
    assertStrictEquals(await server.command("SAVE"), "+OK");
    await store.mark(["t"], null, T0);
    assertStrictEquals(await readFreshness(store, "k"), "gone");
    const count = await getCount(store);
    await server.kill();
    await server.start();
    await answering(store);
    for (const each of [store, open()]) assertStrictEquals(await readFreshness(each, "k"), "gone");
    // A generation that started before.
    await put(store, "k", { tags: ["t"], generation: count });
    await store.mark(["t"], null, T0);
    assertStrictEquals(await readFreshness(store, "k"), "gone");
  },
);

redisTest("S46 redisStore() serves no earlier entry after its server evicts the counts", async (server, open) => {
  const store = open();
  await put(store, "k", { tags: ["t"] });
  await store.mark(["t"], null, T0);
  const count = await getCount(store);
  await put(store, "l");
  assertStrictEquals(await server.command("DEL", "routes:counts"), ":1");
  for (const key of ["k", "l"]) assertStrictEquals(await readFreshness(store, key), "gone");
  assertGreater(await getCount(store), count);
  await put(store, "k", { generation: count });
  assertStrictEquals(await readFreshness(store, "k"), "gone");
  await put(store, "k");
  assertStrictEquals(await readFreshness(store, "k"), "fresh");
});

redisTest("redisStore() without a server rejects, and connects to one that starts later", async (server, open) => {
  await server.stop();
  const store = open({ timeout: 100 });
  await assertRejects(async () => await store.get("k", []));
  await server.start();
  await answering(store);
  await put(store, "k");
  assertStrictEquals(toText(await store.get("k", [])), "k");
});

redisTest("redisStore() that was never used stays closed", async (_, open) => {
  const store = open();
  await store.close();
  await assertRejects(async () => await store.get("k", []));
});

redisTest("redisStore() rejects while its server hangs, and works again when it responds", async (server, open) => {
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

redisTest("redisStore() separates applications with different prefixes", async (_, open) => {
  const one = open({ prefix: "a*[b]?\\:" });
  const two = open({ prefix: "axb:" });
  await put(one, "k", { tags: ["t"], body: toBytes("one") });
  await put(two, "k", { tags: ["t"], body: toBytes("two") });
  await one.mark(["t"], null, T0);
  assertEquals([await readFreshness(one, "k"), await readFreshness(two, "k")], ["gone", "fresh"]);
  await one.clear();
  assertEquals([toText(await one.get("k", [])), toText(await two.get("k", []))], [undefined, "two"]);
  await put(one, "l");
  await two.clear();
  assertEquals([toText(await one.get("l", [])), toText(await two.get("k", []))], ["l", undefined]);
});

for (const url of ["", "nowhere", "http://localhost", "localhost:6379", "redis://[", "redis://host/first"]) {
  Deno.test(`redisStore() rejects ${JSON.stringify(url)}, which is not a Redis URL`, async () => {
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

redisTest(
  "S61 redisStore() returns no entry with a count above its own, and stores a new entry",
  async (server, open) => {
    const store = open();
    const ahead = await put(store, "k", { tags: ["t"] });
    // A server that lost the counts after the clock was set back counts from an earlier time.
    const count = String(ahead.generation - 1_000_000);
    assertStrictEquals(await server.command("HSET", "routes:counts", "generation", count, "floor", "0"), ":0");
    assertStrictEquals((await store.get("k", [])).entry, undefined);
    await store.mark(["t"], null, T0);
    await store.set("k", ahead);
    assertStrictEquals((await store.get("k", [])).entry, undefined);
    await put(store, "k", { tags: ["t"], body: toBytes("new") });
    assertStrictEquals(toText(await store.get("k", [])), "new");
  },
);

for (
  const mark of ["text", "", "{}", "null", "[]", "[1,2]", '["1",2,3]', "[1,2,null]", "[0,0,0,null]", "[1e999,0,0]"]
) {
  redisTest(
    `S62 redisStore() expires all entries whose mark is ${mark}, until the tag is marked again`,
    async (server, open) => {
      const store = open();
      await put(store, "k", { tags: ["t"] });
      await put(store, "untouched", { tags: ["u"] });
      await server.command("HSET", "routes:counts", 'tag:"t"', mark);
      await store.mark(["other"], null, T0);
      assertEquals([await readFreshness(store, "k"), await readFreshness(store, "untouched")], ["gone", "fresh"]);
      await store.mark(["t"], T0 + 10, T0);
      assertStrictEquals(await readFreshness(store, "k"), "gone");
      await put(store, "k", { tags: ["t"] });
      await store.mark(["t"], T0 + 10, T0);
      assertStrictEquals(await readFreshness(store, "k"), "stale");
    },
  );
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

redisTest("redisStore() reports why it is down when its server never responds", async (server, open) => {
  server.hang();
  // Long enough to connect on a busy machine too: the server's answer is what does not come.
  const store = open({ timeout: 1000 });
  await assertRejects(async () => await store.get("k", []), Error, "no answer within 1000 ms");
  server.wake();
  await answering(store);
});

// Last, as a timer that it leaves would be reported in the next test.
redisTest("redisStore() that never had a server stays closed", async (server, open) => {
  await server.stop();
  const store = open({ timeout: 100 });
  await assertRejects(async () => await store.get("k", []));
  await store.close();
  await server.start();
  await assertRejects(async () => await store.get("k", []));
});
