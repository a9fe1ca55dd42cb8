import { assert, assertEquals, assertGreater, assertRejects, assertStrictEquals } from "@std/assert";
import { MAX_ENTRY_BYTES, MAX_LEASE_MS, MAX_TAGS, type TagMark } from "../../src/cache/store.ts";
import {
  eachStore,
  getCount,
  getFreshness,
  KINDS,
  markBoth,
  put,
  readFreshness,
  T0,
  toBytes,
  toText,
} from "./_stores.ts";

/** Text that a format, a protocol or a query could misinterpret. */
const ODD = [
  "",
  " ",
  "a",
  "A",
  "a ",
  "a\0",
  "a\0b",
  "a\0c",
  "a\n",
  "a\r\nb",
  "*1\r\n$8\r\nFLUSHALL\r\n",
  "\x01\x1b[2J\x7f",
  "'",
  '"',
  "'; DROP TABLE entries; --",
  "\\",
  "%00",
  "*",
  "?",
  "[a]",
  "{a}",
  "a:b",
  "1",
  "01",
  "1.0",
  "1e0",
  "null",
  "__proto__",
  "constructor",
  "counts",
  "generation",
  "floor",
  "\u00fc",
  "u\u0308",
  "\u{1f995}",
  "x".repeat(4096),
  "x".repeat(4096) + "y",
];

const MANY = Array.from({ length: 10_000 }, (_, number) => `tag ${number}`);

eachStore((store) => `${store} returns no entry for a key that was never set`, async (store) => {
  const read = await store.get("a", ["t"]);
  assertStrictEquals(read.entry, undefined);
  assert(Number.isSafeInteger(read.generation));
  assertStrictEquals(await getCount(store), read.generation);
});

eachStore((store) => `${store} returns an entry unchanged`, async (store) => {
  const generation = await getCount(store);
  const bytes = Uint8Array.from({ length: 256 }, (_, value) => value);
  const meta = { status: 200, headers: [["a", "\u00fc\0\u2028"]], deep: { list: [1.5, null, true, ""] } };
  const table = [
    { meta, body: bytes, tags: ["a", "b"], madeAt: T0, revalidate: 60, generation },
    { meta: null, body: new Uint8Array(0), tags: [], madeAt: 0.5, revalidate: null, generation },
    { meta: "text", body: bytes, tags: ["a", "a", ""], madeAt: T0, revalidate: 0, generation },
    { meta: [], body: new Uint8Array(1), tags: ["\u{1f995}"], madeAt: T0, revalidate: 31_536_000.25, generation },
  ];
  for (const [number, entry] of table.entries()) {
    await store.set(`key ${number}`, entry);
    await store.set("one key", entry);
    for (const key of [`key ${number}`, "one key"]) {
      assertEquals(await store.get(key, ["b"]), { entry, marks: [], generation });
    }
  }
});

eachStore((store) => `${store} returns a body that was a view into a larger buffer`, async (store) => {
  const body = toBytes("before body after").subarray(7, 11);
  await put(store, "a", { body });
  assertStrictEquals(toText(await store.get("a", [])), "body");
});

eachStore((store) => `S46 ${store} rejects an entry of an earlier generation than the stored one`, async (store) => {
  const before = await getCount(store);
  await store.mark(["other"], null, T0);
  await put(store, "a", { body: toBytes("later") });
  await put(store, "a", { body: toBytes("earlier"), generation: before });
  assertStrictEquals(toText(await store.get("a", [])), "later");
  await put(store, "a", { body: toBytes("as late") });
  assertStrictEquals(toText(await store.get("a", [])), "as late");
  await store.delete("a");
  await put(store, "a", { body: toBytes("earlier"), generation: before });
  assertStrictEquals(toText(await store.get("a", [])), "earlier");
});

for (const own of [true, false]) {
  const whose = own ? "tags of the entry" : "tags asked for";
  const tags = own ? ["a", "b"] : [];
  const asked = own ? [] : ["a", "b"];

  eachStore((store) => `${store} returns invalidations of ${whose}`, async (store) => {
    await put(store, "k", { tags });
    await store.mark(["c"], null, T0);
    assertStrictEquals(await readFreshness(store, "k", asked), "fresh");
    await store.mark(["x", "b"], T0 + 10, T0);
    assertStrictEquals(await readFreshness(store, "k", asked, T0 + 9), "stale");
    assertStrictEquals(await readFreshness(store, "k", asked, T0 + 10), "gone");
    await store.mark(["a", "x"], null, T0);
    assertStrictEquals(await readFreshness(store, "k", asked, T0), "gone");
    await put(store, "k", { tags });
    assertStrictEquals(await readFreshness(store, "k", asked, T0), "fresh");
  });

  eachStore((store) => `S46 ${store} returns invalidations of ${whose} since a generation started`, async (store) => {
    const generation = await getCount(store);
    await store.mark(["b"], null, T0);
    await put(store, "k", { tags, generation });
    assertStrictEquals(await readFreshness(store, "k", asked), "gone");
    await put(store, "k", { tags });
    assertStrictEquals(await readFreshness(store, "k", asked), "fresh");
  });
}

eachStore((store) => `${store} counts each invalidation, and nothing else`, async (store) => {
  const counts = [await getCount(store)];
  for (const [tags, expireAt] of [[["a"], null], [["a", "b"], T0 + 5], [["a"], T0 + 1]] as const) {
    await store.mark(tags, expireAt, T0);
    counts.push(await getCount(store));
    await put(store, "k", { tags: ["z"] });
    await store.lease("k", "me", 10, T0);
    await store.release("k", "me");
    await store.delete("k");
    await store.clear();
    assertStrictEquals(await getCount(store), counts.at(-1));
  }
  for (const [index, count] of counts.slice(1).entries()) assertGreater(count, counts[index]!);
});

const COMBINED: readonly [title: string, marks: readonly (readonly [expireAt: number | null, now: number])[]][] = [
  ["soft, then soft with an earlier end", [[T0 + 100, T0], [T0 + 50, T0 + 10]]],
  ["soft, then soft with a later end", [[T0 + 100, T0], [T0 + 200, T0 + 10]]],
  ["soft, then soft after the end", [[T0 + 100, T0], [T0 + 300, T0 + 100]]],
  ["soft, then hard", [[T0 + 100, T0], [null, T0 + 10]]],
  ["hard, then soft", [[null, T0], [T0 + 100, T0 + 10]]],
  ["hard, then hard", [[null, T0], [null, T0]]],
  ["soft, then hard, then soft", [[T0 + 100, T0], [null, T0 + 10], [T0 + 60, T0 + 20]]],
  ["soft, then soft after the end, then hard, then soft", [
    [T0 + 10.5, T0],
    [T0 + 40, T0 + 20],
    [null, T0 + 30],
    [T0 + 90, T0 + 50],
  ]],
];

for (const [title, marks] of COMBINED) {
  eachStore((store) => `${store} combines marks as markTag() does: ${title}`, async (store) => {
    const model = new Map<string, TagMark>();
    await put(store, "0", { tags: ["t"] });
    for (const [index, [expireAt, now]] of marks.entries()) {
      await markBoth(store, model, ["t"], expireAt, now);
      assertEquals((await store.get("0", [])).marks, [model.get("t")!]);
      await put(store, `${index + 1}`, { tags: ["t"] });
      for (let key = 0; key <= index + 1; key++) {
        const { entry, marks: found } = await store.get(`${key}`, []);
        for (let time = T0; time <= T0 + 300; time += 5) {
          assertStrictEquals(
            getFreshness({ entry, marks: found }, time),
            getFreshness({ entry, marks: [model.get("t")!] }, time),
            `entry ${key} at ${time - T0} after ${index + 1} marks`,
          );
        }
      }
    }
  });
}

eachStore((store) => `S45 ${store} distinguishes keys of any characters`, async (store) => {
  for (const [number, key] of ODD.entries()) await put(store, key, { body: toBytes(`${number}`) });
  const listed = new Map<string, string | undefined>();
  for await (const { key, entry } of store.list()) listed.set(key, toText({ entry }));
  assertEquals(listed, new Map(ODD.map((key, number) => [key, `${number}`])));
  for (const [number, key] of ODD.entries()) assertStrictEquals(toText(await store.get(key, [])), `${number}`, key);
  for (const [number, key] of ODD.entries()) {
    await store.delete(key);
    assertStrictEquals((await store.get(key, [])).entry, undefined);
    const next = ODD[number + 1];
    if (next !== undefined) assertStrictEquals(toText(await store.get(next, [])), `${number + 1}`, next);
  }
});

for (const own of [true, false]) {
  eachStore(
    (store) => `S45 ${store} distinguishes tags of any characters, ${own ? "of the entry" : "of the lookup"}`,
    async (store) => {
      for (const [number, tag] of ODD.entries()) await put(store, `${number}`, { tags: own ? [tag] : [] });
      for (const [marked, tag] of ODD.entries()) {
        await store.mark([tag], null, T0);
        const results = [];
        for (const [number, tag] of ODD.entries()) {
          results.push(await readFreshness(store, `${number}`, own ? [] : [tag]));
        }
        assertEquals(results, ODD.map((_, number) => number <= marked ? "gone" : "fresh"), JSON.stringify(tag));
      }
    },
  );
}

eachStore(
  (store) => `S45 ${store} distinguishes names and holders of leases of any characters`,
  async (store, place) => {
    for (const name of ODD) assert(await store.lease(name, `${name}1`, 60_000, place.now()), JSON.stringify(name));
    for (const name of ODD) assert(!await store.lease(name, `${name}2`, 60_000, place.now()), JSON.stringify(name));
    for (const name of ODD) await store.release(name, `${name}1`);
    for (const name of ODD) assert(await store.lease(name, `${name}2`, 60_000, place.now()), JSON.stringify(name));
  },
);

eachStore((store) => `S45 ${store} pollutes nothing with the name __proto__`, async (store) => {
  const meta = JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}');
  await put(store, "__proto__", { meta, tags: ["__proto__"] });
  const { entry } = await store.get("__proto__", ["__proto__"]);
  assertStrictEquals(JSON.stringify(entry?.meta), JSON.stringify(meta));
  assertStrictEquals(Reflect.get({}, "polluted"), undefined);
  assertStrictEquals(await readFreshness(store, "__proto__", ["constructor", "toString"]), "fresh");
});

eachStore((store) => `${store} accepts 10,000 tags of an entry, of a lookup and of an invalidation`, async (store) => {
  const entry = await put(store, "own", { tags: MANY });
  await put(store, "asked");
  assertEquals((await store.get("own", [])).entry, entry);
  await store.mark([MANY.at(-1)!], T0 + 10, T0);
  assertStrictEquals(await readFreshness(store, "own"), "stale");
  assertStrictEquals(await readFreshness(store, "asked", MANY), "stale");
  await store.mark(MANY, null, T0);
  assertStrictEquals(await readFreshness(store, "own"), "gone");
  assertStrictEquals(await readFreshness(store, "asked", [MANY[5_000]!]), "gone");
  assertStrictEquals(await readFreshness(store, "asked"), "fresh");
});

eachStore((store) => `${store} grants a lease to one holder until it is released`, async (store, place) => {
  const lease = (name: string, holder: string) => store.lease(name, holder, 60_000, place.now());
  assertEquals([await lease("a", "me"), await lease("a", "you"), await lease("b", "you")], [true, false, true]);
  await store.release("a", "you");
  assertStrictEquals(await lease("a", "you"), false);
  await store.release("b", "me");
  assertStrictEquals(await lease("b", "me"), false);
  await store.release("a", "me");
  assertEquals([await lease("a", "you"), await lease("a", "me")], [true, false]);
  await store.release("missing lease", "me");
});

eachStore((store) => `${store} frees an expired lease`, async (store, place) => {
  assert(await store.lease("a", "me", 30, place.now()));
  while (!await store.lease("a", "you", 60_000, place.now())) await place.pass(5);
  assertStrictEquals(await store.lease("a", "me", 30, place.now()), false);
  await store.release("a", "me");
  assertStrictEquals(await store.lease("a", "me", 30, place.now()), false);
});

eachStore((store) => `${store} lets the holder of a lease extend it`, async (store, place) => {
  assert(await store.lease("a", "me", 10, place.now()));
  assert(await store.lease("a", "me", 60_000, place.now()));
  await place.pass(20);
  assertStrictEquals(await store.lease("a", "you", 60_000, place.now()), false);
});

eachStore((store) => `${store} grants a lease to one of a hundred simultaneous calls`, async (store, place) => {
  const ask = (_: unknown, number: number) => store.lease("a", `${number}`, 60_000, place.now());
  const held = await Promise.all(Array.from({ length: 100 }, ask));
  assertStrictEquals(held.filter(Boolean).length, 1);
});

eachStore((store) => `${store} deletes, lists and clears entries`, async (store) => {
  const listed = async () => {
    const keys = [];
    for await (const { key, entry } of store.list()) {
      assertStrictEquals(toText({ entry }), key);
      keys.push(key);
    }
    return keys.sort();
  };
  assertEquals(await listed(), []);
  const keys = Array.from({ length: 1_200 }, (_, number) => `key ${number}`).sort();
  for (const key of keys) await put(store, key);
  assertEquals(await listed(), keys);
  await store.delete("key 7");
  await store.delete("missing key");
  assertEquals(await listed(), keys.filter((key) => key !== "key 7"));
  assertStrictEquals((await store.get("key 7", [])).entry, undefined);
  await store.clear();
  assertEquals(await listed(), []);
  assertStrictEquals((await store.get("key 8", [])).entry, undefined);
  await put(store, "key 8");
  assertEquals(await listed(), ["key 8"]);
});

eachStore((store) => `${store} remembers invalidations after clear()`, async (store) => {
  const generation = await getCount(store);
  await store.mark(["a"], null, T0);
  await store.clear();
  await put(store, "k", { tags: ["a"], generation });
  assertStrictEquals(await readFreshness(store, "k"), "gone");
});

eachStore((store) => `${store} lists entries that are read, changed and deleted meanwhile`, async (store) => {
  const keys = ["a", "b", "c", "d"];
  for (const key of keys) await put(store, key, { tags: ["t"] });
  const listed = [];
  for await (const { key } of store.list()) {
    listed.push(key);
    assert(listed.length < 100, `it does not end: ${listed.slice(0, 9)}`);
    assertStrictEquals(toText(await store.get(key, [])), key);
  }
  assertEquals(listed.sort(), keys);
  for await (const { key } of store.list()) {
    await store.mark(["t"], null, T0);
    assertStrictEquals(await readFreshness(store, key), "gone");
    await put(store, key, { body: toBytes("new") });
    assertStrictEquals(toText(await store.get(key, [])), "new");
    for await (const { key } of store.list()) await store.delete(key);
  }
  for (const key of keys) assertStrictEquals((await store.get(key, [])).entry, undefined);
});

eachStore((store) => `${store} stores an entry of 32 MiB, and rejects one byte more`, async (store) => {
  const body = new Uint8Array(MAX_ENTRY_BYTES + 1).fill(7);
  await put(store, "kept", { body: body.subarray(1) });
  const { entry } = await store.get("kept", []);
  assertStrictEquals(entry?.body.length, MAX_ENTRY_BYTES);
  assert(entry.body.every((byte) => byte === 7));
  for (const key of ["new", "kept"]) {
    const error = await assertRejects(() => put(store, key, { body }), RangeError);
    assertStrictEquals(
      error.message,
      `Cannot cache "${key}": its body has 33554433 bytes, the limit of this store is 33554432`,
    );
  }
  assertStrictEquals((await store.get("new", [])).entry, undefined);
});

eachStore((store) => `${store} drops all earlier entries when there are too many tags`, async (store) => {
  const before = await getCount(store);
  await put(store, "before", { tags: ["a"] });
  const tags = Array.from({ length: MAX_TAGS + 1 }, (_, number) => `${number}`);
  for (let from = 0; from < tags.length; from += 10_000) await store.mark(tags.slice(from, from + 10_000), null, T0);
  assertStrictEquals(await readFreshness(store, "before"), "gone");
  for (const own of [["0"], ["a"], []]) {
    await put(store, "late", { tags: own, generation: before });
    assertStrictEquals(await readFreshness(store, "late"), "gone");
  }
  await put(store, "after", { tags: ["0"] });
  assertStrictEquals(await readFreshness(store, "after"), "fresh");
  await store.mark(["0"], null, T0);
  assertStrictEquals(await readFreshness(store, "after"), "gone");
});

const DAY = 86_400_000;

/** Stores whose leases expire by the clock of the caller. */
const CLOCKED = KINDS.filter(({ symbol }) => symbol !== "redisStore()");

eachStore(
  (store) => `S61 ${store} frees a lease that was acquired while the clock was a day ahead`,
  async (store, place) => {
    assert(await store.lease("a", "dead", 10_000, place.now() + DAY));
    assert(await store.lease("a", "me", 10_000, place.now()));
    assert(!await store.lease("a", "you", 10_000, place.now()));
    // The longest lease, with a correct clock.
    assert(await store.lease("b", "me", MAX_LEASE_MS, place.now()));
    assert(!await store.lease("b", "you", 10_000, place.now()));
  },
  CLOCKED,
);

eachStore((store) => `S61 ${store} does not store an entry whose count is above its own`, async (store) => {
  await put(store, "k", { body: toBytes("kept") });
  await put(store, "k", { generation: await getCount(store) + 1 });
  assertStrictEquals(toText(await store.get("k", [])), "kept");
  await put(store, "other", { generation: await getCount(store) + 1 });
  assertStrictEquals((await store.get("other", [])).entry, undefined);
});

eachStore(
  (store) => `S61 ${store} does not trust the end of a mark that was made while the clock was a day ahead`,
  async (store) => {
    await put(store, "k", { tags: ["t"] });
    await store.mark(["t"], T0 + DAY + 10, T0 + DAY);
    const [mark] = (await store.get("k", [])).marks;
    assertStrictEquals(mark?.markedAt, T0 + DAY);
    await put(store, "later", { tags: ["t"] });
    await store.mark(["t"], T0 + 10, T0);
    // Entries from before the first mark are gone, those from before the second stale until its expireAt.
    assertStrictEquals(await readFreshness(store, "k"), "gone");
    assertStrictEquals(await readFreshness(store, "later", [], T0 + 9), "stale");
    assertStrictEquals(await readFreshness(store, "later", [], T0 + 10), "gone");
  },
);
