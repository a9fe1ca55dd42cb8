import { assertEquals, assertNotStrictEquals } from "@std/assert";
import { createCachedApp } from "../helpers/cached.ts";
import type { Init } from "./_init.ts";
import { numbered, startUpstream } from "../helpers/upstream.ts";

/** Runs in a handler, where `fetch()` has a cache. */
async function inHandler<T>(run: () => Promise<T>): Promise<T> {
  let result: { value: T } | undefined;
  const app = await createCachedApp({
    "route.ts": {
      async GET() {
        result = { value: await run() };
        return new Response();
      },
    },
  });
  await app.get("/");
  if (result === undefined) throw new Error(app.errors[0]?.message);
  return result.value;
}

type Call = readonly [path: string | (() => Request), init?: Init];
type Make = (origin: string) => Call;

/** How many requests reach upstream for two calls. */
async function hitsOf(first: Make, second: Make): Promise<number> {
  await using upstream = startUpstream(numbered);
  await inHandler(async () => {
    for (const make of [first, second]) {
      const [input, init] = make(upstream.origin);
      const target = typeof input === "string" ? upstream.origin + input : input();
      await (await fetch(target, { cache: "force-cache", ...init })).text();
    }
  });
  return upstream.hits;
}

const body = (body: BodyInit): Make => () => ["/", { method: "POST", body }];
const form = (...entries: [string, string | File][]) => {
  const data = new FormData();
  for (const [name, value] of entries) data.append(name, value);
  return data;
};
const bytes = (...values: number[]) => Uint8Array.from(values);

const DISTINCT: readonly [name: string, first: Make, second: Make][] = [
  ["the path", () => ["/a"], () => ["/b"]],
  ["the query", () => ["/?a=1"], () => ["/?a=2"]],
  ["the method", () => ["/"], () => ["/", { method: "PUT" }]],
  ["a header", () => ["/", { headers: { a: "1" } }], () => ["/", { headers: { a: "2" } }]],
  ["a header's presence", () => ["/"], () => ["/", { headers: { a: "" } }]],
  ["authorization", () => ["/", { headers: { authorization: "1" } }], () => ["/", { headers: { authorization: "2" } }]],
  ["cookie", () => ["/", { headers: { cookie: "a=1" } }], () => ["/", { headers: { cookie: "a=2" } }]],
  [
    "name and value of headers",
    () => ["/", { headers: { a: "b", c: "" } }],
    () => ["/", { headers: { a: "", b: "c" } }],
  ],
  ["redirect", () => ["/"], () => ["/", { redirect: "manual" }]],
  ["a Request's header", (o) => [() => new Request(o, { headers: { a: "1" } })], (o) => [() => new Request(o)]],
  [
    "a Request's body",
    (o) => [() => new Request(o, { method: "POST", body: "1" })],
    (o) => [() => new Request(o, { method: "POST", body: "2" })],
  ],
  ["a Request's method", (o) => [() => new Request(o, { method: "PUT" })], (o) => [() => new Request(o)]],
];

for (const [name, first, second] of DISTINCT) {
  Deno.test(`fetch() does not share an entry between calls that differ in ${name}`, async () => {
    assertEquals([await hitsOf(first, second), await hitsOf(second, second)], [2, 1]);
  });
}

const SAME: readonly [name: string, first: Make, second: Make][] = [
  ["the case of header names", () => ["/", { headers: { AB: "1" } }], () => ["/", { headers: { ab: "1" } }]],
  ["the order of headers", () => ["/", { headers: { a: "1", b: "2" } }], () => ["/", { headers: { b: "2", a: "1" } }]],
  ["the case of the method", () => ["/", { method: "get" }], () => ["/"]],
  ["the fragment", () => ["/#a"], () => ["/#b"]],
  ["traceparent", () => ["/", { headers: { traceparent: "1" } }], () => ["/", { headers: { traceparent: "2" } }]],
  ["tags", () => ["/", { next: { tags: ["a"] } }], () => ["/", { next: { tags: ["b"] } }]],
  ["a URL and a Request", () => ["/"], (o) => [() => new Request(`${o}/`)]],
  ["the object of an equal body", body(bytes(1, 2)), body(bytes(1, 2))],
];

for (const [name, first, second] of SAME) {
  Deno.test(`fetch() shares an entry between calls that differ only in ${name}`, async () => {
    assertEquals(await hitsOf(first, second), 1);
  });
}

const BODIES: readonly [name: string, first: BodyInit, second: BodyInit][] = [
  ["the bytes 0xC0 and 0xC1", bytes(0xc0), bytes(0xc1)],
  ["ArrayBuffers of 0xC0 and 0xC1", bytes(0xc0).buffer, bytes(0xc1).buffer],
  ["DataViews of 0xC0 and 0xC1", new DataView(bytes(0xc0).buffer), new DataView(bytes(0xc1).buffer)],
  ["Blobs of 0xC0 and 0xC1", new Blob([bytes(0xc0)]), new Blob([bytes(0xc1)])],
  ["views of one buffer", bytes(1, 2, 3).subarray(0, 2), bytes(1, 2, 3).subarray(1, 3)],
  ["Blobs of two types", new Blob(["a"], { type: "text/a" }), new Blob(["a"], { type: "text/b" })],
  ['"a,b" and ["a", "b"] of a form', form(["k", "a,b"]), form(["k", "a"], ["k", "b"])],
  ["the order of a form", form(["k", "a"], ["k", "b"]), form(["k", "b"], ["k", "a"])],
  ["name and value of a form", form(["a", "bc"]), form(["ab", "c"])],
  ["a field and a file", form(["a", "x"]), form(["a", new File(["x"], "x")])],
  ["two file names", form(["a", new File(["x"], "1")]), form(["a", new File(["x"], "2")])],
  ["two file types", form(["a", new File(["x"], "1")]), form(["a", new File(["x"], "1", { type: "text/a" })])],
  ["files of 0xC0 and 0xC1", form(["a", new File([bytes(0xc0)], "1")]), form(["a", new File([bytes(0xc1)], "1")])],
  ["URLSearchParams and their string", new URLSearchParams({ a: "1" }), "a=1"],
  ["a text and a Blob of it", "a=1", new Blob(["a=1"])],
  ["a text and the same bytes", "a", bytes(97)],
  ["an empty text and no bytes", "", bytes(0)],
  ["a form and its parts as text", form(["a", "b"]), "form datafieldab"],
];

for (const [name, first, second] of BODIES) {
  Deno.test(`S27 fetch() does not share an entry between ${name}`, async () => {
    assertEquals([await hitsOf(body(first), body(second)), await hitsOf(body(first), body(first))], [2, 1]);
  });
}

for (const bytes of [[0xc0], [0xc1]]) {
  Deno.test(`S27 fetch() sends the given body, ${bytes}, also of a Request`, async () => {
    await using upstream = startUpstream(async (_, request) => new Response(await request.bytes()));
    const sent = Uint8Array.from(bytes);
    const got = await inHandler(async () => {
      const init = { method: "POST", body: sent, cache: "force-cache" } as const;
      return [
        await (await fetch(upstream.origin, init)).bytes(),
        await (await fetch(new Request(`${upstream.origin}/x`, init), { cache: "force-cache" })).bytes(),
      ];
    });
    assertEquals(got, [sent, sent]);
  });
}

Deno.test("fetch() of a Request with a body can be called twice, and returns the cached response the second time", async () => {
  await using upstream = startUpstream(async (number, request) => new Response(`${number} ${await request.text()}`));
  const bodies = await inHandler(async () => {
    const request = new Request(upstream.origin, { method: "POST", body: "hi", headers: { a: "1" } });
    const texts = [];
    for (let i = 0; i < 2; i++) texts.push(await (await fetch(request, { cache: "force-cache" })).text());
    return texts;
  });
  assertEquals([bodies, upstream.hits], [["1 hi", "1 hi"], 1]);
});

Deno.test("fetch() with a stream as the body is sent each time", async () => {
  await using upstream = startUpstream(async (number, request) => new Response(`${number} ${await request.text()}`));
  const bodies = await inHandler(async () => {
    const texts = [];
    for (let i = 0; i < 2; i++) {
      const body = ReadableStream.from([new TextEncoder().encode("streamed")]);
      texts.push(await (await fetch(upstream.origin, { method: "POST", body, cache: "force-cache" })).text());
    }
    return texts;
  });
  assertEquals(bodies, ["1 streamed", "2 streamed"]);
});

Deno.test("fetch() returns url, status and headers of the upstream from the cache, but never its Set-Cookie", async () => {
  const headers = [["set-cookie", "id=1"], ["set-cookie", "b=2"], ["x-a", "1"], ["content-type", "text/csv"]] as const;
  await using upstream = startUpstream(() => new Response("x", { headers: headers.map(([...pair]) => pair) }));
  const seen = await inHandler(async () => {
    const all = [];
    for (let i = 0; i < 2; i++) {
      const response = await fetch(`${upstream.origin}/p?q=1#f`, { cache: "force-cache" });
      const { url, status, ok } = response;
      const names = ["set-cookie", "x-a", "content-type"].map((name) => response.headers.get(name));
      all.push([url.split("#")[0], status, ok, ...names, await response.text()]);
    }
    return all;
  });
  const kept = [`${upstream.origin}/p?q=1`, 200, true, null, "1", "text/csv", "x"];
  assertEquals(seen, [kept, kept]);
});

Deno.test("fetch() returns the URL that a redirect led to", async () => {
  await using upstream = startUpstream((_, { url }) =>
    url.endsWith("/to") ? new Response("x") : new Response(null, { status: 307, headers: { location: "/to" } })
  );
  const urls = await inHandler(async () => {
    const all = [];
    for (let i = 0; i < 2; i++) {
      const response = await fetch(upstream.origin, { cache: "force-cache" });
      all.push(response.url);
      await response.text();
    }
    return all;
  });
  assertEquals(urls, [`${upstream.origin}/to`, `${upstream.origin}/to`]);
});

Deno.test("changing the bytes of a response of fetch() does not change the entry", async () => {
  await using upstream = startUpstream(() => new Response(bytes(1, 2, 3)));
  await inHandler(async () => {
    const read = [
      async (response: Response) => new Uint8Array(await response.arrayBuffer()),
      (response: Response) => response.bytes(),
      async (response: Response) => (await response.body!.getReader().read()).value!,
    ];
    let last: unknown;
    for (const each of [...read, ...read, ...read]) {
      const found = await each(await fetch(upstream.origin, { cache: "force-cache" }));
      assertEquals(found, bytes(1, 2, 3));
      assertNotStrictEquals(found, last);
      found.fill(0);
      last = found;
    }
  });
  assertEquals(upstream.hits, 1);
});
