import { assertEquals } from "@std/assert";
import { cookies } from "../../../src/headers.ts";
import { NextResponse } from "../../../src/server.ts";
import { captured, createApp, serveApp } from "../../helpers/app.ts";
import { sendRequest } from "../../helpers/wire.ts";

/** A response with lines of `set-cookie`. */
function setting(...lines: readonly string[]): Response {
  return new Response("x", { headers: lines.map((line): [string, string] => ["Set-Cookie", line]) });
}

const JOINED: readonly [name: string, set: string[], response: () => Response, lines: string[]][] = [
  ["a plain response", ["a"], () => new Response("x"), ["a=1; Path=/"]],
  ["a response with cookies of its own", ["a"], () => new Response("x", { headers: { "set-cookie": "b=2" } }), [
    "b=2",
    "a=1; Path=/",
  ]],
  ["a response that sets the same name", ["a", "c"], () => new Response("x", { headers: { "set-cookie": "a=own" } }), [
    "a=own",
    "c=1; Path=/",
  ]],
  ["a line that is not a cookie, unchanged", ["a"], () => new Response("x", { headers: { "set-cookie": "novalue" } }), [
    "novalue",
    "a=1; Path=/",
  ]],
  ["Response.redirect(), whose headers are immutable", ["a"], () => Response.redirect("http://x.test/"), [
    "a=1; Path=/",
  ]],
  ["a 404 without body", ["a"], () => new Response(null, { status: 404 }), ["a=1; Path=/"]],
  ["NextResponse.cookies", ["a", "b"], () => {
    const response = NextResponse.json({});
    response.cookies.set("b", "own");
    return response;
  }, ["b=own; Path=/", "a=1; Path=/"]],
  ["nothing, and sends a line once", [], () => setting("a=1; Path=/", "a=1; Path=/", "b=1", "a=2", "a=1; Path=/"), [
    "a=1; Path=/",
    "b=1",
    "a=2",
  ]],
  ["a response that repeats a line", ["c"], () => setting("b=2", "b=2"), ["b=2", "c=1; Path=/"]],
  ["nothing when nothing was set", [], () => new Response("x"), []],
];

for (const [name, set, response, lines] of JOINED) {
  Deno.test(`finishResponse() adds cookies to ${name}`, async () => {
    const app = await createApp({
      "route.ts": {
        async GET() {
          const jar = await cookies();
          for (const cookie of set) jar.set(cookie, "1");
          return response();
        },
      },
    });
    assertEquals((await app.get("/")).headers.getSetCookie(), lines);
  });
}

Deno.test("finishResponse() adds cookies to a response of fetch()", async () => {
  await using upstream = serveApp(await createApp({ "route.ts": { GET: () => new Response("upstream") } }));
  const app = await createApp({
    "route.ts": {
      async GET() {
        (await cookies()).set("a", "1");
        return await fetch(upstream.origin);
      },
    },
  });
  const response = await app.get("/");
  assertEquals([await response.text(), response.headers.getSetCookie()], ["upstream", ["a=1; Path=/"]]);
});

for (const header of ["x-middleware-rewrite", "x-middleware-next"]) {
  Deno.test(`finishResponse() refuses the proxy header ${header}`, async () => {
    const errors: unknown[] = [];
    const headers = { [header]: header.endsWith("next") ? "1" : "http://x.test/" };
    const GET = () => new Response("x", { headers });
    const app = await createApp({ "route.ts": { GET } }, { onError: (error) => errors.push(error) });
    assertEquals((await app.get("/")).status, 500);
    assertEquals(/was used in a app route handler/.test(String(errors[0])), true);
  });
}

Deno.test("finishResponse() does not send x-middleware-set-cookie to the client", async () => {
  const app = await createApp({
    "route.ts": {
      GET() {
        const response = new NextResponse("x");
        response.cookies.set("a", "1");
        return response;
      },
    },
  });
  assertEquals([...(await app.get("/")).headers.keys()].sort(), ["content-type", "set-cookie"]);
});

Deno.test("finishResponse() answers 500 with the headers of a response that was read already", async () => {
  const app = await createApp({
    "route.ts": {
      async GET() {
        const response = new Response("used", { headers: { "x-a": "1" } });
        await response.text();
        return response;
      },
    },
  });
  await captured("error", async () => {
    const response = await app.get("/");
    assertEquals([response.status, await response.text(), response.headers.get("x-a")], [500, "", "1"]);
  });
});

Deno.test("finishResponse() keeps status, status text and headers of a response it must copy", async () => {
  const app = await createApp({
    "route.ts": {
      async GET() {
        (await cookies()).set("a", "1");
        return new Response(new ReadableStream({ start: (c) => c.close() }), {
          status: 202,
          statusText: "Fine",
          headers: { "x-a": "1" },
        });
      },
    },
  });
  const response = await app.get("/");
  assertEquals([response.status, response.statusText, response.headers.get("x-a")], [202, "Fine", "1"]);
  await response.body?.cancel();
});

const HEAD: readonly [name: string, GET: () => Response, length: string | undefined][] = [
  ["a string", () => new Response("hello"), "5"],
  ["JSON with a header", () => Response.json({ a: 1 }, { headers: { "x-a": "1" } }), "7"],
  ["a stream that never ends", () => new Response(new ReadableStream({ pull() {} })), undefined],
];

for (const [name, GET, length] of HEAD) {
  Deno.test(`finishResponse() answers HEAD of ${name} without a body`, async () => {
    const app = await createApp({ "route.ts": { GET } });
    const response = await app.request("/", { method: "HEAD" });
    assertEquals([response.status, response.body], [200, null]);
    await using server = serveApp(app);
    const { status, headers, body } = await sendRequest(server.port, { method: "HEAD", path: "/" });
    assertEquals([status, body, headers["content-length"]?.[0]], [200, "", length]);
  });
}

Deno.test("finishResponse() does not change a WebSocket upgrade", async () => {
  const app = await createApp({
    "route.ts": {
      GET(request: Request) {
        const { socket, response } = Deno.upgradeWebSocket(request);
        socket.onmessage = ({ data }) => socket.send(`echo ${data}`);
        return response;
      },
    },
  });
  await using server = serveApp(app);
  const socket = new WebSocket(server.origin.replace("http", "ws"));
  const { promise, resolve } = Promise.withResolvers<string>();
  const closed = new Promise((done) => socket.onclose = done);
  socket.onopen = () => socket.send("hi");
  socket.onmessage = ({ data }) => resolve(data);
  assertEquals(await promise, "echo hi");
  socket.close();
  await closed;
});
