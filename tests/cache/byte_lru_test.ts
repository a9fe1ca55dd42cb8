import { assert, assertEquals, assertFalse, assertStrictEquals } from "@std/assert";
import { ByteLru } from "../../src/cache/byte_lru.ts";
import type { CacheEntry } from "../../src/cache/store.ts";
import { seeded } from "../helpers/random.ts";

function entryOf(bytes: number, tags: readonly string[] = []): CacheEntry {
  return { meta: null, body: new Uint8Array(bytes), tags, madeAt: 0, revalidate: null, generation: 0 };
}

/** The keys, least recently used first. */
function keysOf(lru: ByteLru): string[] {
  return [...lru].map(([key]) => key);
}

Deno.test("ByteLru returns the same entry that was set, and the last one of a key", () => {
  const lru = new ByteLru(100_000);
  const [first, second] = [entryOf(1), entryOf(2)];
  assertStrictEquals(lru.get("a"), undefined);
  assert(lru.set("a", first));
  assertStrictEquals(lru.get("a"), first);
  assert(lru.set("a", second));
  assertStrictEquals(lru.get("a"), second);
  assertEquals(keysOf(lru), ["a"]);
});

Deno.test("ByteLru evicts the least recently used entry when it is full", () => {
  const lru = new ByteLru(35_000);
  for (const key of ["a", "b", "c"]) assert(lru.set(key, entryOf(10_000)));
  assertEquals(keysOf(lru), ["a", "b", "c"]);
  lru.get("a");
  assertEquals(keysOf(lru), ["b", "c", "a"]);
  assert(lru.set("d", entryOf(10_000)));
  assertEquals(keysOf(lru), ["c", "a", "d"]);
  assert(lru.set("c", entryOf(10_000)));
  assert(lru.set("e", entryOf(20_000)));
  assertEquals(keysOf(lru), ["c", "e"]);
});

Deno.test("ByteLru rejects an entry that exceeds its limit, and has nothing under the key then", () => {
  const lru = new ByteLru(10_000);
  lru.set("a", entryOf(1));
  lru.set("b", entryOf(1));
  assertFalse(lru.set("a", entryOf(10_001)));
  assertStrictEquals(lru.get("a"), undefined);
  assertEquals(keysOf(lru), ["b"]);
});

Deno.test("ByteLru with a limit of 0 stores nothing", () => {
  const lru = new ByteLru(0);
  assertFalse(lru.set("", entryOf(0)));
  assertEquals(keysOf(lru), []);
});

const SIZES: readonly [what: string, key: (number: number) => string, entry: CacheEntry][] = [
  ["bodies", (number) => `${number}`, entryOf(1_000)],
  ["keys", (number) => `${number}`.padEnd(1_000), entryOf(0)],
  ["tags", (number) => `${number}`, entryOf(0, Array(10).fill("x".repeat(100)))],
  ["entries of nothing", (number) => `${number}`, entryOf(0)],
];

for (const [what, key, entry] of SIZES) {
  Deno.test(`ByteLru counts ${what}`, () => {
    const lru = new ByteLru(100_000);
    for (let number = 0; number < 1_000; number++) lru.set(key(number), entry);
    const { length } = keysOf(lru);
    assert(length > 10 && length < 250, `${length}`);
  });
}

Deno.test("ByteLru frees the size of an entry on delete() and clear()", () => {
  const lru = new ByteLru(35_000);
  for (let round = 0; round < 20; round++) {
    for (const key of ["a", "b", "c"]) assert(lru.set(key, entryOf(10_000)));
    lru.delete("b");
    lru.delete("missing key");
    assertEquals(keysOf(lru), ["a", "c"]);
    lru.set("d", entryOf(10_000));
    assertEquals(keysOf(lru), ["a", "c", "d"]);
    if (round % 2 === 0) lru.clear();
    else for (const key of ["a", "c", "d"]) lru.delete(key);
    assertEquals(keysOf(lru), []);
  }
});

Deno.test("ByteLru agrees with a naive model over 20,000 random steps", () => {
  const random = seeded(3);
  const below = (limit: number) => Math.floor(random() * limit);
  const limit = 20_000;
  const lru = new ByteLru(limit);
  let model: [key: string, entry: CacheEntry][] = [];
  // The size of an entry besides body, key and tags, determined by filling the map.
  const probe = new ByteLru(1_000_000);
  for (let number = 10_000; number < 20_000; number++) probe.set(`${number}`, entryOf(0));
  const overhead = Math.floor(1_000_000 / keysOf(probe).length) - 2 * 5;
  const sizeOf = ([key, { body, tags }]: [string, CacheEntry]) =>
    overhead + 2 * (key.length + tags.join("").length) + body.length;
  for (let step = 0; step < 20_000; step++) {
    const key = `${below(40)}`;
    const found = model.find(([name]) => name === key);
    const what = random();
    if (what < 0.5) {
      assertStrictEquals(lru.get(key), found?.[1]);
      if (found !== undefined) model = [...model.filter((row) => row !== found), found];
    } else if (what < 0.9) {
      const entry = entryOf(below(below(20) === 0 ? 25_000 : 3_000), below(3) === 0 ? ["x".repeat(below(500))] : []);
      model = model.filter((row) => row !== found);
      const fits = sizeOf([key, entry]) <= limit;
      assertStrictEquals(lru.set(key, entry), fits);
      if (fits) model.push([key, entry]);
      while (model.reduce((sum, row) => sum + sizeOf(row), 0) > limit) model.shift();
    } else if (what < 0.999) {
      lru.delete(key);
      model = model.filter((row) => row !== found);
    } else {
      lru.clear();
      model = [];
    }
    assertEquals(keysOf(lru), model.map(([name]) => name));
  }
});
