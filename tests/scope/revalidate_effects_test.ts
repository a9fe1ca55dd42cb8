import { assertEquals, assertStringIncludes } from "@std/assert";
import { refresh, revalidatePath, revalidateTag, unstable_cache, updateTag } from "../../src/cache.ts";
import type { CacheStore } from "../../src/cache/store.ts";
import { memoryStore } from "../../src/cache/stores/memory.ts";
import { notFound, redirect } from "../../src/navigation.ts";
import { after } from "../../src/server.ts";
import { captured, type Modules } from "../helpers/app.ts";
import { type CachedApp, counting, createCachedApp } from "../helpers/cached.ts";

/** A cached response with a tag, of a fetch and of a cached function; each run gives another body. */
function tagged(): () => Promise<Response> {
  let runs = 0;
  const data = unstable_cache(() => Promise.resolve(1), [crypto.randomUUID()], { tags: ["t"] });
  return async () => {
    await data();
    return new Response(`${++runs}`);
  };
}

const cached = (config: Record<string, unknown> = { revalidate: false }) => ({ ...config, GET: tagged() });
const onDemand = () => cached({ generateStaticParams: () => [] });

/** Cached routes of every kind, and `/hook`, where `call` runs. */
async function site(
  call: () => unknown,
  store: CacheStore = memoryStore(),
  modules: Modules = {},
  options: { basePath?: string } = {},
): Promise<CachedApp> {
  const hook = async () => new Response(`${await call()}`);
  return await createCachedApp({
    "route.ts": cached(),
    "i/route.ts": cached(),
    "i/static/route.ts": cached(),
    "(shop)/cart/route.ts": cached(),
    "i/(deep)/[id]/route.ts": onDemand(),
    "docs/[[...slug]]/route.ts": onDemand(),
    "日本/route.ts": cached(),
    "other/route.ts": cached(),
    "hook/route.ts": { GET: hook, POST: hook },
    ...modules,
  }, { cache: store, ...options });
}

const PATHS = ["/", "/i", "/i/static", "/cart", "/i/1", "/i/two%20words", "/docs", "/docs/a/b", "/日本", "/other"];

const under = (folder: string) => PATHS.filter((path) => path === folder || path.startsWith(`${folder}/`));

/** A call, and which paths are gone after it. */
const PATH_CALLS: readonly [path: string, type: "page" | "layout" | undefined, gone: readonly string[]][] = [
  ["/i/static", undefined, ["/i/static"]],
  ["/i/static/", undefined, ["/i/static"]],
  ["/", undefined, ["/"]],
  ["/i", undefined, ["/i"]],
  ["/i/1", undefined, ["/i/1"]],
  ["/i/2", undefined, []],
  ["/i/two words", undefined, ["/i/two%20words"]],
  ["/i/two%20words", undefined, ["/i/two%20words"]],
  ["/日本", undefined, ["/日本"]],
  ["/%e6%97%a5%E6%9C%AC", undefined, ["/日本"]],
  ["/docs/a/b", undefined, ["/docs/a/b"]],
  ["/docs/a", undefined, []],
  ["/i/[id]", undefined, []],
  ["/cart", undefined, ["/cart"]],
  ["i/static", undefined, []],
  ["/" + "x".repeat(1025), undefined, []],
  ["/i/[id]", "page", ["/i/1", "/i/two%20words"]],
  ["/i/[id]/", "page", ["/i/1", "/i/two%20words"]],
  ["/i/(deep)/[id]", "page", ["/i/1", "/i/two%20words"]],
  ["/i/static", "page", ["/i/static"]],
  ["/i", "page", ["/i"]],
  ["/", "page", ["/"]],
  ["/i/1", "page", []],
  ["/(shop)/cart", "page", ["/cart"]],
  ["/docs/[[...slug]]", "page", ["/docs", "/docs/a/b"]],
  ["/日本", "page", ["/日本"]],
  ["/i/[id]", "layout", ["/i/1", "/i/two%20words"]],
  ["/i", "layout", under("/i")],
  ["/i/", "layout", under("/i")],
  ["/i/(deep)", "layout", under("/i")],
  ["/docs", "layout", under("/docs")],
  ["/(shop)", "layout", PATHS],
  ["/", "layout", PATHS],
  ["/nowhere", "layout", []],
];

for (const [path, type, gone] of PATH_CALLS) {
  const call = `revalidatePath(${[path.slice(0, 30), type].filter(Boolean).map((each) => `"${each}"`).join(", ")})`;
  Deno.test(`${call} makes ${gone.length === PATHS.length ? "all" : gone.join(", ") || "nothing"} a MISS`, async () => {
    const app = await site(() => revalidatePath(path, type));
    for (const each of PATHS) assertEquals((await app.ask(each))[0], "MISS");
    await captured("warn", async () => assertEquals(await app.ask("/hook"), [null, "undefined"]));
    const states = [];
    for (const each of PATHS) states.push([each, (await app.ask(each))[0]]);
    assertEquals(states, PATHS.map((each) => [each, gone.includes(each) ? "MISS" : "HIT"]));
    assertEquals((await app.ask("/other"))[0], "HIT");
  });
}

Deno.test("revalidatePath() below a base path expects the path without it", async () => {
  const app = await site(() => revalidatePath("/i/static"), memoryStore(), {}, { basePath: "/base" });
  assertEquals([await app.ask("/base/i/static"), await app.ask("/base/i/static")], [["MISS", "1"], ["HIT", "1"]]);
  await app.request("/base/hook", { method: "POST" });
  assertEquals([await app.ask("/base/i/static"), await app.ask("/base/i/static")], [["MISS", "2"], ["HIT", "2"]]);
});

const HARD = ["MISS 2", "HIT 2"], SOFT = ["STALE 1", "HIT 2"], NONE = ["HIT 1", "HIT 1"];

type TagCall = readonly [name: string, call: () => unknown, states: readonly string[], warnings: number];

const TAG_CALLS: readonly TagCall[] = [
  ['revalidateTag(t, "max")', () => revalidateTag("t", "max"), SOFT, 0],
  ['revalidateTag(t, "hours")', () => revalidateTag("t", "hours"), SOFT, 0],
  ["revalidateTag(t, {})", () => revalidateTag("t", {}), SOFT, 0],
  ["revalidateTag(t, { expire: 10 })", () => revalidateTag("t", { expire: 10 }), SOFT, 0],
  ["revalidateTag(t, { expire: 0 })", () => revalidateTag("t", { expire: 0 }), HARD, 0],
  ["revalidateTag(t)", () => revalidateTag("t"), HARD, 1],
  ["revalidateTag of another tag", () => revalidateTag("T", { expire: 0 }), NONE, 0],
  ["revalidateTag of a path's tag", () => revalidateTag("_N_T_/i/static", { expire: 0 }), HARD, 0],
  ["revalidateTag of a layout's tag", () => revalidateTag("_N_T_/i/layout", { expire: 0 }), HARD, 0],
  ["revalidateTag of a route's tag", () => revalidateTag("_N_T_/i/static/route", { expire: 0 }), HARD, 0],
  ["revalidateTag of 300 characters", () => revalidateTag("t".repeat(300), { expire: 0 }), NONE, 0],
  ["revalidateTag of no characters", () => revalidateTag("", { expire: 0 }), NONE, 0],
];

for (const [name, call, states, count] of TAG_CALLS) {
  for (const method of ["GET", "POST"]) {
    Deno.test(`${name} from ${method} makes a cached response ${states}`, async () => {
      const app = await site(call);
      await app.ask("/i/static");
      const warnings = await captured("warn", async () => {
        assertEquals(await (await app.request("/hook", { method })).text(), "undefined");
      });
      assertEquals(warnings.length, count);
      const seen = [await app.askAndSettle("/i/static"), await app.askAndSettle("/i/static")];
      assertEquals(seen.map((each) => each.join(" ")), states);
    });
  }
}

Deno.test("revalidateTag(t, { expire: 10 }) serves the old response for 10 s and then no more", async () => {
  const app = await site(() => revalidateTag("t", { expire: 10 }));
  await app.ask("/i/static");
  await app.get("/hook");
  app.pass(10);
  assertEquals(await app.ask("/i/static"), ["MISS", "2"]);
});

for (const profile of ["nope", "", "toString", "__proto__"]) {
  Deno.test(`revalidateTag() with the unknown profile "${profile}" warns, changes nothing and returns`, async () => {
    const app = await site(() => revalidateTag("t", profile));
    await app.ask("/i/static");
    const lines = await captured("error", async () => assertEquals(await app.ask("/hook"), [null, "undefined"]));
    assertEquals(lines, [
      `Error: Invalid profile provided "${profile}" must be configured under cacheLife in next.config or be "max"`,
    ]);
    assertEquals(await app.ask("/i/static"), ["HIT", "1"]);
  });
}

const SERVER_ACTIONS: readonly [name: string, call: () => unknown, message: string][] = [
  ["updateTag", () => updateTag("t"), "updateTag can only be called from within a Server Action."],
  ["refresh", () => refresh(), "refresh can only be called from within a Server Action."],
];

for (const [name, call, message] of SERVER_ACTIONS) {
  Deno.test(`${name}() in a handler answers 500, and changes nothing`, async () => {
    const app = await site(call);
    await app.ask("/i/static");
    assertEquals((await app.request("/hook", { method: "POST" })).status, 500);
    assertStringIncludes(app.errors[0]!.message, message);
    assertEquals(await app.ask("/i/static"), ["HIT", "1"]);
  });
}

/** How a handler can end after it invalidated. */
const ENDINGS: readonly [name: string, end: () => unknown, status: number][] = [
  ["redirect()", () => redirect("/i/static"), 307],
  ["notFound()", () => notFound(), 404],
  ["an error", () => {
    throw new Error("boom");
  }, 500],
  ["a response", () => "done", 200],
];

for (const [name, end, status] of ENDINGS) {
  for (const isAsync of [false, true]) {
    Deno.test(`revalidatePath() before ${name} of ${isAsync ? "an async" : "a sync"} handler takes effect`, async () => {
      const call = () => {
        revalidatePath("/i/static");
        revalidateTag("t", "max");
        return end();
      };
      const GET = isAsync ? async () => new Response(`${await call()}`) : () => new Response(`${call()}`);
      const app = await site(() => {}, memoryStore(), { "end/route.ts": { GET } });
      await app.ask("/i/static");
      assertEquals((await app.get("/end")).status, status);
      assertEquals(await app.ask("/i/static"), ["MISS", "2"]);
    });

    Deno.test(`revalidatePath() before ${name}: the response of ${isAsync ? "an async" : "a sync"} handler waits for a slow store`, async () => {
      const order: string[] = [];
      const gate = Promise.withResolvers<void>();
      const marking = Promise.withResolvers<void>();
      const memory = memoryStore();
      const store: CacheStore = {
        ...memory,
        async mark(...args) {
          marking.resolve();
          await gate.promise;
          await memory.mark(...args);
          order.push("marked");
        },
      };
      const call = () => {
        revalidatePath("/i/static");
        return end();
      };
      const GET = isAsync ? async () => new Response(`${await call()}`) : () => new Response(`${call()}`);
      const app = await site(() => {}, store, { "end/route.ts": { GET } });
      await app.ask("/i/static");
      const answer = app.get("/end").then((response) => {
        order.push("answered");
        return response.status;
      });
      await marking.promise;
      gate.resolve();
      assertEquals([await answer, order], [status, ["marked", "answered"]]);
      assertEquals(await app.ask("/i/static"), ["MISS", "2"]);
    });
  }
}

for (const [name, call, states] of TAG_CALLS.slice(0, 5)) {
  Deno.test(`${name} in after() takes effect when the task is done, and drain() waits for a slow store`, async () => {
    const memory = memoryStore();
    const store: CacheStore = {
      ...memory,
      async mark(...args) {
        await Promise.resolve();
        await memory.mark(...args);
      },
    };
    const app = await site(() => after(call), store);
    await app.ask("/i/static");
    assertEquals(await app.ask("/hook"), [null, "undefined"]);
    await app.drain();
    const seen = [await app.askAndSettle("/i/static"), await app.askAndSettle("/i/static")];
    assertEquals(seen.map((each) => each.join(" ")), states);
  });
}

Deno.test("revalidateTag() in a stream takes effect, even if the response is already being sent", async () => {
  const body = () =>
    new ReadableStream({
      pull(controller) {
        revalidateTag("t", { expire: 0 });
        controller.enqueue(new TextEncoder().encode("streamed"));
        controller.close();
      },
    });
  const app = await site(() => {}, memoryStore(), { "stream/route.ts": { GET: () => new Response(body()) } });
  await app.ask("/i/static");
  assertEquals(await app.ask("/stream"), [null, "streamed"]);
  assertEquals(await app.ask("/i/static"), ["MISS", "2"]);
});

Deno.test("revalidatePath() while an entry is being generated: the response is sent but not stored", async () => {
  const gate = Promise.withResolvers<void>();
  const entered = Promise.withResolvers<void>();
  const GET = counting(async (number) => {
    entered.resolve();
    if (number === 1) await gate.promise;
    return new Response(`${number}`);
  });
  const app = await site(() => revalidatePath("/slow"), memoryStore(), { "slow/route.ts": { revalidate: 60, GET } });
  const first = app.ask("/slow");
  await entered.promise;
  await app.get("/hook");
  gate.resolve();
  assertEquals(await first, ["MISS", "1"]);
  assertEquals([await app.ask("/slow"), await app.ask("/slow")], [["MISS", "2"], ["HIT", "2"]]);
});
