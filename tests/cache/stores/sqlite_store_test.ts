import { assert, assertEquals, assertInstanceOf, assertRejects, assertStrictEquals } from "@std/assert";
import type { CacheEntry, CacheStore } from "../../../src/cache/store.ts";
import { ask, createBench, filled, question } from "../_cache.ts";
import { bytesOf, nextTurn, put, T0, textOf, verdictIn } from "../_stores.ts";
import { execute, lock, sqliteTest } from "./_sqlite.ts";

const ENTRY: CacheEntry = {
  meta: null,
  body: bytesOf("later"),
  tags: ["t"],
  madeAt: T0,
  revalidate: null,
  generation: 0,
};

/** What writes, and what it leads to. */
const WRITES: readonly {
  readonly name: string;
  write(store: CacheStore, generation: number): unknown;
  check(store: CacheStore): Promise<void>;
}[] = [
  {
    name: "set()",
    write: (store, generation) => store.set("k", { ...ENTRY, generation }),
    check: async (store) => assertStrictEquals(textOf(await store.get("k", [])), "later"),
  },
  {
    name: "delete()",
    write: (store) => store.delete("k"),
    check: async (store) => assertStrictEquals((await store.get("k", [])).entry, undefined),
  },
  {
    name: "mark()",
    write: (store) => store.mark(["t"], null, T0),
    check: async (store) => assertStrictEquals(await verdictIn(store, "k"), "gone"),
  },
  {
    name: "lease()",
    write: (store) => store.lease("l", "me", 60_000, T0),
    check: async (store) => assert(!await store.lease("l", "you", 60_000, T0)),
  },
  {
    name: "release()",
    write: (store) => store.release("held", "me"),
    check: async (store) => assert(await store.lease("held", "you", 60_000, T0)),
  },
  {
    name: "clear()",
    write: (store) => store.clear(),
    check: async (store) => assertStrictEquals((await store.get("k", [])).entry, undefined),
  },
];

for (const { name, write, check } of WRITES) {
  sqliteTest(
    `S59 sqliteStore() does not block in ${name} of a locked file, and does it when that is unlocked`,
    async (path, open) => {
      const store = open();
      const { generation } = await put(store, "k", { tags: ["t"] });
      await store.lease("held", "me", 60_000, T0);
      const unlock = lock(path);
      // A store that blocked would never come here: who has the lock is in this process.
      const written = write(store, generation);
      assertInstanceOf(written, Promise);
      await nextTurn();
      assertStrictEquals(textOf(await store.get("k", [])), "k");
      unlock();
      await written;
      await check(store);
    },
  );
}

sqliteTest("S59 sqliteStore() reads a locked file without a promise", async (path, open) => {
  const store = open({ memoryBytes: 0 });
  const entry = await put(store, "k", { tags: ["t"] });
  const unlock = lock(path);
  const read = store.get("k", []);
  assert(!(read instanceof Promise));
  assertEquals(read.entry, entry);
  unlock();
});

sqliteTest(
  "S59 sqliteStore() rejects what it could not write for half a second, and can be closed meanwhile",
  async (path, open) => {
    const store = open();
    const unlock = lock(path);
    await assertRejects(
      async () => await store.mark(["t"], null, T0),
      Error,
      `"${path}" has been locked by another process for 500 ms`,
    );
    const closed = store.mark(["t"], null, T0);
    await store.close();
    await assertRejects(async () => await closed, Error, "the store is closed");
    unlock();
  },
);

sqliteTest(
  "S59 an invalidation that a locked file cannot take is not lost, and nothing old is served until it is done",
  async (path, open) => {
    await using each = createBench(open());
    const lookup = question();
    await ask(each, lookup);
    const unlock = lock(path);
    await each.cache.invalidate(["t"], 0);
    assertEquals(each.warnings, [
      "The cache store is unavailable, serving uncached until it recovers: " +
      `"${path}" has been locked by another process for 500 ms`,
    ]);
    for (let second = 0; second < 2; second++) {
      assertStrictEquals(await ask(each, lookup), null);
      each.clock.time += 1_000;
    }
    unlock();
    assertStrictEquals(await ask(each, lookup), "MISS 2");
    assertStrictEquals(await ask(each, lookup), "HIT 2");
  },
);

sqliteTest(
  "S59 a cold key and a stale one of a locked file are answered, the stale one from the file",
  async (path, open) => {
    await using each = createBench(open());
    const [stale, cold] = [question(), question(() => filled("cold"), { key: "cold" })];
    await ask(each, stale);
    each.clock.time += 60_000;
    const unlock = lock(path);
    assertStrictEquals(await ask(each, stale), "STALE 1");
    assertStrictEquals(await ask(each, cold), null);
    await each.settled();
    assertEquals(stale.reasons, ["miss"]);
    unlock();
    each.clock.time += 1_000;
    assertEquals([await ask(each, stale), await ask(each, cold)], ["STALE 1", "MISS cold"]);
    await each.settled();
    assertStrictEquals(await ask(each, stale), "HIT 2");
  },
);

sqliteTest(
  "S61 sqliteStore() has nothing under a key whose entry is later than the file, and takes a new one",
  async (path, open) => {
    const store = open();
    const ahead = await put(store, "k", { tags: ["t"] });
    // A file that was begun when the clock had been set back counts from an earlier time.
    await execute(path, "UPDATE counts SET generation = generation - 1000000, floor = 0");
    assertStrictEquals((await store.get("k", [])).entry, undefined);
    await store.mark(["t"], null, T0);
    assertStrictEquals((await store.get("k", [])).entry, undefined);
    await store.set("k", ahead);
    assertStrictEquals((await store.get("k", [])).entry, undefined);
    await put(store, "k", { tags: ["t"], body: bytesOf("new") });
    assertStrictEquals(textOf(await store.get("k", [])), "new");
  },
);

for (const column of ["hard", "soft", "expireAt", "markedAt"]) {
  sqliteTest(
    `S62 sqliteStore() has all gone whose mark has text as ${column}, until it is marked again`,
    async (path, open) => {
      const store = open();
      await put(store, "k", { tags: ["t"] });
      await store.mark(["t"], T0 + 10, T0);
      await execute(path, `UPDATE tags SET ${column} = 'text'`);
      for (let round = 0; round < 2; round++) {
        assertStrictEquals(await verdictIn(store, "k"), "gone");
        await put(store, "k", { tags: ["t"] });
        await store.mark(["other"], null, T0);
      }
      await store.mark(["t"], T0 + 10, T0);
      assertStrictEquals(await verdictIn(store, "k"), "gone");
      await put(store, "k", { tags: ["t"] });
      await store.mark(["t"], T0 + 10, T0);
      assertStrictEquals(await verdictIn(store, "k"), "stale");
    },
  );
}
