import { assert, assertEquals, assertInstanceOf, assertRejects, assertStrictEquals } from "@std/assert";
import type { CacheEntry, CacheStore } from "../../../src/cache/store.ts";
import { ask, createBench, filled, question } from "../_cache.ts";
import { nextTurn, put, readFreshness, T0, toBytes, toText } from "../_stores.ts";
import { execute, lock, sqliteTest } from "./_sqlite.ts";

const ENTRY: CacheEntry = {
  meta: null,
  body: toBytes("later"),
  tags: ["t"],
  madeAt: T0,
  revalidate: null,
  generation: 0,
};

/** Writes, and their results. */
const WRITES: readonly {
  readonly name: string;
  write(store: CacheStore, generation: number): unknown;
  check(store: CacheStore): Promise<void>;
}[] = [
  {
    name: "set()",
    write: (store, generation) => store.set("k", { ...ENTRY, generation }),
    check: async (store) => assertStrictEquals(toText(await store.get("k", [])), "later"),
  },
  {
    name: "delete()",
    write: (store) => store.delete("k"),
    check: async (store) => assertStrictEquals((await store.get("k", [])).entry, undefined),
  },
  {
    name: "mark()",
    write: (store) => store.mark(["t"], null, T0),
    check: async (store) => assertStrictEquals(await readFreshness(store, "k"), "gone"),
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
    `S59 sqliteStore() does not block in ${name} of a locked file, and does it once the file is unlocked`,
    async (path, open) => {
      const store = open();
      const { generation } = await put(store, "k", { tags: ["t"] });
      await store.lease("held", "me", 60_000, T0);
      const unlock = lock(path);
      // A store that blocks would never get here: the lock is held by this process.
      const written = write(store, generation);
      assertInstanceOf(written, Promise);
      await nextTurn();
      assertStrictEquals(toText(await store.get("k", [])), "k");
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
  "S59 sqliteStore() rejects writes that fail for half a second, and can be closed meanwhile",
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
  "S59 an invalidation of a locked file is not lost, and no older entry is served until it is written",
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
  "S59 missing and stale keys of a locked file are answered, the stale one from the file",
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
  "S61 sqliteStore() returns no entry with a count above that of the file, and stores a new one",
  async (path, open) => {
    const store = open();
    const ahead = await put(store, "k", { tags: ["t"] });
    // A file that was created after the clock was set back counts from an earlier time.
    await execute(path, "UPDATE counts SET generation = generation - 1000000, floor = 0");
    assertStrictEquals((await store.get("k", [])).entry, undefined);
    await store.mark(["t"], null, T0);
    assertStrictEquals((await store.get("k", [])).entry, undefined);
    await store.set("k", ahead);
    assertStrictEquals((await store.get("k", [])).entry, undefined);
    await put(store, "k", { tags: ["t"], body: toBytes("new") });
    assertStrictEquals(toText(await store.get("k", [])), "new");
  },
);

for (const column of ["hard", "soft", "expireAt", "markedAt"]) {
  sqliteTest(
    `S62 sqliteStore() expires all entries whose mark has text as ${column}, until the tag is marked again`,
    async (path, open) => {
      const store = open();
      await put(store, "k", { tags: ["t"] });
      await store.mark(["t"], T0 + 10, T0);
      await execute(path, `UPDATE tags SET ${column} = 'text'`);
      for (let round = 0; round < 2; round++) {
        assertStrictEquals(await readFreshness(store, "k"), "gone");
        await put(store, "k", { tags: ["t"] });
        await store.mark(["other"], null, T0);
      }
      await store.mark(["t"], T0 + 10, T0);
      assertStrictEquals(await readFreshness(store, "k"), "gone");
      await put(store, "k", { tags: ["t"] });
      await store.mark(["t"], T0 + 10, T0);
      assertStrictEquals(await readFreshness(store, "k"), "stale");
    },
  );
}
