import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { findDenoInternals } from "../../../src/deno/server/deno_internals.ts";
import { prepareRuntime } from "../../../src/deno/server/runtime.ts";
import { getReceivedHeader, getReceivedHeaders, getReceivedSignal } from "../../../src/http/received_request.ts";
import { setRuntimeInternals } from "../../../src/http/runtime_internals.ts";
import { createApp, serveApp } from "../../helpers/app.ts";

const internals = findDenoInternals()!;
prepareRuntime();

/** Returns what a function reads of a request that came over a socket. */
async function readOnServer<T>(read: (request: Request) => T | Promise<T>, init?: RequestInit): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (request) => {
    await Promise.try(read, request).then(resolve, reject);
    return new Response("done");
  });
  const response = await fetch(`http://127.0.0.1:${server.addr.port}/path?q=1`, init);
  await response.text();
  await server.shutdown();
  return await promise;
}

Deno.test("findDenoInternals() knows this version of Deno", () => {
  assert(internals !== undefined);
});

const UNKNOWN_PLATFORMS: Readonly<Record<string, Parameters<typeof findDenoInternals>[0]>> = {
  "a request without symbols": { Request: class {} as unknown as typeof Request, Response },
  "a response without symbols": { Request, Response: class {} as unknown as typeof Response },
  "a request that cannot be shared": {
    Request: class extends Request {
      readonly #own = true;
      override get method(): string {
        if (!this.#own) throw new TypeError("Illegal invocation");
        return super.method;
      }
    },
    Response,
  },
};

for (const [name, platform] of Object.entries(UNKNOWN_PLATFORMS)) {
  Deno.test(`findDenoInternals() finds nothing in ${name}`, () => {
    assertStrictEquals(findDenoInternals(platform), undefined);
  });
}

/** Returns an object that is a request with the internals of the one that `find` returns. */
function shareOf(find: () => Request): Request {
  const prototype = Object.create(Request.prototype), shared: Request = Object.create(prototype);
  internals.shareThrough(prototype, find);
  internals.brand(shared);
  return shared;
}

Deno.test("[[webidl.brand]] and request: shareThrough() gives an object the internals of the server's request", async () => {
  const seen = await readOnServer(async (request) => {
    const shared = shareOf(() => request);
    const { method, headers, url } = shared;
    const text = await shared.text();
    return { method, path: new URL(url).pathname, header: headers.get("x-a"), text, isUsed: request.bodyUsed };
  }, { method: "POST", body: "hi", headers: { "x-a": "1" } });
  assertEquals(seen, { method: "POST", path: "/path", header: "1", text: "hi", isUsed: true });
});

Deno.test("request: shareThrough() finds the internals that new Request(request) copies each time", async () => {
  const requests = [
    new Request("http://h.test/a", { method: "PUT", body: "a" }),
    new Request("http://h.test/b", { method: "POST", body: "b" }),
  ];
  const shared = shareOf(() => requests[0]!);
  assertStrictEquals(new Request(shared, { body: "x" }).url, "http://h.test/a");
  requests.shift();
  const copy = new Request(shared);
  assertEquals([copy.url, copy.method, await copy.text()], ["http://h.test/b", "POST", "b"]);
});

Deno.test("request: getHeader() returns the same as the headers of a server's request", async () => {
  const init = { headers: [["x-a", "1"], ["x-a", "2"], ["cookie", "a=b"]] as [string, string][] };
  const read = (request: Request) =>
    ["x-a", "cookie", "x-b", "__proto__"].map((name) => internals.getHeader(request, name));
  const [early, late] = await readOnServer((request) => {
    const before = read(request);
    assertStrictEquals(request.headers.get("x-a"), "1, 2");
    return [before, read(request)];
  }, init);
  assertEquals(early, ["1, 2", "a=b", null, null]);
  assertEquals(late, early);
});

Deno.test("header list, header list getter and header get: fillLazily() lists the headers when it must", () => {
  const listed: string[] = [];
  const create = () => {
    const headers = new Headers();
    internals.fillLazily(headers, () => {
      listed.push("listed");
      return [["x-a", "1"], ["x-b", "2"]];
    }, (name) => name.toLowerCase() === "x-a" ? "1" : null);
    return headers;
  };
  const headers = create();
  assertEquals([headers.get("X-A"), headers.get("x-c"), headers.get("host"), listed.length], ["1", null, null, 0]);
  assertEquals([...headers], [["x-a", "1"], ["x-b", "2"]]);
  headers.set("x-a", "3");
  assertEquals([headers.get("x-a"), headers.get("x-b"), headers.has("X-B"), listed.length], ["3", "2", true, 1]);
  const pairs = [["x-a", "1"], ["x-b", "2"]];
  assertEquals([...new Headers(create())], pairs);
  assertEquals([...new Response(null, { headers: create() }).headers], pairs);
  assertEquals([...new Request("http://h.test/", { headers: create() }).headers], pairs);
  const changed = create();
  changed.delete("x-a");
  changed.append("x-b", "4");
  assertEquals([[...changed], changed.constructor, Deno.inspect(create())], [
    [["x-b", "2, 4"]],
    Headers,
    `Headers { "x-a": "1", "x-b": "2" }`,
  ]);
});

Deno.test("request: takeText() reads a body that has arrived, once, and none that something has read", async () => {
  const init = { method: "POST", body: "hi" };
  const seen = await readOnServer((request) => [internals.takeText(request), internals.takeText(request)], init);
  assertEquals(seen, ["hi", null]);
  const read = async (request: Request) => [await request.text(), internals.takeText(request)];
  assertEquals(await readOnServer(read, init), ["hi", null]);
  assertStrictEquals(internals.takeText(new Request("http://h.test/", init)), undefined);
});

Deno.test("getReceivedHeader() and getReceivedHeaders() read the original, whatever a subclass shows", () => {
  class Masked extends Request {
    override get headers(): Headers {
      return new Headers({ masked: "yes" });
    }
  }
  const request = new Masked("http://h.test/", { headers: { "x-a": "1" } });
  assertEquals([...getReceivedHeaders(request)], [["x-a", "1"]]);
  assertStrictEquals(getReceivedHeader(request, "x-a"), "1");
  assertStrictEquals(getReceivedHeader(request, "masked"), null);
});

Deno.test("response: getHeaderList() is the list that is sent", () => {
  const response = new Response("a", { headers: { "x-a": "1" } });
  internals.getHeaderList(response)!.splice(0);
  assertEquals([...response.headers], []);
});

Deno.test("lazy static body and serve fast body: getBody() returns what a response was constructed from", () => {
  const bytes = new Uint8Array([1]);
  assertStrictEquals(internals.getBody(new Response("a"))?.source, "a");
  assertEquals(internals.getBody(new Response(bytes))?.source, bytes);
  assertStrictEquals(internals.getBody(new Response(ReadableStream.from([bytes])))?.source, null);
  assertEquals(internals.getBody(new Response(null)), {});
});

Deno.test("beforeSignal() hides Deno's one warning about signals, and no other", async () => {
  const legacy = "Deno.serve: request.signal aborts on success";
  const heard: unknown[][] = [];
  const listener = (...args: unknown[]): void => void heard.push(args);
  const { warn } = console;
  console.warn = listener;
  try {
    const isSame = await readOnServer((request) => {
      internals.beforeSignal();
      const signal = getReceivedSignal(request);
      console.warn("mine", 1);
      console.warn(new Error(legacy).name);
      return signal === request.signal && signal === getReceivedSignal(request);
    });
    assert(isSame);
    // If Deno has warned before, or no longer warns, the filter is still there.
    if (console.warn !== listener) console.warn(`${legacy}.`);
    assertStrictEquals(console.warn, listener);
    assertEquals(heard, [["mine", 1], ["Error"]]);
  } finally {
    console.warn = warn;
  }
});

Deno.test("without internals a server sends the same responses", async () => {
  const app = await createApp({
    "cookies/route.ts": { GET: (request: Request) => new Response(request.headers.get("cookie")) },
    "body/route.ts": {
      POST: async (request: Request) => Response.json([await request.clone().text(), await request.json()]),
    },
    "cached/route.ts": { dynamic: "force-static", GET: () => new Response("kept") },
    "tracked/route.ts": { revalidate: 60, GET: (request: Request) => new Response(new URL(request.url).search) },
    "upgrade/route.ts": {
      GET(request: Request) {
        const { socket, response } = Deno.upgradeWebSocket(request);
        socket.onopen = () => socket.send("open");
        return response;
      },
    },
  });
  await using server = serveApp(app);
  const headers = { cookie: "a=1" };
  const ask = async () => ({
    cookies: await (await fetch(`${server.origin}/cookies`, { headers })).text(),
    body: await (await fetch(`${server.origin}/body`, { method: "POST", body: "1" })).json(),
    cached: await (await fetch(`${server.origin}/cached`)).text(),
    tracked: await (await fetch(`${server.origin}/tracked?a`)).text(),
    upgrade: await openSocket(`ws://127.0.0.1:${server.port}/upgrade`),
  });
  const expected = await ask();
  setRuntimeInternals(undefined);
  try {
    assertEquals(await ask(), expected);
    assertEquals(expected, { cookies: "a=1", body: ["1", 1], cached: "kept", tracked: "?a", upgrade: "open" });
  } finally {
    setRuntimeInternals(internals);
  }
});

async function openSocket(url: string): Promise<unknown> {
  const socket = new WebSocket(url);
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  socket.onmessage = ({ data }) => resolve(data);
  socket.onerror = reject;
  const data = await promise;
  const closed = new Promise((resolve) => socket.onclose = resolve);
  socket.close();
  await closed;
  return data;
}
