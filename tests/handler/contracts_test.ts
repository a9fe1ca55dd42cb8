import { assertEquals, assertStringIncludes } from "@std/assert";
import { z } from "npm:zod@4.6.7";
import { bytes, form, route } from "../../src/route.ts";
import type { AnswerOptions } from "../../mod.ts";
import { anything, rejectWith, schemaOf } from "../contract/_schemas.ts";
import { captured, createApp, serveApp } from "../helpers/app.ts";

const answer = () => new Response("answered");
const json = (value: unknown): RequestInit => ({
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify(value),
});

/** Sends to an application on a real socket. */
async function withServer(
  modules: Parameters<typeof createApp>[0],
  options: AnswerOptions,
  run: (send: (path: string, init?: RequestInit) => Promise<Response>) => Promise<void>,
): Promise<void> {
  const app = await createApp(modules, options);
  await using server = serveApp(app);
  await run((path, init) => fetch(server.origin + path, init));
}

Deno.test("a contract is served: params, query, body, HEAD from GET, Allow", async () => {
  const modules = {
    "users/[id]/route.ts": {
      GET: route(
        { params: z.object({ id: z.coerce.number() }), query: z.object({ full: z.stringbool().optional() }) },
        (
          _request,
          { params, query },
        ) => Response.json({ id: params.id, full: query.full ?? null }),
      ),
      POST: route(
        { params: "/users/[id]", body: z.object({ name: z.string() }) },
        (_request, { params, body }) => Response.json([params.id, body.name]),
      ),
    },
  };
  await withServer(modules, {}, async (send) => {
    assertEquals(await (await send("/users/7?full=yes")).json(), { id: 7, full: true });
    assertEquals(await (await send("/users/7", json({ name: "Ada" }))).json(), ["7", "Ada"]);
    assertEquals((await send("/users/x", { method: "HEAD" })).status, 400);
    assertEquals((await send("/users/7", { method: "OPTIONS" })).headers.get("allow"), "GET, HEAD, OPTIONS, POST");
    const problem = await (await send("/users/7?full=maybe")).json();
    assertEquals(problem.errors.map(({ path }: { path: unknown }) => path), [["full"]]);
  });
});

Deno.test("maxBody limits the body of its method only, and answers 413 as a problem", async () => {
  const modules = {
    "small/route.ts": {
      POST: route({ body: bytes(), maxBody: "1kb" }, answer),
      PUT: route({ body: bytes() }, answer),
    },
    "own/route.ts": {
      POST: route({ maxBody: "1kb" }, async (request) => new Response(`${(await request.bytes()).length}`)),
    },
    "large/route.ts": {
      config: { bodyLimit: 10 },
      POST: route({ body: bytes(), maxBody: 4096 }, answer),
    },
  };
  const body = new Uint8Array(2048);
  const stream = () => new Blob([body]).stream();
  await withServer(modules, { bodyLimit: 100 }, async (send) => {
    for (const body of [new Uint8Array(2048), stream()]) {
      const response = await send("/small", { method: "POST", body });
      assertEquals([response.status, response.headers.get("content-type")], [413, "application/problem+json"]);
      assertEquals((await response.json()).detail, "Expected a body of at most 1024 bytes");
    }
    const sendForStatus = async (path: string, method: string, body: BodyInit) => {
      const response = await send(path, { method, body });
      await response.body?.cancel();
      return response.status;
    };
    assertEquals(await sendForStatus("/small", "POST", body.slice(0, 1024)), 200);
    // The limit of the server.
    assertEquals(await sendForStatus("/small", "PUT", body.slice(0, 101)), 413);
    // A contract that leaves the body to its handler has its limit too.
    assertEquals(await sendForStatus("/own", "POST", stream()), 413);
    assertEquals(await (await send("/own", { method: "POST", body: body.slice(0, 1024) })).text(), "1024");
    // It is above the limits of file and server.
    assertEquals(await sendForStatus("/large", "POST", body), 200);
  });
});

Deno.test("a form with too many fields is answered with 413", async () => {
  const app = await createApp({ "route.ts": { POST: route({ body: form() }, answer) } }, { formFields: 2 });
  const send = (fields: string) => app.request("/", { method: "POST", body: new URLSearchParams(fields) });
  assertEquals((await send("a=1&b=2")).status, 200);
  assertEquals((await send("a=1&b=2&c=3")).status, 413);
});

Deno.test("a schema that throws is a 500 with a report", async () => {
  const broken = schemaOf(() => {
    throw new RangeError("the schema is broken");
  });
  const errors: unknown[] = [];
  const app = await createApp({ "route.ts": { POST: route({ body: broken }, answer) } }, {
    onError: (error) => errors.push(error),
  });
  const response = await app.request("/", json({}));
  assertEquals([response.status, await response.text()], [500, ""]);
  assertEquals((errors[0] as Error).message, "the schema is broken");
});

Deno.test("onInvalid of the server answers for contracts without their own", async () => {
  const body = rejectWith({ message: "is wrong" });
  const app = await createApp({
    "a/route.ts": { POST: route({ body }, answer) },
    "b/route.ts": { POST: route({ body, onInvalid: () => new Response("own", { status: 422 }) }, answer) },
  }, { onInvalid: ({ errors }) => Response.json(errors, { status: 418 }) });
  const response = await app.request("/a", json({}));
  assertEquals([response.status, await response.json()], [418, [{ in: "body", path: [], message: "is wrong" }]]);
  assertEquals((await app.request("/b", json({}))).status, 422);
});

const CHECKS: readonly [string, AnswerOptions, status: number][] = [
  ["under deno test", {}, 500],
  ["where the option says so", { checkResponses: true }, 500],
  ["not where the option says otherwise", { checkResponses: false }, 200],
];

for (const [title, options, status] of CHECKS) {
  Deno.test(`responses are checked ${title}, and only the report shows the difference`, async () => {
    const errors: Error[] = [];
    const GET = route({ responses: { 200: z.object({ id: z.string() }) } }, (): Response => Response.json({ id: 1 }));
    const app = await createApp({ "route.ts": { GET } }, {
      ...options,
      onError: (error) => errors.push(error as Error),
    });
    const response = await app.get("/");
    const text = await response.text();
    assertEquals([response.status, text], status === 200 ? [200, `{"id":1}`] : [500, ""]);
    if (status === 500) assertStringIncludes(errors[0]!.message, "id: Invalid input: expected string, received number");
  });
}

Deno.test("a handler without a contract gets a context with nothing but its params", async () => {
  let names: string[] = [];
  const GET = (_request: Request, context: object) => {
    names = Object.keys(context);
    return new Response();
  };
  const app = await createApp({ "[id]/route.ts": { GET, POST: route({}, answer) } });
  await app.get("/1");
  assertEquals(names, ["params"]);
});

Deno.test("a cached route with a contract is cached, unless it reads the request", async () => {
  let calls = 0;
  const count = () => new Response(`${++calls}`);
  const app = await createApp({
    "plain/route.ts": { revalidate: 60, GET: route({}, count) },
    "query/route.ts": { revalidate: 60, GET: route({ query: anything }, count) },
  });
  assertEquals([await (await app.get("/plain")).text(), await (await app.get("/plain")).text()], ["1", "1"]);
  assertEquals([await (await app.get("/query")).text(), await (await app.get("/query")).text()], ["2", "3"]);
  await app.close();
});

const WARNINGS: readonly [string, file: string, exports: Record<string, unknown>, warnings: string[]][] = [
  ["a body of GET", "a/route.ts", { GET: route({ body: anything }, answer) }, [
    'The contract of GET in "a/route.ts" is probably wrong: GET has no body, remove "body" or use another method',
  ]],
  ["a path that is not the folders'", "[user]/route.ts", { GET: route({ params: "/[id]" }, answer) }, [
    'The contract of GET in "[user]/route.ts" is probably wrong: "params" is "/[id]", but its folders are "/[user]"',
  ]],
  [
    "params that the folders do not have",
    "[user]/route.ts",
    { PUT: route({ params: z.object({ id: z.string() }) }, answer) },
    [
      'The contract of PUT in "[user]/route.ts" is probably wrong: "params" has no "user", which is a param of "/[user]"',
      'The contract of PUT in "[user]/route.ts" is probably wrong: "params" has "id", which is not a param of "/[user]"',
    ],
  ],
  ["nothing", "(group)/[id]/route.ts", {
    GET: route({ params: "/[id]" }, answer),
    PUT: route({ params: z.object({ id: z.string() }), body: anything }, answer),
    POST: route({ params: anything }, answer),
    DELETE: answer,
  }, []],
];

for (const [title, file, exports, warnings] of WARNINGS) {
  Deno.test(`the server warns of a contract with ${title}`, async () => {
    const lines = await captured("warn", async () => void await createApp({ [file]: exports }));
    const printed = lines.join("\n").split("\n").filter((line) => line !== "");
    assertEquals(printed.length, warnings.length, printed.join("\n"));
    for (const [index, warning] of warnings.entries()) assertStringIncludes(printed[index]!, warning);
  });
}
