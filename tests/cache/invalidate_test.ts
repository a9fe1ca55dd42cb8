import { assertEquals, assertStrictEquals } from "@std/assert";
import { delay } from "@std/async/delay";
import { type GenerateResult, YEAR_SECONDS } from "../../src/cache/incremental_cache.ts";
import { memoryStore } from "../../src/cache/stores/memory.ts";
import { ask, type Bench, createBench, faulty, filled, gate, type Manner, type Question, question } from "./_cache.ts";

/** Two caches with one store, like those of two processes. */
function createPair(
  manner: Manner = "immediately",
): AsyncDisposable & { one: Bench; two: Bench; clock: { time: number } } {
  const [store, clock] = [faulty(memoryStore(), manner), { time: 1_000_000 }];
  const [one, two] = [createBench(store, clock), createBench(store, clock)];
  return {
    one,
    two,
    clock,
    async [Symbol.asyncDispose]() {
      await one[Symbol.asyncDispose]();
      await two[Symbol.asyncDispose]();
    },
  };
}

/** An question whose fills read the value when they start, and end when the test ends them. */
interface SlowQuestion extends Question {
  value: string;
  readonly began: readonly Promise<void>[];
  readonly finish: readonly (() => void)[];
}

function slowQuestion(): SlowQuestion {
  const gates = Array.from({ length: 8 }, () => ({ began: gate(), end: gate() }));
  const self: SlowQuestion = {
    ...question(async (number) => {
      const text = self.value;
      gates[number - 1]!.began.resolve();
      await gates[number - 1]!.end.promise;
      return filled(text);
    }),
    value: "old",
    began: gates.map(({ began }) => began.promise),
    finish: gates.map(({ end }) => end.resolve),
  };
  return self;
}

const OWN = [{ title: "of the entry", own: ["t"], asked: [] }, { title: "of the question", own: [], asked: ["t"] }];

for (const { title, own, asked } of OWN) {
  Deno.test(`invalidate() with 0 seconds expires all entries with a tag ${title}, and no others`, async () => {
    await using pair = createPair();
    const lookup = question((number) => filled(`${number}`, { tags: own }), { tags: asked });
    const other = question((number) => filled(`${number}`, { tags: ["u"] }), { key: "other", tags: ["v"] });
    for (const bench of [pair.one, pair.two]) await ask(bench, lookup);
    await ask(pair.one, other);
    await pair.one.cache.invalidate(["x", "t"], 0);
    assertStrictEquals(await ask(pair.two, lookup), "MISS 2");
    assertStrictEquals(await ask(pair.one, lookup), "HIT 2");
    assertStrictEquals(await ask(pair.one, other), "HIT 1");
  });

  Deno.test(`invalidate() with 10 seconds serves all entries with a tag ${title} stale for that time`, async () => {
    await using pair = createPair();
    const fills: GenerateResult[] = ["failed", "failed"];
    const lookup = question((number) => number === 1 ? filled("1", { tags: own }) : fills.shift() ?? filled("2"), {
      tags: asked,
    });
    await ask(pair.one, lookup);
    await pair.one.cache.invalidate(["t"], 10);
    for (const wait of [0, 9_999]) {
      pair.clock.time += wait;
      for (const bench of [pair.two, pair.one]) {
        assertStrictEquals(await ask(bench, lookup), "STALE 1");
        await bench.settled();
      }
    }
    assertEquals(lookup.reasons, ["miss", "stale", "stale"]);
    pair.clock.time += 1;
    assertStrictEquals(await ask(pair.two, lookup), "MISS 2");
  });
}

Deno.test("invalidate() with seconds serves stale once, with one revalidation by all processes", async () => {
  await using pair = createPair("later");
  const lookup = question();
  await ask(pair.one, lookup);
  await pair.two.cache.invalidate(["t"], YEAR_SECONDS);
  const answers = await Promise.all([pair.one, pair.two, pair.one, pair.two].map((bench) => ask(bench, lookup)));
  assertEquals(answers, Array(4).fill("STALE 1"));
  await pair.one.settled();
  await pair.two.settled();
  assertEquals([await ask(pair.one, lookup), await ask(pair.two, lookup)], ["HIT 2", "HIT 2"]);
  assertEquals(lookup.reasons, ["miss", "stale"]);
});

for (const manner of ["immediately", "later"] as const) {
  Deno.test(`invalidate() that is not awaited is seen by the next get(), with a store that answers ${manner}`, async () => {
    const store = faulty(memoryStore(), manner);
    await using each = createBench(store);
    const lookups = ["a", "b", "c"].map((key) => question((number) => filled(`${number}`, { tags: [key] }), { key }));
    for (const lookup of lookups) await ask(each, lookup);
    const done = lookups.map(({ key }) => each.cache.invalidate([key], 0));
    const answers = await Promise.all(lookups.map((lookup) => ask(each, lookup)));
    assertEquals(answers, Array(3).fill("MISS 2"));
    await Promise.all(done);
    assertStrictEquals(store.calls.filter((method) => method === "mark").length, 3);
    for (const lookup of lookups) assertStrictEquals(await ask(each, lookup), "HIT 2");
  });
}

Deno.test("invalidate() of no tags does nothing", async () => {
  await using each = createBench();
  const lookup = question();
  await ask(each, lookup);
  await each.cache.invalidate([], 0);
  assertStrictEquals(await ask(each, lookup), "HIT 1");
});

for (const manner of ["immediately", "later"] as const) {
  Deno.test(`S46 get() never serves an entry whose generation started before an invalidation, ${manner}`, async () => {
    await using pair = createPair(manner);
    const lookup = slowQuestion();
    const before = [ask(pair.one, lookup), ask(pair.one, lookup)];
    await lookup.began[0];
    lookup.value = "new";
    await pair.two.cache.invalidate(["t"], 0);
    const after = [ask(pair.one, lookup), ask(pair.two, lookup)];
    lookup.finish[0]!();
    await lookup.began[1];
    lookup.finish[1]!();
    // A lookup from before the invalidation may return either.
    await Promise.all(before);
    assertEquals(await Promise.all(after), ["MISS new", "MISS new"]);
    for (const bench of [pair.one, pair.two]) assertStrictEquals(await ask(bench, lookup), "HIT new");
    assertStrictEquals(lookup.reasons.length, 2);
  });

  Deno.test(`S46 get() never serves a revalidation that started before an invalidation, ${manner}`, async () => {
    await using pair = createPair(manner);
    const lookup = slowQuestion();
    lookup.finish[0]!();
    await ask(pair.one, lookup);
    pair.clock.time += 60_000;
    assertStrictEquals(await ask(pair.one, lookup), "STALE old");
    await lookup.began[1];
    lookup.value = "new";
    await pair.two.cache.invalidate(["t"], 0);
    lookup.finish[1]!();
    await pair.one.settled();
    lookup.finish[2]!();
    for (const bench of [pair.two, pair.one]) {
      assertStrictEquals(await ask(bench, lookup), bench === pair.two ? "MISS new" : "HIT new");
    }
  });

  Deno.test(`S46 get() never replaces a new entry with one whose generation started before an invalidation, ${manner}`, async () => {
    await using pair = createPair(manner);
    const lookup = slowQuestion();
    const slow = ask(pair.one, lookup);
    await lookup.began[0];
    lookup.value = "new";
    await pair.two.cache.invalidate(["t"], 0);
    // The slow process seems dead, and another one takes over.
    pair.clock.time += 10_000;
    lookup.finish[1]!();
    assertStrictEquals(await ask(pair.two, lookup), "MISS new");
    lookup.finish[0]!();
    await slow;
    for (const bench of [pair.one, pair.two]) assertStrictEquals(await ask(bench, lookup), "HIT new");
  });

  Deno.test(`S46 get() never replaces a new entry with a revalidation that started before an invalidation, ${manner}`, async () => {
    await using pair = createPair(manner);
    const lookup = slowQuestion();
    lookup.finish[0]!();
    await ask(pair.one, lookup);
    pair.clock.time += 60_000;
    await ask(pair.one, lookup);
    await lookup.began[1];
    lookup.value = "new";
    await pair.one.cache.invalidate(["t"], 0);
    lookup.finish[2]!();
    assertStrictEquals(await ask(pair.one, lookup), "MISS new");
    lookup.finish[1]!();
    await pair.one.settled();
    for (const bench of [pair.one, pair.two]) assertStrictEquals(await ask(bench, lookup), "HIT new");
  });

  Deno.test(`S46 get() serves an entry whose generation started before a soft invalidation as stale, ${manner}`, async () => {
    await using pair = createPair(manner);
    const lookup = slowQuestion();
    const slow = ask(pair.one, lookup);
    await lookup.began[0];
    lookup.value = "new";
    await pair.two.cache.invalidate(["t"], 10);
    lookup.finish[0]!();
    lookup.finish[1]!();
    await slow;
    assertStrictEquals(await ask(pair.two, lookup), "STALE old");
    await pair.two.settled();
    assertStrictEquals(await ask(pair.one, lookup), "HIT new");
  });
}

for (const [first, second, gone] of [[10, 100, 10], [100, 10, 10], [10, 10, 10], [100, 0, 0]] as const) {
  Deno.test(`invalidate() with ${first} and then ${second} seconds serves stale for ${gone}`, async () => {
    await using each = createBench();
    const lookup = question((number): GenerateResult => number === 1 ? filled("1") : "failed");
    await ask(each, lookup);
    await each.cache.invalidate(["t"], first);
    await each.cache.invalidate(["t"], second);
    const start = each.clock.time;
    if (gone > 0) {
      each.clock.time = start + gone * 1000 - 1;
      assertStrictEquals(await ask(each, lookup), "STALE 1");
      await each.settled();
    }
    each.clock.time = start + gone * 1000;
    assertStrictEquals(await ask(each, lookup), null);
  });
}

Deno.test("get() of two caches with one store generates an entry once in total", async () => {
  await using pair = createPair("later");
  const lookup = slowQuestion();
  const answers = Array.from({ length: 40 }, (_, number) => ask(number % 2 === 0 ? pair.one : pair.two, lookup));
  await lookup.began[0];
  // The other process polls several times meanwhile.
  await delay(50);
  lookup.finish[0]!();
  assertEquals(await Promise.all(answers), Array(40).fill("MISS old"));
  assertEquals(lookup.reasons, ["miss"]);
});

for (const end of ["uncacheable", "failed"] as const) {
  Deno.test(`get() of a second cache generates the entry itself if the result of the first one is ${end}`, async () => {
    await using pair = createPair("later");
    const opened = gate();
    const lookup = question(async (): Promise<GenerateResult> => {
      await opened.promise;
      return end;
    });
    const answers = [pair.one, pair.two, pair.one, pair.two].map((bench) => ask(bench, lookup));
    opened.resolve();
    assertEquals(await Promise.all(answers), Array(4).fill(null));
    assertEquals(lookup.reasons, ["miss", "miss"]);
  });
}

Deno.test("get() takes over from a process that died while it generated an entry, when its lease has expired", async () => {
  await using pair = createPair();
  const lookup = slowQuestion();
  const dead = ask(pair.one, lookup);
  await lookup.began[0];
  let answered = false;
  const waiting = ask(pair.two, lookup).finally(() => answered = true);
  pair.clock.time += 9_999;
  await delay(50);
  assertEquals([answered, lookup.reasons.length], [false, 1]);
  pair.clock.time += 1;
  await lookup.began[1];
  lookup.finish[1]!();
  assertStrictEquals(await waiting, "MISS old");
  lookup.finish[0]!();
  await dead;
});

Deno.test("get() takes over the revalidation of a process that died, when its lease has expired", async () => {
  await using pair = createPair();
  const lookup = slowQuestion();
  lookup.finish[0]!();
  await ask(pair.one, lookup);
  pair.clock.time += 60_000;
  await ask(pair.one, lookup);
  await lookup.began[1];
  pair.clock.time += 9_999;
  assertStrictEquals(await ask(pair.two, lookup), "STALE old");
  await pair.two.settled();
  assertStrictEquals(lookup.reasons.length, 2);
  pair.clock.time += 1;
  lookup.value = "new";
  lookup.finish[2]!();
  assertStrictEquals(await ask(pair.two, lookup), "STALE old");
  await pair.two.settled();
  assertStrictEquals(await ask(pair.one, lookup), "HIT new");
  lookup.finish[1]!();
});

for (const expire of [Infinity, 2 * YEAR_SECONDS, YEAR_SECONDS]) {
  Deno.test(`invalidate() with ${expire} seconds serves stale for a year, the limit of every entry`, async () => {
    await using each = createBench();
    const lookup = question((number): GenerateResult => number === 1 ? filled("1", { revalidate: null }) : "failed");
    await ask(each, lookup);
    const start = each.clock.time;
    await each.cache.invalidate(["t"], expire);
    each.clock.time = start + YEAR_SECONDS * 1000 - 1;
    assertStrictEquals(await ask(each, lookup), "STALE 1");
    await each.settled();
    each.clock.time = start + YEAR_SECONDS * 1000;
    assertStrictEquals(await ask(each, lookup), null);
  });
}

for (const expire of [NaN, -1, -Infinity]) {
  Deno.test(`invalidate() with ${expire} seconds serves nothing stale`, async () => {
    await using each = createBench();
    const lookup = question();
    await ask(each, lookup);
    await each.cache.invalidate(["t"], expire);
    assertStrictEquals(await ask(each, lookup), "MISS 2");
  });
}

Deno.test("S61 invalidate() with 10 seconds by a clock that was a day ahead serves nothing stale once it is corrected", async () => {
  await using pair = createPair();
  const lookup = question();
  pair.clock.time += 86_400_000;
  await pair.one.cache.invalidate(["t"], 10);
  pair.clock.time -= 86_400_000;
  // An entry generated since then is fresh.
  assertStrictEquals(await ask(pair.two, lookup), "MISS 1");
  assertStrictEquals(await ask(pair.one, lookup), "HIT 1");
  pair.clock.time += 86_400_000;
  await pair.one.cache.invalidate(["t"], 10);
  pair.clock.time -= 86_400_000;
  assertStrictEquals(await ask(pair.two, lookup), "MISS 2");
});
