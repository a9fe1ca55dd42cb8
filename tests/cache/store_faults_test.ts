import { assert, assertEquals, assertStrictEquals, assertStringIncludes } from "@std/assert";
import { delay } from "@std/async/delay";
import type { GenerateResult } from "../../src/cache/incremental_cache.ts";
import { memoryStore } from "../../src/cache/stores/memory.ts";
import { ask, createBench, faulty, filled, type Manner, type Method, METHODS, question } from "./_cache.ts";

const MANNERS: readonly Manner[] = ["immediately", "later"];

/** The result for a missing key while a method fails; a lease that cannot be released does no harm. */
const COLD: Readonly<Record<Method, string | null>> = {
  get: null,
  set: "MISS 1",
  lease: null,
  release: "MISS 1",
  delete: "MISS 1",
  mark: "MISS 1",
};

for (const manner of MANNERS) {
  for (const method of METHODS) {
    Deno.test(`get() survives a store whose ${method}() fails ${manner}, and uses it when it works again`, async () => {
      const store = faulty(memoryStore(), manner);
      await using each = createBench(store);
      const lookup = question((number) => filled(`${number}`));
      store.broken.add(method);
      assertStrictEquals(await ask(each, lookup), COLD[method]);
      store.broken.clear();
      // Paused for a second, or for the length of a lease that was not released.
      each.clock.time += 10_000;
      const answer = await ask(each, lookup);
      assert(answer !== null);
      assertStrictEquals(await ask(each, lookup), answer.replace("MISS", "HIT"));
    });

    Deno.test(`get() serves and revalidates with a store whose ${method}() fails ${manner}`, async () => {
      const store = faulty(memoryStore(), manner);
      await using each = createBench(store);
      const ends: GenerateResult[] = ["uncacheable", "failed", filled("new")];
      const lookup = question((number) => number === 1 ? filled("old") : ends.shift() ?? filled("new"));
      await ask(each, lookup);
      each.clock.time += 60_000;
      store.broken.add(method);
      for (let round = 0; round < 5; round++) {
        const answer = await ask(each, lookup);
        assert(method !== "get" || answer === null, `${answer}`);
        await each.settled();
        each.clock.time += 11_000;
      }
      store.broken.clear();
      for (let round = 0; round < 5; round++) {
        await ask(each, lookup);
        await each.settled();
        each.clock.time += 11_000;
      }
      assertStrictEquals(await ask(each, lookup), "HIT new");
    });

    Deno.test(`warn() is called once a minute while ${method}() fails ${manner}`, async () => {
      const store = faulty(memoryStore(), manner);
      await using each = createBench(store);
      const lookup = question((number): GenerateResult =>
        number % 2 === 0 ? "uncacheable" : filled(`${number}`, { revalidate: 1 })
      );
      store.broken.add(method);
      const start = each.clock.time;
      const told: number[] = [];
      for (let second = 0; second <= 300; second++) {
        each.clock.time = start + second * 1000;
        const before = each.warnings.length;
        if (method === "mark") await each.cache.invalidate(["t"], 0);
        await ask(each, lookup);
        if (method !== "mark") await each.settled();
        if (each.warnings.length > before) told.push(second);
      }
      store.broken.clear();
      assert(told.length >= 4 && told.length <= 6, `${told}`);
      for (const [index, second] of told.slice(1).entries()) assert(second - told[index]! >= 60, `${told}`);
      assertStringIncludes(each.warnings[0]!, `${method} is broken`);
    });
  }

  Deno.test(`get() calls a store that fails ${manner} once a second, and returns null to all callers`, async () => {
    const store = faulty(memoryStore(), manner);
    await using each = createBench(store);
    const lookup = question();
    await ask(each, lookup);
    store.calls.length = 0;
    store.broken.add("get");
    for (let second = 0; second < 5; second++) {
      for (let times = 0; times < 10; times++) {
        assertStrictEquals(await ask(each, lookup), null);
        each.clock.time += 100;
      }
    }
    assertEquals(store.calls, Array(5).fill("get"));
    assertEquals(lookup.reasons, ["miss"]);
    store.broken.clear();
    assertStrictEquals(await ask(each, lookup), "HIT 1");
    assertStrictEquals(each.warnings.length, 1);
  });

  Deno.test(`get() returns to all waiting callers when the store fails ${manner} meanwhile`, async () => {
    const store = faulty(memoryStore(), manner);
    await using each = createBench(store);
    const lookup = question((number) => {
      store.broken.add("set");
      return filled(`${number}`);
    });
    const answers = await Promise.all(Array.from({ length: 50 }, () => ask(each, lookup)));
    assertEquals(answers, ["MISS 1", ...Array(49).fill(null)]);
    assertEquals(lookup.reasons, ["miss"]);
  });

  Deno.test(`S46 invalidate() while mark() fails ${manner} is done before anything is read again`, async () => {
    const store = faulty(memoryStore(), manner);
    await using each = createBench(store);
    const lookup = question();
    await ask(each, lookup);
    store.broken.add("mark");
    await each.cache.invalidate(["t"], 0);
    for (let second = 0; second < 5; second++) {
      // The store can read, but its data is out of date.
      assertStrictEquals(await ask(each, lookup), null);
      each.clock.time += 1_000;
    }
    store.broken.clear();
    assertStrictEquals(await ask(each, lookup), "MISS 2");
    assertStrictEquals(await ask(each, lookup), "HIT 2");
  });

  Deno.test(`S46 invalidate() while every method fails ${manner} is done once, in order, when the store recovers`, async () => {
    const inner = memoryStore();
    const store = faulty(inner, manner);
    await using each = createBench(store);
    const [hard, soft, untouched] = ["hard", "soft", "untouched"].map((key) =>
      question(
        (number): GenerateResult => number === 1 ? filled("old", { tags: [key] }) : filled("new", { tags: [key] }),
        {
          key,
        },
      )
    ) as [ReturnType<typeof question>, ReturnType<typeof question>, ReturnType<typeof question>];
    for (const lookup of [hard, soft, untouched]) await ask(each, lookup);
    for (const method of METHODS) store.broken.add(method);
    assertStrictEquals(await ask(each, hard), null);
    const before = (await inner.get("", [])).generation;
    await Promise.all([
      each.cache.invalidate(["soft"], 100),
      each.cache.invalidate(["hard"], 100),
      each.cache.invalidate(["hard"], 0),
    ]);
    each.clock.time += 5_000;
    store.broken.clear();
    assertEquals([await ask(each, hard), await ask(each, soft), await ask(each, untouched)], [
      "MISS new",
      "STALE old",
      "HIT old",
    ]);
    assertStrictEquals((await inner.get("", [])).generation - before, 3);
  });

  Deno.test(`S46 invalidate() with seconds while the store fails ${manner} expires at the requested time`, async () => {
    const store = faulty(memoryStore(), manner);
    await using each = createBench(store);
    const lookup = question();
    await ask(each, lookup);
    store.broken.add("mark");
    await each.cache.invalidate(["t"], 10);
    each.clock.time += 10_000;
    store.broken.clear();
    assertStrictEquals(await ask(each, lookup), "MISS 2");
  });

  Deno.test(`S46 get() never serves an entry whose generation ends while an invalidation is pending, ${manner}`, async () => {
    const store = faulty(memoryStore(), manner);
    await using each = createBench(store);
    const lookup = question(async (number) => {
      if (number > 1) return filled("new");
      store.broken.add("mark");
      await each.cache.invalidate(["t"], 0);
      return filled("old");
    });
    await ask(each, lookup);
    each.clock.time += 1_000;
    store.broken.clear();
    assertStrictEquals(await ask(each, lookup), "MISS new");
    assertStrictEquals(await ask(each, lookup), "HIT new");
  });

  for (const first of ["get", "mark"] as const) {
    Deno.test(`S46 invalidate() reaches other processes without further calls in this one, after ${first}() failed ${manner}`, async () => {
      const inner = memoryStore();
      const store = faulty(inner, manner);
      const clock = { time: 1_000_000 };
      await using each = createBench(store, clock);
      await using other = createBench(inner, clock);
      const lookup = question();
      await ask(each, lookup);
      for (const method of METHODS) store.broken.add(method);
      if (first === "get") await ask(each, lookup);
      await each.cache.invalidate(["t"], 0);
      store.broken.clear();
      clock.time += 1_000;
      // The process is kept alive while an invalidation is pending.
      assertStrictEquals(each.pending.length, 1);
      await each.settled();
      assertStrictEquals(await ask(other, lookup), "MISS 2");
    });
  }
}

Deno.test("close() stops retrying pending invalidations", async () => {
  const store = faulty(memoryStore(), "later");
  const each = createBench(store);
  store.broken.add("mark");
  await each.cache.invalidate(["t"], 0);
  each.cache.close();
  await each.settled();
  assertStrictEquals(each.warnings.length, 1);
  // A remaining timer would be a leak.
  await delay(0);
});
