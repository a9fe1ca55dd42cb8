/** What only the store in Deno KV does: values in parts, the log of invalidations, and the flag that it needs. */
import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { kvStore } from "../../../src/cache/stores/kv.ts";
import { assertMissed, getCount, put, readFreshness, T0, TAMPERED, toBytes, toText } from "../_stores.ts";

/** A database file, and another connection to it. */
async function openFile() {
  const dir = await Deno.makeTempDir({ prefix: "routes_kv_" });
  const path = `${dir}/cache.kv`;
  const kv = await Deno.openKv(path);
  const stores: ReturnType<typeof kvStore>[] = [];
  return {
    path,
    kv,
    open(prefix = "routes") {
      const store = kvStore(path, { prefix });
      stores.push(store);
      return store;
    },
    /** Counts the keys of a kind. */
    async count(kind: string): Promise<number> {
      return (await Array.fromAsync(kv.list({ prefix: ["routes", kind] }))).length;
    },
    async [Symbol.asyncDispose]() {
      for (const store of stores) await store.close();
      kv.close();
      await Deno.remove(dir, { recursive: true });
    },
  };
}

for (const [bytes, chunks] of [[0, 0], [60_000, 0], [61_440, 2], [1_000_000, 17]] as const) {
  Deno.test(`kvStore() stores a body of ${bytes} bytes in ${chunks} parts, and leaves none behind`, async () => {
    await using file = await openFile();
    const store = file.open();
    const body = crypto.getRandomValues(new Uint8Array(Math.min(bytes, 65_536)));
    const large = new Uint8Array(bytes);
    for (let start = 0; start < bytes; start += body.length) large.set(body.subarray(0, bytes - start), start);
    for (let round = 0; round < 2; round++) await put(store, "a", { body: large });
    assertEquals((await store.get("a", [])).entry?.body, large);
    assertStrictEquals(await file.count("chunk"), chunks);
    await store.delete("a");
    assertStrictEquals(await file.count("chunk"), 0);
    await put(store, "b", { body: large });
    await store.clear();
    assertEquals([await file.count("entry"), await file.count("chunk")], [0, 0]);
  });
}

Deno.test("kvStore() does not store an entry that is too early, or parts of it", async () => {
  await using file = await openFile();
  const store = file.open();
  const generation = await getCount(store);
  await store.mark(["t"], null, T0);
  await put(store, "a", { body: toBytes("later") });
  await put(store, "a", { body: new Uint8Array(200_000), generation });
  assertStrictEquals(toText(await store.get("a", [])), "later");
  assertStrictEquals(await file.count("chunk"), 0);
});

Deno.test("kvStore() takes an entry that lacks a part for a missing one", async () => {
  await using file = await openFile();
  const store = file.open();
  await put(store, "a", { body: new Uint8Array(200_000) });
  const [first] = await Array.fromAsync(file.kv.list({ prefix: ["routes", "chunk"] }));
  await file.kv.delete(first!.key);
  assertStrictEquals((await store.get("a", [])).entry, undefined);
  await put(store, "a", { body: toBytes("new") });
  assertStrictEquals(toText(await store.get("a", [])), "new");
});

for (const [title, change] of TAMPERED) {
  Deno.test(`S45 kvStore() takes an entry that was ${title} for a missing one`, async () => {
    await using file = await openFile();
    const store = file.open();
    await put(store, "a", { tags: ["t"] });
    for await (
      const { key, value } of file.kv.list<{ data: Uint8Array; nameBytes: number }>({ prefix: ["routes", "entry"] })
    ) {
      const name = value.data.subarray(0, value.nameBytes), entry = change(value.data.slice(value.nameBytes));
      await file.kv.set(key, { ...value, data: Uint8Array.from([...name, ...entry]) });
    }
    await assertMissed(store, "a");
  });
}

for (const value of [null, "text", 5, {}, { data: "text", nameBytes: 0 }, { data: new Uint8Array(9), nameBytes: 3 }]) {
  Deno.test(`S45 kvStore() takes an entry that was replaced by ${Deno.inspect(value, { compact: true, breakLength: Infinity })} for a missing one`, async () => {
    await using file = await openFile();
    const store = file.open();
    await put(store, "a");
    for await (const { key } of file.kv.list({ prefix: ["routes", "entry"] })) await file.kv.set(key, value);
    assertStrictEquals((await store.get("a", [])).entry, undefined);
    await put(store, "a", { body: toBytes("new") });
    assertStrictEquals(toText(await store.get("a", [])), "new");
  });
}

for (const value of [null, "text", {}, { generation: NaN }]) {
  Deno.test(`S45 kvStore() forgets all entries if its counts were replaced by ${Deno.inspect(value, { compact: true, breakLength: Infinity })}`, async () => {
    await using file = await openFile();
    const store = file.open();
    await put(store, "a");
    await file.kv.set(["routes", "counts"], value);
    assertStrictEquals((await store.get("a", [])).entry, undefined);
    await put(store, "a", { body: toBytes("new") });
    assertStrictEquals(toText(await store.get("a", [])), "new");
  });
}

Deno.test("kvStore() shortens the log of invalidations, and other processes follow", async () => {
  await using file = await openFile();
  const store = file.open(), other = file.open();
  for (const tag of ["first", "fresh", "last"]) await put(store, tag, { tags: [tag] });
  await store.mark(["first"], null, T0);
  assertStrictEquals(await readFreshness(other, "first"), "gone");
  for (let mark = 0; mark < 510; mark++) await store.mark([`tag ${mark}`], null, T0);
  assert(await file.count("marks") < 50);
  await store.mark(["last"], T0 + 10, T0);
  for (const reader of [store, other, file.open()]) {
    const states = await Promise.all(["first", "fresh", "last"].map((key) => readFreshness(reader, key)));
    assertEquals(states, ["gone", "fresh", "stale"]);
  }
});

Deno.test("kvStore() invalidates more tags than a commit of KV can have, all at once", async () => {
  await using file = await openFile();
  const store = file.open(), other = file.open();
  const tags = Array.from({ length: 10_000 }, (_, index) => `${index} ${"x".repeat(200)}`);
  await put(store, "all", { tags });
  await put(store, "last", { tags: tags.slice(-1) });
  assertStrictEquals(await readFreshness(other, "all"), "fresh");
  await store.mark(tags, null, T0);
  assertEquals([await readFreshness(other, "all"), await readFreshness(other, "last")], ["gone", "gone"]);
});

Deno.test("kvStore() with another prefix has other entries", async () => {
  await using file = await openFile();
  const [one, two] = [file.open("one"), file.open("two")];
  await put(one, "a", { body: toBytes("one") });
  assertStrictEquals((await two.get("a", [])).entry, undefined);
  await put(two, "a", { body: toBytes("two") });
  await two.clear();
  assertStrictEquals(toText(await one.get("a", [])), "one");
});

Deno.test("kvStore() in a process without Deno KV says which flag it needs", () => {
  const openKv = Object.getOwnPropertyDescriptor(Deno, "openKv")!;
  Object.defineProperty(Deno, "openKv", { configurable: true, value: undefined });
  try {
    assertStrictEquals(
      assertThrows(() => kvStore("cache.kv"), TypeError).message,
      'Cannot open Deno KV: it is unstable in Deno 2.9, add --unstable-kv or "unstable": ["kv"] in deno.json',
    );
  } finally {
    Object.defineProperty(Deno, "openKv", openKv);
  }
});
