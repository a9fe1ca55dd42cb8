import { assertEquals, assertRejects } from "@std/assert";
import { NextRequest } from "../../src/server.ts";
import { captured, createApp, serveApp } from "../helpers/app.ts";
import { sendRequest } from "../helpers/wire.ts";

type Handler = (request: NextRequest) => unknown;

/** An application of one handler for all methods, whose result is sent as JSON. */
function appOf(run: Handler) {
  const handler = async (request: NextRequest) => Response.json(await run(request) ?? null);
  return createApp({ "[[...path]]/route.ts": { GET: handler, POST: handler } });
}

const URLS: readonly [path: string, url: string][] = [
  ["/a?x=1&x=2&y", "/a?x=1&x=2&y"],
  ["/a?x=%20+", "/a?x=%20+"],
  ["/a?", "/a?"],
  [`/a?q="<'>`, "/a?q=%22%3C%27%3E"],
  ["/a/../b/%7e?x#frag", "/b/~?x"],
];

for (const [path, url] of URLS) {
  Deno.test(`the request.url of ${path} is ${url}`, async () => {
    await using server = serveApp(await appOf((request) => [request.url, request.nextUrl.href]));
    const { body } = await sendRequest(server.port, { path, headers: [["host", "ex.test"]] });
    const [sent, next] = JSON.parse(body);
    assertEquals(sent, `http://ex.test${url}`);
    assertEquals(next, `http://ex.test${url}`.replace(/\?$/, ""));
  });
}

Deno.test("the request is a NextRequest and a Request, by name too", async () => {
  const app = await appOf((request) => [
    request instanceof NextRequest,
    request instanceof Request,
    Object.prototype.toString.call(request),
    request.constructor.name,
    "ip" in request,
    "geo" in request,
  ]);
  assertEquals(await (await app.get("/")).json(), [true, true, "[object Request]", "NextRequest", false, false]);
});

Deno.test("the request.headers can be changed and never shows a header that steers a proxy", async () => {
  const names = ["x-middleware-subrequest", "X-Nextjs-Data", "x-next-cache-tags", "x-now-route-matches"];
  const app = await appOf((request) => {
    request.headers.set("x-new", "1");
    return [...request.headers.keys()];
  });
  const headers: [string, string][] = [...names, "x-vercel-id", "x-routes-x", "x-other"].map((name) => [name, "1"]);
  assertEquals(await (await app.get("/", headers)).json(), [
    "host",
    "x-forwarded-host",
    "x-forwarded-port",
    "x-forwarded-proto",
    "x-new",
    "x-other",
  ]);
});

const BODIES: readonly [name: string, read: Handler, body: unknown][] = [
  ["text", (request) => request.text(), "a=1"],
  ["formData", async (request) => [...await request.formData()], [["a", "1"]]],
  ["arrayBuffer", async (request) => (await request.arrayBuffer()).byteLength, 3],
  ["bytes", async (request) => [...await request.bytes()], [97, 61, 49]],
  ["blob", async (request) => (await request.blob()).type, "application/x-www-form-urlencoded"],
  ["invalid JSON", async (request) => await request.json().catch((error) => error.name), "SyntaxError"],
  ["body", async (request) => {
    let text = "";
    for await (const chunk of request.body!.pipeThrough(new TextDecoderStream())) text += chunk;
    return text;
  }, "a=1"],
];

for (const [name, read, expected] of BODIES) {
  for (const cloned of [false, true]) {
    Deno.test(`the request reads its body by ${name}${cloned ? ", after clone() too" : ""}`, async () => {
      const app = await appOf(async (request) => {
        if (!cloned) return await read(request);
        const copy = request.clone();
        return [copy instanceof NextRequest, await read(copy), await read(request)];
      });
      await using server = serveApp(app);
      const headers = { "content-type": "application/x-www-form-urlencoded" };
      const response = await fetch(server.origin, { method: "POST", body: "a=1", headers });
      assertEquals(await response.json(), cloned ? [true, expected, expected] : expected);
    });
  }
}

Deno.test("the request.clone() copies a request without body, and refuses one that was read", async () => {
  const app = await appOf(async (request) => {
    const copy = request.clone();
    if (request.method === "GET") return [copy.url === request.url, copy.body, copy.headers.get("x-a")];
    await request.text();
    await assertRejects(async () => await request.clone().text(), TypeError, "already been read");
    return [request.bodyUsed, copy.bodyUsed, await copy.text()];
  });
  await using server = serveApp(app);
  assertEquals(await (await fetch(server.origin, { headers: { "x-a": "1" } })).json(), [true, null, "1"]);
  assertEquals(await (await fetch(server.origin, { method: "POST", body: "x" })).json(), [true, false, "x"]);
});

for (const name of ["text", "json", "blob", "bytes", "arrayBuffer", "formData"] as const) {
  Deno.test(`the request.${name}() says in Next's words that the body was read before`, async () => {
    const app = await appOf(async (request) => {
      await request.text();
      return await request[name]().then(() => "read", (error: Error) => `${error.name}: ${error.message}`);
    });
    const response = await app.request("/", { method: "POST", body: "x" });
    assertEquals(await response.json(), "TypeError: Body is unusable: Body has already been read");
  });
}

Deno.test("the request reads an empty POST body as an empty text", async () => {
  await using server = serveApp(await appOf(async (request) => [request.body !== null, await request.text()]));
  assertEquals(await (await fetch(server.origin, { method: "POST" })).json(), [true, ""]);
});

Deno.test("the request.cookies changes the cookie header of the same request", async () => {
  const app = await appOf((request) => {
    request.cookies.set("b", "2").delete("a");
    return [request.headers.get("cookie"), request.cookies.size];
  });
  assertEquals(await (await app.get("/", { cookie: "a=1" })).json(), ["b=2", 1]);
});

/** Runs a request whose handler holds its signal; says whether it aborted, and what was printed. */
async function observeSignal(answer: (signal: AbortSignal) => Promise<Response> | Response, leave: boolean) {
  const entered = Promise.withResolvers<AbortSignal>();
  const app = await createApp({
    "route.ts": {
      GET(request: NextRequest) {
        entered.resolve(request.signal);
        return answer(request.signal);
      },
    },
  });
  let signal!: AbortSignal;
  const warnings = await captured("warn", async () => {
    const server = serveApp(app);
    const client = new AbortController();
    const response = fetch(server.origin, { signal: client.signal }).then((response) => response.text()).catch(
      () => {},
    );
    signal = await entered.promise;
    if (leave) {
      const aborted = new Promise((resolve) => signal.addEventListener("abort", resolve));
      client.abort();
      await aborted;
    }
    await response;
    await server[Symbol.asyncDispose]();
  });
  return { aborted: signal.aborted, reason: signal.aborted ? signal.reason.name : undefined, warnings };
}

const untilAborted = (signal: AbortSignal) =>
  new Promise<Response>((resolve) => signal.addEventListener("abort", () => resolve(new Response("late"))));
const endless = () => new Response(new ReadableStream({ pull: (c) => c.enqueue(new Uint8Array(70_000)) }));
const short = () => new Response(new ReadableStream({ start: (c) => c.close() }));

const SIGNALS: readonly [
  name: string,
  answer: (signal: AbortSignal) => Promise<Response> | Response,
  leave: boolean,
][] = [
  ["a success", () => new Response("ok"), false],
  ["a late success", () => new Promise<Response>((resolve) => setTimeout(() => resolve(new Response("ok")), 5)), false],
  ["an error", () => Response.error(), false],
  ["a stream that was read to its end", short, false],
  ["a client that leaves before the answer", untilAborted, true],
  ["a client that leaves in the middle of a stream", endless, true],
];

for (const [name, answer, leave] of SIGNALS) {
  Deno.test(`the request.signal is ${leave ? "" : "not "}aborted after ${name}, without a warning`, async () => {
    await captured("error", async () => {
      const observed = await observeSignal(answer, leave);
      assertEquals(observed, { aborted: leave, reason: leave ? "ResponseAborted" : undefined, warnings: [] });
    });
  });
}

Deno.test("the request.signal is the one of the request, where no server is", async () => {
  const client = new AbortController();
  const app = await appOf((request) => {
    client.abort("gone");
    return [request.signal.aborted, request.signal.reason];
  });
  assertEquals(await (await app.request("/", { signal: client.signal })).json(), [true, "gone"]);
});
