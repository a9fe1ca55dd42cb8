/**
 * What must never be shared between clients, and what tells entries apart; named by the rows of the security table.
 */
import { assertEquals, assertMatch } from "@std/assert";
import { revalidateTag } from "../../../src/cache.ts";
import { memoryStore } from "../../../src/cache/stores/memory.ts";
import { cookies, draftMode, headers } from "../../../src/headers.ts";
import { redirect } from "../../../src/navigation.ts";
import { after, type NextRequest, NextResponse } from "../../../src/server.ts";
import { captured, serveApp } from "../../helpers/app.ts";
import { counting, createCachedApp } from "../../helpers/cached.ts";
import { sendRequest } from "../../helpers/wire.ts";

type Handler = (number: number, request: NextRequest) => Response | Promise<Response>;

const withHeaders = (headers: Record<string, string>) => () => new Response("x", { headers });
const nextCookie = () => {
  const response = new NextResponse("x");
  response.cookies.set("id", "1");
  return response;
};

const NEVER: readonly [name: string, handler: Handler][] = [
  ["Set-Cookie", withHeaders({ "set-cookie": "id=1" })],
  ["NextResponse.cookies", nextCookie],
  ["cookies().set()", async () => {
    (await cookies()).set("id", "1");
    return new Response("x");
  }],
  ["cookies().delete()", async () => {
    (await cookies()).delete("id");
    return new Response("x");
  }],
  ["draftMode().enable()", async () => {
    (await draftMode()).enable();
    return new Response("x");
  }],
  ["draftMode().disable()", async () => {
    (await draftMode()).disable();
    return new Response("x");
  }],
  ["a redirect after cookies().set()", async () => {
    (await cookies()).set("id", "1");
    redirect("/x");
  }],
  ["a redirect to where the client came from", async () => redirect((await headers()).get("referer") ?? "/")],
  ["a redirect by the request's host", (_, request) => NextResponse.redirect(new URL("/x", request.url))],
  ["a redirect by nextUrl", (_, { nextUrl }) => NextResponse.redirect(new URL("/x", nextUrl.href))],
  ["cache-control: private", withHeaders({ "cache-control": "private" })],
  ["cache-control: Private, max-age=60", withHeaders({ "cache-control": "Private, max-age=60" })],
  ["cache-control: no-store", withHeaders({ "cache-control": "no-store" })],
  ["cache-control: public,NO-STORE", withHeaders({ "cache-control": "public,NO-STORE" })],
  ["vary: *", withHeaders({ vary: "*" })],
  ["vary: accept, *", withHeaders({ vary: "accept, *" })],
  ["text/event-stream", withHeaders({ "content-type": "text/event-stream" })],
  ["Text/Event-Stream; charset=utf-8", withHeaders({ "content-type": "Text/Event-Stream; charset=utf-8" })],
  ...[206, 500, 501, 502, 503, 504, 599].map((status): [string, Handler] => [
    `status ${status}`,
    () => new Response("x", { status }),
  ]),
  ["an error", () => {
    throw new Error("boom");
  }],
  ["no response", () => undefined as unknown as Response],
  ["Response.error()", () => Response.error()],
  ["a body that was read", async () => {
    const response = new Response("x");
    await response.text();
    return response;
  }],
  ["a stream that fails immediately", () => new Response(failingAfter(0))],
  ["a stream that fails later", () => new Response(failingAfter(2))],
];

function failingAfter(chunks: number): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    pull(controller) {
      if (chunks-- <= 0) throw new Error("torn");
      controller.enqueue(new Uint8Array(1));
    },
  });
}

for (const dynamic of ["auto", "force-static"]) {
  for (const [name, handler] of NEVER) {
    const isAmbient = /host|nextUrl|came from/.test(name);
    if (dynamic === "force-static" && isAmbient) continue;
    Deno.test(`S25 with dynamic = "${dynamic}" the cache never stores ${name}`, async () => {
      const store = memoryStore();
      const GET = counting(handler);
      const app = await createCachedApp({ "a/route.ts": { dynamic, revalidate: 60, GET } }, { cache: store });
      for (const runs of [1, 2]) {
        const response = await app.get("/a");
        await response.body?.cancel();
        assertEquals([response.headers.get("x-nextjs-cache"), GET.runs], [null, runs]);
      }
      await app.drain();
      assertEquals(await Array.fromAsync(store.list()), []);
    });
  }
}

Deno.test("S25 a revalidation whose response must not be stored replaces nothing, and no client gets the response", async () => {
  for (const header of [{ "set-cookie": "id=1" }, { "cache-control": "private" }, { vary: "*" }]) {
    const store = memoryStore();
    const GET = counting((number) =>
      new Response(`${number}`, number === 1 ? {} : { headers: { ...header } as HeadersInit })
    );
    const app = await createCachedApp({ "a/route.ts": { revalidate: 2, GET } }, { cache: store });
    await app.ask("/a");
    app.pass(2);
    const stale = await app.get("/a");
    assertEquals([stale.headers.get("set-cookie"), await stale.text()], [null, "1"]);
    await app.drain();
    assertEquals([await app.ask("/a"), await Array.fromAsync(store.list())], [[null, "3"], []]);
  }
});

Deno.test("S25 a request with a method other than GET and HEAD neither generates an entry nor gets one", async () => {
  const store = memoryStore();
  const GET = counting();
  const app = await createCachedApp({ "[id]/route.ts": { generateStaticParams: () => [], GET } }, { cache: store });
  for (const method of ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "QUERY"]) {
    const response = await app.request("/a", { method });
    assertEquals([response.headers.get("x-nextjs-cache"), GET.runs], [null, 0], method);
  }
  assertEquals(await Array.fromAsync(store.list()), []);
  assertEquals(await app.ask("/a"), ["MISS", "1"]);
  assertEquals((await app.request("/a", { method: "POST", body: "x" })).status, 405);
});

Deno.test("S25 client data that after() reads does not reach the entry, and the entry is stored", async () => {
  const GET = counting((number) => {
    after(async () => void (await cookies()).get("id"));
    return new Response(`${number}`);
  });
  const app = await createCachedApp({ "a/route.ts": { revalidate: 60, GET } });
  assertEquals(await app.askAndSettle("/a", { cookie: "id=ada" }), ["MISS", "1"]);
  assertEquals(await app.askAndSettle("/a"), ["HIT", "1"]);
});

Deno.test("S26 queries and headers that the handler does not use do not create more keys", async () => {
  const store = memoryStore();
  const GET = counting();
  const app = await createCachedApp({ "a/route.ts": { revalidate: 60, GET } }, { cache: store });
  await app.ask("/a");
  for (let i = 0; i < 200; i++) {
    const sent = { [`x-${i}`]: `${i}`, accept: `text/${i}`, cookie: `a=${i}`, "user-agent": `${i}` };
    assertEquals(await app.ask(`/a?${i}=${i}&_rsc=${i}`, sent), ["HIT", "1"]);
  }
  for (const header of ["cache-control", "pragma", "purpose", "x-prerender-revalidate", "x-nextjs-data", "rsc"]) {
    assertEquals(await app.ask("/a", { [header]: "no-cache" }), ["HIT", "1"], header);
  }
  assertEquals((await Array.fromAsync(store.list())).length, 1);
});

Deno.test("S26 the host of the request that generated an entry is not in the responses to other hosts", async () => {
  const host = (request: NextRequest) => new Response(request.nextUrl.host);
  const link = (request: NextRequest) => Response.json({ self: new URL("/x", request.url).href });
  const quiet = counting((number) => new Response(`${number}`));
  const app = await createCachedApp({
    "host/route.ts": { revalidate: 60, GET: host },
    "link/route.ts": { revalidate: 60, GET: link },
    "static/route.ts": { dynamic: "force-static", GET: link },
    "quiet/route.ts": { revalidate: 60, GET: quiet },
  });
  await using server = serveApp(app);
  for (const name of ["evil.test", "good.test", "other.test:8080"]) {
    const get = async (path: string) =>
      (await sendRequest(server.port, { path, headers: [["host", name], ["x-forwarded-host", "evil.test"]] })).body;
    assertEquals(await get("/host"), name);
    assertEquals(await get("/link"), `{"self":"http://${name}/x"}`);
    assertEquals(await get("/static"), '{"self":"http://localhost:3000/x"}');
    assertEquals(await get("/quiet"), "1");
  }
});

Deno.test("S26 spellings of one path share one entry, and other paths have their own", async () => {
  const GET = counting();
  const app = await createCachedApp({ "[id]/route.ts": { generateStaticParams: () => [], GET } });
  await using server = serveApp(app);
  const state = async (path: string) => {
    const { headers, body } = await sendRequest(server.port, { path });
    return [headers["x-nextjs-cache"]?.[0], body];
  };
  assertEquals(await state("/caf%C3%A9-a~b"), ["MISS", "1"]);
  for (const path of ["/caf%c3%a9-a~b", "/%63af%C3%A9-a%7Eb", "/caf%C3%A9%2Da%7eb", "/x/../caf%C3%A9-a~b?x"]) {
    assertEquals(await state(path), ["HIT", "1"], path);
  }
  for (const path of ["/caf%C3%A9-a~B", "/cafe-a~b", "/caf%C3%A9-a%7Eb%2F", "/caf%25C3%25A9-a~b"]) {
    assertEquals((await state(path))[0], "MISS", path);
  }
});

Deno.test("S26 one path of two routes, or of two methods, is not one entry", async () => {
  const [a, b] = [counting((number) => new Response(`a${number}`)), counting((number) => new Response(`b${number}`))];
  const store = memoryStore();
  const first = await createCachedApp({ "[id]/route.ts": { generateStaticParams: () => [], GET: a } }, {
    cache: store,
  });
  const second = await createCachedApp({ "x/route.ts": { revalidate: false, GET: b } }, { cache: store });
  assertEquals([await first.ask("/x"), await second.ask("/x")], [["MISS", "a1"], ["MISS", "b1"]]);
  assertEquals([await first.ask("/x"), await second.ask("/x")], [["HIT", "a1"], ["HIT", "b1"]]);
});

Deno.test("S26 a HEAD that generates an entry runs GET: the handler cannot tell, and the body is complete", async () => {
  const GET = (request: NextRequest) => new Response(request.method === "HEAD" ? null : "the body");
  const app = await createCachedApp({ "a/route.ts": { revalidate: 60, GET } });
  assertEquals((await app.request("/a", { method: "HEAD" })).status, 200);
  assertEquals(await app.ask("/a"), ["HIT", "the body"]);
});

Deno.test("S26 an unbounded number of paths stays within the size of the store, and so do dynamic paths", async () => {
  const store = memoryStore({ maxBytes: 20_000 });
  const GET = async (request: NextRequest, { params }: { params: Promise<{ id: string }> }) => {
    const { id } = await params;
    if (id.startsWith("d")) request.headers.get("x");
    return new Response(id.repeat(10));
  };
  const app = await createCachedApp({ "[id]/route.ts": { generateStaticParams: () => [], GET } }, { cache: store });
  for (let i = 0; i < 500; i++) await app.ask(`/${i % 2 === 0 ? "s" : "d"}${i}`);
  const kept = await Array.fromAsync(store.list());
  assertEquals(kept.length > 0 && kept.length < 250, true);
  assertEquals(await app.ask("/d1"), [null, "d1".repeat(10)]);
});

Deno.test("response cache: a force-static handler that invalidates tags is cached", async () => {
  const GET = counting((number) => {
    revalidateTag("t", "max");
    return new Response(`${number}`);
  });
  const app = await createCachedApp({ "route.ts": { dynamic: "force-static", GET } });
  assertEquals([await app.ask("/"), await app.ask("/")], [["MISS", "1"], ["HIT", "1"]]);
});

/** What whoever can write to the store may put in the place of an entry's meta, with a right checksum. */
const META: readonly unknown[] = [
  null,
  {},
  { status: 200 },
  { status: 99, headers: [] },
  { status: 101, headers: [] },
  { status: "200", headers: [] },
  { status: 200, headers: [["a b", "x"]] },
  { status: 200, headers: [["a", "x\r\nset-cookie: id=1"]] },
  { status: 200, headers: [["a", "\x01"]] },
  { status: 200, headers: [["set-cookie", "id=1"]] },
];

const UNUSABLE = /^Cannot use cached entry "GET \/a .*": its content is invalid, deleting and regenerating it$/;

for (const meta of META) {
  Deno.test(`S62 response cache: an entry whose meta is ${JSON.stringify(meta)} is a MISS, and reported once`, async () => {
    const store = memoryStore(), GET = counting();
    const lines = await captured("warn", async () => {
      const app = await createCachedApp({ "a/route.ts": { revalidate: 60, GET } }, { cache: store });
      await app.ask("/a");
      for await (const { key, entry } of store.list()) await store.set(key, { ...entry!, meta });
      assertEquals(await app.ask("/a"), ["MISS", "2"]);
      assertEquals([await app.ask("/a"), await app.ask("/a"), app.errors], [["HIT", "2"], ["HIT", "2"], []]);
    });
    assertEquals(lines.length, 1);
    assertMatch(lines[0]!, UNUSABLE);
  });
}

Deno.test("S62 response cache: an unusable entry whose handler fails is removed, and reported once", async () => {
  const store = memoryStore();
  const GET = counting((number) => {
    if (number > 1) throw new Error("boom");
    return new Response("1");
  });
  const lines = await captured("warn", async () => {
    const app = await createCachedApp({ "a/route.ts": { revalidate: 60, GET } }, { cache: store });
    await app.ask("/a");
    for await (const { key, entry } of store.list()) await store.set(key, { ...entry!, meta: null });
    for (let times = 0; times < 3; times++) assertEquals((await app.get("/a")).status, 500);
    assertEquals(app.errors.length, 3);
  });
  assertEquals([lines.length, await Array.fromAsync(store.list())], [1, []]);
});

Deno.test("S61 response cache: a path that was dynamic is tried again after a minute, even if the clock was set back", async () => {
  let personal = true;
  const GET = (request: NextRequest) => new Response(personal ? request.headers.get("x-who") : "for all");
  const app = await createCachedApp({ "route.ts": { revalidate: 600, GET } });
  assertEquals(await app.ask("/", { "x-who": "ada" }), [null, "ada"]);
  personal = false;
  app.pass(-86_400);
  assertEquals(await app.ask("/"), [null, "for all"]);
  app.pass(60);
  assertEquals([await app.ask("/"), await app.ask("/")], [["MISS", "for all"], ["HIT", "for all"]]);
});

Deno.test("S61 response cache: age is never below zero, and an entry of tomorrow is regenerated", async () => {
  const app = await createCachedApp({ "route.ts": { revalidate: 60, GET: counting() } });
  app.pass(86_400);
  await app.ask("/");
  app.pass(-86_400);
  const response = await app.get("/");
  assertEquals([response.headers.get("x-nextjs-cache"), response.headers.get("age")], ["STALE", "0"]);
  assertEquals(await response.text(), "1");
  await app.drain();
  assertEquals(await app.ask("/"), ["HIT", "2"]);
});

Deno.test("if-none-match-of-spaces: response cache: a condition of 60,000 characters is answered", async () => {
  const app = await createCachedApp({ "route.ts": { revalidate: 60, GET: counting() } });
  const etag = (await app.get("/")).headers.get("etag")!, spaces = " ".repeat(60_000);
  for (const [condition, status] of [[`"a"${spaces}"b"`, 200], [`"a"${spaces},${spaces}${etag}`, 304]] as const) {
    const response = await app.get("/", { "if-none-match": condition });
    assertEquals(response.status, status);
    await response.body?.cancel();
  }
});
