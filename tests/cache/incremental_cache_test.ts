import { assert, assertEquals, assertInstanceOf, assertMatch, assertRejects, assertStrictEquals } from "@std/assert";
import { type Filled, YEAR } from "../../src/cache/incremental_cache.ts";
import { memoryStore } from "../../src/cache/stores/memory.ts";
import { ask, createBench, faulty, filled, gate, type Manner, textOf, upstream } from "./_cache.ts";

const MANNERS: readonly Manner[] = ["at once", "later"];

for (const manner of MANNERS) {
  const bench = () => createBench(faulty(memoryStore(), manner));

  Deno.test(`get() goes MISS, HIT, STALE with one refill, HIT, of a store that answers ${manner}`, async () => {
    await using each = bench();
    const lookup = upstream();
    assertStrictEquals(await ask(each, lookup), "MISS 1");
    assertStrictEquals(await ask(each, lookup), "HIT 1");
    each.clock.time += 59_999;
    assertStrictEquals(await ask(each, lookup), "HIT 1");
    each.clock.time += 1;
    const answers = await Promise.all(Array.from({ length: 100 }, () => ask(each, lookup)));
    assertEquals(answers, Array(100).fill("STALE 1"));
    await each.settled();
    assertStrictEquals(await ask(each, lookup), "HIT 2");
    each.clock.time += 59_999;
    assertStrictEquals(await ask(each, lookup), "HIT 2");
    each.clock.time += 1;
    assertStrictEquals(await ask(each, lookup), "STALE 2");
    await each.settled();
    assertStrictEquals(await ask(each, lookup), "HIT 3");
    assertEquals(lookup.reasons, ["miss", "stale", "stale"]);
    assertEquals(each.warnings, []);
  });

  Deno.test(`get() fills once for a hundred that ask at once, of a store that answers ${manner}`, async () => {
    await using each = bench();
    const opened = gate();
    const lookup = upstream(async (number) => {
      await opened.promise;
      return filled(`${number}`);
    });
    const answers = Array.from({ length: 100 }, () => ask(each, lookup));
    opened.resolve();
    assertEquals(await Promise.all(answers), Array(100).fill("MISS 1"));
    assertEquals(lookup.reasons, ["miss"]);
    assertStrictEquals(await ask(each, lookup), "HIT 1");
  });

  for (const end of ["uncacheable", "failed"] as const) {
    Deno.test(`get() gives null to all who wait for a fill that is ${end}, of a store that answers ${manner}`, async () => {
      await using each = bench();
      const opened = gate();
      const lookup = upstream(async (number): Promise<Filled> => {
        await opened.promise;
        return number === 1 ? end : filled(`${number}`);
      });
      const answers = Array.from({ length: 100 }, () => ask(each, lookup));
      opened.resolve();
      assertEquals(await Promise.all(answers), Array(100).fill(null));
      assertEquals(lookup.reasons, ["miss"]);
      assertStrictEquals(await ask(each, lookup), "MISS 2");
      assertStrictEquals(await ask(each, lookup), "HIT 2");
    });
  }

  Deno.test(`get() passes on what a fill throws, to who filled only, of a store that answers ${manner}`, async () => {
    await using each = bench();
    const lookup = upstream((number) => {
      if (number === 1) throw new Error("boom");
      return filled(`${number}`);
    });
    const first = ask(each, lookup);
    const second = ask(each, lookup);
    await assertRejects(() => first, Error, "boom");
    assertStrictEquals(await second, null);
    assertStrictEquals(await ask(each, lookup), "MISS 2");
  });

  Deno.test(`get() keeps the entry when its refill fails, and tries again after 3 seconds, ${manner}`, async () => {
    const [store, clock] = [faulty(memoryStore(), manner), { time: 0 }];
    await using each = createBench(store, clock);
    await using other = createBench(store, clock);
    const lookup = upstream((number): Filled => number === 1 || number > 3 ? filled(`${number}`) : "failed");
    await ask(each, lookup);
    clock.time += 60_000;
    for (const fills of [2, 3]) {
      assertStrictEquals(await ask(each, lookup), "STALE 1");
      await each.settled();
      for (const after of [0, 1_000, 1_999]) {
        clock.time += after;
        for (const bench of [each, other]) {
          assertStrictEquals(await ask(bench, lookup), "STALE 1");
          await bench.settled();
        }
      }
      assertStrictEquals(lookup.reasons.length, fills);
      clock.time += 1;
    }
    assertStrictEquals(await ask(other, lookup), "STALE 1");
    await other.settled();
    assertStrictEquals(await ask(each, lookup), "HIT 4");
  });

  Deno.test(`get() has the entry removed by a refill that is uncacheable, of a store that answers ${manner}`, async () => {
    await using each = bench();
    const lookup = upstream((number): Filled => number === 2 ? "uncacheable" : filled(`${number}`));
    await ask(each, lookup);
    each.clock.time += 60_000;
    assertStrictEquals(await ask(each, lookup), "STALE 1");
    await each.settled();
    assertStrictEquals(await ask(each, lookup), "MISS 3");
    assertStrictEquals(await ask(each, lookup), "HIT 3");
  });
}

Deno.test("get() answers a HIT and a STALE of a store in this process without a promise", async () => {
  await using each = createBench();
  const lookup = upstream();
  await ask(each, lookup);
  for (const state of ["HIT", "STALE"]) {
    const found = each.cache.get(lookup);
    assert(!(found instanceof Promise));
    assertStrictEquals(textOf(found), `${state} 1`);
    each.clock.time += 60_000;
  }
});

Deno.test("get() knows keys apart, and fills them side by side", async () => {
  await using each = createBench();
  const both = gate();
  let running = 0;
  const lookups = ["a", "__proto__", ""].map((key) =>
    upstream(async () => {
      if (++running === 3) both.resolve();
      await both.promise;
      return filled(key);
    }, { key })
  );
  assertEquals(await Promise.all(lookups.map((lookup) => ask(each, lookup))), ["MISS a", "MISS __proto__", "MISS "]);
  for (const lookup of lookups) assertStrictEquals(await ask(each, lookup), `HIT ${lookup.key}`);
});

Deno.test("get() gives the whole entry", async () => {
  await using each = createBench();
  const made = filled("text", { meta: { status: 201 }, tags: ["a", "b"], revalidate: 5 });
  const lookup = upstream(() => made);
  for (const state of ["MISS", "HIT"]) {
    const found = await each.cache.get(lookup);
    assertStrictEquals(found?.state, state);
    const { generation, ...entry } = found.entry;
    assertInstanceOf(entry.body, Uint8Array);
    assertEquals(entry, { ...made, madeAt: each.clock.time });
    assert(Number.isSafeInteger(generation));
  }
});

for (const revalidate of [null, YEAR, 2 * YEAR, 60]) {
  Deno.test(`get() has a miss for an entry of a year ago, fresh for ${revalidate} seconds`, async () => {
    await using each = createBench();
    const lookup = upstream((number) => filled(`${number}`, { revalidate }));
    await ask(each, lookup);
    const start = each.clock.time;
    each.clock.time = start + YEAR * 1000;
    assertStrictEquals(await ask(each, lookup), "MISS 2");
    each.clock.time += YEAR * 1000 - 1;
    assertStrictEquals(await ask(each, lookup), revalidate === 60 ? "STALE 2" : "HIT 2");
    await each.settled();
  });
}

Deno.test("get() never has an entry stale by time that is fresh for ever, until a year is over", async () => {
  await using each = createBench();
  const lookup = upstream((number) => filled(`${number}`, { revalidate: null }));
  await ask(each, lookup);
  for (const seconds of [1, 60, 3_600, YEAR / 2]) {
    each.clock.time += seconds * 1000;
    assertStrictEquals(await ask(each, lookup), "HIT 1");
  }
  assertEquals(lookup.reasons, ["miss"]);
});

Deno.test("get() warns of an entry that is too large once, gives it to who made it, and goes on with the store", async () => {
  await using each = createBench(memoryStore({ maxBytes: 10_000 }));
  const large = upstream(() => filled("x".repeat(10_001)), { key: "large" });
  const small = upstream();
  assertMatch(await ask(each, large) ?? "", /^MISS x/);
  assertEquals(each.warnings, ['Cannot cache "large": it has 10001 bytes, an entry of this store has at most 10000']);
  assertStrictEquals(await ask(each, small), "MISS 1");
  assertStrictEquals(await ask(each, small), "HIT 1");
  each.clock.time += 59_999;
  assertMatch(await ask(each, large) ?? "", /^MISS x/);
  assertStrictEquals(each.warnings.length, 1);
  each.clock.time += 1;
  assertMatch(await ask(each, large) ?? "", /^MISS x/);
  assertStrictEquals(each.warnings.length, 2);
});

Deno.test("now() is the time that the cache was given", async () => {
  await using each = createBench();
  assertStrictEquals(each.cache.now(), each.clock.time);
});
