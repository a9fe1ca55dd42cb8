/** The types of contracts. The tests pass if this file type-checks; it also runs, so that no import is missing. */
import { assertThrows } from "@std/assert";
import { type } from "npm:arktype@2.2.9";
import * as v from "npm:valibot@1.5.0";
import { z } from "npm:zod@4.6.7";
import { bytes, form, type Middleware, Problem, route, text } from "../../src/route.ts";
import { type NextRequest, NextResponse } from "../../src/server.ts";

/** `true` for two equal types. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false;
/** Does not compile for different types. */
function expectSame<_Same extends true>(): void {}

/** How Next.js 16 checks a handler, in `.next/types/validator.ts`. */
type NextHandler<Params> = (
  request: NextRequest,
  context: { params: Promise<Params> },
) => Promise<Response | void> | Response | void;
function checkAsNext<Params>(_handler: NextHandler<Params>): void {}

interface Session {
  user: string;
}
const session: Middleware<{ session: Session }> = (_request, _context, next) => next({ session: { user: "ada" } });
const role: Middleware<{ role: "admin" }, { session: Session }> = (_request, context, next) => {
  expectSame<Same<typeof context.session, Session>>();
  return next({ role: "admin" });
};
const visitor: Middleware<{ visitor?: string }> = (_request, _context, next) => next({ visitor: "ada" });
const timed: Middleware = async (_request, _context, next) => {
  const response = await next();
  response.headers.set("server-timing", "app");
  return response;
};
const User = z.object({ id: z.string(), role: z.enum(["admin", "user"]), at: z.iso.datetime() });

Deno.test("a handler receives the output types of its schemas", () => {
  route({
    params: z.object({ id: z.coerce.number() }),
    query: v.object({ page: v.optional(v.string(), "1") }),
    headers: type({ "x-key": "string" }),
    cookies: z.object({ theme: z.literal("dark") }),
    body: type({ name: "string.trim" }),
  }, (request, { params, query, headers, cookies, body, ...rest }) => {
    expectSame<Same<typeof request, Request>>();
    expectSame<Same<typeof params, { id: number }>>();
    expectSame<Same<typeof query, { page: string }>>();
    expectSame<Same<typeof headers, { "x-key": string }>>();
    expectSame<Same<typeof cookies, { theme: "dark" }>>();
    expectSame<Same<typeof body, { name: string }>>();
    expectSame<Same<keyof typeof rest, never>>();
    return new Response();
  });
});

Deno.test("a contract with an unknown key does not compile", () => {
  // @ts-expect-error: the key is "summary"
  const create = () => route({ sumary: "List the users", query: User }, (_, { query }) => NextResponse.json(query));
  assertThrows(create, TypeError, `unknown key "sumary"`);
});

Deno.test("a handler receives what its contract declares, and always the params", () => {
  route({}, (_request, context) => {
    expectSame<Same<typeof context, { readonly params: Readonly<Record<string, string | string[]>> }>>();
    // @ts-expect-error: it has no body
    void context.body;
    return new Response();
  });
});

Deno.test("a path determines the types of its params", () => {
  route({ params: "/a/[id]/b/[...path]" }, (_request, { params }) => {
    expectSame<Same<typeof params.id, string>>();
    expectSame<Same<typeof params.path, string[]>>();
    // @ts-expect-error: the path has no such segment
    void params.b;
    return new Response();
  });
  route({ params: "/[[...slug]]" }, (_request, { params }) => {
    expectSame<Same<typeof params.slug, string[] | undefined>>();
    return new Response();
  });
});

Deno.test("bodies other than JSON have types too", () => {
  route({ body: form(z.object({ file: z.file() })) }, (_request, { body }) => new Response(body.file satisfies File));
  route({ body: text() }, (_request, { body }) => new Response(body satisfies string));
  route({ body: text(z.string().transform(Number)) }, (_request, { body }) => Response.json(body satisfies number));
  route({ body: bytes() }, (_request, { body }) => new Response(body satisfies Uint8Array<ArrayBuffer>));
});

Deno.test("middleware adds its values, in the contract and by route.with()", () => {
  route({
    use: [session, timed, role, (request, { params }, next) => {
      void [request.url, params.id];
      return next();
    }],
  }, (_request, context) => {
    expectSame<Same<typeof context.session, Session>>();
    expectSame<Same<typeof context.role, "admin">>();
    return new Response();
  });
  route({ use: [visitor] }, (_, { visitor }) => {
    expectSame<Same<typeof visitor, string | undefined>>();
    return new Response();
  });
  const authed = route.with(session).with(timed);
  authed({ use: [role], body: User }, (_request, { session, role, body }) => {
    expectSame<Same<typeof session, Session>>();
    expectSame<Same<typeof role, "admin">>();
    expectSame<Same<typeof body.role, "admin" | "user">>();
    return new Response();
  });
});

Deno.test("middleware that needs values comes after the middleware that adds them", () => {
  // @ts-expect-error: nothing adds a session
  route({ use: [role] }, () => new Response());
  // @ts-expect-error: nothing adds a session
  route.with(timed, role);
  route.with(session).with(role);
  // @ts-expect-error: the session comes too late
  route({ use: [role, session] }, () => new Response());
  // @ts-expect-error: the session is missing
  void (((_request, _context, next) => next()) satisfies Middleware<{ session: Session }>);
});

Deno.test("the handler determines the type of its request", () => {
  const GET = route({}, (request: NextRequest) => NextResponse.json(request.nextUrl.pathname));
  checkAsNext<Record<never, never>>(GET);
});

Deno.test("typed responses are checked, untyped ones are not", () => {
  const responses = { 200: User, 204: null, 404: Problem };
  route({ responses }, () => NextResponse.json({ id: "1", role: "admin", at: new Date() }));
  route({ responses }, async ({ url }) => {
    await Promise.resolve();
    if (url === "1") return new NextResponse(null, { status: 204 });
    if (url === "2") return NextResponse.redirect("http://localhost/");
    if (url === "3") return NextResponse.json({ type: "about:blank", title: "Not Found", status: 404 });
    if (url === "4") return Response.json("any");
    return NextResponse.json({ id: "1", role: "user", at: "" });
  });
  route({ responses }, () => {
    throw new Error("not called");
  });
  // @ts-expect-error: there is no such role
  route({ responses }, () => NextResponse.json({ id: "1", role: "root", at: "" }));
  // @ts-expect-error: "at" is missing
  route({ responses }, async () => NextResponse.json({ id: "1", role: await Promise.resolve("user" as const) }));
});

Deno.test("schemas that are written in the contract are checked as exactly as others", () => {
  route(
    { query: z.object({ q: z.string() }), responses: { 200: User } },
    () => NextResponse.json({ id: "1", role: "admin", at: "" }),
  );
  route(
    { query: v.object({ q: v.string() }), responses: { 200: v.picklist(["a", "b"]) } },
    (_, { query }) => NextResponse.json(query.q === "" ? "a" : "b"),
  );
  route({ body: type({ name: "string" }), responses: { 200: z.array(User), 404: Problem } }, async (_, { body }) => {
    await Promise.resolve();
    return NextResponse.json([{ id: body.name, role: "user", at: "" }]);
  });
  route({ responses: { 200: z.tuple([z.literal("a"), z.number()]), 204: null } }, () => NextResponse.json(["a", 1]));
  // @ts-expect-error: there is no such role
  route({ query: z.object({}), responses: { 200: User } }, () => NextResponse.json({ id: "1", role: "root", at: "" }));
  // @ts-expect-error: not a schema
  const create = () => route({ query: 5 }, () => new Response());
  assertThrows(create, TypeError, `"query" of its contract is invalid`);
});

Deno.test("a handler has the types that Next requires of its folder", () => {
  const bySchema = route({ params: z.object({ id: z.coerce.number() }), use: [session] }, () => new Response());
  checkAsNext<{ id: string }>(bySchema);
  const byPath = route({ params: "/users/[id]" }, async () => NextResponse.json(await Promise.resolve(1)));
  checkAsNext<{ id: string }>(byPath);
  const byDefault = route({ body: User }, () => new Response());
  checkAsNext<{ id: string; rest?: string[] }>(byDefault);
  checkAsNext<Record<never, never>>(byDefault);
  // @ts-expect-error: the folder has another name
  checkAsNext<{ userId: string }>(byPath);
  // @ts-expect-error: the folder is a catch-all
  checkAsNext<{ id: string[] }>(byPath);
  const wrongType = route({ params: z.object({ id: z.number() }) }, () => new Response());
  // @ts-expect-error: no segment is a number
  checkAsNext<{ id: string }>(wrongType);
});

Deno.test("a handler with params cannot be called without them", () => {
  const GET = route({ params: "/users/[id]" }, () => new Response());
  const call = () => GET(new Request("http://localhost/"), { params: Promise.resolve({ id: "1" }) });
  // @ts-expect-error: no params
  const callWithout = () => GET(new Request("http://localhost/"));
  void [call, callWithout];
});
