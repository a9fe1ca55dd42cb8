import { assertEquals, assertRejects } from "@std/assert";
import { type Middleware, type Next, route } from "../../src/route.ts";
import { notFound, redirect } from "../../src/navigation.ts";
import { anything, postJson, rejectWith } from "./_schemas.ts";
import { createApp } from "../helpers/app.ts";

const request = () => new Request("http://localhost/");

/** Middleware that records when it begins and ends. */
function noting(name: string, notes: string[]): Middleware {
  return async (_request, _context, next) => {
    notes.push(`${name} begins`);
    const response = await next();
    notes.push(`${name} ends`);
    return response;
  };
}

Deno.test("middleware runs in order, around the handler", async () => {
  const notes: string[] = [];
  const base = route.with(noting("a", notes), noting("b", notes));
  const GET = base({ use: [noting("c", notes)] }, () => {
    notes.push("handler");
    return new Response();
  });
  await GET(request());
  assertEquals(notes, ["a begins", "b begins", "c begins", "handler", "c ends", "b ends", "a ends"]);
});

Deno.test("route.with() does not change the route() that it extends", async () => {
  const notes: string[] = [];
  const short = route.with(noting("a", notes));
  short.with(noting("b", notes));
  await short({}, () => new Response())(request());
  assertEquals(notes, ["a begins", "a ends"]);
});

Deno.test("values reach later middleware and the handler, and replace earlier ones of the same name", async () => {
  const first: Middleware<{ user: string; level: number }> = (_request, _context, next) =>
    next({ user: "ada", level: 1 });
  const second: Middleware<{ level: number }, { user: string; level: number }> = (_request, { user, level }, next) =>
    next({ level: level + user.length });
  const GET = route({ use: [first, second] }, (_request, { user, level }) => Response.json([user, level]));
  assertEquals(await (await GET(request())).json(), ["ada", 4]);
});

Deno.test("a middleware that responds by itself leaves the body unread", async () => {
  const POST = route({
    use: [() => new Response(null, { status: 401 })],
    body: rejectWith({ message: "is wrong" }),
  }, () => new Response("not reached"));
  const sent = postJson({});
  assertEquals([(await POST(sent)).status, sent.bodyUsed], [401, false]);
});

Deno.test("a middleware can change every response, including that of an invalid request", async () => {
  const mark: Middleware = async (_request, _context, next) => {
    const response = await next();
    response.headers.set("x-marked", "yes");
    return response;
  };
  const POST = route({ use: [mark], body: rejectWith({ message: "is wrong" }) }, () => new Response());
  const response = await POST(postJson({}));
  assertEquals([response.status, response.headers.get("x-marked")], [400, "yes"]);
});

Deno.test("middleware receives the params before validation", async () => {
  const tenant: Middleware<{ tenant: string }> = (_request, { params }, next) => next({ tenant: `${params.tenant}` });
  const GET = route({ params: "/[tenant]/users", use: [tenant] }, (_request, { tenant }) => new Response(tenant));
  const response = await GET(request(), { params: Promise.resolve({ tenant: "acme" }) });
  assertEquals(await response.text(), "acme");
});

Deno.test("an error reaches the outer middleware, which may respond", async () => {
  const caught: string[] = [];
  const outer: Middleware = async (_request, _context, next) => {
    try {
      return await next();
    } catch (error) {
      caught.push((error as Error).message);
      return new Response(null, { status: 503 });
    }
  };
  const inner: Middleware = (_request, _context, next) => next();
  const GET = route({ use: [outer, inner] }, () => {
    throw new Error("the database is down");
  });
  assertEquals((await GET(request())).status, 503);
  assertEquals(caught, ["the database is down"]);
});

Deno.test("redirect() and notFound() thrown inside middleware reach the server", async () => {
  const login: Middleware = ({ url }, _context, next) => url.includes("secret") ? redirect("/login") : next();
  const app = await createApp({
    "secret/route.ts": { GET: route.with(login)({}, () => new Response("secret")) },
    "missing/route.ts": { GET: route.with(login)({}, () => notFound()) },
  });
  const response = await app.get("/secret");
  assertEquals([response.status, response.headers.get("location")], [307, "/login"]);
  assertEquals((await app.get("/missing")).status, 404);
});

const MISTAKES: readonly [string, Middleware, message: string][] = [
  [
    "next() called twice",
    async function retry(_request, _context, next) {
      await next();
      return await next();
    },
    'Cannot call next() twice in the middleware "retry"',
  ],
  [
    "no response",
    function forgetful(_request: Request, _context: unknown, next: Next) {
      void next();
    } as unknown as Middleware,
    'the middleware "forgetful" returned undefined, return a Response or "await next()"',
  ],
  [
    "a value under a name of the contract",
    function parser(_request, _context, next) {
      return next({ body: 1 });
    },
    'Cannot add "body" to the handler\'s context in the middleware "parser"',
  ],
  [
    "no name",
    (() => async (_request: Request, _context: unknown, next: Next) => {
      await next();
      return await next();
    })(),
    "in a middleware without a name",
  ],
];

for (const [title, middleware, message] of MISTAKES) {
  Deno.test(`middleware with ${title} is an error that names it`, async () => {
    const GET = route({ use: [middleware], query: anything }, () => new Response());
    await assertRejects(() => GET(request()), Error, message);
  });
}

Deno.test("S77 a value named __proto__ changes no prototype", async () => {
  const evil: Middleware = (_request, _context, next) => next(JSON.parse(`{ "__proto__": { "admin": true } }`));
  const GET = route({ use: [evil] }, (_request, context) => Response.json("admin" in context));
  assertEquals(await (await GET(request())).json(), false);
});
