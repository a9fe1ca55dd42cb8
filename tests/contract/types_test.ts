import { z } from "npm:zod@4.6.7";
import * as v from "npm:valibot@1.5.0";
import { type } from "npm:arktype@2.2.9";
import { type NextRequest, NextResponse } from "../../src/server.ts";
import { bytes, form, type Middleware, Problem, route, text } from "../../src/route.ts";

type Equals<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false;
const is = <_ extends true>() => {};

const session: Middleware<{ session: { user: string } }> = (_request, _context, next) =>
  next({ session: { user: "" } });
const role: Middleware<{ role: "admin" }, { session: { user: string } }> = (_request, { session }, next) => {
  is<Equals<typeof session, { user: string }>>();
  return next({ role: "admin" });
};
const plain: Middleware = async (_request, { params }, next) => {
  void params.id;
  return await next();
};

Deno.test("types", () => {
  const User = z.object({ id: z.string(), role: z.enum(["admin", "user"]), at: z.iso.datetime() });
  const PATCH = route({
    params: z.object({ id: z.coerce.number() }),
    query: v.object({ a: v.optional(v.string()) }),
    body: type({ name: "string" }),
    responses: { 200: User, 404: Problem, 204: null },
    use: [session, plain, (request, context, next) => {
      void [request.url, context.params];
      return next();
    }],
  }, (request, context) => {
    is<Equals<typeof context.params, { id: number }>>();
    is<Equals<typeof context.query, { a?: string | undefined }>>();
    is<Equals<typeof context.body, { name: string }>>();
    is<Equals<typeof context.session, { user: string }>>();
    is<Equals<typeof request, Request>>();
    // @ts-expect-error not declared
    void context.cookies;
    if (context.body.name === "") return new NextResponse(null, { status: 204 });
    if (context.body.name === "r") return NextResponse.redirect("http://a.b/");
    if (context.body.name === "x") return Response.json("any");
    return NextResponse.json({ id: "1", role: "admin", at: new Date() });
  });
  // @ts-expect-error wrong role
  route({ responses: { 200: User } }, () => NextResponse.json({ id: "1", role: "root", at: "" }));
  route({ responses: { 200: User } }, async () => {
    await Promise.resolve();
    return NextResponse.json({ id: "1", role: "user", at: "" });
  });
  route({ responses: { 200: User } }, () => {
    throw new Error("fails");
  });
  // @ts-expect-error an unknown key
  route({ bodi: User }, () => new Response());
  const GET = route({ params: "/users/[id]/[...rest]" }, (request: NextRequest, { params }) => {
    is<Equals<typeof params.id, string>>();
    is<Equals<typeof params.rest, string[]>>();
    return NextResponse.json({ id: params.id, path: request.nextUrl.pathname });
  });
  const authed = route.with(session, role);
  authed({ body: form(z.object({ a: z.file() })) }, (_request, { body, session, role, params }) => {
    is<Equals<typeof body, { a: File }>>();
    is<Equals<typeof role, "admin">>();
    is<Equals<typeof params, Readonly<Record<string, string | string[]>>>>();
    return Response.json(session);
  });
  route({ body: text() }, (_request, { body }) => new Response(body satisfies string));
  route({ body: bytes() }, (_request, { body }) => new Response(body));
  const next: (
    request: NextRequest,
    context: { params: Promise<{ id: string }> },
  ) => Promise<Response | void> | Response | void = PATCH;
  const get: (
    request: NextRequest,
    context: { params: Promise<{ id: string; rest: string[] }> },
  ) => Promise<Response | void> | Response | void = GET;
  // @ts-expect-error another folder
  const wrong: (
    request: NextRequest,
    context: { params: Promise<{ ix: string; rest: string[] }> },
  ) => Promise<Response | void> | Response | void = GET;
  void [next, get, wrong];
});
