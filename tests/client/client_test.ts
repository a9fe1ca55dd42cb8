import { assertEquals, assertInstanceOf, assertRejects, assertStringIncludes } from "@std/assert";
import { z } from "npm:zod@4.6.7";
import { type Client, createClient } from "../../src/client.ts";
import { download } from "../../src/response.ts";
import { bytes, form, Problem, route, text } from "../../src/route.ts";
import { NextResponse } from "../../src/server.ts";
import { createApp, serveApp } from "../helpers/app.ts";

/** Responds with the request. */
async function echo(request: Request, context: { params?: Promise<object> }) {
  const { method, url, headers } = request;
  const { pathname, search } = new URL(url);
  const type = headers.get("content-type")?.split(";", 1)[0] ?? null;
  const body = await request.text();
  return NextResponse.json({ method, pathname, search, type, body, params: await context.params ?? null });
}

const users = {
  GET: route(
    { params: "/users/[id]", responses: { 200: z.object({ id: z.string() }), 404: Problem } },
    (_, { params }) =>
      params.id === "0"
        ? NextResponse.json({ type: "about:blank", title: "Not Found", status: 404 }, { status: 404 })
        : NextResponse.json({ id: params.id }),
  ),
  PATCH: route(
    {
      query: z.object({ tags: z.array(z.string()) }),
      headers: z.object({ "x-key": z.string() }),
      cookies: z.object({ theme: z.string() }),
      body: z.object({ name: z.string() }),
    },
    (_request, { params, query, headers, cookies, body }) =>
      NextResponse.json({ params, query, key: headers["x-key"], cookies, body }),
  ),
  DELETE: route({ responses: { 204: null } }, () => new Response(null, { status: 204 })),
};
const files = {
  POST: route({ body: form(z.object({ file: z.file(), title: z.string(), tag: z.array(z.string()) })) }, async (
    _request,
    { body: { file, ...rest } },
  ) => NextResponse.json({ name: file.name, text: await file.text(), ...rest })),
  PUT: route({ body: text() }, (_request, { body }) => NextResponse.json({ text: body })),
  PATCH: route({ body: bytes() }, (_request, { body }) => NextResponse.json([...body])),
};
const answers = {
  GET: () => new Response("plain"),
  POST: () => new Response("event: a\ndata: 1\n\n", { headers: { "content-type": "text/event-stream" } }),
  PUT: () => new Response(null, { status: 500 }),
  PATCH: () => new Response("<h1>Bad gateway</h1>", { status: 502, headers: { "content-type": "application/json" } }),
  DELETE: () => new Response("{", { headers: { "content-type": "application/json" } }),
  QUERY: () => new Response(new Uint8Array([1, 2]), { headers: { "content-type": "application/octet-stream" } }),
};
const downloads = {
  GET: (request: Request) => download(request, new Blob(["# Notes"]), { name: "notes.md" }),
};
const modules = {
  "users/[id]/route.ts": users,
  "files/route.ts": files,
  "answers/route.ts": answers,
  "downloads/route.ts": downloads,
  "echo/[a]/route.ts": { GET: echo, POST: echo },
  "all/[...path]/route.ts": { GET: echo },
  "docs/[[...path]]/route.ts": { GET: echo },
  "%5Fpath/route.ts": { GET: echo },
  "route.ts": { GET: echo },
};
interface Routes {
  "/": { GET: typeof echo };
  "/users/[id]": typeof users;
  "/files": typeof files;
  "/answers": typeof answers;
  "/downloads": typeof downloads;
  "/echo/[a]": { GET: typeof echo; POST: typeof echo };
  "/all/[...path]": { GET: typeof echo };
  "/docs/[[...path]]": { GET: typeof echo };
  "/%5Fpath": { GET: typeof echo };
}
const app = await createApp(modules, { onError() {} });
const api: Client<Routes> = createClient<Routes>({ fetch: app.fetch });

Deno.test("a call resolves for every status", async () => {
  const found = await api("/users/[id]").GET({ params: { id: "1" } });
  assertEquals([found.ok, found.status, found.data, found.error], [true, 200, { id: "1" }, undefined]);
  const missing = await api("/users/[id]").GET({ params: { id: "0" } });
  assertEquals([missing.ok, missing.status, missing.data], [false, 404, undefined]);
  if (missing.status === 404) assertEquals(missing.error.title, "Not Found");
  assertInstanceOf(missing.response, Response);
});

Deno.test("a call sends each part of a contract", async () => {
  const { data } = await api("/users/[id]").PATCH({
    params: { id: "1" },
    query: { tags: ["a", "b&c"] },
    headers: { "x-key": "k" },
    cookies: { theme: "da rk;" },
    body: { name: "Ada" },
  });
  assertEquals<unknown>(data, {
    params: { id: "1" },
    query: { tags: ["a", "b&c"] },
    key: "k",
    cookies: { theme: "da rk;" },
    body: { name: "Ada" },
  });
});

Deno.test("an invalid call resolves with the problem", async () => {
  const call = api("/users/[id]").PATCH({ params: { id: "1" }, query: { tags: [] }, body: { name: "" } });
  const { status, error } = await call;
  assertEquals(status, 400);
  assertEquals((error as Problem).errors?.map(({ in: part }) => part), ["query", "headers", "cookies"]);
});

const PATHS: readonly (readonly [call: () => Promise<{ data: unknown }>, pathname: string, params: unknown])[] = [
  [() => api("/").GET(), "/", null],
  [() => api("/echo/[a]").GET({ params: { a: "ä b/c?d#e%" } }), "/echo/%C3%A4%20b%2Fc%3Fd%23e%25", { a: "ä b/c?d#e%" }],
  [() => api("/echo/[a]").GET({ params: { a: "..." } }), "/echo/...", { a: "..." }],
  [() => api("/all/[...path]").GET({ params: { path: ["a", "b/c"] } }), "/all/a/b%2Fc", { path: ["a", "b/c"] }],
  [() => api("/docs/[[...path]]").GET(), "/docs", {}],
  [() => api("/docs/[[...path]]").GET({ params: { path: [] } }), "/docs", {}],
  [() => api("/docs/[[...path]]").GET({ params: { path: ["a"] } }), "/docs/a", { path: ["a"] }],
  [() => api("/%5Fpath").GET(), "/_path", null],
];

for (const [call, pathname, params] of PATHS) {
  Deno.test(`the path is ${pathname} for the params ${JSON.stringify(params)}`, async () => {
    const { data } = await call() as { data: { pathname: string; params: unknown } };
    assertEquals(decodeURI(data.pathname), decodeURI(pathname));
    assertEquals(data.params, params);
  });
}

const WRONG_CALLS: readonly (readonly [message: string, call: () => Promise<unknown>])[] = [
  [`param "a" is missing, expected a string`, () => api("/echo/[a]").GET({ params: {} as { a: string } })],
  [`param "a" is empty, expected a string`, () => api("/echo/[a]").GET({ params: { a: "" } })],
  [`param "a" is "..", expected text other than`, () => api("/echo/[a]").GET({ params: { a: ".." } })],
  [`param "path" is ".", expected text other than`, () => api("/all/[...path]").GET({ params: { path: ["a", "."] } })],
  [`param "path" is empty, expected an array`, () => api("/all/[...path]").GET({ params: { path: [] } })],
  [
    `param "path" is not an array, expected an array`,
    () => api("/all/[...path]").GET({ params: { path: "a" as unknown as [] } }),
  ],
  [
    `Cannot send query "q": it is an object, expected`,
    () => api("/echo/[a]").GET({ params: { a: "1" }, query: { q: {} as Date } }),
  ],
  [`Cannot send the body: a function is`, () => api("/echo/[a]").POST({ params: { a: "1" }, body: () => 1 })],
];

for (const [message, call] of WRONG_CALLS) {
  Deno.test(`a call that cannot be sent rejects: ${message}`, async () => {
    assertStringIncludes((await assertRejects(call, TypeError)).message, message);
  });
}

Deno.test("a query repeats the keys of arrays, and omits null and undefined", async () => {
  const query = { a: ["1", "2"], b: 3, c: null, d: undefined, e: false, f: new Date(0), g: [], h: "ä&=" };
  const { data } = await api("/echo/[a]").GET({ params: { a: "1" }, query });
  const search = "?a=1&a=2&b=3&e=false&f=1970-01-01T00%3A00%3A00.000Z&h=%C3%A4%26%3D";
  assertEquals((data as { search: string }).search, search);
});

const BODIES: readonly (readonly [what: string, options: object, type: string | null, body: string])[] = [
  ["an object", { body: { a: new Date(0) } }, "application/json", `{"a":"1970-01-01T00:00:00.000Z"}`],
  ["null", { body: null }, "application/json", "null"],
  ["an array", { body: [1] }, "application/json", "[1]"],
  ["a string", { body: "a" }, "text/plain", "a"],
  ["a string as JSON", { body: `"a"`, headers: { "content-type": "application/json" } }, "application/json", `"a"`],
  ["another type of JSON", { body: 1, headers: { "Content-Type": "application/x+json" } }, "application/x+json", "1"],
  ["a urlencoded form", { body: new URLSearchParams({ a: "1" }) }, "application/x-www-form-urlencoded", "a=1"],
  ["fields", { form: { a: [1, 2], b: true, c: null } }, "application/x-www-form-urlencoded", "a=1&a=2&b=true"],
  ["bytes", { body: new TextEncoder().encode("a") }, null, "a"],
  ["a buffer", { body: new TextEncoder().encode("a").buffer }, null, "a"],
  ["a blob", { body: new Blob(["a"], { type: "text/csv" }) }, "text/csv", "a"],
  ["a stream", { body: new Blob(["a"]).stream() }, null, "a"],
  ["nothing", {}, null, ""],
];

for (const [what, options, type, body] of BODIES) {
  Deno.test(`${what} is sent as ${type ?? "a body without a type"}`, async () => {
    const { data } = await api("/echo/[a]").POST({ params: { a: "1" }, ...options });
    const { type: sent, body: received } = data as { type: string | null; body: string };
    assertEquals([sent, received], [type, body]);
  });
}

Deno.test("bodies are sent in the format of their contract", async () => {
  const file = new File(["hello"], "a.txt");
  const fields = { file, title: "A", tag: ["x", "y"] };
  const expected = { name: "a.txt", text: "hello", title: "A", tag: ["x", "y"] };
  assertEquals<unknown>((await api("/files").POST({ form: fields })).data, expected);
  const data = new FormData();
  for (const [name, value] of [["title", "A"], ["tag", "x"], ["tag", "y"]] as const) data.append(name, value);
  data.append("file", file);
  assertEquals<unknown>((await api("/files").POST({ body: data })).data, expected);
  assertEquals<unknown>((await api("/files").PUT({ body: "text" })).data, { text: "text" });
  assertEquals<unknown>((await api("/files").PATCH({ body: new Uint8Array([1, 2]) })).data, [1, 2]);
});

Deno.test("text is read; event streams, bytes and downloads are left unread", async () => {
  assertEquals((await api("/answers").GET()).data, "plain");
  const { data, response } = await api("/answers").POST();
  assertEquals([data, await response.text()], [undefined, "event: a\ndata: 1\n\n"]);
  const file = await api("/answers").QUERY();
  assertEquals([file.data, [...await file.response.bytes()]], [undefined, [1, 2]]);
  const notes = await api("/downloads").GET();
  assertEquals([notes.data, await notes.response.text()], [undefined, "# Notes"]);
});

Deno.test("a response without a body has no data, or the problem of its status", async () => {
  const removed = await api("/users/[id]").DELETE({ params: { id: "1" } });
  assertEquals([removed.status, removed.data], [204, undefined]);
  const { error } = await api("/answers").PUT();
  assertEquals(error, { type: "about:blank", title: "Internal Server Error", status: 500 });
});

Deno.test("an error with malformed JSON is text, a success with malformed JSON rejects", async () => {
  assertEquals((await api("/answers").PATCH()).error, "<h1>Bad gateway</h1>");
  const error = await assertRejects(() => api("/answers").DELETE(), TypeError);
  assertEquals(error.message, "Cannot read the response 200: its content type is JSON, but its body is not");
});

Deno.test("headers of a call take precedence over those of the client, which may be a function", async () => {
  const seen: (string | null)[][] = [];
  const fetch = ({ headers }: Request) => {
    seen.push(["authorization", "x-a", "cookie"].map((name) => headers.get(name)));
    return new Response();
  };
  let token = 0;
  const headers = () => Promise.resolve({ authorization: `Bearer ${++token}`, "x-a": "client", cookie: "a=1" });
  const api = createClient<Routes>({ fetch, headers });
  await api("/").GET();
  await api("/").GET({ headers: { "X-A": "call", none: undefined }, cookies: { b: 2 } });
  await createClient<Routes>({ fetch, headers: [["x-a", "1"]] })("/").GET({ headers: new Headers({ cookie: "c=3" }) });
  assertEquals(seen, [["Bearer 1", "client", "a=1"], ["Bearer 2", "call", "a=1; b=2"], [null, "1", "c=3"]]);
});

const BASES: readonly (readonly [base: string | URL, url: string])[] = [
  ["https://api.test", "https://api.test/echo/1"],
  ["https://api.test/", "https://api.test/echo/1"],
  ["https://api.test/v1/", "https://api.test/v1/echo/1"],
  [new URL("https://api.test/v1"), "https://api.test/v1/echo/1"],
  ["", "http://localhost/echo/1"],
];

for (const [base, url] of BASES) {
  Deno.test(`the base "${base}" leads to ${url}`, async () => {
    let sent = "";
    const fetch = ({ url }: Request) => {
      sent = url;
      return new Response();
    };
    await createClient<Routes>(base, { fetch })("/echo/[a]").GET({ params: { a: "1" } });
    assertEquals(sent, url);
  });
}

Deno.test("over a socket, a call streams, aborts, and rejects if there is no server", async () => {
  const endless = () =>
    new Response(new ReadableStream({ pull: (to) => to.enqueue(new TextEncoder().encode("data: 1\n\n")) }), {
      headers: { "content-type": "text/event-stream" },
    });
  interface Streams {
    "/events": { GET: typeof endless };
  }
  let origin: string;
  {
    await using server = serveApp(await createApp({ "events/route.ts": { GET: endless } }));
    origin = server.origin;
    const abort = new AbortController();
    const { response } = await createClient<Streams>(origin)("/events").GET({ signal: abort.signal });
    const reader = response.body!.getReader();
    assertStringIncludes(new TextDecoder().decode((await reader.read()).value), "data: 1\n\n");
    abort.abort();
    await assertRejects(async () => {
      while (!(await reader.read()).done);
    }, DOMException);
    await assertRejects(
      () => createClient<Streams>(origin)("/events").GET({ signal: AbortSignal.abort() }),
      DOMException,
    );
  }
  await assertRejects(() => createClient<Streams>(origin)("/events").GET(), TypeError);
});
