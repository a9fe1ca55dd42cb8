import { assert, assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { encodeEntry } from "../../../src/cache/entry_codec.ts";
import { sqliteStore } from "../../../src/cache/stores/sqlite.ts";
import { captured, temporaryFiles } from "../../helpers/app.ts";
import { assertMissed, put, T0, TAMPERED, toBytes, toText } from "../_stores.ts";
import { execute, sqliteTest } from "./_sqlite.ts";

for (const [title, change] of TAMPERED) {
  sqliteTest(`S45 sqliteStore() returns a miss for an entry that was ${title}`, async (path, open) => {
    const store = open();
    const entry = await put(store, "k", { tags: ["t"] });
    assertEquals((await store.get("k", [])).entry, entry);
    await execute(path, "UPDATE entries SET data = ?", change(encodeEntry(entry)));
    assertStrictEquals((await open().get("k", [])).entry, undefined);
    await assertMissed(store, "k");
  });
}

for (const data of ["text of some length", 1]) {
  sqliteTest(
    `S45 sqliteStore() returns a miss for an entry that was replaced by a ${typeof data}`,
    async (path, open) => {
      const store = open();
      await put(store, "k", { tags: ["t"] });
      await execute(path, "UPDATE entries SET data = ?", data);
      await assertMissed(store, "k");
    },
  );
}

sqliteTest("sqliteStore() keeps the latest entries that fit into maxBytes", async (_, open) => {
  const store = open({ maxBytes: 10_000 });
  const keys = Array.from({ length: 50 }, (_, number) => `${number}`);
  for (const key of keys) {
    await put(store, key, { body: new Uint8Array(1_000) });
    assert((await store.get(key, [])).entry !== undefined);
  }
  const listed = [];
  for await (const { key } of store.list()) listed.push(key);
  assert(listed.length > 5 && listed.length < 10, `${listed.length}`);
  assertEquals(listed.sort(), keys.slice(-listed.length).sort());
  const error = await assertRejects(() => put(store, "large", { body: new Uint8Array(10_001) }), RangeError);
  assertStrictEquals(
    error.message,
    'Cannot cache "large": its body has 10001 bytes, the limit of this store is 10000',
  );
  await put(store, "last");
  assertStrictEquals(toText(await store.get("last", [])), "last");
});

sqliteTest("sqliteStore() of a file that is too large evicts the oldest entries little by little", async (_, open) => {
  const large = open();
  const keys = Array.from({ length: 1_500 }, (_, number) => `${number}`);
  for (const key of keys) await put(large, key, { body: new Uint8Array(1_000) });
  await large.close();
  const small = open({ maxBytes: 300_000 });
  const sizes = [];
  for (let write = 0; write < 4; write++) {
    await put(small, "new");
    sizes.push((await Array.fromAsync(small.list())).length);
  }
  assertEquals(sizes.slice(0, 2), [1_001, 501]);
  assert(sizes[2]! < 300 && sizes[3] === sizes[2], `${sizes}`);
  assertStrictEquals((await small.get("1499", [])).entry?.body.length, 1_000);
});

sqliteTest("sqliteStore() stores an entry of any size or throws", async (_, open) => {
  const store = open({ maxBytes: 10_000 });
  for (const bytes of [0, 9_000, 9_900, 9_999, 10_000, 10_001]) {
    const outcome = await put(store, "k", { body: new Uint8Array(bytes) }).then(() => "kept", () => "refused");
    const { entry } = await store.get("k", []);
    assertStrictEquals(outcome, entry?.body.length === bytes ? "kept" : "refused", `${bytes} bytes`);
  }
});

sqliteTest("sqliteStore() counts its bytes correctly after replacing, deleting and clearing", async (_, open) => {
  const store = open({ maxBytes: 5_000 });
  for (let round = 0; round < 40; round++) {
    await put(store, "same", { body: new Uint8Array(1_000) });
    await put(store, "removed", { body: new Uint8Array(1_000) });
    await store.delete("removed");
    if (round % 10 === 0) await store.clear();
  }
  const keys = ["a", "b", "c", "d"];
  for (const key of keys) await put(store, key, { body: new Uint8Array(1_000) });
  for (const key of keys) assert((await store.get(key, [])).entry !== undefined, key);
});

sqliteTest("sqliteStore() reads entries from the file that do not fit in memory", async (_, open) => {
  const store = open({ memoryBytes: 2_000 });
  const keys = Array.from({ length: 10 }, (_, number) => `${number}`);
  for (const key of keys) await put(store, key, { body: toBytes(key.repeat(900)) });
  for (const key of keys) assertStrictEquals(toText(await store.get(key, [])), key.repeat(900));
});

const DAMAGED: readonly [title: string, change: (bytes: Uint8Array) => Uint8Array<ArrayBuffer>][] = [
  ["cut in half", (bytes) => bytes.slice(0, bytes.length / 2)],
  ["cut in its header", (bytes) => bytes.slice(0, 50)],
  ["emptied", () => new Uint8Array(0)],
  ["overwritten with noise", (bytes) => Uint8Array.from(bytes, (_, index) => (index * 7919) % 251)],
  [
    "overwritten with noise after its header",
    (bytes) => Uint8Array.from(bytes, (byte, index) => index < 4096 ? byte : (index * 7919) % 251),
  ],
  ["no database but text", () => toBytes("hello ".repeat(1_000))],
];

for (const [title, change] of DAMAGED) {
  sqliteTest(`sqliteStore() creates a new file instead of one that was ${title}`, async (path, open) => {
    const keys = Array.from({ length: 200 }, (_, number) => `${number}`);
    const first = open();
    for (const key of keys) await put(first, key, { tags: [key], body: toBytes(`body of ${key} `.repeat(20)) });
    await first.mark(keys.slice(100), null, T0);
    await first.close();
    for (const suffix of ["-wal", "-shm"]) await Deno.remove(path + suffix).catch(() => {});
    await Deno.writeFile(path, change(await Deno.readFile(path)));

    const lines = await captured("warn", async () => {
      const store = open();
      for (const key of keys) {
        // Complete or missing, and never an invalidated entry.
        const read = await store.get(key, []);
        if (read.entry !== undefined) assertStrictEquals(toText(read), `body of ${key} `.repeat(20));
        if (read.marks.length === 0) assert(read.entry === undefined || Number(key) < 100, key);
      }
      for (const key of keys) await put(store, key, { tags: [key], body: toBytes("new") });
      await store.mark(["7"], null, T0);
      for (const key of keys) assertStrictEquals(toText(await store.get(key, [])), "new");
    });
    for (const line of lines) {
      assertStrictEquals(
        line,
        `The cache "${path}" is corrupt: moved to "${path}.damaged" and recreated`,
      );
    }
  });
}

sqliteTest("sqliteStore() creates a new file instead of one that is truncated while it is open", async (path, open) => {
  const keys = Array.from({ length: 200 }, (_, number) => `${number}`);
  const body = (key: string) => toBytes(`body of ${key} `.repeat(200));
  const store = open({ memoryBytes: 0 });
  for (const key of keys) await put(store, key, { tags: [key], body: body(key) });
  await store.mark(keys.slice(100), null, T0);
  await execute(path, "PRAGMA wal_checkpoint(TRUNCATE)");
  await Deno.truncate(path, 3 * 4096);
  const lines = await captured("warn", async () => {
    for (const key of keys) {
      const read = await store.get(key, []);
      if (read.entry === undefined) continue;
      assertEquals(read.entry.body, body(key));
      assertStrictEquals(read.marks.length === 0, Number(key) < 100, key);
    }
    for (const key of keys) await put(store, key, { body: toBytes("new") });
    for (const key of keys) assertStrictEquals(toText(await store.get(key, [])), "new");
  });
  assertStrictEquals(lines.length, 1);
});

sqliteTest("sqliteStore() does not change a database of another program or version", async (path) => {
  const refused = (state: string) => {
    const error = assertThrows(() => sqliteStore(path), TypeError);
    assertStrictEquals(
      error.message,
      `Cannot open cache "${path}": it is ${state}, choose another path or remove the file`,
    );
  };
  await execute(path, "CREATE TABLE customers (name TEXT)");
  await execute(path, "INSERT INTO customers VALUES ('Ada')");
  const before = await Deno.readFile(path);
  refused("another program's database");
  const database = new DatabaseSync(path);
  assertEquals(database.prepare("SELECT name FROM customers").all().map(({ name }) => name), ["Ada"]);
  database.close();
  assertStrictEquals((await Deno.readFile(path)).length, before.length);
  await Deno.remove(path);
  await sqliteStore(path).close();
  await execute(path, "PRAGMA user_version = 2");
  refused("a cache of layout version 2");
});

sqliteTest("sqliteStore() throws after close(), and can be closed twice", async (_, open) => {
  const store = open();
  await store.close();
  await store.close();
  await assertRejects(async () => await store.get("k", []));
});

Deno.test("S45 sqliteStore() evicts the oldest entries, whatever their keys are", async () => {
  await using files = await temporaryFiles({});
  // In a separate process: a store in an endless loop blocks its process.
  const code = `
    import { sqliteStore } from ${JSON.stringify(new URL("../../../src/cache/stores/sqlite.ts", import.meta.url))};
    const store = sqliteStore(${JSON.stringify(`${files.dir}/cache.db`)}, { maxBytes: 1000 });
    const { generation } = store.get("", []);
    const entry = { meta: null, body: new Uint8Array(300), tags: [], madeAt: 0, revalidate: null, generation };
    for (const key of ["a\\0b", "\\0", "c", "d", "e", "f", "g"]) store.set(key, entry);
    console.log(JSON.stringify(["a\\0b", "g"].map((key) => store.get(key, []).entry !== undefined)));
    store.close();
  `;
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-check", code],
    cwd: new URL("../../..", import.meta.url),
    signal: AbortSignal.timeout(20_000),
    stderr: "inherit",
  }).output();
  assertStrictEquals(new TextDecoder().decode(stdout), "[false,true]\n");
});
