import { assertEquals, assertStringIncludes } from "@std/assert";
import { revalidatePath, revalidateTag } from "../../src/cache.ts";
import { after, type NextRequest } from "../../src/server.ts";
import { memoryStore } from "../../src/cache/stores/memory.ts";
import { captured } from "../helpers/app.ts";
import { type CachedApp, createCachedApp } from "../helpers/cached.ts";
import type { Init } from "./_init.ts";
import { numbered, startUpstream, type Upstream } from "../helpers/upstream.ts";

/** An application with handlers that fetch what the test says next. */
async function fetching(
  exports: Record<string, unknown> = {},
): Promise<CachedApp & { next: (input: string | URL | (() => Request), init?: Init) => void }> {
  let make = (): Promise<Response> => Promise.reject(new Error("nothing to fetch"));
  const GET = async () => new Response(await (await make()).text());
  const app = await createCachedApp({
    "a/route.ts": { ...exports, GET },
    "b/[id]/route.ts": { ...exports, GET },
    "tag/route.ts": {
      GET: ({ nextUrl }: NextRequest) => {
        const { tag, path, expire } = Object.fromEntries(nextUrl.searchParams);
        if (tag !== undefined) revalidateTag(tag, expire === undefined ? "max" : { expire: Number(expire) });
        if (path !== undefined) revalidatePath(path);
        return new Response();
      },
    },
  });
  const next = (input: string | URL | (() => Request), init?: Init) => {
    make = () => fetch(typeof input === "function" ? input() : input, init);
  };
  return { ...app, next };
}

const bodyOf = async (app: CachedApp, path = "/a") => (await app.askAndSettle(path))[1];

const POST = { method: "POST", body: "x" };

/** Row by row what Next does, for a handler that runs for each request. */
const ROWS: readonly [init: Init | undefined, hits: 1 | 2, exports?: Record<string, unknown>][] = [
  [undefined, 2],
  [{ cache: "default" }, 2],
  [{ cache: "force-cache" }, 1],
  [{ cache: "force-cache", ...POST }, 1],
  [{ cache: "force-cache", headers: { authorization: "Bearer x" } }, 1],
  [{ next: { revalidate: 2 } }, 1],
  [{ next: { revalidate: 2, tags: ["t"] } }, 1],
  [{ next: { revalidate: false } }, 2],
  [{ next: { tags: ["t"] } }, 2],
  [{ cache: "force-cache", next: { revalidate: false, tags: ["t"] } }, 1],
  [{ cache: "no-store" }, 2],
  [{ next: { revalidate: 0 } }, 2],
  [{ cache: "no-store", next: { revalidate: 10 } }, 2],
  [{ cache: "force-cache", next: { revalidate: 0 } }, 2],
  [undefined, 1, { fetchCache: "force-cache" }],
  [{ cache: "no-store" }, 1, { fetchCache: "force-cache" }],
  [undefined, 1, { fetchCache: "default-cache" }],
  [{ cache: "no-store" }, 2, { fetchCache: "default-cache" }],
  [undefined, 1, { fetchCache: "only-cache" }],
  [undefined, 2, { fetchCache: "default-no-store" }],
  [undefined, 2, { fetchCache: "force-no-store" }],
  [{ cache: "force-cache" }, 1, { fetchCache: "force-no-store" }],
  [{ cache: "force-cache" }, 1, { fetchCache: "default-no-store" }],
  [undefined, 2, { fetchCache: "only-no-store" }],
];

for (const [init, hits, exports = {}] of ROWS) {
  const under = Object.values(exports).map((value) => ` under fetchCache = "${value}"`);
  Deno.test(`fetch() with ${JSON.stringify(init) ?? "nothing"}${under} calls upstream ${hits} times for two requests`, async () => {
    await using upstream = startUpstream(numbered);
    const app = await fetching(exports);
    app.next(upstream.origin, init);
    assertEquals([await bodyOf(app), await bodyOf(app), upstream.hits], ["1", `${hits}`, hits]);
    assertEquals(app.errors, []);
  });
}

const REFUSED: readonly [fetchCache: string, cache: RequestCache][] = [
  ["only-cache", "no-store"],
  ["only-no-store", "force-cache"],
];

for (const [fetchCache, cache] of REFUSED) {
  Deno.test(`fetch() with cache: "${cache}" and fetchCache = "${fetchCache}" throws the error of Next.js`, async () => {
    const app = await fetching({ fetchCache });
    app.next("http://127.0.0.1:4900/fco", { cache });
    assertEquals((await app.get("/a")).status, 500);
    assertEquals(
      app.errors[0]!.message,
      `cache: '${cache}' used on fetch for http://127.0.0.1:4900/fco with 'export const fetchCache = '${fetchCache}'`,
    );
  });
}

for (const revalidate of [-1, NaN, Infinity, "60" as unknown as number]) {
  Deno.test(`fetch() with next.revalidate ${JSON.stringify(revalidate)} ${revalidate} throws the error of Next.js`, async () => {
    const app = await fetching();
    app.next("http://127.0.0.1:4900/", { next: { revalidate } });
    assertEquals((await app.get("/a")).status, 500);
    assertStringIncludes(
      app.errors[0]!.message,
      `Invalid revalidate value "${revalidate}" on "/a", must be a non-negative number or false`,
    );
  });
}

Deno.test("fetch() is not memoized within a request", async () => {
  await using upstream = startUpstream(numbered);
  const GET = async () => {
    const bodies = [];
    for (let i = 0; i < 2; i++) bodies.push(await (await fetch(upstream.origin)).text());
    return Response.json(bodies);
  };
  const app = await createCachedApp({ "route.ts": { GET } });
  assertEquals(await app.ask("/"), [null, '["1","2"]']);
});

Deno.test("concurrent calls of fetch() call upstream once", async () => {
  await using upstream = startUpstream(numbered);
  const app = await fetching();
  app.next(upstream.origin, { cache: "force-cache" });
  const answers = await Promise.all(Array.from({ length: 50 }, () => bodyOf(app)));
  assertEquals([new Set(answers), upstream.hits], [new Set(["1"]), 1]);
});

Deno.test("fetch() with revalidate: 2 returns the old value once after 2 s, then the new one", async () => {
  await using upstream = startUpstream(numbered);
  const app = await fetching();
  app.next(upstream.origin, { next: { revalidate: 2 } });
  assertEquals([await bodyOf(app), await bodyOf(app)], ["1", "1"]);
  app.pass(2);
  assertEquals([await bodyOf(app), await bodyOf(app), upstream.hits], ["1", "2", 2]);
});

for (const status of [500, 404, 201, 301]) {
  Deno.test(`fetch() does not store an upstream's ${status}, and returns it unchanged`, async () => {
    const headers = { "x-a": "1" };
    await using upstream = startUpstream((number) => new Response(`bad ${number}`, { status, headers }));
    const GET = async () => {
      const response = await fetch(upstream.origin, { cache: "force-cache", redirect: "manual" });
      return Response.json([response.status, response.headers.get("x-a"), await response.text()]);
    };
    const app = await createCachedApp({ "route.ts": { GET } });
    assertEquals(await app.ask("/"), [null, `[${status},"1","bad 1"]`]);
    assertEquals(await app.ask("/"), [null, `[${status},"1","bad 2"]`]);
  });
}

for (const [name, broken] of [["500", () => new Response("", { status: 500 })], ["a broken stream", torn]] as const) {
  Deno.test(`fetch() keeps a stale value when upstream answers with ${name}`, async () => {
    let down = false;
    await using upstream = startUpstream((number) => down ? broken() : new Response(`${number}`));
    const app = await fetching();
    app.next(upstream.origin, { next: { revalidate: 2 } });
    assertEquals(await bodyOf(app), "1");
    down = true;
    app.pass(2);
    assertEquals([await bodyOf(app), await bodyOf(app)], ["1", "1"]);
    down = false;
    app.pass(3);
    await bodyOf(app);
    assertEquals(await bodyOf(app), `${upstream.hits}`);
  });
}

function torn(): Response {
  let chunks = 0;
  const body = new ReadableStream({
    pull(controller) {
      if (chunks++ > 0) controller.error(new Error("torn"));
      else controller.enqueue(new Uint8Array(1));
    },
  });
  return new Response(body, { headers: { "content-length": "10" } });
}

Deno.test("fetch() of an upstream that is down rejects like the original", async () => {
  const app = await fetching();
  await using gone = startUpstream(numbered);
  await gone[Symbol.asyncDispose]();
  const plain = await fetch(gone.origin).catch((error) => error.message);
  app.next(gone.origin, { cache: "force-cache" });
  assertEquals([(await app.get("/a")).status, app.errors[0]!.context.routePath], [500, "/a"]);
  assertEquals(app.errors[0]!.message, plain);
});

const MARKS: readonly [query: string, path: string, after: string[]][] = [
  ["tag=t", "/a", ["1", "2", "2"]],
  ["tag=t&expire=0", "/a", ["2", "2"]],
  ["tag=t&expire=10", "/a", ["1", "2"]],
  ["tag=other&expire=0", "/a", ["1", "1"]],
  ["path=/a", "/a", ["2", "2"]],
  ["path=/a/", "/a", ["2", "2"]],
  ["path=/b", "/a", ["1", "1"]],
  ["path=/b/1", "/b/1", ["2", "2"]],
  ["path=/b/2", "/b/1", ["1", "1"]],
  ["tag=_N_T_/a&expire=0", "/a", ["2", "2"]],
  ["tag=_N_T_/layout&expire=0", "/b/1", ["2", "2"]],
];

for (const [query, path, after] of MARKS) {
  Deno.test(`fetch() of ${path} after ?${query} returns ${after}`, async () => {
    await using upstream = startUpstream(numbered);
    const app = await fetching();
    app.next(upstream.origin, { cache: "force-cache", next: { tags: ["t"] } });
    assertEquals(await bodyOf(app, path), "1");
    await app.get(`/tag?${query}`);
    const bodies: string[] = [];
    for (const _ of after) bodies.push(await bodyOf(app, path));
    assertEquals(bodies, after);
  });
}

Deno.test("fetch() below a base path is invalidated by revalidatePath() of its path", async () => {
  await using upstream = startUpstream(numbered);
  const GET = async () => new Response(await (await fetch(upstream.origin, { cache: "force-cache" })).text());
  const POST = () => (revalidatePath("/users/42"), new Response());
  const modules = { "users/[id]/route.ts": { GET }, "hook/route.ts": { POST } };
  const app = await createCachedApp(modules, { basePath: "/docs" });
  assertEquals([await bodyOf(app, "/docs/users/42"), await bodyOf(app, "/docs/users/42")], ["1", "1"]);
  await app.request("/docs/hook", { method: "POST" });
  assertEquals(await bodyOf(app, "/docs/users/42"), "2");
});

/** Under what the route is cached, and what its cache-control says. */
const LOWERED: readonly [config: Record<string, unknown>, init: Init, control: string][] = [
  [{ revalidate: 60 }, { next: { revalidate: 2 } }, "s-maxage=2, stale-while-revalidate=31535998"],
  [{ dynamic: "force-static" }, { next: { revalidate: 2 } }, "s-maxage=2, stale-while-revalidate=31535998"],
  [{ revalidate: 2 }, { next: { revalidate: 60 } }, "s-maxage=2, stale-while-revalidate=31535998"],
  [{ revalidate: 60 }, { cache: "force-cache" }, "s-maxage=60, stale-while-revalidate=31535940"],
];

for (const [config, init, control] of LOWERED) {
  Deno.test(`fetch() with ${JSON.stringify(init)} makes the response ${control} with ${JSON.stringify(config)}`, async () => {
    await using upstream = startUpstream(numbered);
    const app = await fetching(config);
    app.next(upstream.origin, init);
    for (let i = 0; i < 2; i++) {
      const response = await app.get("/a");
      assertEquals([await response.text(), response.headers.get("cache-control")], ["1", control]);
    }
  });
}

const TAGGED: readonly [name: string, init: Init][] = [
  ["tags only", { next: { tags: ["t"] } }],
  ["force-cache", { cache: "force-cache", next: { tags: ["t"] } }],
];

for (const [name, init] of TAGGED) {
  Deno.test(`fetch() with ${name} in a force-static handler adds its tag to the response`, async () => {
    await using upstream = startUpstream(numbered);
    const app = await fetching({ dynamic: "force-static" });
    app.next(upstream.origin, init);
    assertEquals([await app.ask("/a"), await app.ask("/a")], [["MISS", "1"], ["HIT", "1"]]);
    await app.get("/tag?tag=t");
    assertEquals((await app.askAndSettle("/a"))[0], "STALE");
    await app.get("/tag?tag=t&expire=0");
    assertEquals(await app.askAndSettle("/a"), ["MISS", `${upstream.hits}`]);
  });
}

Deno.test("fetch() outside a request is the original", async () => {
  await using upstream: Upstream = startUpstream(numbered);
  await fetching();
  const get = async () => await (await fetch(upstream.origin, { cache: "force-cache" })).text();
  assertEquals([await get(), await get()], ["1", "2"]);
});

Deno.test("an aborted fetch() rejects only for its caller; others that waited for it get a response", async () => {
  const entered = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  await using upstream = startUpstream(async (number) => {
    entered.resolve();
    if (number === 1) await gate.promise;
    return new Response(`${number}`);
  });
  const leave = new AbortController();
  const GET = async ({ nextUrl }: NextRequest) => {
    const signal = nextUrl.pathname === "/a" ? leave.signal : null;
    return new Response(await (await fetch(upstream.origin, { cache: "force-cache", signal })).text());
  };
  const app = await createCachedApp({ "a/route.ts": { GET }, "b/route.ts": { GET } });
  const first = app.get("/a");
  await entered.promise;
  const second = app.ask("/b");
  leave.abort();
  assertEquals((await first).status, 500);
  assertEquals(app.errors.map(({ message }) => message), ["The signal has been aborted"]);
  gate.resolve();
  assertEquals(await second, [null, "2"]);
});

Deno.test("fetch() regenerates a stale value even if its caller aborts", async () => {
  await using upstream = startUpstream(numbered);
  const GET = async () => {
    const leave = new AbortController();
    const init = { next: { revalidate: 2 }, signal: leave.signal };
    const text = await (await fetch(upstream.origin, init)).text();
    leave.abort();
    return new Response(text);
  };
  const app = await createCachedApp({ "route.ts": { GET } });
  assertEquals(await bodyOf(app, "/"), "1");
  app.pass(2);
  assertEquals([await bodyOf(app, "/"), await bodyOf(app, "/")], ["1", "2"]);
});

Deno.test("fetch() also caches in after()", async () => {
  await using upstream = startUpstream(numbered);
  const GET = () => {
    after(async () => void await (await fetch(upstream.origin, { cache: "force-cache" })).text());
    return new Response("x");
  };
  const app = await createCachedApp({ "route.ts": { GET } });
  assertEquals([await bodyOf(app, "/"), await bodyOf(app, "/"), upstream.hits], ["x", "x", 1]);
});

for (
  const [name, send] of [
    ["fetch(url, request)", (origin: string, request: NextRequest) => fetch(origin, request)],
    ["fetch(new Request(url, request))", (origin: string, request: NextRequest) => fetch(new Request(origin, request))],
  ] as const
) {
  Deno.test(`${name} in a handler passes on method, headers and body, like the original`, async () => {
    await using upstream = startUpstream(async (_, request) =>
      Response.json([request.method, request.headers.get("x-a"), await request.text()])
    );
    const POST = async (request: NextRequest) => new Response(await (await send(upstream.origin, request)).text());
    const app = await createCachedApp({ "route.ts": { POST } });
    const response = await app.request("/", { method: "POST", headers: { "x-a": "1" }, body: "hi" });
    assertEquals(await response.text(), '["POST","1","hi"]');
  });
}

for (
  const meta of [null, {}, { url: 1, headers: [] }, { url: "x" }, { url: "x", headers: [["a b", "x"]] }, {
    url: "x",
    headers: [["a", "\x01"]],
  }]
) {
  Deno.test(`S62 fetch() treats an entry whose meta is ${JSON.stringify(meta)} as a MISS, reported once`, async () => {
    await using upstream = startUpstream(numbered);
    const store = memoryStore();
    const GET = async () => {
      const response = await fetch(upstream.origin, { next: { revalidate: 60 } } as Init);
      return new Response(await response.text());
    };
    const lines = await captured("warn", async () => {
      const app = await createCachedApp({ "a/route.ts": { dynamic: "force-dynamic", GET } }, { cache: store });
      const first = await bodyOf(app);
      for await (const { key, entry } of store.list()) await store.set(key, { ...entry!, meta });
      const second = await bodyOf(app);
      assertEquals([second === first, await bodyOf(app), app.errors], [false, second, []]);
    });
    assertEquals(lines.length, 1);
    assertStringIncludes(lines[0]!, 'Cannot use cached entry "fetch GET ');
  });
}

Deno.test("S61 fetch() regenerates an entry of tomorrow", async () => {
  await using upstream = startUpstream(numbered);
  const GET = async () => {
    const response = await fetch(upstream.origin, { next: { revalidate: 60 } } as Init);
    return new Response(await response.text());
  };
  const app = await createCachedApp({ "a/route.ts": { dynamic: "force-dynamic", GET } });
  app.pass(86_400);
  const first = await bodyOf(app);
  app.pass(-86_400);
  assertEquals(await bodyOf(app), first);
  assertEquals(await bodyOf(app) === first, false);
});
