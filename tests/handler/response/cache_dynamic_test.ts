import { assertEquals, assertStringIncludes } from "@std/assert";
import { revalidatePath, revalidateTag, unstable_cache, unstable_noStore } from "../../../src/cache.ts";
import { cookies, draftMode, headers } from "../../../src/headers.ts";
import { after, connection, NextRequest, userAgent } from "../../../src/server.ts";
import { counting, createCachedApp } from "../../helpers/cached.ts";

/** What a handler may ask for, and what it gives of it. */
type Use = (request: NextRequest) => unknown;

const who = (request: NextRequest | Request) => request.headers.get("x-who");

/** Each gives what the client sent in `x-who`, the cookie or the query. */
const PERSONAL: readonly [name: string, use: Use][] = [
  ["cookies()", async () => (await cookies()).get("who")?.value],
  ["headers()", async () => (await headers()).get("x-who")],
  ["request.headers", who],
  ["request.cookies", (request) => request.cookies.get("who")?.value],
  ["request.url", (request) => new URL(request.url).searchParams.get("who")],
  ["request.clone()", (request) => who(request.clone())],
  ["new NextRequest(request)", (request) => who(new NextRequest(request))],
  ["new Request(request)", (request) => who(new Request(request))],
  ["new Request(url, request)", (request) => who(new Request("http://x.test/", request))],
  ["new Request(request).url", (request) => new URL(new Request(request).url).searchParams.get("who")],
  ["nextUrl.search", (request) => request.nextUrl.search.slice(5)],
  ["nextUrl.searchParams", (request) => request.nextUrl.searchParams.get("who")],
  ["nextUrl.href", (request) => request.nextUrl.href.split("=")[1]],
  ["String(nextUrl)", (request) => String(request.nextUrl).split("=")[1]],
  ["JSON.stringify(nextUrl)", (request) => JSON.parse(JSON.stringify(request.nextUrl)).split("=")[1]],
  ["nextUrl.clone()", (request) => request.nextUrl.clone().searchParams.get("who")],
  ["new URL(path, nextUrl)", (request) => new URL("?a", new URL(request.nextUrl)).host.split(".")[0]],
  ["nextUrl.host", (request) => request.nextUrl.host.split(".")[0]],
  ["nextUrl.hostname", (request) => request.nextUrl.hostname.split(".")[0]],
  ["nextUrl.origin", (request) => request.nextUrl.origin.slice(7).split(".")[0]],
  ["userAgent(request)", (request) => userAgent(request).ua],
];

const OTHER: readonly [name: string, use: Use][] = [
  ["request.json()", (request) => request.json().catch(() => "")],
  ["request.text()", (request) => request.text()],
  ["request.arrayBuffer()", (request) => request.arrayBuffer()],
  ["request.bytes()", (request) => request.bytes()],
  ["request.blob()", (request) => request.blob()],
  ["request.formData()", (request) => request.formData().catch(() => "")],
  ["request.body", (request) => request.body],
  ["nextUrl.port", (request) => request.nextUrl.port],
  ["nextUrl.protocol", (request) => request.nextUrl.protocol],
  ["connection()", () => connection()],
  ["unstable_noStore()", () => unstable_noStore()],
  ["cookies().set()", async () => (await cookies()).set("a", "1")],
  ["draftMode().enable()", async () => (await draftMode()).enable()],
  ["a no-store fetch", () => fetch("data:,x", { cache: "no-store" }).then((response) => response.text())],
  [
    "a fetch with revalidate: 0",
    async () => await (await fetch("data:,x", { next: { revalidate: 0 } } as RequestInit)).text(),
  ],
  ["revalidateTag()", () => revalidateTag("t", "max")],
  ["revalidatePath()", () => revalidatePath("/elsewhere")],
];

const CONFIGS: readonly Record<string, unknown>[] = [{ revalidate: 60 }, { generateStaticParams: () => [{}] }];

for (const config of CONFIGS) {
  for (const [name, use] of PERSONAL) {
    Deno.test(`response cache: with ${Object.keys(config)} ${name} differs per client, and is not cached`, async () => {
      const GET = async (request: NextRequest) => new Response(`${await use(request)}`);
      const app = await createCachedApp({ "a/route.ts": { ...config, GET } });
      // At once, so that some wait for the first; then one after the other.
      const answers = await Promise.all([1, 2, 3].map((number) => send(`together${number}`)));
      answers.push(await send("alone1"), await send("alone2"));
      assertEquals(answers, ["together1", "together2", "together3", "alone1", "alone2"].map((id) => [null, id]));

      async function send(id: string): Promise<[string | null, string]> {
        const sent = { "x-who": id, cookie: `who=${id}`, "user-agent": id };
        const response = await app.fetch(new Request(`http://${id}.test/a?who=${id}`, { headers: sent }));
        return [response.headers.get("x-nextjs-cache"), await response.text()];
      }
    });
  }
}

for (const [name, use] of OTHER) {
  Deno.test(`response cache: under dynamic = "auto" a handler that uses ${name} is not cached`, async () => {
    const GET = counting(async (number, request: NextRequest) => {
      await use(request);
      return new Response(`${number}`);
    });
    const app = await createCachedApp({ "a/route.ts": { revalidate: 60, GET } });
    assertEquals([await app.askAndSettle("/a"), await app.askAndSettle("/a")], [[null, "1"], [null, "2"]]);
    const { headers } = await app.get("/a");
    assertEquals([headers.get("cache-control"), headers.get("etag")], [null, null]);
  });
}

const STATIC: readonly [name: string, use: Use][] = [
  ["nextUrl.pathname", (request) => request.nextUrl.pathname],
  ["nextUrl.basePath", (request) => request.nextUrl.basePath],
  ["request.method", (request) => request.method],
  ["request.signal", (request) => request.signal.aborted],
  ["draftMode().isEnabled", async () => (await draftMode()).isEnabled],
  ["after()", () => after(() => {})],
  ["cookies() in after()", () => after(async () => void await cookies())],
  ["a fetch without options", () => fetch("data:,x").then((response) => response.text())],
  ["unstable_cache()", () => unstable_cache(() => Promise.resolve(1))()],
  [
    "a no-store fetch in unstable_cache()",
    () => unstable_cache(async () => await (await fetch("data:,x", { cache: "no-store" })).text())(),
  ],
  ["unstable_noStore() in unstable_cache()", () => unstable_cache(() => Promise.resolve(unstable_noStore()))()],
];

for (const [name, use] of STATIC) {
  Deno.test(`response cache: ${name} leaves a handler static`, async () => {
    const GET = counting(async (number, request: NextRequest) => new Response(`${number} ${await use(request)}`));
    const app = await createCachedApp({ "a/route.ts": { revalidate: 60, GET } });
    const [state] = await app.askAndSettle("/a");
    assertEquals([state, (await app.askAndSettle("/a"))[0], GET.runs], ["MISS", "HIT", 1]);
    assertEquals(app.errors, []);
  });
}

Deno.test("response cache: a stream that uses the request while it is read is not cached", async () => {
  const GET = (request: NextRequest) =>
    new Response(
      new ReadableStream({
        pull(controller) {
          controller.enqueue(new TextEncoder().encode(who(request)!));
          controller.close();
        },
      }),
    );
  const app = await createCachedApp({ "route.ts": { revalidate: 60, GET } });
  assertEquals(await app.ask("/", { "x-who": "ada" }), [null, "ada"]);
  assertEquals(await app.ask("/", { "x-who": "bob" }), [null, "bob"]);
});

Deno.test("response cache: a path that was dynamic is tried again after a minute", async () => {
  let personal = true;
  const GET = (request: NextRequest) => new Response(personal ? who(request) : "for all");
  const app = await createCachedApp({ "route.ts": { revalidate: 600, GET } });
  assertEquals(await app.ask("/", { "x-who": "ada" }), [null, "ada"]);
  personal = false;
  app.pass(59);
  assertEquals(await app.ask("/"), [null, "for all"]);
  app.pass(1);
  assertEquals([await app.ask("/"), await app.ask("/")], [["MISS", "for all"], ["HIT", "for all"]]);
});

Deno.test("response cache: a revalidation that turns out to be dynamic removes the entry", async () => {
  const GET = counting((number, request: NextRequest) => new Response(number === 1 ? "for all" : who(request)));
  const app = await createCachedApp({ "route.ts": { revalidate: 2, GET } });
  await app.ask("/");
  app.pass(2);
  assertEquals(await app.askAndSettle("/", { "x-who": "ada" }), ["STALE", "for all"]);
  assertEquals(await app.ask("/", { "x-who": "bob" }), [null, "bob"]);
});

const EMPTY: readonly [name: string, use: Use, value: unknown][] = [
  ["request.url", (request) => request.url, "http://localhost:3000/a"],
  ["nextUrl.href", (request) => request.nextUrl.href, "http://localhost:3000/a"],
  ["nextUrl.search", (request) => request.nextUrl.search, ""],
  ["nextUrl.searchParams", (request) => [...request.nextUrl.searchParams], []],
  ["nextUrl.host", (request) => request.nextUrl.host, "localhost:3000"],
  ["request.headers", (request) => [...request.headers], []],
  ["request.cookies", (request) => request.cookies.getAll(), []],
  ["request.method", (request) => request.method, "GET"],
  ["request.body", (request) => request.body, null],
  ["request.text()", (request) => request.text(), ""],
  ["request.clone()", (request) => [...request.clone().headers], []],
  ["cookies()", async () => (await cookies()).getAll(), []],
  ["headers()", async () => [...await headers()], []],
  ["headers().get()", async () => [(await headers()).get("x-who"), (await headers()).has("host")], [null, false]],
];

/** What else the route does, so that the handler runs by another way. */
const WAYS: readonly [way: string, headers: Record<string, string>][] = [
  ["", {}],
  [", also if its response cannot be stored", { "set-cookie": "a=1" }],
];

for (const [way, headers] of WAYS) {
  for (const [name, use, value] of EMPTY) {
    Deno.test(`response cache: with force-static ${name} has no data of the client${way}`, async () => {
      const GET = async (request: NextRequest) => Response.json(await use(request), { headers });
      const app = await createCachedApp({ "a/route.ts": { dynamic: "force-static", revalidate: 2, GET } });
      const sent = { "x-who": "ada", cookie: "who=ada" };
      const ask = async () =>
        JSON.parse(await (await app.fetch(new Request("http://evil.test/a?who=ada", { headers: sent }))).text());
      const answers = await Promise.all([ask(), ask()]);
      app.pass(2);
      answers.push(await ask());
      await app.drain();
      answers.push(await ask());
      assertEquals(answers, [value, value, value, value]);
    });
  }
}

for (const basePath of ["", "/docs"]) {
  Deno.test(`response cache: force-static does not change the path, below ${basePath || "no base path"}`, async () => {
    const seen = (request: NextRequest) => Response.json([new URL(request.url).pathname, request.nextUrl.pathname]);
    const options = basePath === "" ? {} : { basePath };
    const modules = { "s/a/route.ts": { dynamic: "force-static", GET: seen }, "d/a/route.ts": { GET: seen } };
    const app = await createCachedApp(modules, options);
    assertEquals(JSON.parse((await app.ask(`${basePath}/d/a`))[1]), ["/d/a", "/d/a"]);
    assertEquals(JSON.parse((await app.ask(`${basePath}/s/a`))[1]), ["/s/a", "/s/a"]);
  });
}

const STATIC_DYNAMIC =
  " See more info here: https://nextjs.org/docs/app/building-your-application/rendering/static-and-dynamic#dynamic-rendering";

const ERRORS: readonly [what: string, use: Use, more?: string][] = [
  ["cookies()", () => cookies(), STATIC_DYNAMIC],
  ["headers()", () => headers(), STATIC_DYNAMIC],
  ["connection()", () => connection(), STATIC_DYNAMIC],
  ["request.headers", who],
  ["request.cookies", (request) => request.cookies],
  ["request.url", (request) => request.url],
  ["request.json", (request) => request.json()],
  ["request.text", (request) => request.text()],
  ["request.body", (request) => request.body],
  ["nextUrl.search", (request) => request.nextUrl.search],
  ["nextUrl.searchParams", (request) => request.nextUrl.searchParams],
  ["nextUrl.href", (request) => request.nextUrl.href],
];

for (const [what, use, more = ""] of ERRORS) {
  Deno.test(`response cache: with dynamic = "error" ${what} is answered with 500, each time, with the message of Next.js`, async () => {
    const GET = async (request: NextRequest) => new Response(`${await use(request)}`);
    const app = await createCachedApp({ "a/route.ts": { dynamic: "error", GET } });
    for (let i = 1; i <= 2; i++) {
      const response = await app.get("/a", { "x-who": "ada" });
      assertEquals([response.status, await response.text(), app.errors.length], [500, "", i]);
      const { message, context } = app.errors.at(-1)!;
      assertStringIncludes(message, `Route /a with \`dynamic = "error"\` couldn't be rendered statically because it`);
      assertStringIncludes(message, ` used \`${what}\`.${more}`);
      assertEquals(context.routePath, "/a");
    }
  });
}

Deno.test('response cache: with dynamic = "error" a handler that catches the error itself is cached', async () => {
  const GET = counting(async (number) => {
    await Promise.try(() => cookies()).catch(() => {});
    return new Response(`${number}`);
  });
  const app = await createCachedApp({ "route.ts": { dynamic: "error", GET } });
  assertEquals([await app.ask("/"), await app.ask("/")], [["MISS", "1"], ["HIT", "1"]]);
});

Deno.test('response cache: dynamic = "error" also applies to a route whose response cannot be stored', async () => {
  const GET = counting(async (number) => {
    if (number > 1) await cookies();
    return new Response("x", { headers: { "cache-control": "private" } });
  });
  const app = await createCachedApp({ "route.ts": { dynamic: "error", GET } });
  assertEquals((await app.get("/")).status, 200);
  assertEquals((await app.get("/")).status, 500);
});
