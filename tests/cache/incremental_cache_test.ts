import { assert, assertEquals, assertInstanceOf, assertMatch, assertRejects, assertStrictEquals } from "@std/assert";
import { createIncrementalCache, type GenerateResult, YEAR_SECONDS } from "../../src/cache/incremental_cache.ts";
import { memoryStore } from "../../src/cache/stores/memory.ts";
import { ask, createBench, faulty, filled, gate, type Manner, question, toText } from "./_cache.ts";

const MANNERS: readonly Manner[] = ["immediately", "later"];

for (const manner of MANNERS) {
  const bench = () => createBench(faulty(memoryStore(), manner));

  Deno.test(`get() returns MISS, HIT, STALE with one revalidation, HIT, with a store that answers ${manner}`, async () => {
    await using each = bench();
    const lookup = question();
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

  Deno.test(`get() generates the entry once for a hundred concurrent calls, with a store that answers ${manner}`, async () => {
    await using each = bench();
    const opened = gate();
    const lookup = question(async (number) => {
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
    Deno.test(`get() returns null to all callers that wait for a result that is ${end}, with a store that answers ${manner}`, async () => {
      await using each = bench();
      const opened = gate();
      const lookup = question(async (number): Promise<GenerateResult> => {
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

  Deno.test(`get() rethrows an error only to the caller that generated the entry, with a store that answers ${manner}`, async () => {
    await using each = bench();
    const lookup = question((number) => {
      if (number === 1) throw new Error("boom");
      return filled(`${number}`);
    });
    const first = ask(each, lookup);
    const second = ask(each, lookup);
    await assertRejects(() => first, Error, "boom");
    assertStrictEquals(await second, null);
    assertStrictEquals(await ask(each, lookup), "MISS 2");
  });

  Deno.test(`get() keeps the entry when its revalidation fails, and tries again after 3 seconds, ${manner}`, async () => {
    const [store, clock] = [faulty(memoryStore(), manner), { time: 0 }];
    await using each = createBench(store, clock);
    await using other = createBench(store, clock);
    const lookup = question((number): GenerateResult => number === 1 || number > 3 ? filled(`${number}`) : "failed");
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

  Deno.test(`get() deletes the entry when revalidation returns an uncacheable response, with a store that answers ${manner}`, async () => {
    await using each = bench();
    const lookup = question((number): GenerateResult => number === 2 ? "uncacheable" : filled(`${number}`));
    await ask(each, lookup);
    each.clock.time += 60_000;
    assertStrictEquals(await ask(each, lookup), "STALE 1");
    await each.settled();
    assertStrictEquals(await ask(each, lookup), "MISS 3");
    assertStrictEquals(await ask(each, lookup), "HIT 3");
  });
}

Deno.test("get() returns a HIT and a STALE of a store in this process without a promise", async () => {
  await using each = createBench();
  const lookup = question();
  await ask(each, lookup);
  for (const state of ["HIT", "STALE"]) {
    const found = each.cache.get(lookup);
    assert(!(found instanceof Promise));
    assertStrictEquals(toText(found), `${state} 1`);
    each.clock.time += 60_000;
  }
});

Deno.test("get() distinguishes keys, and generates their entries in parallel", async () => {
  await using each = createBench();
  const both = gate();
  let running = 0;
  const lookups = ["a", "__proto__", ""].map((key) =>
    question(async () => {
      if (++running === 3) both.resolve();
      await both.promise;
      return filled(key);
    }, { key })
  );
  assertEquals(await Promise.all(lookups.map((lookup) => ask(each, lookup))), ["MISS a", "MISS __proto__", "MISS "]);
  for (const lookup of lookups) assertStrictEquals(await ask(each, lookup), `HIT ${lookup.key}`);
});

Deno.test("get() returns the whole entry", async () => {
  await using each = createBench();
  const made = filled("text", { meta: { status: 201 }, tags: ["a", "b"], revalidate: 5 });
  const lookup = question(() => made);
  for (const state of ["MISS", "HIT"]) {
    const found = await each.cache.get(lookup);
    assertStrictEquals(found?.state, state);
    const { generation, ...entry } = found.entry;
    assertInstanceOf(entry.body, Uint8Array);
    assertEquals(entry, { ...made, madeAt: each.clock.time });
    assert(Number.isSafeInteger(generation));
  }
});

for (const revalidate of [null, YEAR_SECONDS, 2 * YEAR_SECONDS, 60]) {
  Deno.test(`get() returns MISS for an entry of a year ago that is fresh for ${revalidate} seconds`, async () => {
    await using each = createBench();
    const lookup = question((number) => filled(`${number}`, { revalidate }));
    await ask(each, lookup);
    const start = each.clock.time;
    each.clock.time = start + YEAR_SECONDS * 1000;
    assertStrictEquals(await ask(each, lookup), "MISS 2");
    each.clock.time += YEAR_SECONDS * 1000 - 1;
    assertStrictEquals(await ask(each, lookup), revalidate === 60 ? "STALE 2" : "HIT 2");
    await each.settled();
  });
}

Deno.test("get() never makes an entry without revalidate stale by time, until a year has passed", async () => {
  await using each = createBench();
  const lookup = question((number) => filled(`${number}`, { revalidate: null }));
  await ask(each, lookup);
  for (const seconds of [1, 60, 3_600, YEAR_SECONDS / 2]) {
    each.clock.time += seconds * 1000;
    assertStrictEquals(await ask(each, lookup), "HIT 1");
  }
  assertEquals(lookup.reasons, ["miss"]);
});

Deno.test("get() warns once about an entry that is too large, returns it to the caller that generated it, and continues to use the store", async () => {
  await using each = createBench(memoryStore({ maxBytes: 10_000 }));
  const large = question(() => filled("x".repeat(10_001)), { key: "large" });
  const small = question();
  assertMatch(await ask(each, large) ?? "", /^MISS x/);
  assertEquals(each.warnings, ['Cannot cache "large": its body has 10001 bytes, the limit of this store is 10000']);
  assertStrictEquals(await ask(each, small), "MISS 1");
  assertStrictEquals(await ask(each, small), "HIT 1");
  each.clock.time += 59_999;
  assertMatch(await ask(each, large) ?? "", /^MISS x/);
  assertStrictEquals(each.warnings.length, 1);
  each.clock.time += 1;
  assertMatch(await ask(each, large) ?? "", /^MISS x/);
  assertStrictEquals(each.warnings.length, 2);
});

Deno.test("now() returns the time of the clock passed to the cache", async () => {
  await using each = createBench();
  assertStrictEquals(each.cache.now(), each.clock.time);
});

/** How long a request waits for another process to generate the entry at most. */
const PATIENCE_MS = 30_000;

for (const ms of [100, 1_000, 7_000]) {
  Deno.test(`S60 get() waits 30 s for the entry of another process if each call of the store takes ${ms} ms`, async () => {
    const clock = { time: 1_000_000 };
    const inner = memoryStore();
    let leases = 0;
    const slow = <T>(result: T): Promise<T> => {
      clock.time += ms;
      return Promise.resolve(result);
    };
    await using each = createBench({
      ...inner,
      get: async (key, tags) => await slow(await inner.get(key, tags)),
      lease() {
        leases++;
        return slow(false);
      },
    }, clock);
    const lookup = question();
    const start = clock.time;
    assertStrictEquals(await ask(each, lookup), null);
    const waited = clock.time - start;
    assert(waited > PATIENCE_MS && waited <= PATIENCE_MS + 4 * ms, `${waited} ms`);
    // One poll makes two calls.
    assert(leases <= PATIENCE_MS / ms / 2 + 2, `${leases} leases`);
    assertEquals([lookup.reasons, each.warnings], [[], []]);
  });
}

Deno.test("S60 get() waits 30 s in total for entries of its own process that are invalidated one after the other", async () => {
  await using each = createBench();
  const lookup = question(async (number) => {
    await each.cache.invalidate(["t"], 0);
    each.clock.time += 11_000;
    return filled(`${number}`);
  });
  const generations = Array.from({ length: 9 }, () => ask(each, lookup));
  assertEquals((await Promise.all(generations)).filter((answer) => answer === null).length, 6);
  assertStrictEquals(lookup.reasons.length, 3);
});

const DAY = 86_400_000;

Deno.test("S61 get() treats an entry of a clock that was a day ahead as stale: serves it once and revalidates it", async () => {
  await using each = createBench();
  const lookup = question((number) => filled(`${number}`, { revalidate: null }));
  await ask(each, lookup);
  each.clock.time -= DAY;
  assertStrictEquals(await ask(each, lookup), "STALE 1");
  await each.settled();
  assertStrictEquals(await ask(each, lookup), "HIT 2");
});

Deno.test("S61 get() regenerates an entry of a clock that was a day ahead at once for a lookup that needs a fresh one", async () => {
  await using each = createBench();
  const lookup = question();
  await ask(each, lookup);
  each.clock.time -= DAY;
  assertStrictEquals(toText(await each.cache.get({ ...lookup, fresh: true })), "MISS 2");
});

Deno.test("S61 get() revalidates again 3 seconds after a revalidation that failed while the clock was a day ahead", async () => {
  await using each = createBench();
  const lookup = question((number): GenerateResult => number === 2 ? "failed" : filled(`${number}`));
  await ask(each, lookup);
  each.clock.time += DAY;
  await ask(each, lookup);
  await each.settled();
  each.clock.time -= DAY - 70_000;
  assertStrictEquals(await ask(each, lookup), "STALE 1");
  await each.settled();
  assertStrictEquals(await ask(each, lookup), "HIT 3");
});

Deno.test("S61 get() calls a store that failed again after a second, even if the clock was set back a day", async () => {
  const store = faulty(memoryStore(), "immediately"), clock = { time: DAY }, warnings: string[] = [];
  let elapsed = 0;
  const cache = createIncrementalCache({
    store,
    now: () => clock.time,
    elapsed: () => elapsed,
    waitUntil() {},
    warn: (message) => void warnings.push(message),
  });
  const lookup = question();
  await cache.get(lookup);
  store.broken.add("get");
  assertStrictEquals(await cache.get(lookup), null);
  store.broken.clear();
  clock.time = 0;
  elapsed += 999;
  assertStrictEquals(await cache.get(lookup), null);
  elapsed += 1;
  assertStrictEquals(toText(await cache.get(lookup)), "STALE 1");
  // The warning is repeated after a minute too.
  store.broken.add("get");
  elapsed += 60_000;
  assertStrictEquals(await cache.get(lookup), null);
  assertStrictEquals(warnings.length, 2);
});

/** Creates a lookup that only accepts entries whose text starts with "good". */
function picky(answer: (number: number) => GenerateResult = (number) => filled(`good ${number}`)) {
  const lookup = question(answer);
  const accepts = ({ body }: { body: Uint8Array }) => new TextDecoder().decode(body).startsWith("good");
  return { ...lookup, accepts };
}

for (const manner of MANNERS) {
  for (const state of ["HIT", "STALE"]) {
    Deno.test(`S62 get() returns MISS for an entry that is not accepted and would be ${state}, reported once, ${manner}`, async () => {
      await using each = createBench(faulty(memoryStore(), manner));
      await ask(each, question(() => filled("bad")));
      if (state === "STALE") each.clock.time += 60_000;
      const lookup = picky();
      const answers = await Promise.all(Array.from({ length: 20 }, () => ask(each, lookup)));
      assertEquals(answers, Array(20).fill("MISS good 1"));
      assertStrictEquals(await ask(each, lookup), "HIT good 1");
      assertEquals([lookup.reasons, each.warnings], [["miss"], [
        'Cannot use cached entry "k": its content is invalid, deleting and regenerating it',
      ]]);
    });
  }

  for (const end of ["failed", "uncacheable"] as const) {
    Deno.test(`S62 get() deletes an entry that is not accepted and cannot be regenerated, ${end}, reported once, ${manner}`, async () => {
      await using each = createBench(faulty(memoryStore(), manner));
      await ask(each, question(() => filled("bad")));
      const lookup = picky(() => end);
      for (let minute = 0; minute < 5; minute++) {
        assertStrictEquals(await ask(each, lookup), null);
        each.clock.time += 61_000;
      }
      assertStrictEquals(each.warnings.length, 1);
    });
  }

  Deno.test(`S62 get() does not store a generated entry that the lookup does not accept, ${manner}`, async () => {
    await using each = createBench(faulty(memoryStore(), manner));
    const lookup = picky((number) => filled(number === 1 ? "bad" : "good"));
    assertStrictEquals(await ask(each, lookup), "MISS bad");
    assertStrictEquals(await ask(each, lookup), "MISS good");
    assertEquals(each.warnings, []);
  });
}

Deno.test("S62 get() checks once whether an entry is accepted, however often it is served", async () => {
  await using each = createBench();
  let asked = 0;
  const lookup = { ...question(), accepts: () => ++asked > 0 };
  for (let times = 0; times < 10; times++) await ask(each, lookup);
  assertStrictEquals(asked, 1);
});
