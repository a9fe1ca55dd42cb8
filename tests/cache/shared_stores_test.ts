import { assert, assertEquals, assertGreater, assertStrictEquals } from "@std/assert";
import { MAX_TAGS } from "../../src/cache/store.ts";
import { eachSharedStore, getCount, put, readFreshness, T0, toBytes, toText } from "./_stores.ts";

/** Strings that UTF-8 cannot represent, next to those that they may turn into. */
const MALFORMED = ["\ufffd", "\ud800", "\ud801", "\udfff", "a\ud800", "a\ufffd", "\udc00\ud800"];

eachSharedStore((store) => `two ${store} immediately see what the other one sets and removes`, async (store, other) => {
  for (let round = 0; round < 20; round++) {
    const [writer, reader] = round % 2 === 0 ? [store, other] : [other, store];
    const entry = await put(writer, "k", { body: toBytes(`${round}`), tags: ["t"], meta: { round } });
    assertEquals((await reader.get("k", [])).entry, entry);
    assertEquals((await writer.get("k", [])).entry, entry);
    if (round % 5 === 3) await writer.delete("k");
    else if (round % 5 === 4) await writer.clear();
    else continue;
    assertStrictEquals((await reader.get("k", [])).entry, undefined);
    assertStrictEquals((await writer.get("k", [])).entry, undefined);
  }
});

eachSharedStore((store) => `S46 two ${store} immediately see what the other one invalidates`, async (store, other) => {
  await put(store, "own", { tags: ["t"] });
  await put(store, "asked");
  const results = async () => [
    await readFreshness(store, "own"),
    await readFreshness(other, "own"),
    await readFreshness(store, "asked", ["t"]),
    await readFreshness(other, "asked", ["t"]),
  ];
  assertEquals(await results(), Array(4).fill("fresh"));
  await store.mark(["t"], T0 + 10, T0);
  assertEquals(await results(), Array(4).fill("stale"));
  await other.mark(["t"], null, T0);
  assertEquals(await results(), Array(4).fill("gone"));
  assertStrictEquals(await getCount(store), await getCount(other));
});

eachSharedStore((store) => `S46 two ${store} agree on marks that they made in turn`, async (store, other) => {
  await put(store, "k", { tags: ["t"] });
  for (
    const [marker, expireAt, now] of [[store, T0 + 90, T0], [other, T0 + 50, T0 + 9], [store, T0 + 70, T0 + 9]] as const
  ) {
    await marker.mark(["t"], expireAt, now);
  }
  for (const each of [store, other]) {
    assertStrictEquals(await readFreshness(each, "k", [], T0 + 49), "stale");
    assertStrictEquals(await readFreshness(each, "k", [], T0 + 50), "gone");
  }
});

eachSharedStore(
  (store) => `S46 an entry generated with one ${store} does not bring back data that another one invalidated`,
  async (store, other) => {
    const began = await getCount(other);
    await store.mark(["t"], null, T0);
    await put(other, "k", { tags: ["t"], generation: began });
    assertStrictEquals(await readFreshness(store, "k"), "gone");
    assertStrictEquals(await readFreshness(other, "k"), "gone");
    await put(store, "k", { tags: ["t"], body: toBytes("new") });
    await put(other, "k", { tags: ["t"], body: toBytes("old"), generation: began });
    for (const each of [store, other]) assertStrictEquals(toText(await each.get("k", [])), "new");
  },
);

eachSharedStore((store) => `two ${store} never both have a lease`, async (store, other, place) => {
  assert(await store.lease("a", "me", 60_000, place.now()));
  assert(!await other.lease("a", "you", 60_000, place.now()));
  await other.release("a", "you");
  assert(!await other.lease("a", "you", 60_000, place.now()));
  await store.release("a", "me");
  assert(await other.lease("a", "you", 30, place.now()));
  while (!await store.lease("a", "me", 60_000, place.now())) await place.pass(5);
  assert(!await other.lease("a", "you", 30, place.now()));
});

eachSharedStore((store) => `S46 two ${store} forget all entries with too many tags`, async (store, other) => {
  const began = await getCount(other);
  await put(store, "k", { tags: ["t"] });
  assertStrictEquals(await readFreshness(other, "k"), "fresh");
  const tags = Array.from({ length: MAX_TAGS + 1 }, (_, number) => `${number}`);
  for (let from = 0; from < tags.length; from += 10_000) await store.mark(tags.slice(from, from + 10_000), null, T0);
  assertStrictEquals(await readFreshness(other, "k"), "gone");
  await put(other, "k", { tags: ["0"], generation: began });
  for (const each of [store, other]) assertStrictEquals(await readFreshness(each, "k"), "gone");
});

eachSharedStore((store) => `${store} lists its entries while another one writes`, async (store, other) => {
  const keys = Array.from({ length: 50 }, (_, number) => `${number}`).sort();
  for (const key of keys) await put(store, key, { tags: ["t"] });
  const listed = [];
  for await (const { key } of store.list()) {
    listed.push(key);
    await other.mark(["t"], null, T0);
    assertStrictEquals(await readFreshness(store, key), "gone");
    await put(store, key, { tags: ["t"] });
    assertStrictEquals(await readFreshness(other, key), "fresh");
  }
  assertEquals(listed.sort(), keys);
});

eachSharedStore(
  (store) => `${store} keeps its entries and marks when it is reopened`,
  async (store, other, place) => {
    const kept = await put(store, "kept", { tags: ["a"], meta: { a: 1 }, body: Uint8Array.from([0, 255, 10]) });
    await put(store, "stale", { tags: ["b"] });
    await put(store, "gone", { tags: ["c"] });
    await store.mark(["b"], T0 + 10, T0);
    await store.mark(["c"], null, T0);
    const count = await getCount(store);
    await store.close();
    await other.close();
    const again = place.open();
    assertEquals((await again.get("kept", [])).entry, kept);
    assertStrictEquals(await getCount(again), count);
    assertStrictEquals(await readFreshness(again, "stale", [], T0 + 9), "stale");
    assertStrictEquals(await readFreshness(again, "stale", [], T0 + 10), "gone");
    assertStrictEquals(await readFreshness(again, "gone"), "gone");
    await put(again, "kept", { generation: kept.generation - 1, body: toBytes("older") });
    assertEquals((await again.get("kept", [])).entry, kept);
  },
);

eachSharedStore(
  (store) => `S46 ${store} that lost everything counts from above the earlier counts`,
  async (store, other, place) => {
    for (let round = 0; round < 5; round++) await store.mark(["t"], null, T0);
    const before = await getCount(store);
    await store.close();
    await other.close();
    await place.lose();
    const again = place.open();
    assertGreater(await getCount(again), before);
    await put(again, "k", { tags: ["t"], generation: before });
    assertStrictEquals(await readFreshness(again, "k"), "gone");
    await put(again, "k", { tags: ["t"] });
    assertStrictEquals(await readFreshness(again, "k"), "fresh");
  },
);

eachSharedStore((store) => `S45 two ${store} keep ill-formed keys apart`, async (store, other) => {
  for (const [number, key] of MALFORMED.entries()) await put(store, key, { body: toBytes(`${number}`) });
  for (const each of [store, other]) {
    for (const [number, key] of MALFORMED.entries()) assertStrictEquals(toText(await each.get(key, [])), `${number}`);
  }
});
