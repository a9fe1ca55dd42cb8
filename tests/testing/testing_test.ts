import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { z } from "npm:zod@4.6.7";
import { revalidatePath, revalidateTag, unstable_cache } from "../../src/cache.ts";
import { cookies, headers } from "../../src/headers.ts";
import { forbidden, notFound, redirect } from "../../src/navigation.ts";
import { form, type Middleware, route } from "../../src/route.ts";
import { after, type NextRequest, NextResponse } from "../../src/server.ts";
import { createTestCache, createTestClock, testHandler, type TestRequest } from "../../src/testing.ts";
import { createApp } from "../helpers/app.ts";

Deno.test("testHandler() passes the request and the params", async () => {
  async function POST(request: NextRequest, { params }: { params: Promise<{ id: string }> }) {
    const { pathname, searchParams } = request.nextUrl;
    const agent = (await headers()).get("user-agent"), theme = (await cookies()).get("theme")?.value;
    (await cookies()).set("seen", "1");
    return NextResponse.json({
      ...await params,
      ...await request.json(),
      pathname,
      q: [...searchParams],
      agent,
      theme,
    });
  }
  const response = await testHandler(POST, {
    url: "http://localhost/users/1?a=1",
    params: { id: "1/2" },
    query: { b: [2, 3] },
    headers: { "user-agent": "test" },
    cookies: { theme: "da rk" },
    body: { name: "Ada" },
  });
  assertEquals(await response.json(), {
    id: "1/2",
    name: "Ada",
    pathname: "/users/1",
    q: [["a", "1"], ["b", "2"], ["b", "3"]],
    agent: "test",
    theme: "da rk",
  });
  assertEquals(response.headers.getSetCookie(), ["seen=1; Path=/"]);
});

const echo = { method: (request: Request) => new Response(request.method) }.method;
const named = { PUT: (request: Request) => new Response(request.method) };
const METHODS: readonly (readonly [expected: string, handler: typeof echo, request: TestRequest])[] = [
  ["GET", echo, {}],
  ["POST", echo, { body: {} }],
  ["POST", echo, { form: { a: "1" } }],
  ["PATCH", echo, { method: "PATCH" }],
  ["PUT", named.PUT, {}],
  ["QUERY", named.PUT, { method: "QUERY" }],
];

for (const [expected, handler, request] of METHODS) {
  Deno.test(`testHandler() calls "${handler.name}" with ${expected} for ${JSON.stringify(request)}`, async () => {
    assertEquals(await (await testHandler(handler, request)).text(), expected);
  });
}

Deno.test("testHandler() sends the parts of a contract, and responds to invalid ones with the problem", async () => {
  const session: Middleware<{ user: string }> = (_request, _context, next) => next({ user: "ada" });
  const POST = route({
    use: [session],
    params: z.object({ id: z.coerce.number() }),
    body: form(z.object({ title: z.string(), file: z.file() })),
  }, (_request, { params, body, user }) => NextResponse.json({ ...params, title: body.title, user }));
  const file = new File(["a"], "a.txt");
  const response = await testHandler(POST, { params: { id: "1" }, form: { title: "A", file } });
  assertEquals(await response.json(), { id: 1, title: "A", user: "ada" });
  const problem = await (await testHandler(POST, { params: { id: "x" }, form: { file } })).json();
  assertEquals(problem.errors.map(({ path }: { path: unknown[] }) => path), [["id"], ["title"]]);
});

Deno.test("testHandler() resolves with thrown redirects and 404, and rejects with other errors", async () => {
  const moved = await testHandler(() => redirect("/login"));
  assertEquals([moved.status, moved.headers.get("location")], [307, "/login"]);
  assertEquals((await testHandler(() => notFound())).status, 404);
  await assertRejects(() => testHandler(() => Promise.reject(new RangeError("broken"))), RangeError, "broken");
});

Deno.test("testHandler() rejects if the response does not match the contract", async () => {
  const GET = route({ responses: { 200: z.object({ id: z.string() }) } }, () => Response.json({ id: 1 }));
  const { message } = await assertRejects(() => testHandler(GET), TypeError);
  assertStringIncludes(message, "does not match the contract");
});

Deno.test("testHandler() resolves when the tasks of after() have run, and rejects with their errors", async () => {
  const done: string[] = [];
  const response = await testHandler(() => {
    after(async () => {
      await Promise.resolve();
      done.push("after");
    });
    return new Response("sent");
  });
  assertEquals([await response.text(), done], ["sent", ["after"]]);
  const fail = () => {
    after(() => Promise.reject(new RangeError("late")));
    return new Response();
  };
  await assertRejects(() => testHandler(fail), RangeError, "late");
});

Deno.test("testHandler() does not wait for the end of a stream, and runs after() at its end", async () => {
  const done: string[] = [];
  const stream = new TransformStream<Uint8Array, Uint8Array>();
  const writer = stream.writable.getWriter();
  void writer.write(new TextEncoder().encode("data: 1"));
  const response = await testHandler(() => {
    after(() => void done.push("after"));
    return new Response(stream.readable, { headers: { "content-type": "text/event-stream" } });
  });
  assertEquals(done, []);
  void writer.close();
  assertEquals(await response.text(), "data: 1");
  await new Promise((resolve) => setTimeout(resolve));
  assertEquals(done, ["after"]);
});

Deno.test("createTestCache() records invalidations", async () => {
  const cache = createTestCache();
  await testHandler(() => {
    revalidateTag("posts", "max");
    revalidatePath("/blog");
    revalidatePath("/");
    revalidatePath("/blog/[slug]", "page");
    revalidatePath("/docs", "layout");
    return new Response();
  }, { cache });
  assertEquals(cache.revalidatedTags, ["posts"]);
  assertEquals(cache.revalidatedPaths, ["/blog", "/", "/blog/[slug]", "/docs"]);
});

Deno.test("calls with the same cache and clock share them", async () => {
  let runs = 0;
  const count = unstable_cache(() => Promise.resolve(++runs), ["testing"], { revalidate: 60, tags: ["count"] });
  const GET = async () => Response.json(await count());
  const POST = () => {
    revalidateTag("count", { expire: 0 });
    return new Response();
  };
  const clock = createTestClock(), cache = createTestCache();
  const options = { cache, now: clock.now };
  const ask = async () => await (await testHandler(GET, options)).json();
  assertEquals([await ask(), await ask()], [1, 1]);
  await testHandler(POST, options);
  assertEquals(await ask(), 2);
  clock.pass(61);
  assertEquals([await ask(), await ask()], [2, 3]);
});

Deno.test("a clock makes cached responses of an application stale", async () => {
  const clock = createTestClock();
  let runs = 0;
  const app = await createApp({ "route.ts": { revalidate: 60, GET: () => Response.json(++runs) } }, {
    cache: createTestCache(),
    now: clock.now,
  });
  const ask = async () => (await app.get("/")).headers.get("x-nextjs-cache");
  assertEquals([await ask(), await ask()], ["MISS", "HIT"]);
  clock.pass(61);
  assertEquals(await ask(), "STALE");
  await app.drain();
  assertEquals([await ask(), await (await app.get("/")).json()], ["HIT", 2]);
});

Deno.test("testHandler() refuses forbidden() and unauthorized() if the project has not enabled them", async () => {
  const GET = () => forbidden();
  assertEquals((await testHandler(GET)).status, 403);
  await assertRejects(() => testHandler(GET, { authInterrupts: false }), Error, "experimental.authInterrupts");
});

Deno.test("a handler with a contract that returns nothing is refused with the reason", async () => {
  const GET = route({ responses: { 200: z.string() } }, () => undefined as unknown as Response);
  await assertRejects(() => testHandler(GET), TypeError, "No response is returned from route handler");
});
