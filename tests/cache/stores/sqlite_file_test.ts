import { assert, assertEquals, assertInstanceOf, assertStrictEquals } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { captured } from "../../helpers/app.ts";
import { seeded } from "../../helpers/random.ts";
import { getCount, nextTurn, put, readFreshness, T0, toBytes, toText } from "../_stores.ts";
import { execute, sqliteTest } from "./_sqlite.ts";

sqliteTest(
  "S59 sqliteStore() opens a file that replaced its own without blocking, as soon as it is unlocked",
  async (path, open) => {
    const store = open();
    await put(store, "k");
    await nextTurn();
    for (const suffix of ["", "-wal", "-shm"]) await Deno.remove(path + suffix);
    const other = new DatabaseSync(path);
    other.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE");
    const reads = [store.get("k", []), store.get("k", [])];
    for (const read of reads) assertInstanceOf(read, Promise);
    await nextTurn();
    other.close();
    for (const read of reads) assertStrictEquals((await read).entry, undefined);
    await put(store, "k");
    assertStrictEquals(toText(await store.get("k", [])), "k");
  },
);

sqliteTest(
  "S61 sqliteStore() stores the time of an invalidation, and works with a file without that column",
  async (path, open) => {
    const store = open();
    const { generation } = await put(store, "k", { tags: ["t"] });
    await store.mark(["t"], T0 + 10, T0);
    const mark = { hard: 0, soft: generation + 1, expireAt: T0 + 10 };
    assertEquals((await store.get("k", [])).marks, [{ ...mark, markedAt: T0 }]);
    await store.close();
    await execute(path, "ALTER TABLE tags DROP COLUMN markedAt");
    const next = open();
    assertEquals((await next.get("k", [])).marks, [{ ...mark, markedAt: 0 }]);
    await next.mark(["t"], T0 + 5, T0 + 1);
    assertEquals((await next.get("k", [])).marks, [
      { hard: 0, soft: generation + 2, expireAt: T0 + 5, markedAt: T0 + 1 },
    ]);
  },
);

sqliteTest("S62 sqliteStore() creates a new file instead of one without counts", async (path, open) => {
  const store = open();
  await put(store, "k");
  await execute(path, "DELETE FROM counts");
  const lines = await captured("warn", async () => {
    assertStrictEquals((await store.get("k", [])).entry, undefined);
    await put(store, "k");
    assertStrictEquals(toText(await store.get("k", [])), "k");
  });
  assertEquals(lines, [`The cache "${path}" is corrupt: moved to "${path}.damaged" and recreated`]);
});

for (const suffix of ["", "-wal"]) {
  for (const seed of [1, 2]) {
    sqliteTest(
      `S67 two sqliteStore() never return wrong data while cache.db${suffix} is truncated repeatedly, seed ${seed}`,
      async (path, open) => {
        const random = seeded(seed);
        const stores = [open({ memoryBytes: 0 }), open()];
        /** The latest version of each key that was invalidated. */
        const invalidated = new Map<string, number>();
        let version = 0, served = 0;
        await captured("warn", async () => {
          for (let step = 0; step < 1_000; step++) {
            await nextTurn();
            const store = stores[Math.floor(random() * 2)]!, key = `${Math.floor(random() * 100)}`, what = random();
            if (step > 300 && step % 100 === 0) {
              const { size } = await Deno.stat(path + suffix);
              await Deno.truncate(path + suffix, Math.floor(size * Math.max(0, random() - 0.2)));
            } else if (what < 0.4) {
              const text = `${key} ${++version} `.repeat(1 + random() * 1_000);
              await put(store, key, { meta: version, body: toBytes(text), tags: [key] });
            } else if (what < 0.6) {
              invalidated.set(key, version);
              await store.mark([key], null, T0);
            } else {
              const read = await store.get(key, []);
              if (read.entry === undefined || read.marks.some(({ hard }) => hard > read.entry!.generation)) continue;
              served++;
              const made = read.entry.meta as number;
              assert(toText(read)!.startsWith(`${key} ${made} `), `${key} at step ${step}`);
              assert(made > (invalidated.get(key) ?? 0), `${key} at step ${step} was invalidated`);
            }
          }
        });
        assert(served > 50, `${served}`);
        // It works again: a written entry can be read.
        for (const store of stores) {
          await nextTurn();
          await put(store, "last", { body: toBytes("last") });
          assertStrictEquals(toText(await store.get("last", [])), "last");
        }
      },
    );
  }
}

for (const part of [0, 0.5]) {
  sqliteTest(
    `S67 a process whose cache.db-shm is truncated to ${
      part * 100
    } % exits or continues, and the next one returns no wrong data`,
    async (path, open) => {
      const code = `
      import { sqliteStore } from ${JSON.stringify(new URL("../../../src/cache/stores/sqlite.ts", import.meta.url))};
      const path = ${JSON.stringify(path)};
      const store = sqliteStore(path);
      const { generation } = store.get("", []);
      const entry = { meta: null, tags: ["t"], madeAt: 0, revalidate: null, generation };
      const body = new TextEncoder().encode("old");
      store.set("k", { ...entry, body });
      store.mark(["t"], null, 0);
      Deno.truncateSync(path + "-shm", Deno.statSync(path + "-shm").size * ${part});
      for (let i = 0; i < 100; i++) store.set("other", { ...entry, body, generation: generation + 1 });
    `;
      const { stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["eval", "--no-check", code],
        cwd: new URL("../../..", import.meta.url),
        stdout: "null",
        stderr: "piped",
      }).output();
      await captured("warn", async () => {
        const store = open();
        assertStrictEquals(await readFreshness(store, "k"), "gone", new TextDecoder().decode(stderr));
        await put(store, "k", { tags: ["t"], body: toBytes("new"), generation: await getCount(store) });
        assertStrictEquals(toText(await store.get("k", [])), "new");
      });
    },
  );
}
