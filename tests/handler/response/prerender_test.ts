import { assertEquals, assertStringIncludes } from "@std/assert";
import { randomBytes } from "node:crypto";
import { connect } from "node:net";
import process from "node:process";
import { cacheLife, io, unstable_cache } from "../../../src/cache.ts";
import { cookies, draftMode, headers } from "../../../src/headers.ts";
import { notFound, redirect } from "../../../src/navigation.ts";
import { after, connection, type NextRequest } from "../../../src/server.ts";
import type { Modules } from "../../helpers/app.ts";
import { createRulesApp } from "../../helpers/rules.ts";
import { useCache } from "../../use_cache/_cached.ts";

const CONFIG = { cacheComponents: true };

const createPrerenderApp = (modules: Modules, now?: () => number) =>
  createRulesApp(modules, now === undefined ? { config: CONFIG } : { config: CONFIG, now });

/** Returns a handler that runs a function and answers with how often it has run. */
function counting(run: (request: NextRequest) => unknown = () => {}) {
  let runs = 0;
  return async (request: NextRequest) => {
    runs++;
    await run(request);
    return new Response(`${runs}`);
  };
}

type Row = readonly [what: string, run: (request: NextRequest) => unknown];

const pause = () => new Promise((resolve) => setTimeout(resolve, 5));
const cached = useCache(() => Math.random());
const kept = unstable_cache(() => Promise.resolve(Date.now()), ["kept"]);

const STATIC: readonly Row[] = [
  ["nothing", () => {}],
  ["awaits", async () => {
    for (let i = 0; i < 100; i++) await null;
  }],
  ["process.nextTick()", () => new Promise<void>((resolve) => process.nextTick(resolve))],
  ["a dynamic import", () => import("../../../src/scope/settle.ts")],
  ["new Date(5)", () => new Date(5)],
  ["the method and the path", (request) => [request.method, request.nextUrl.pathname]],
  ["cookies() that is not awaited", () => void cookies()],
  ["draftMode().isEnabled", async () => (await draftMode()).isEnabled],
  ["after()", () => after(() => {})],
  ["a cached function", () => cached()],
  ["a cached function with input and output", useCache(async () => [await pause(), Date.now()])],
  ["io() in a cached function", useCache(() => io())],
  ["unstable_cache()", () => kept()],
  ["fetch() with force-cache", async () => await (await fetch("data:text/plain,a", { cache: "force-cache" })).text()],
];

const DYNAMIC: readonly Row[] = [
  ["Date.now()", () => Date.now()],
  ["new Date()", () => new Date()],
  ["Math.random()", () => Math.random()],
  ["Math.random() in a try", () => {
    try {
      Math.random();
    } catch { /* it does not throw */ }
  }],
  ["crypto.randomUUID()", () => crypto.randomUUID()],
  ["crypto.getRandomValues()", () => crypto.getRandomValues(new Uint8Array(1))],
  ["node:crypto", () => randomBytes(8)],
  ["setTimeout()", pause],
  ["setImmediate()", () => new Promise((resolve) => setImmediate(resolve))],
  ["a promise that takes long", () => new Promise((resolve) => slow.push(resolve))],
  ["io()", () => io()],
  ["connection()", () => connection()],
  ["cookies()", () => cookies()],
  ["headers() after a cached function", async () => [await cached(), await headers()]],
  ["request.url", (request) => request.url],
  ["request.headers", (request) => request.headers],
  ["request.cookies", (request) => request.cookies],
  ["nextUrl.searchParams", (request) => request.nextUrl.searchParams],
  ["fetch()", async () => await (await fetch("data:text/plain,a")).text()],
  ["a cached function with a short lifetime", useCache(() => cacheLife("seconds"))],
  ["a cached function that is not kept", useCache(() => cacheLife({ revalidate: 0 }))],
  ["Date.now() beside a cached function", () => Promise.all([cached(), Promise.resolve().then(() => Date.now())])],
];
const slow: ((value: unknown) => void)[] = [];

for (const [what, run] of STATIC) {
  Deno.test(`with cacheComponents a GET is cached that uses ${what}`, async () => {
    const app = await createPrerenderApp({ "a/route.ts": { GET: counting(run) } });
    const states: unknown[] = [];
    for (let i = 0; i < 2; i++) {
      const response = await app.get("/a");
      states.push([response.headers.get("x-nextjs-cache"), await response.text()]);
    }
    assertEquals([states, app.errors], [[["MISS", "1"], ["HIT", "1"]], []]);
    await app.drain();
  });
}

for (const [what, run] of DYNAMIC) {
  Deno.test(`with cacheComponents a GET is not cached that uses ${what}`, async () => {
    const app = await createPrerenderApp({ "a/route.ts": { GET: counting(run) } });
    for (const runs of ["1", "2"]) {
      const answer = app.get("/a");
      await pause();
      slow.splice(0).forEach((resolve) => resolve(0));
      const response = await answer;
      const { headers } = response;
      assertEquals([headers.get("x-nextjs-cache"), headers.get("cache-control"), await response.text()], [
        null,
        null,
        runs,
      ]);
    }
    assertEquals(app.errors, []);
  });
}

Deno.test("with cacheComponents a GET is not cached that asks a server over node:net", async () => {
  await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, () => new Response("a"));
  const ask = () =>
    new Promise<void>((resolve) => {
      const socket = connect(server.addr.port, "127.0.0.1", () => socket.write("GET / HTTP/1.0\r\nhost: a\r\n\r\n"));
      socket.on("data", () => socket.end());
      socket.on("close", () => resolve());
    });
  const app = await createPrerenderApp({ "a/route.ts": { GET: counting(ask) } });
  assertEquals([await (await app.get("/a")).text(), await (await app.get("/a")).text()], ["1", "2"]);
});

Deno.test("with cacheComponents the responses of redirect(), notFound() and other statuses are cached", async () => {
  const app = await createPrerenderApp({
    "redirect/route.ts": { GET: () => redirect("/b") },
    "missing/route.ts": { GET: () => notFound() },
    "gone/route.ts": { GET: () => new Response("gone", { status: 410 }) },
  });
  const answers = { "/redirect": 307, "/missing": 404, "/gone": 410 };
  for (const [path, status] of Object.entries(answers)) {
    for (const state of ["MISS", "HIT"]) {
      const response = await app.get(path);
      assertEquals([response.status, response.headers.get("x-nextjs-cache")], [status, state]);
      await response.body?.cancel();
    }
  }
});

Deno.test("with cacheComponents other methods beside GET, and dynamic segments, make a route dynamic", async () => {
  const GET = counting();
  const generateStaticParams = () => [{ id: "1" }];
  const app = await createPrerenderApp({
    "post/route.ts": { GET: counting(), POST: () => new Response() },
    "plain/[id]/route.ts": { GET: counting() },
    "listed/[id]/route.ts": { GET, generateStaticParams },
  });
  const texts = async (path: string) => [await (await app.get(path)).text(), await (await app.get(path)).text()];
  assertEquals(await texts("/post"), ["1", "2"]);
  assertEquals(await texts("/plain/1"), ["1", "2"]);
  assertEquals(await texts("/listed/1"), ["1", "1"]);
  assertEquals(await texts("/listed/2"), ["2", "2"]);
});

Deno.test("with cacheComponents a GET may be cached for some params and use the request for others", async () => {
  let runs = 0;
  const app = await createPrerenderApp({
    "[id]/route.ts": {
      generateStaticParams: () => [{ id: "a" }],
      GET: async (request: NextRequest, { params }: { params: Promise<{ id: string }> }) => {
        const { id } = await params;
        return new Response(`${id} ${id === "b" ? request.nextUrl.searchParams.get("q") : ""} ${++runs}`);
      },
    },
  });
  const ask = async (path: string) => {
    const response = await app.get(path);
    return `${response.headers.get("x-nextjs-cache")} ${await response.text()}`;
  };
  const answers = [await ask("/a?q=1"), await ask("/a?q=2"), await ask("/b?q=1"), await ask("/b?q=2"), await ask("/a")];
  assertEquals(answers, ["MISS a  1", "HIT a  1", "null b 1 2", "null b 2 3", "HIT a  1"]);
});

Deno.test("with cacheComponents the lifetime is the shortest of the cached functions", async () => {
  const hours = useCache(() => cacheLife("hours")), minutes = useCache(() => cacheLife("minutes"));
  const app = await createPrerenderApp({
    "plain/route.ts": { GET: () => new Response("a") },
    "default/route.ts": { GET: counting(useCache(() => {})) },
    "both/route.ts": { GET: counting(async () => [await hours(), await minutes()]) },
  });
  const control = async (path: string) => (await app.get(path)).headers.get("cache-control");
  assertEquals(await control("/plain"), "s-maxage=31536000");
  assertEquals(await control("/default"), "s-maxage=900, stale-while-revalidate=31535100");
  assertEquals(await control("/both"), "s-maxage=60, stale-while-revalidate=3540");
});

Deno.test("with cacheComponents a stale response is served while the next one is generated", async () => {
  let time = 1_000_000;
  const minutes = useCache(() => cacheLife("minutes"));
  const app = await createPrerenderApp({ "a/route.ts": { GET: counting(() => minutes()) } }, () => time);
  const ask = async () => {
    const response = await app.get("/a");
    return `${response.headers.get("x-nextjs-cache")} ${await response.text()}`;
  };
  assertEquals([await ask(), await ask()], ["MISS 1", "HIT 1"]);
  time += 61_000;
  assertEquals(await ask(), "STALE 1");
  await app.drain();
  assertEquals(await ask(), "HIT 2");
});

Deno.test("with cacheComponents a response is not served after it has expired", async () => {
  let time = 1_000_000;
  const load = useCache(() => cacheLife({ stale: 60, revalidate: 100, expire: 400 }));
  const app = await createPrerenderApp({ "a/route.ts": { GET: counting(() => load()) } }, () => time);
  const ask = async () => {
    const response = await app.get("/a");
    return `${response.headers.get("x-nextjs-cache")} ${await response.text()}`;
  };
  assertEquals(await ask(), "MISS 1");
  time += 399_000;
  assertEquals(await ask(), "STALE 1");
  await app.drain();
  time += 400_000;
  assertEquals(await ask(), "MISS 3");
});

Deno.test("with cacheComponents a dynamic response is sent as it comes, and holds up no other one", async () => {
  let runs = 0;
  const release = Promise.withResolvers<void>();
  const GET = () => {
    const first = ++runs === 1;
    return new Response(
      new ReadableStream({
        async start(controller) {
          controller.enqueue(new TextEncoder().encode(`${first ? "slow" : "fast"} `));
          if (first) await release.promise;
          controller.close();
        },
      }),
    );
  };
  const app = await createPrerenderApp({ "a/route.ts": { GET } });
  const first = await app.get("/a");
  const reader = first.body!.getReader();
  assertEquals(new TextDecoder().decode((await reader.read()).value), "slow ");
  assertEquals(await (await app.get("/a")).text(), "fast ");
  release.resolve();
  assertEquals((await reader.read()).done, true);
});

for (const name of ["dynamic", "revalidate", "fetchCache", "dynamicParams", "runtime"]) {
  Deno.test(`with cacheComponents a route that exports ${name} is not loaded`, async () => {
    const app = await createPrerenderApp({ "a/route.ts": { GET: () => new Response(), [name]: "x" } });
    assertEquals((await app.get("/a")).status, 500);
    const sentence =
      `Route segment config "${name}" is not compatible with \`nextConfig.cacheComponents\`. Please remove it.`;
    assertStringIncludes(`${app.errors[0]?.error}`, `Cannot load route "a/route.ts": ${sentence}`);
  });
}
