/** The types of calls. The tests pass if this file type-checks; it also runs, so that no import is missing. */
import { z } from "npm:zod@4.6.7";
import { createClient, type Json } from "../../src/client.ts";
import { bytes, form, Problem, route, text } from "../../src/route.ts";
import { NextResponse } from "../../src/server.ts";

/** `true` for two equal types. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false;
/** Does not compile for different types. */
function expectSame<_Same extends true>(): void {}

const User = z.object({ id: z.string(), at: z.iso.datetime() });

const problems = { 404: Problem };

const users = {
  GET: route({ params: "/users/[id]", responses: { 200: User, 404: Problem, 410: null } }, () => new Response()),
  PATCH: route({
    params: z.object({ id: z.uuid() }),
    query: z.object({ dryRun: z.stringbool().optional() }),
    headers: z.object({ "x-key": z.string() }),
    cookies: z.object({ theme: z.literal("dark") }),
    body: z.object({ name: z.string().transform((name) => name.length) }),
  }, () => NextResponse.json({ at: new Date() })),
  DELETE: route({ responses: { 204: null } }, () => new Response()),
  QUERY: route({
    params: z.object({ id: z.coerce.number() }),
    query: z.object({ page: z.coerce.number().optional() }),
  }, () => new Response()),
  POST: route({ responses: { 201: User, ...problems } }, () => new Response()),
  PUT: route({ query: z.object({ page: z.string() }) }, () => new Response()),
};
const files = {
  POST: route({ body: form(z.object({ file: z.file(), title: z.string() })) }, () => new Response()),
  PUT: route({ body: text(), responses: { 200: text(), 201: bytes() } }, () => new Response()),
  PATCH: route({ body: bytes() }, () => new Response()),
};
const plain = {
  GET: () => Math.random() > 0.5 ? NextResponse.json({ at: new Date() }) : NextResponse.json([1]),
  POST: async (_request: Request, { params }: { params: Promise<{ slug: string[] }> }) =>
    NextResponse.json((await params).slug),
  PUT: () => Response.json(1),
  runtime: "nodejs",
};
type Routes = {
  "/users/[id]": typeof users;
  "/files": typeof files;
  "/plain/[...slug]": typeof plain;
  "/docs/[[...slug]]": typeof plain;
  "/flat": { GET: { request: { query: { page: number } }; responses: { 200: { id: string } } } };
};
const api = createClient<Routes>({ fetch: () => Response.json({}) });
/** Type-checks calls, and does not make them. */
function typeCheck(_calls: () => Promise<void>): void {}

Deno.test("the result of a contract is discriminated by its status", () => {
  typeCheck(async () => {
    const { status, data, error } = await api("/users/[id]").GET({ params: { id: "1" } });
    if (status === 200) expectSame<Same<typeof data, { id: string; at: string }>>();
    if (status === 200) expectSame<Same<typeof error, undefined>>();
    if (status === 404) expectSame<Same<typeof error, Json<Problem>>>();
    if (status === 410) expectSame<Same<typeof error, Problem>>();
    if (status === 500) expectSame<Same<typeof error, unknown>>();
    // @ts-expect-error: the contract has no such status
    if (status === 201) void data;
  });
});

Deno.test("responses that are spread into a contract are discriminated too", () => {
  typeCheck(async () => {
    const { status, data, error } = await api("/users/[id]").POST({ params: { id: "1" } });
    if (status === 201) expectSame<Same<typeof data, { id: string; at: string }>>();
    if (status === 404) expectSame<Same<typeof error, Json<Problem>>>();
  });
});

Deno.test("the result is discriminated by ok and error", () => {
  typeCheck(async () => {
    const result = await api("/users/[id]").GET({ params: { id: "1" } });
    if (result.ok) expectSame<Same<typeof result.data, { id: string; at: string }>>();
    else expectSame<Same<typeof result.data, undefined>>();
    const plain = await api("/plain/[...slug]").POST({ params: { slug: ["a"] } });
    if (plain.error === undefined) expectSame<Same<typeof plain.data, string[]>>();
    const none = await api("/users/[id]").DELETE({ params: { id: "1" } });
    if (none.ok) expectSame<Same<typeof none.data, undefined>>();
  });
});

Deno.test("a call accepts the input types of its schemas", () => {
  typeCheck(async () => {
    const { PATCH, PUT } = api("/users/[id]");
    const params = { id: "1" }, body = { name: "Ada" };
    await PATCH({ params, body, query: { dryRun: "yes" }, headers: { "x-key": "1", "x-other": 2 } });
    const { data, ok } = await PATCH({ params, body, cookies: { theme: "dark" } });
    if (ok) expectSame<Same<typeof data, { at: string }>>();
    // @ts-expect-error: no body
    await PATCH({ params });
    // @ts-expect-error: no params
    await PATCH({ body });
    // @ts-expect-error: the name is a string
    await PATCH({ params, body: { name: 1 } });
    // @ts-expect-error: there is no other theme
    await PATCH({ params, body, cookies: { theme: "light" } });
    // @ts-expect-error: dryRun is a string
    await PATCH({ params, body, query: { dryRun: [true] } });
    // @ts-expect-error: page is required
    await PUT({ params });
    await PUT({ params, query: { page: "1" } });
  });
});

Deno.test("params and a query accept values written as text, if their schemas accept any value", () => {
  typeCheck(async () => {
    const { QUERY } = api("/users/[id]");
    await QUERY({ params: { id: 7 }, query: { page: "2" } });
    // @ts-expect-error: it is required
    await QUERY({ params: { id: undefined } });
    // @ts-expect-error: an object is not written as text
    await QUERY({ params: { id: 7 }, query: { page: {} } });
  });
});

Deno.test("params have the types of the folders", () => {
  typeCheck(async () => {
    await api("/plain/[...slug]").GET({ params: { slug: ["a", "b"] } });
    await api("/docs/[[...slug]]").GET();
    await api("/docs/[[...slug]]").GET({ params: {} });
    // @ts-expect-error: it is an array
    await api("/plain/[...slug]").GET({ params: { slug: "a" } });
    // @ts-expect-error: it is required
    await api("/plain/[...slug]").GET();
    // @ts-expect-error: there is no such param
    await api("/users/[id]").GET({ params: { id: "1", other: "2" } });
    // @ts-expect-error: there are no params
    await api("/files").PUT({ params: { id: "1" }, body: "" });
  });
});

Deno.test("bodies have the types of their formats", () => {
  typeCheck(async () => {
    const { POST, PUT, PATCH } = api("/files");
    await POST({ form: { file: new File([], "a"), title: "A" } });
    await POST({ body: new FormData() });
    const { status, data } = await PUT({ body: "text" });
    if (status === 200) expectSame<Same<typeof data, string>>();
    if (status === 201) expectSame<Same<typeof data, undefined>>();
    await PATCH({ body: new Uint8Array() });
    await PATCH({ body: new Blob() });
    // @ts-expect-error: the file is missing
    await POST({ form: { title: "A" } });
    // @ts-expect-error: either the fields or a form
    await POST({ form: { file: new File([], "a"), title: "A" }, body: new FormData() });
    // @ts-expect-error: a text
    await PUT({ body: { a: 1 } });
    // @ts-expect-error: GET has no body
    await api("/docs/[[...slug]]").GET({ body: 1 });
  });
});

Deno.test("a handler without a contract has the union of its bodies, and unknown for Response.json()", () => {
  typeCheck(async () => {
    const { POST, GET, PUT } = api("/docs/[[...slug]]");
    const got = await GET();
    if (got.ok) expectSame<Same<typeof got.data, { at: string } | number[]>>();
    else expectSame<Same<typeof got.error, { at: string } | number[] | Problem>>();
    const put = await PUT({ body: { any: "value" }, query: { page: 1, tags: ["a", "b"] } });
    expectSame<Same<typeof put.data, unknown>>();
    await POST({ form: { file: new Blob(), count: 1 } });
  });
});

Deno.test("only patterns and the methods of their files can be called", () => {
  typeCheck(async () => {
    // @ts-expect-error: a URL, not a pattern
    await api("/users/1");
    // @ts-expect-error: the file exports no such method
    await api("/files").DELETE();
    // @ts-expect-error: the file exports no such method
    await api("/plain/[...slug]").runtime;
    const { data } = await api("/flat").GET({ query: { page: 1 } });
    expectSame<Same<typeof data, { id: string } | undefined>>();
  });
});

/** As Next.js declares it. */
declare const INTERNALS: unique symbol;
declare class NextsResponse<Body = unknown> extends Response {
  [INTERNALS]: { cookies: object; url?: URL; body?: Body };
}

Deno.test("the NextResponse of Next.js has the type of its body too", () => {
  type Handlers = { GET: () => Promise<NextsResponse<{ id: bigint; at: Date }>>; PUT: () => NextsResponse };
  const api = createClient<{ "/": Handlers }>({ fetch: () => Response.json({}) });
  typeCheck(async () => {
    const { data } = await api("/").GET();
    expectSame<Same<typeof data, { id: never; at: string } | undefined>>();
    const unknown = await api("/").PUT();
    expectSame<Same<typeof unknown.data, unknown>>();
  });
});

Deno.test("Json<T> is what JSON.parse(JSON.stringify(value)) returns", () => {
  expectSame<Same<Json<Date>, string>>();
  expectSame<Same<Json<URL>, string>>();
  expectSame<Same<Json<"a" | 1 | true | null>, "a" | 1 | true | null>>();
  // deno-lint-ignore no-explicit-any
  expectSame<Same<Json<any>, unknown>>();
  expectSame<Same<Json<unknown>, unknown>>();
  expectSame<Same<Json<{ a: unknown; b?: number }>, { a: unknown; b?: number }>>();
  expectSame<Same<Json<(Date | undefined)[]>, (string | null)[]>>();
  expectSame<Same<Json<[Date, () => void]>, [string, null]>>();
  expectSame<Same<Json<{ a: Map<string, number>; s: Set<1> }>, { a: Record<never, never>; s: Record<never, never> }>>();
  expectSame<Same<Json<{ a: string | undefined; b: Date }>, { a?: string; b: string }>>();
  expectSame<Same<Json<{ a: undefined; f(): void; [Symbol.iterator]: 1; b: 1 }>, { b: 1 }>>();
  expectSame<Same<Json<Record<string, Date>>, Record<string, string>>>();
  expectSame<Same<Json<{ kind: "a"; at: Date } | { kind: "b" }>, { kind: "a"; at: string } | { kind: "b" }>>();
  type Tree = { at: Date; children: Tree[] };
  expectSame<Same<Json<Tree>["children"][number]["children"][number]["at"], string>>();
  type Branded = string & { readonly __brand: "id" };
  expectSame<Same<Json<{ id: Branded }>, { id: Branded }>>();
});
