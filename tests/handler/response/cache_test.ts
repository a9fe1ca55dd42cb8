import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { draftMode } from "../../../src/headers.ts";
import { notFound, permanentRedirect, redirect } from "../../../src/navigation.ts";
import { after, type NextRequest } from "../../../src/server.ts";
import { counting, createCachedApp } from "../../helpers/cached.ts";

Deno.test("response cache: MISS, HIT, then STALE once with one revalidation, then HIT with the new body", async () => {
  const GET = counting();
  const app = await createCachedApp({ "a/route.ts": { revalidate: 2, GET } });
  assertEquals(await app.askAndSettle("/a"), ["MISS", "1"]);
  assertEquals(await app.askAndSettle("/a"), ["HIT", "1"]);
  app.pass(1.999);
  assertEquals(await app.askAndSettle("/a"), ["HIT", "1"]);
  app.pass(0.001);
  assertEquals([await app.ask("/a"), await app.ask("/a"), await app.ask("/a")], Array(3).fill(["STALE", "1"]));
  await app.drain();
  assertEquals(GET.runs, 2);
  assertEquals(await app.askAndSettle("/a"), ["HIT", "2"]);
  app.pass(5);
  assertEquals([await app.ask("/a"), await app.askAndSettle("/a")], [["STALE", "2"], ["STALE", "2"]]);
  assertEquals([await app.askAndSettle("/a"), GET.runs], [["HIT", "3"], 3]);
});

Deno.test("response cache: no request waits for a slow revalidation, and until it ends all are STALE", async () => {
  const slow = Promise.withResolvers<void>();
  const GET = counting(async (number) => {
    if (number === 2) await slow.promise;
    return new Response(`${number}`);
  });
  const app = await createCachedApp({ "route.ts": { revalidate: 2, GET } });
  await app.ask("/");
  app.pass(2);
  for (let i = 0; i < 5; i++) assertEquals(await app.ask("/"), ["STALE", "1"]);
  slow.resolve();
  await app.drain();
  assertEquals([await app.ask("/"), GET.runs], [["HIT", "2"], 2]);
});

Deno.test("response cache: age is the seconds since the entry was generated, also of a STALE response, and a MISS has none", async () => {
  const app = await createCachedApp({ "route.ts": { revalidate: 10, GET: counting() } });
  const age = async () => (await app.get("/")).headers.get("age");
  assertEquals([await age(), await age()], [null, "0"]);
  app.pass(4.9);
  assertEquals(await age(), "4");
  app.pass(100);
  assertEquals(await age(), "104");
  await app.drain();
  assertEquals(await age(), "0");
});

const CONTROLS: readonly [config: Record<string, unknown>, control: string][] = [
  [{ dynamic: "force-static" }, "s-maxage=31536000"],
  [{ dynamic: "error" }, "s-maxage=31536000"],
  [{ revalidate: false }, "s-maxage=31536000"],
  [{ generateStaticParams: () => [{}] }, "s-maxage=31536000"],
  [{ revalidate: 60 }, "s-maxage=60, stale-while-revalidate=31535940"],
  [{ revalidate: 2 }, "s-maxage=2, stale-while-revalidate=31535998"],
  [{ revalidate: 3600 }, "s-maxage=3600, stale-while-revalidate=31532400"],
  [{ dynamic: "force-static", revalidate: 60 }, "s-maxage=60, stale-while-revalidate=31535940"],
];

for (const [config, control] of CONTROLS) {
  const name = Object.entries(config).map(([key, value]) => `${key} = ${value}`).join(", ");
  Deno.test(`response cache: cache-control under ${name} is "${control}", for MISS, HIT and HEAD`, async () => {
    const app = await createCachedApp({ "route.ts": { ...config, GET: counting() } });
    for (const method of ["GET", "GET", "HEAD"]) {
      const { status, headers } = await app.request("/", { method });
      assertEquals([status, headers.get("cache-control")], [200, control]);
    }
  });
}

const OWN: readonly [name: string, value: string][] = [
  ["cache-control", "public, max-age=7"],
  ["etag", '"mine"'],
  ["etag", 'W/"mine"'],
  ["age", "3"],
  ["vary", "accept-language"],
  ["x-custom", "1"],
  ["content-type", "text/csv"],
];

for (const [name, value] of OWN) {
  Deno.test(`response cache: the handler's own ${name}: ${value} is stored and replayed`, async () => {
    const GET = counting(() => new Response("x", { headers: { [name]: value } }));
    const app = await createCachedApp({ "route.ts": { revalidate: 60, GET } });
    for (const state of ["MISS", "HIT"]) {
      const { headers } = await app.get("/");
      assertEquals([headers.get("x-nextjs-cache"), headers.get(name)], [state, value]);
    }
    assertEquals(GET.runs, 1);
  });
}

Deno.test("response cache: x-nextjs-cache, date and content-length of the handler are not replayed", async () => {
  const headers = { "x-nextjs-cache": "BOGUS", date: "Thu, 01 Jan 1970 00:00:00 GMT", "content-length": "99" };
  const app = await createCachedApp({ "route.ts": { revalidate: 60, GET: () => new Response("x", { headers }) } });
  for (const state of ["MISS", "HIT"]) {
    const { headers } = await app.get("/");
    assertEquals([headers.get("x-nextjs-cache"), headers.get("date")], [state, null]);
    assertNotEquals(headers.get("content-length"), "99");
  }
});

Deno.test("response cache: the ETag is strong, and differs only if the body does", async () => {
  const bodies = ["a", "a", "b"];
  const app = await createCachedApp({ "route.ts": { revalidate: 1, GET: () => new Response(bodies.shift()) } });
  const tags: (string | null)[] = [];
  for (let i = 0; i < 3; i++) {
    tags.push((await app.get("/")).headers.get("etag"));
    app.pass(1);
    await app.ask("/");
    await app.drain();
  }
  assertMatch(tags[0]!, /^"[^"]+"$/);
  assertEquals(tags[0], tags[1]);
  assertNotEquals(tags[1], tags[2]);
});

const CONDITIONS: readonly [condition: (etag: string) => string, status: number][] = [
  [(etag) => etag, 304],
  [(etag) => `W/${etag}`, 304],
  [(etag) => `"other", ${etag}`, 304],
  [(etag) => `"other",W/${etag} , "more"`, 304],
  [() => "*", 304],
  [() => '"other"', 200],
  [(etag) => etag.slice(1, -1), 200],
  [() => "", 200],
];

for (const [condition, status] of CONDITIONS) {
  Deno.test(`response cache: If-None-Match: ${condition('"etag"')} gets ${status}`, async () => {
    const GET = () => new Response("body", { headers: { "content-type": "text/csv", "content-language": "en" } });
    const app = await createCachedApp({ "route.ts": { revalidate: 60, GET } });
    const etag = (await app.get("/")).headers.get("etag")!;
    for (const method of ["GET", "HEAD"]) {
      const response = await app.request("/", { method, headers: { "if-none-match": condition(etag) } });
      const { headers } = response;
      assertEquals(response.status, status);
      assertEquals(await response.text(), status === 200 && method === "GET" ? "body" : "");
      assertEquals(headers.get("etag"), etag);
      assertEquals(headers.get("cache-control"), "s-maxage=60, stale-while-revalidate=31535940");
      const content = [headers.get("content-type"), headers.get("content-language"), headers.get("content-length")];
      if (status === 304) assertEquals(content, [null, null, null]);
    }
  });
}

Deno.test("response cache: If-None-Match is ignored if the response is not 2xx (RFC 9110 §13.2.1)", async () => {
  const GET = () => new Response("gone", { status: 404, headers: { etag: '"mine"' } });
  const app = await createCachedApp({ "route.ts": { revalidate: 60, GET } });
  for (const state of ["MISS", "HIT"]) {
    const response = await app.get("/", { "if-none-match": '"mine"' });
    assertEquals([response.headers.get("x-nextjs-cache"), response.status], [state, 404]);
    await response.body?.cancel();
  }
});

const TEXT = "text/plain;charset=UTF-8";

/** Every byte there is. */
const BYTES = Uint8Array.from({ length: 256 }, (_, i) => i);
const streamed = (...chunks: Uint8Array<ArrayBuffer>[]) => new Response(ReadableStream.from(chunks));

const BODIES: readonly [name: string, make: () => Response, bytes: Uint8Array, type: string | null][] = [
  ["a binary body", () => new Response(BYTES), BYTES, null],
  ["a stream", () => streamed(BYTES.slice(0, 3), BYTES.slice(3)), BYTES, null],
  ["a stream without chunks", () => streamed(), new Uint8Array(), null],
  ["no body", () => new Response(null), new Uint8Array(), null],
  ["an empty text", () => new Response(""), new Uint8Array(), TEXT],
  ["a Blob", () => new Response(new Blob([BYTES], { type: "image/png" })), BYTES, "image/png"],
  ["text", () => new Response("é"), new TextEncoder().encode("é"), TEXT],
  ["text with a byte order mark", () => new Response("\ufeffé"), new TextEncoder().encode("\ufeffé"), TEXT],
  ["half a character", () => new Response(Uint8Array.of(97, 0xc3)), Uint8Array.of(97, 0xc3), null],
  ["bytes that are text", () => new Response(Uint8Array.of(97, 98)), Uint8Array.of(97, 98), null],
  ["a long text", () => new Response("é".repeat(1e5)), new TextEncoder().encode("é".repeat(1e5)), TEXT],
  ["a long text in ASCII", () => new Response("a".repeat(1e5)), new TextEncoder().encode("a".repeat(1e5)), TEXT],
  ["2 MB of text", () => new Response("a".repeat(2e6)), new TextEncoder().encode("a".repeat(2e6)), TEXT],
];

for (const [name, make, bytes, type] of BODIES) {
  Deno.test(`response cache: ${name} is replayed byte for byte, with its content-type or none`, async () => {
    const app = await createCachedApp({ "route.ts": { revalidate: 60, GET: make } });
    for (const state of ["MISS", "HIT", "HIT"]) {
      const response = await app.get("/");
      assertEquals(response.headers.get("x-nextjs-cache"), state);
      assertEquals(response.headers.get("content-type"), type);
      assertEquals(await response.bytes(), bytes);
    }
  });
}

for (const [name, make, bytes] of BODIES) {
  Deno.test(`response cache: changing the bytes or headers of ${name} changes no other response`, async () => {
    const app = await createCachedApp({ "route.ts": { revalidate: 60, GET: make } });
    for (let i = 0; i < 5; i++) {
      const response = await app.get("/");
      assertEquals(response.headers.get("x-mine"), null);
      response.headers.set("x-mine", "1");
      const own = await response.bytes();
      assertEquals(own, bytes);
      own.fill(0);
    }
  });
}

Deno.test("response cache: reading half of a response leaves the others complete", async () => {
  const app = await createCachedApp({ "route.ts": { revalidate: 60, GET: () => new Response(BYTES) } });
  await app.ask("/");
  const [one, two] = await Promise.all([app.get("/"), app.get("/")]);
  await one.body!.cancel();
  assertEquals([await two.bytes(), await (await app.get("/")).bytes()], [BYTES, BYTES]);
});

const status = (status: number, headers: Record<string, string> = {}) => () =>
  new Response(status === 200 || status === 404 ? `${status}` : null, { status, headers });

type Status = readonly [name: string, GET: () => Response, status: number, location: string | null];

const STATUSES: readonly Status[] = [
  ...[200, 201, 203, 204, 205, 301, 304, 400, 401, 403, 404, 410, 418, 422, 429].map((code): Status => [
    `status ${code}`,
    status(code),
    code,
    null,
  ]),
  ["a 308 with Location", status(308, { location: "/x" }), 308, "/x"],
  ["redirect()", () => redirect("/x"), 307, "/x"],
  ["permanentRedirect()", () => permanentRedirect("/x"), 308, "/x"],
  ["notFound()", () => notFound(), 404, null],
];

for (const [name, handler, code, location] of STATUSES) {
  Deno.test(`response cache: ${name} is cached with the route's cache-control`, async () => {
    const GET = counting(handler);
    const app = await createCachedApp({ "route.ts": { revalidate: 60, GET } });
    for (const state of ["MISS", "HIT"]) {
      const response = await app.get("/");
      await response.body?.cancel();
      assertEquals([response.status, response.headers.get("x-nextjs-cache")], [code, state]);
      assertEquals(response.headers.get("location"), location);
      assertEquals(response.headers.get("cache-control"), "s-maxage=60, stale-while-revalidate=31535940");
    }
    assertEquals(GET.runs, 1);
  });
}

const UNCACHED: readonly [name: string, file: string, exports: Record<string, unknown>][] = [
  ["no config", "a/route.ts", {}],
  ["revalidate = 0", "a/route.ts", { revalidate: 0 }],
  ["dynamic = force-dynamic", "a/route.ts", { dynamic: "force-dynamic", revalidate: 60 }],
  ["a POST export", "a/route.ts", { revalidate: 60, POST: () => new Response() }],
  ["a DELETE export under force-static", "a/route.ts", { dynamic: "force-static", DELETE: () => new Response() }],
  ["an OPTIONS export", "a/route.ts", { revalidate: 60, OPTIONS: () => new Response() }],
  ["a dynamic segment and only revalidate", "[id]/route.ts", { revalidate: 60 }],
  ["a catch-all and only revalidate", "[...id]/route.ts", { revalidate: false }],
  ["runtime = edge", "a/route.ts", { runtime: "edge" }],
];

for (const [name, file, exports] of UNCACHED) {
  Deno.test(`response cache: a route with ${name} runs for each request, without the cache's headers`, async () => {
    const app = await createCachedApp({ [file]: { ...exports, GET: counting() } });
    for (const body of ["1", "2"]) {
      const response = await app.get("/a");
      const names = ["x-nextjs-cache", "cache-control", "etag", "age"].map((name) => response.headers.get(name));
      assertEquals([await response.text(), ...names], [body, null, null, null, null]);
    }
  });
}

Deno.test("response cache: a request with the draft mode cookie bypasses the cache, and its response is private", async () => {
  const secret = { draftSecret: "a secret" };
  const GET = counting(async (number) => new Response(`${number} ${(await draftMode()).isEnabled}`));
  const on = async () => {
    (await draftMode()).enable();
    return new Response();
  };
  const app = await createCachedApp({ "a/route.ts": { revalidate: 60, GET }, "on/route.ts": { GET: on } }, secret);
  const cookie = (await app.get("/on")).headers.getSetCookie()[0]!.split(";", 1)[0]!;
  assertEquals(await app.ask("/a"), ["MISS", "1 false"]);
  const draft = await app.get("/a", { cookie });
  assertEquals(await draft.text(), "2 true");
  assertEquals(draft.headers.get("x-nextjs-cache"), null);
  assertEquals(draft.headers.get("cache-control"), "private, no-cache, no-store, max-age=0, must-revalidate");
  assertEquals(await app.ask("/a"), ["HIT", "1 false"]);
  assertEquals(await app.ask("/a", { cookie: `${cookie}0` }), ["HIT", "1 false"]);
  assertEquals(await app.ask("/a", { cookie: "__prerender_bypass=1" }), ["HIT", "1 false"]);
});

Deno.test("response cache: after() of a cached handler runs once for each run, also during a revalidation", async () => {
  const ran: string[] = [];
  const GET = counting((number) => {
    after(() => ran.push(`after ${number}`));
    return new Response(`${number}`);
  });
  const app = await createCachedApp({ "route.ts": { revalidate: 2, GET } });
  await app.askAndSettle("/");
  await app.askAndSettle("/");
  assertEquals(ran, ["after 1"]);
  app.pass(2);
  assertEquals(await app.askAndSettle("/"), ["STALE", "1"]);
  assertEquals(ran, ["after 1", "after 2"]);
});

Deno.test("response cache: below a base path, MISS, HIT and STALE see the same path", async () => {
  const GET = (request: NextRequest) => new Response(`${request.nextUrl.pathname} ${request.nextUrl.basePath}`);
  const seen = async (options: { basePath?: string }, path: string) => {
    const app = await createCachedApp({ "a/route.ts": { revalidate: 2, GET } }, options);
    const answers = [await app.askAndSettle(path), await app.askAndSettle(path)];
    app.pass(2);
    answers.push(await app.askAndSettle(path), await app.askAndSettle(path));
    assertEquals(answers.map(([state]) => state), ["MISS", "HIT", "STALE", "HIT"]);
    return new Set(answers.map(([, body]) => body));
  };
  assertEquals((await seen({}, "/a")).size, 1);
  assertEquals((await seen({ basePath: "/docs" }, "/docs/a")).size, 1);
});

Deno.test("response cache: other methods of a cached route bypass the cache, and do not change it", async () => {
  const GET = counting();
  const app = await createCachedApp({ "[id]/route.ts": { generateStaticParams: () => [], GET } });
  for (const [method, status] of [["POST", 405], ["OPTIONS", 204], ["DELETE", 405]] as const) {
    const response = await app.request("/a", { method });
    assertEquals([response.status, response.headers.get("allow")], [status, "GET, HEAD, OPTIONS"]);
    assertEquals(response.headers.get("x-nextjs-cache"), null);
  }
  assertEquals([await app.ask("/a"), await app.ask("/a"), GET.runs], [["MISS", "1"], ["HIT", "1"], 1]);
  assert(app.errors.length === 0);
});
