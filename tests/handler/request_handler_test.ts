import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { cookies } from "../../src/headers.ts";
import { forbidden, notFound, permanentRedirect, redirect, unauthorized } from "../../src/navigation.ts";
import { NextRequest } from "../../src/server.ts";
import { captured, createApp } from "../helpers/app.ts";

const echo = async (request: Request, { params }: { params?: Promise<unknown> }) =>
  Response.json({ method: request.method, url: request.url, params: await params });

Deno.test("createHandler() calls the handler with a NextRequest and its params as a promise", async () => {
  const app = await createApp({
    "users/[id]/route.ts": {
      GET: async (request: NextRequest, context: { params: Promise<{ id: string }> }) =>
        Response.json([
          request instanceof NextRequest,
          request.nextUrl.pathname,
          context.params instanceof Promise,
          await context.params,
          Object.keys(context),
        ]),
    },
  });
  const response = await app.get("/users/a%20b");
  assertEquals(await response.json(), [true, "/users/a%20b", true, { id: "a b" }, ["params"]]);
});

const DISPATCH: readonly [method: string, path: string, status: number, body: string, allow: string | null][] = [
  ["GET", "/echo", 200, '{"method":"GET","url":"http://localhost/echo"}', null],
  ["HEAD", "/echo", 200, "", null],
  ["OPTIONS", "/echo", 204, "", "GET, HEAD, OPTIONS, QUERY"],
  ["QUERY", "/echo", 200, '{"method":"QUERY","url":"http://localhost/echo"}', null],
  ["POST", "/echo", 405, "", "GET, HEAD, OPTIONS, QUERY"],
  ["QUERY", "/post", 405, "", "OPTIONS, POST"],
  ["FOO", "/echo", 400, "", null],
  ["FOO", "/nowhere", 400, "", null],
  ["GET", "/nowhere", 404, "Not Found", null],
  ["POST", "/nowhere", 404, "Not Found", null],
  ["GET", "/echo/", 308, "", null],
];

for (const [method, path, status, body, allow] of DISPATCH) {
  Deno.test(`createHandler() answers ${method} ${path} with ${status}`, async () => {
    const app = await createApp({ "echo/route.ts": { GET: echo, QUERY: echo }, "post/route.ts": { POST: echo } });
    const response = await app.request(path, { method });
    assertEquals([response.status, await response.text(), response.headers.get("allow")], [status, body, allow]);
  });
}

const THROWN: readonly [name: string, GET: () => unknown, status: number, location: string | null][] = [
  ["redirect()", () => redirect("/login"), 307, "/login"],
  ["redirect() after an await", async () => (await Promise.resolve(), redirect("/login")), 307, "/login"],
  ["redirect() off the site by data", () => redirect("//evil.test"), 307, "/evil.test"],
  ["redirect() to an absolute URL", () => redirect(new URL("http://ex.test/a?b")), 307, "http://ex.test/a?b"],
  ["permanentRedirect()", () => permanentRedirect("/new"), 308, "/new"],
  ["notFound()", () => notFound(), 404, null],
];

for (const [name, GET, status, location] of THROWN) {
  Deno.test(`createHandler() answers ${name} with ${status}`, async () => {
    const app = await createApp({ "route.ts": { GET } });
    const response = await app.get("/");
    assertEquals([response.status, response.headers.get("location"), await response.text()], [status, location, ""]);
  });
}

for (const [interrupt, status] of [[forbidden, 403], [unauthorized, 401]] as const) {
  Deno.test(`createHandler() answers ${interrupt.name}() with ${status} only with authInterrupts`, async () => {
    const modules = { "route.ts": { GET: () => interrupt() } };
    assertEquals((await (await createApp(modules, { authInterrupts: true })).get("/")).status, status);
    const errors: unknown[] = [];
    const app = await createApp(modules, { onError: (error) => errors.push(error) });
    assertEquals((await app.get("/")).status, 500);
    assertStringIncludes(String(errors[0]), `\`${interrupt.name}()\` is experimental`);
    assertStringIncludes(
      String(errors[0]),
      "next.config.ts: export default { experimental: { authInterrupts: true } }",
    );
  });
}

const BROKEN: readonly [name: string, GET: unknown, message: string][] = [
  ["throws", () => {
    throw new Error("boom");
  }, "boom"],
  ["rejects", () => Promise.reject(new Error("boom")), "boom"],
  ["throws a string", () => {
    throw "boom";
  }, "boom"],
  ["throws null", () => {
    throw null;
  }, "null"],
  ["throws a Response", () => {
    throw new Response("secret");
  }, "Response {"],
  ["returns nothing", () => {}, "Expected a Response object but received 'undefined' (method: GET, url: /?x=1)"],
  ["returns null", () => null, "received 'null'"],
  ["returns a string", () => "text", "received 'string'"],
  ["returns an object", () => ({ status: 200 }), "received 'Object'"],
  ["is not a function", "text", "is not a function"],
  ["returns Response.error()", () => Response.error(), "Invalid status code: 0"],
  ["redirects to nowhere", () => redirect(""), "the URL is empty"],
  ["redirects with a line break", () => redirect("/a\r\nset-cookie: a=b"), "Invalid header value"],
];

for (const [name, GET, message] of BROKEN) {
  Deno.test(`createHandler() answers an empty 500 and logs one entry when the handler ${name}`, async () => {
    await captured("warn", async () => {
      const app = await createApp({ "route.ts": { GET } });
      let response = new Response();
      const lines = await captured("error", async () => response = await app.get("/?x=1"));
      assertEquals([response.status, await response.text(), [...response.headers]], [500, "", []]);
      assertEquals(lines.length, 1);
      assertStringIncludes(lines[0]!, "GET /?x=1: the handler in route.ts failed:");
      assertStringIncludes(lines[0]!, message);
    });
  });
}

Deno.test("createHandler() loads a lazy module once, and again after it failed", async () => {
  let loads = 0;
  const app = await createApp({ "route.ts": {} }, {
    lazy: true,
    load() {
      loads++;
      return loads === 1 ? Promise.reject(new Error("not yet")) : Promise.resolve({ GET: () => new Response("ok") });
    },
  });
  await captured("error", async () => assertEquals((await app.get("/")).status, 500));
  assertEquals(await (await app.get("/")).text(), "ok");
  assertEquals(await (await app.get("/")).text(), "ok");
  assertEquals(loads, 2);
});

Deno.test("createHandler() serves below a base path and hides it from the handler", async () => {
  const app = await createApp({ "echo/route.ts": { GET: echo } }, { basePath: "/docs" });
  assertEquals((await (await app.get("/docs/echo?x")).json()).url, "http://localhost/echo?x");
  const outside = await app.get("/echo");
  assertEquals([outside.status, await outside.text()], [404, "Not Found"]);
  for (const basePath of ["docs", "/do cs", "/%64ocs"]) {
    await assertRejects(() => createApp({}, { basePath }), TypeError, `Cannot use basePath "${basePath}"`);
  }
});

Deno.test("createHandler() calls onNotFound for paths without a route", async () => {
  const onNotFound = (request: Request) => new Response(`no ${new URL(request.url).pathname}`, { status: 404 });
  const app = await createApp({ "echo/route.ts": { GET: echo } }, { onNotFound });
  assertEquals(await (await app.get("/x")).text(), "no /x");
});

Deno.test("createHandler() answers 500 when onNotFound fails", async () => {
  const onNotFound = () => Promise.reject(new Error("boom"));
  const app = await createApp({ "echo/route.ts": { GET: echo } }, { onNotFound });
  const lines = await captured("error", async () => assertEquals((await app.get("/x")).status, 500));
  assertStringIncludes(lines[0]!, "Cannot answer GET http://localhost/x: onNotFound failed with Error: boom");
});

Deno.test("createHandler() refuses a Host header that is invalid, or differs from the URL", async () => {
  const app = await createApp({ "echo/route.ts": { GET: echo } });
  assertEquals((await app.get("/echo", { host: "localhost" })).status, 200);
  assertEquals((await app.get("/echo", { host: "localhost/x?" })).status, 400);
  assertEquals((await app.get("/echo", { host: "other.test" })).status, 400);
});

Deno.test("createHandler() calls the handler with two arguments and an object as this", async () => {
  const app = await createApp({
    "route.ts": {
      GET(this: unknown, ...args: unknown[]) {
        return Response.json([args.length, typeof this]);
      },
    },
  });
  assertEquals(await (await app.get("/")).json(), [2, "object"]);
});

Deno.test("createHandler() sends cookies set before redirect() and notFound()", async () => {
  const leaving = (leave: () => never) => async () => {
    (await cookies()).set("a", "1");
    leave();
  };
  const app = await createApp({
    "go/route.ts": { GET: leaving(() => redirect("/x")) },
    "gone/route.ts": { GET: leaving(notFound) },
  });
  for (const path of ["/go", "/gone"]) assertEquals((await app.get(path)).headers.getSetCookie(), ["a=1; Path=/"]);
});

Deno.test("createHandler() answers 500 and reports an error if a response throws when it is inspected", async () => {
  const hostile = new Proxy({}, {
    get(_, name) {
      if (name === "then") return undefined;
      throw new TypeError("no access");
    },
  });
  const app = await createApp({ "x/route.ts": { GET: () => Promise.resolve(hostile) } });
  let status = 0;
  const printed = await captured("error", async () => {
    status = (await app.fetch(new Request("http://localhost/x"), { completed: Promise.resolve() })).status;
  });
  assertEquals(status, 500);
  assertEquals(printed.length, 1);
  assertStringIncludes(printed[0]!, "no access");
});
