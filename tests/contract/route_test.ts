import { assert, assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import {
  type AnyBodyFormat,
  bytes,
  type Contract,
  createProblem,
  form,
  Problem,
  problemResponse,
  route,
  text,
} from "../../src/route.ts";
import { anything, post, postJson, rejectWith, schemaOf } from "./_schemas.ts";

const get = (path = "/", headers: Record<string, string> = {}) => new Request(`http://localhost${path}`, { headers });
const answer = () => Response.json("answered");

/** The response of a contract to a body: `status body`. */
const BODIES: readonly [string, Contract, Request, expected: string][] = [
  ["JSON is parsed", { body: anything }, postJson({ a: [1, null] }), `200 {"a":[1,null]}`],
  ["JSON of another type is JSON", { body: anything }, post("1", "application/vnd.api+json"), "200 1"],
  ["JSON with a charset is JSON", { body: anything }, post("1", "Application/JSON; charset=utf-8"), "200 1"],
  ["a byte order mark is skipped", { body: anything }, post("\ufeff1", "application/json"), "200 1"],
  ["an empty body is undefined", { body: anything }, post(null), "200 undefined"],
  ["an empty body with a type is undefined", { body: anything }, post("", "application/json"), "200 undefined"],
  ["text is not JSON", { body: anything }, post("1"), "415 application/json"],
  ["a form is not JSON", { body: anything }, post(new URLSearchParams("a=1")), "415 application/json"],
  ["a body without a type is not JSON", { body: anything }, post(new Uint8Array([49]), null), "415 application/json"],
  ["a type that only starts like JSON", { body: anything }, post("1", "application/jsonp"), "415 application/json"],
  ["a urlencoded form", { body: form() }, post(new URLSearchParams("a=1&b=2&b=3")), `200 {"a":"1","b":["2","3"]}`],
  [
    "JSON is no form",
    { body: form() },
    postJson({}),
    "415 multipart/form-data, application/x-www-form-urlencoded",
  ],
  ["an empty form", { body: form() }, post(null), "200 {}"],
  ["a malformed form", { body: form() }, post("--x", "multipart/form-data; boundary=y"), "400 is not a valid form"],
  ["text", { body: text() }, post("héllo"), `200 "héllo"`],
  ["text of a type", { body: text({ type: "text/csv" }) }, post("a,b", "text/csv; header=present"), `200 "a,b"`],
  ["text of another type", { body: text({ type: "text/csv" }) }, post("a,b"), "415 text/csv"],
  ["text with a schema", { body: text(rejectWith({ message: "is not CSV" })) }, post("a,b"), "400 is not CSV"],
  ["bytes of any type", { body: bytes() }, post(new Uint8Array([1, 2])), `200 {"0":1,"1":2}`],
  ["bytes of a range", { body: bytes({ type: "image/*" }) }, post("x", "image/png"), `200 {"0":120}`],
  ["bytes outside a range", { body: bytes({ type: "image/*" }) }, post("x", "imagex/png"), "415 image/*"],
  ["malformed JSON", { body: anything }, post("{oops", "application/json"), "400 is not valid JSON at position 1"],
  ["cut JSON", { body: anything }, post(`{"a":`, "application/json"), "400 is not valid JSON"],
  ["a body at the limit", { body: text(), maxBody: 4 }, post("four"), `200 "four"`],
  ["a body above the limit", { body: text(), maxBody: 4 }, post("fiver"), "413 Expected a body of at most 4 bytes"],
  ["JSON above the limit", { body: anything, maxBody: "1kb" }, postJson("x".repeat(1024)), "413"],
  ["a form above the limit", { body: form(), maxBody: 4 }, post(new URLSearchParams("a=12345")), "413"],
  ["a form at the limit", { body: form(), maxBody: 4 }, post(new URLSearchParams("a=12")), `200 {"a":"12"}`],
  [
    "a content length above the limit",
    { body: text(), maxBody: 4 },
    post("x", "text/plain", { "content-length": "5" }),
    "413",
  ],
];

for (const [title, contract, request, expected] of BODIES) {
  Deno.test(`body: ${title}`, async () => {
    const POST = route(contract, (_request, context) => {
      const { body } = context as { body?: unknown };
      return new Response(JSON.stringify(body) ?? "undefined");
    });
    const response = await POST(request);
    const { status } = response;
    if (status === 200) return assertEquals(`200 ${await response.text()}`, expected);
    const { detail, errors, title: phrase } = await response.json();
    const message = status === 415 ? response.headers.get("accept") : errors?.[0].message ?? detail;
    assertStringIncludes(`${status} ${message}`, expected);
    assert(phrase.length > 0);
  });
}

Deno.test("S78 body: reading stops at the limit", async () => {
  let sent = 0, isCanceled = false;
  const body = new ReadableStream({
    pull: (controller) => controller.enqueue(new Uint8Array(1024 * ++sent / sent)),
    cancel: () => void (isCanceled = true),
  });
  const POST = route({ body: bytes(), maxBody: "10kb" }, answer);
  const response = await POST(new Request("http://localhost/", { method: "POST", body }));
  assertEquals([response.status, isCanceled], [413, true]);
  assert(sent < 15, `${sent} KiB were read`);
});

Deno.test("body: a body that was read before is an error", async () => {
  const POST = route({
    body: anything,
    use: [async (request, _context, next) => {
      await request.text();
      return await next();
    }],
  }, answer);
  await assertRejects(() => POST(postJson(1)), TypeError, "it was read before");
});

Deno.test("body: without a contract, the handler reads it", async () => {
  const POST = route({ query: anything }, async (request) => Response.json(await request.json()));
  assertEquals(await (await POST(postJson({ a: 1 }))).json(), { a: 1 });
});

Deno.test("params: they are awaited, and typed by the path of the folders", async () => {
  const GET = route({ params: "/files/[id]/[...path]" }, (_request, { params }) => Response.json(params));
  const params = { id: "1", path: ["a", "b"] };
  assertEquals(await (await GET(get(), { params: Promise.resolve(params) })).json(), params);
});

Deno.test("params: a handler without params can be called without a context", async () => {
  const GET = route({}, (_request, { params }) => Response.json(params));
  assertEquals(await (await GET(get())).json(), {});
  assertEquals(await (await GET(get(), {})).json(), {});
});

Deno.test("schemas: an asynchronous schema is awaited", async () => {
  const slow = schemaOf(async (value) => {
    await Promise.resolve();
    return (value as { ok?: string }).ok === "1" ? { value: "valid" } : { issues: [{ message: "is not ok" }] };
  });
  const POST = route({ query: slow, body: slow }, (_request, { query, body }) => Response.json([query, body]));
  const send = (query: string, ok: string) =>
    POST(
      new Request(`http://localhost/?ok=${query}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ ok }),
      }),
    );
  assertEquals(await (await send("1", "1")).json(), ["valid", "valid"]);
  const { errors } = await (await send("0", "0")).json();
  assertEquals(errors.map((error: { in: string }) => error.in), ["query", "body"]);
});

for (const kind of ["throws", "rejects"] as const) {
  Deno.test(`schemas: a schema that ${kind} is an error, not an invalid request`, async () => {
    const broken = schemaOf(() => {
      const error = new RangeError("the schema is broken");
      if (kind === "throws") throw error;
      return Promise.reject(error);
    });
    for (const contract of [{ query: broken }, { headers: broken }, { cookies: broken }, { body: broken }]) {
      const POST = route(contract, answer);
      await assertRejects(() => POST(postJson({})), RangeError, "the schema is broken");
    }
  });
}

Deno.test("schemas: each part is validated once", async () => {
  const counts: Record<string, number> = {};
  const count = (part: string) =>
    schemaOf((value) => {
      counts[part] = (counts[part] ?? 0) + 1;
      return { value };
    });
  const POST = route({
    params: count("params"),
    query: count("query"),
    headers: count("headers"),
    cookies: count("cookies"),
    body: count("body"),
  }, answer);
  await POST(postJson({}), { params: Promise.resolve({}) });
  assertEquals(counts, { params: 1, query: 1, headers: 1, cookies: 1, body: 1 });
});

Deno.test("S78 problems: at most 50 errors, and the number of the others", async () => {
  const issues = Array.from({ length: 1234 }, (_, index) => ({ message: "is wrong", path: ["list", index] }));
  const POST = route({ body: rejectWith(...issues), query: rejectWith({ message: "is wrong" }) }, answer);
  const { errors, omitted, detail } = await (await POST(postJson({}))).json();
  assertEquals([errors.length, omitted], [50, 1185]);
  assertEquals(detail, "1235 values of the request are invalid");
  assertEquals(errors[1], { in: "body", path: ["list", 0], message: "is wrong" });
});

Deno.test("S78 problems: messages and paths are limited in size", async () => {
  const path = Array.from({ length: 1000 }, () => ({ key: "k".repeat(10_000) }));
  const issues = Array.from({ length: 100 }, () => ({ message: "m".repeat(100_000), path }));
  const POST = route({ body: rejectWith(...issues) }, answer);
  const body = await (await POST(postJson({}))).text();
  assert(body.length < 32_768, `${body.length} bytes`);
  assert(JSON.parse(body).omitted > 50);
});

Deno.test("S78 problems: a value with thousands of strings is not searched for each error", async () => {
  const issues = Array.from({ length: 50 }, () => ({ message: "has value-777 in it" }));
  const POST = route({ body: rejectWith(...issues) }, answer);
  const values = Array.from({ length: 100_000 }, (_, index) => `value-${index}`);
  const started = performance.now();
  const { errors } = await (await POST(postJson(values))).json();
  assertEquals(errors[0].message, "is invalid");
  assert(performance.now() - started < 2000);
});

Deno.test("problems: symbols in a path are converted to text", async () => {
  const POST = route({ body: rejectWith({ message: "is wrong", path: [Symbol("x"), 0, { key: "y" }] }) }, answer);
  const { errors } = await (await POST(postJson({}))).json();
  assertEquals(errors[0].path, ["Symbol(x)", 0, "y"]);
});

Deno.test("problems: onInvalid replaces the response, that of the contract before that of the server", async () => {
  const own = (problem: Problem, request: Request) =>
    problemResponse({ ...problem, type: `${new URL(request.url).origin}/problems/invalid` }, { "x-from": "contract" });
  const host = { onInvalid: (problem: Problem) => Response.json({ code: problem.status }, { status: 422 }) };
  const body = rejectWith({ message: "is wrong" });

  const replaced = await route({ body, onInvalid: own }, answer)(postJson({}), { "~host": host });
  assertEquals(replaced.headers.get("x-from"), "contract");
  assertEquals((await replaced.json()).type, "http://localhost/problems/invalid");

  for (const request of [postJson({}), post("text")]) {
    const response = await route({ body }, answer)(request, { "~host": host });
    assertEquals(response.status, 422);
  }
});

Deno.test("problems: a problem has the title of its status, and other members", async () => {
  const problem = createProblem(429, { detail: "Wait", retryAfter: 3 });
  assertEquals(problem, {
    type: "about:blank",
    title: "Too Many Requests",
    status: 429,
    detail: "Wait",
    retryAfter: 3,
  });
  const response = problemResponse(problem, { "retry-after": "3" });
  assertEquals([response.status, response.headers.get("retry-after")], [429, "3"]);
  assertEquals(await response.json(), problem);
});

/** A response, and a part of its error if it does not match `responses`. */
const RESPONSES: readonly [string, Response, error: string | null][] = [
  ["a valid body", Response.json({ ok: true }), null],
  ["an invalid body", Response.json({ ok: 1 }), "ok: is not a boolean"],
  ["a body that is not JSON", new Response("{", { headers: { "content-type": "application/json" } }), "is not JSON"],
  ["another content type", new Response("{}"), "expected JSON, received text/plain"],
  ["a status that is not declared", Response.json({}, { status: 418 }), "it declares 200, 204, 404"],
  ["no body where none is declared", new Response(null, { status: 204 }), null],
  ["a redirect", new Response(null, { status: 307, headers: { location: "/" } }), null],
  ["not modified", new Response(null, { status: 304 }), null],
  ["a range", new Response("{", { status: 206, headers: { "content-range": "bytes 0-0/9" } }), null],
  ["a range outside of the body", new Response(null, { status: 416 }), null],
  ["a problem", problemResponse(createProblem(404)), null],
  ["a problem without status", Response.json({ title: "x" }, { status: 404 }), "expected a problem"],
];

const okSchema = schemaOf((value) =>
  typeof (value as { ok?: unknown }).ok === "boolean"
    ? { value }
    : { issues: [{ message: "is not a boolean", path: ["ok"] }] }
);

for (const [title, response, error] of RESPONSES) {
  Deno.test(`responses: ${title}`, async () => {
    const responses = { 200: okSchema, 204: null, 404: Problem };
    const copy = response.clone();
    const GET = route({ responses }, (): Response => response);
    const checked = () => GET(get(), { "~host": { checkResponses: true } });
    if (error !== null) await assertRejects(checked, TypeError, error);
    else assertEquals(await (await checked()).text(), await copy.text());
  });
}

const FORMATS: readonly [format: AnyBodyFormat, response: Response, error: string | null][] = [
  [text(), new Response("a"), null],
  [text(), Response.json("a"), "expected text/*, received application/json"],
  [text({ type: "text/csv" }), new Response("a"), "expected text/csv, received text/plain;charset=UTF-8"],
  [text({ type: "text/csv" }), new Response("a", { headers: { "content-type": "text/csv; charset=utf-8" } }), null],
  [bytes(), new Response(new Uint8Array(1)), null],
  [bytes({ type: "image/*" }), new Response(new Blob(["a"], { type: "image/png" })), null],
  [bytes({ type: "image/*" }), Response.json(1), "expected image/*, received application/json"],
];

for (const [format, response, error] of FORMATS) {
  const type = response.headers.get("content-type");
  Deno.test(`responses: ${format.kind} of ${format.mediaTypes} ${error === null ? "may" : "must not"} be ${type}`, async () => {
    const GET = route({ responses: { 200: format } }, (): Response => response);
    const checked = () => GET(get(), { "~host": { checkResponses: true } });
    if (error !== null) await assertRejects(checked, TypeError, error);
    else assertEquals((await checked()).status, 200);
  });
}

Deno.test("responses: checked only if the server or the contract asks for it, and not for HEAD", async () => {
  const wrong = () => Response.json({});
  const GET = route({ responses: { 200: okSchema } }, wrong);
  assertEquals((await GET(get())).status, 200);
  assertEquals((await GET(get(), { "~host": { checkResponses: false } })).status, 200);
  const head = new Request("http://localhost/", { method: "HEAD" });
  assertEquals((await GET(head, { "~host": { checkResponses: true } })).status, 200);
  const always = route({ responses: { 200: okSchema }, checkResponses: true }, wrong);
  await assertRejects(() => always(get(), { "~host": { checkResponses: false } }), TypeError, "does not match");
});

const WRONG: readonly [string, contract: unknown, message: string][] = [
  ["an unknown key", { bodi: anything }, `its contract has the unknown key "bodi", expected one of params, query`],
  ["a body that is not a schema", { body: {} }, `"body" of its contract is invalid, expected a schema, form(), text()`],
  ["a path without a slash", { params: "users/[id]" }, `"params" of its contract is invalid`],
  ["a bad status", { responses: { 20: anything } }, `"responses" of its contract is invalid`],
  ["a form as a response", { responses: { 200: form() } }, `"responses" of its contract is invalid`],
  ["an invalid size", { maxBody: "lots" }, `expected a number of bytes, or a size such as "64kb"`],
  ["a boolean as a limit", { maxBody: false }, `"maxBody" of its contract is invalid`],
  [
    "middleware that is not a function",
    { use: [{}] },
    `"use" of its contract is invalid, expected an array of functions`,
  ],
];

for (const [title, contract, message] of WRONG) {
  Deno.test(`a contract with ${title} is an error when it is created`, () => {
    assertThrows(() => route(contract as Record<never, never>, answer), TypeError, message);
  });
}

Deno.test("a handler has its contract and the limit of its body", () => {
  const POST = route({ body: anything, maxBody: "64kb", summary: "Do it", tags: ["a"] }, answer);
  const { contract, bodyLimit } = POST["~route"];
  assertEquals([contract.summary, contract.tags, bodyLimit], ["Do it", ["a"], 65_536]);
});
