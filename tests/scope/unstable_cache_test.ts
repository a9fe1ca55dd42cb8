import { assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { revalidatePath, revalidateTag, unstable_cache, unstable_noStore } from "../../src/cache.ts";
import { memoryStore } from "../../src/cache/stores/memory.ts";
import { cookies, draftMode, headers } from "../../src/headers.ts";
import { after, connection } from "../../src/server.ts";
import { captured, createApp } from "../helpers/app.ts";
import { counting, createCachedApp } from "../helpers/cached.ts";
import { createRulesApp } from "../helpers/rules.ts";
import { numbered, startUpstream } from "../helpers/upstream.ts";

/** Runs in a handler. */
async function inHandler<T>(run: () => Promise<T>): Promise<T> {
  let result: Promise<T> | undefined;
  const GET = async () => {
    await (result = run()).catch(() => {});
    return new Response();
  };
  await (await createCachedApp({ "i/uc/route.ts": { GET } })).get("/i/uc");
  return await result!;
}

/** Calls a function with a cache with each list of arguments; returns how often it ran. */
async function runsOf(...calls: readonly unknown[][]): Promise<number> {
  const fn = counting((number) => Promise.resolve(number));
  const cached = unstable_cache(fn as (...args: unknown[]) => Promise<number>);
  await inHandler(async () => {
    for (const args of calls) await cached(...args);
  });
  return fn.runs;
}

const bytes = (...values: number[]) => Uint8Array.from(values);
const form = (...entries: [string, string][]) => {
  const data = new FormData();
  for (const [name, value] of entries) data.append(name, value);
  return data;
};
const date = (time: number) => new Date(time);

/** As a `Decimal` or an `ObjectId` of a library: its state is private, JSON shows it. */
class Money {
  #cents: number;
  constructor(cents: number) {
    this.#cents = cents;
  }
  toJSON(): number {
    return this.#cents;
  }
}

const DISTINCT: readonly [name: string, first: unknown[], second: unknown[]][] = [
  ["no argument and undefined", [], [undefined]],
  ["undefined and null", [undefined], [null]],
  ["a number and its text", [1], ["1"]],
  ["the boundaries of texts", ["a", "bc"], ["ab", "c"]],
  ["a list and two arguments", [["a", "b"]], ["a", "b"]],
  ['"a,b" and ["a", "b"]', ["a,b"], [["a", "b"]]],
  ["NaN and null", [NaN], [null]],
  ["NaN and Infinity", [NaN], [Infinity]],
  ["true and 1", [true], [1]],
  ["objects", [{ a: 1 }], [{ a: 2 }]],
  ["an object with undefined and one without", [{ a: undefined }], [{}]],
  ["two Maps", [new Map([["a", 1]])], [new Map([["a", 2]])]],
  ["a Map and an empty object", [new Map([["a", 1]])], [{}]],
  ["an empty Map and an empty Set", [new Map()], [new Set()]],
  ["two Sets", [new Set([1])], [new Set([2])]],
  ["nested Sets", [{ a: new Set([1]) }], [{ a: new Set([2]) }]],
  ["two Dates", [date(0)], [date(1)]],
  ["a Date and its text", [date(0)], [date(0).toISOString()]],
  ["two RegExps", [/a/], [/b/]],
  ["two BigInts", [1n], [2n]],
  ["a BigInt and a number", [1n], [1]],
  ["the bytes 0xC0 and 0xC1", [bytes(0xc0)], [bytes(0xc1)]],
  ["bytes and a list of them", [bytes(1)], [[1]]],
  ["ArrayBuffers", [bytes(0xc0).buffer], [bytes(0xc1).buffer]],
  ["Blobs", [new Blob([bytes(0xc0)])], [new Blob([bytes(0xc1)])]],
  ["Blobs of two types", [new Blob(["a"], { type: "text/a" })], [new Blob(["a"], { type: "text/b" })]],
  ['"a,b" and ["a", "b"] of a form', [form(["k", "a,b"])], [form(["k", "a"], ["k", "b"])]],
  ["name and value of a form", [form(["a", "bc"])], [form(["ab", "c"])]],
  ["one form and two", [form(["a", "1"], ["b", "2"])], [form(["a", "1"]), form(["b", "2"])]],
  ["URLSearchParams", [new URLSearchParams("a=1")], [new URLSearchParams("a=2")]],
  ["URLSearchParams and their text", [new URLSearchParams("a=1")], ["a=1"]],
  ["forms inside an object", [{ f: form(["a", "1"]) }], [{ f: form(["a", "2"]) }]],
  ["URLs", [new URL("http://a/1")], [new URL("http://a/2")]],
  ["objects that know their JSON", [new Money(1)], [new Money(2)]],
  ["Headers", [new Headers({ a: "1" })], [new Headers({ a: "2" })]],
];

for (const [name, first, second] of DISTINCT) {
  Deno.test(`S27 unstable_cache() does not share a result between ${name}`, async () => {
    assertEquals(await runsOf(first, second, first, second), 2);
  });
}

/** Equal values that the engine has in different forms. */
const SAME: readonly [name: string, first: unknown, second: unknown][] = [
  ["equal objects", { a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }],
  ["equal Maps", new Map([["a", 1]]), new Map([["a", 1]])],
  ["equal forms", form(["a", "1"]), form(["a", "1"])],
  ["1 and a sum that is 1", 1, [0.5, 0.5].reduce((sum, each) => sum + each, 0)],
  ["a text and the same as part of a wider one", "an-id-of-some-length", "an-id-of-some-length日".slice(0, -1)],
  ["a list and the same built by index", [0, 1, 2], Object.assign(new Array(3), [0, 1, 2])],
];

for (const [name, first, second] of SAME) {
  Deno.test(`unstable_cache() shares a result between ${name}`, async () => {
    assertEquals(await runsOf([first], [second]), 1);
  });
}

Deno.test("unstable_cache() distinguishes results by the source of the function and by keyParts", async () => {
  let runs = 0;
  const one = () => Promise.resolve(++runs);
  const two = () => Promise.resolve((++runs, -1));
  const results = await inHandler(async () => [
    await unstable_cache(one)(),
    await unstable_cache(one)(),
    await unstable_cache(two)(),
    await unstable_cache(one, ["a", "b"])(),
    await unstable_cache(one, ["ab"])(),
    await unstable_cache(one, ["a"])(...["b"] as unknown as []),
    await unstable_cache(one, ["a", "b"])(),
  ]);
  assertEquals([results, runs], [[1, 1, -1, 3, 4, 5, 3], 5]);
});

Deno.test("unstable_cache() returns the object itself to the call that generated it, and its JSON to all others", async () => {
  const made = { at: date(0), map: new Map([["a", 1]]), none: undefined, list: [undefined], text: "é" };
  const cached = unstable_cache(() => Promise.resolve(made));
  const [first, second, third] = await inHandler(async () => [await cached(), await cached(), await cached()]);
  assertEquals(first === made, true);
  const json: unknown = { at: "1970-01-01T00:00:00.000Z", map: {}, list: [null], text: "é" };
  assertEquals([second as unknown, third as unknown], [json, json]);
  assertEquals(second === third, false);
});

const VALUES: readonly unknown[] = [undefined, null, false, 0, "", "x", [], {}, 1.5];

for (const value of VALUES) {
  Deno.test(`unstable_cache() caches ${JSON.stringify(value)}`, async () => {
    const fn = counting(() => Promise.resolve(value));
    const cached = unstable_cache(fn);
    const results = await inHandler(async () => [await cached(), await cached()]);
    assertEquals([results, fn.runs], [[value, value], 1]);
  });
}

for (const [name, value] of [["a BigInt", 1n], ["a list with a BigInt", [1n]]] as const) {
  Deno.test(`unstable_cache() returns ${name} unchanged, each time`, async () => {
    const cached = unstable_cache(() => Promise.resolve<unknown>(value));
    assertEquals(await inHandler(async () => [await cached(), await cached()]), [value, value]);
  });
}

Deno.test("unstable_cache() returns a circular value unchanged, and does not cache it", async () => {
  const round: Record<string, unknown> = {};
  round.self = round;
  const fn = counting(() => Promise.resolve(round));
  const cached = unstable_cache(fn);
  assertEquals(await inHandler(async () => [await cached() === round, await cached() === round, fn.runs]), [
    true,
    true,
    2,
  ]);
});

Deno.test("unstable_cache() does not cache errors, and throws the same error", async () => {
  const errors = [new Error("one"), "two", undefined];
  const fn = counting((number) => number <= 3 ? Promise.reject(errors[number - 1]) : Promise.resolve(number));
  const cached = unstable_cache(fn);
  const seen = await inHandler(async () => {
    const all: unknown[] = [];
    for (let i = 0; i < 3; i++) all.push(await cached().catch((error) => error));
    return [...all, await cached(), await cached()];
  });
  assertEquals(seen.slice(0, 3).map((error, i) => error === errors[i]), [true, true, true]);
  assertEquals(seen.slice(3), [4, 4]);
});

Deno.test("unstable_cache() runs the function once for concurrent calls, and once for each call if it fails", async () => {
  const fn = counting((number) => Promise.resolve(number));
  const bad = counting((number) => Promise.reject(new Error(`${number}`)));
  const [good, failed] = [unstable_cache(fn), unstable_cache(bad)];
  const results = await inHandler(() => Promise.all(Array.from({ length: 20 }, () => good())));
  assertEquals([new Set(results), fn.runs], [new Set([1]), 1]);
  const settled = await inHandler(() => Promise.allSettled(Array.from({ length: 20 }, () => failed())));
  assertEquals([new Set(settled.map(({ status }) => status)), bad.runs], [new Set(["rejected"]), 20]);
});

const DYNAMIC: readonly [name: string, use: () => unknown][] = [
  ["cookies()", () => cookies()],
  ["headers()", () => headers()],
  ["connection()", () => connection()],
  ["draftMode().enable()", async () => (await draftMode()).enable()],
];

for (const [name, use] of DYNAMIC) {
  Deno.test(`unstable_cache() does not let the function use ${name}: the error of Next.js`, async () => {
    const cached = unstable_cache(async () => void await use());
    const error = await assertRejects(() => inHandler(cached), Error);
    assertEquals(
      error.message,
      `Route "/i/uc": \`${name}\` can't be read inside \`unstable_cache()\`. Read it outside the cached function and pass what you need as an argument.\nLearn more: https://nextjs.org/docs/app/api-reference/functions/unstable_cache`,
    );
  });
}

Deno.test("unstable_cache() lets the function call unstable_noStore(), fetch() and another cached function", async () => {
  await using upstream = startUpstream(numbered);
  const inner = counting((number) => Promise.resolve(number));
  const cachedInner = unstable_cache(inner);
  const get = async (init?: RequestInit) => await (await fetch(upstream.origin, init)).text();
  const outer = unstable_cache(async () => {
    unstable_noStore();
    return [await get(), await get({ cache: "force-cache" }), await get({ cache: "no-store" }), await cachedInner()];
  });
  const results = await inHandler(async () => [await outer(), await outer(), await cachedInner()]);
  assertEquals(results, [["1", "2", "3", 1], ["1", "2", "3", 1], 1]);
});

Deno.test("unstable_cache() with revalidate: 0 throws the error of Next.js with the function's source", () => {
  const fn = () => Promise.resolve("the source");
  const error = assertThrows(() => unstable_cache(fn, [], { revalidate: 0 }), Error);
  assertEquals(
    error.message,
    `Invariant revalidate: 0 can not be passed to unstable_cache(), must be "false" or "> 0" ${fn}`,
  );
});

Deno.test("unstable_cache() outside a request rejects with the error of Next.js", async () => {
  const cached = unstable_cache(() => Promise.resolve("the source"));
  const error = await assertRejects(() => cached(), Error);
  assertStringIncludes(error.message, "Invariant: incrementalCache missing in unstable_cache ");
  assertStringIncludes(error.message, "the source");
});

Deno.test("unstable_cache() with revalidate returns the old result once after that time, then the new one", async () => {
  const fn = counting((number) => Promise.resolve(number));
  const cached = unstable_cache(fn, [], { revalidate: 2 });
  const app = await createCachedApp({ "route.ts": { GET: async () => Response.json(await cached()) } });
  const ask = async () => (await app.askAndSettle("/"))[1];
  assertEquals([await ask(), await ask()], ["1", "1"]);
  app.pass(2);
  assertEquals([await ask(), await ask(), fn.runs], ["1", "2", 2]);
});

Deno.test("unstable_cache() returns the old result while the new one fails, which no caller notices", async () => {
  const fn = counting((number) => number === 2 ? Promise.reject(new Error("boom")) : Promise.resolve(number));
  const cached = unstable_cache(fn, [], { revalidate: 2 });
  const app = await createCachedApp({ "route.ts": { GET: async () => Response.json(await cached()) } });
  const ask = async () => (await app.askAndSettle("/"))[1];
  assertEquals(await ask(), "1");
  app.pass(2);
  assertEquals(await ask(), "1");
  app.pass(3);
  assertEquals([await ask(), await ask()], ["1", "3"]);
});

const MARKS: readonly [name: string, mark: () => void, after: number[]][] = [
  ['revalidateTag(t, "max")', () => revalidateTag("t", "max"), [1, 2]],
  ["revalidateTag(t, { expire: 0 })", () => revalidateTag("t", { expire: 0 }), [2, 2]],
  ["revalidateTag of another tag", () => revalidateTag("u", { expire: 0 }), [1, 1]],
  ["revalidatePath of the route", () => revalidatePath("/a"), [2, 2]],
  ["revalidatePath of another route", () => revalidatePath("/b"), [1, 1]],
];

for (const tags of [["t"], "t" as unknown as string[], ["s", "t"]]) {
  for (const [name, mark, after] of MARKS) {
    Deno.test(`unstable_cache() with tags ${JSON.stringify(tags)} returns ${after} after ${name}`, async () => {
      const cached = unstable_cache(counting((number) => Promise.resolve(number)), [], { tags });
      const app = await createCachedApp({
        "a/route.ts": { GET: async () => Response.json(await cached()) },
        "mark/route.ts": { GET: () => (mark(), new Response()) },
      });
      const ask = async () => Number((await app.askAndSettle("/a"))[1]);
      assertEquals(await ask(), 1);
      await app.get("/mark");
      assertEquals([await ask(), await ask()], after);
    });
  }
}

Deno.test("unstable_cache() in a cached handler lowers its s-maxage and adds its tags", async () => {
  const cached = unstable_cache(counting((number) => Promise.resolve(number)), [], { tags: ["t"], revalidate: 2 });
  const app = await createCachedApp({
    "a/route.ts": { revalidate: 60, GET: async () => Response.json(await cached()) },
    "mark/route.ts": { GET: () => (revalidateTag("t", { expire: 0 }), new Response()) },
  });
  for (const state of ["MISS", "HIT"]) {
    const { headers } = await app.get("/a");
    const found = [headers.get("x-nextjs-cache"), headers.get("cache-control")];
    assertEquals(found, [state, "s-maxage=2, stale-while-revalidate=31535998"]);
  }
  await app.get("/mark");
  assertEquals([await app.ask("/a"), await app.ask("/a")], [["MISS", "2"], ["HIT", "2"]]);
});

for (const body of ["{", "nothing of JSON", "\xff"]) {
  Deno.test(`S62 unstable_cache() treats an entry that was replaced by ${JSON.stringify(body)} as a MISS, reported once`, async () => {
    const store = memoryStore();
    const fn = counting((number) => Promise.resolve({ number }));
    const cached = unstable_cache(fn);
    const GET = async () => Response.json(await cached());
    const lines = await captured("warn", async () => {
      const app = await createCachedApp({ "a/route.ts": { GET } }, { cache: store });
      await app.ask("/a");
      for await (const { key, entry } of store.list()) {
        await store.set(key, { ...entry!, body: new TextEncoder().encode(body) });
      }
      for (let times = 0; times < 3; times++) assertEquals(await app.ask("/a"), [null, '{"number":2}']);
      assertEquals(app.errors, []);
    });
    assertEquals(lines.length, 1);
    assertStringIncludes(lines[0]!, 'Cannot use cached entry "unstable_cache ');
  });
}

Deno.test("S62 unstable_cache() returns a separate value to each caller", async () => {
  const cached = unstable_cache(() => Promise.resolve({ list: [1] }));
  const app = await createCachedApp({
    "a/route.ts": {
      GET: async () => {
        const value = await cached();
        value.list.push(2);
        return Response.json((await cached()).list);
      },
    },
  });
  await app.ask("/a");
  for (let times = 0; times < 3; times++) assertEquals(await app.ask("/a"), [null, "[1]"]);
});

Deno.test("S61 unstable_cache() calls the function again for an entry of tomorrow", async () => {
  const cached = unstable_cache(counting((number) => Promise.resolve(number)), [], { revalidate: 60 });
  const app = await createCachedApp({ "a/route.ts": { GET: async () => Response.json(await cached()) } });
  app.pass(86_400);
  assertEquals(await app.ask("/a"), [null, "1"]);
  app.pass(-86_400);
  assertEquals(await app.askAndSettle("/a"), [null, "1"]);
  assertEquals(await app.askAndSettle("/a"), [null, "2"]);
});

Deno.test("unstable_cache() and fetch() store nothing for a client in draft mode, and return nothing stored", async () => {
  let runs = 0, asked = 0;
  await using upstream = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    () => new Response(`${++asked}`),
  );
  const cached = unstable_cache(async () => [++runs, (await draftMode()).isEnabled], ["draft"]);
  const app = await createApp({
    "on/route.ts": { GET: async () => ((await draftMode()).enable(), new Response()) },
    "a/route.ts": {
      async GET() {
        const kept = await fetch(
          `http://127.0.0.1:${upstream.addr.port}/`,
          { next: { revalidate: 60 } } as RequestInit,
        );
        return Response.json([await cached(), await kept.text()]);
      },
    },
  });
  const cookie = (await app.get("/on")).headers.getSetCookie()[0]!.split(";")[0]!;
  const answers: unknown[] = [];
  for (const headers of [{}, { cookie }, { cookie }, {}] as HeadersInit[]) {
    answers.push(await (await app.get("/a", headers)).json());
  }
  assertEquals(answers, [[[1, false], "1"], [[2, true], "2"], [[3, true], "3"], [[1, false], "1"]]);
});

/** How data comes to be cached by code that does not run in the handler itself. */
const NESTED: readonly [name: string, ask: (inner: () => Promise<number>) => Promise<void> | void][] = [
  ["after()", (inner) => after(() => inner())],
  [
    "another cached function",
    async (inner) => void await unstable_cache(async () => await inner(), [crypto.randomUUID()])(),
  ],
];

for (const [name, ask] of NESTED) {
  Deno.test(`revalidatePath() of the route behind a rewrite reaches data of ${name}`, async () => {
    const fn = counting(() => Promise.resolve(0));
    const inner = unstable_cache(fn, [name]);
    const GET = async () => {
      await ask(inner);
      return new Response();
    };
    const POST = () => {
      revalidatePath("/behind/x");
      return new Response();
    };
    const app = await createRulesApp(
      { "behind/[id]/route.ts": { GET }, "invalidate/route.ts": { POST } },
      { config: { rewrites: () => [{ source: "/shown/:id", destination: "/behind/:id" }] } },
    );
    for (const method of ["GET", "GET", "POST", "GET"]) {
      await app.request(method === "GET" ? "/shown/x" : "/invalidate", { method });
      await app.drain();
    }
    assertEquals(fn.runs, 2);
    await app.close();
  });
}
