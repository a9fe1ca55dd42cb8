import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import {
  dropLegacyWarning,
  getReceivedHeader,
  getReceivedHeaders,
  getReceivedSignal,
  isPlain,
  isStreaming,
  shareRequest,
  UNINITIALIZED,
} from "../../src/http/native.ts";
import { NextResponse } from "../../src/http/next_response.ts";

function stream(): ReadableStream<Uint8Array> {
  return ReadableStream.from([new Uint8Array([1]), new Uint8Array([2])]);
}

function form(): FormData {
  const data = new FormData();
  data.set("a", "b");
  return data;
}

function withCookie(): NextResponse {
  const response = new NextResponse("a");
  response.cookies.set("a", "b");
  return response;
}

const RESPONSES: readonly {
  readonly title: string;
  readonly make: () => Response;
  readonly plain: boolean;
  readonly streaming: boolean;
}[] = [
  { title: "a string", make: () => new Response("a"), plain: true, streaming: false },
  { title: "an empty string", make: () => new Response(""), plain: true, streaming: false },
  { title: "bytes", make: () => new Response(new Uint8Array([1, 2])), plain: true, streaming: false },
  { title: "a buffer", make: () => new Response(new ArrayBuffer(2)), plain: true, streaming: false },
  { title: "a query", make: () => new Response(new URLSearchParams("a=b")), plain: true, streaming: false },
  { title: "JSON", make: () => Response.json({}), plain: true, streaming: false },
  { title: "a string of status 200", make: () => new Response("a", { status: 200 }), plain: true, streaming: false },
  { title: "a NextResponse", make: () => new NextResponse("a"), plain: true, streaming: false },
  { title: "a NextResponse of JSON", make: () => NextResponse.json({}), plain: true, streaming: false },
  {
    title: "a string with a content type",
    make: () => new Response("a", { headers: { "content-type": "text/html" } }),
    plain: true,
    streaming: false,
  },
  {
    title: "a string with another header",
    make: () => new Response("a", { headers: { "x-a": "b" } }),
    plain: false,
    streaming: false,
  },
  { title: "a string with a cookie", make: withCookie, plain: false, streaming: false },
  { title: "a string of status 201", make: () => new Response("a", { status: 201 }), plain: false, streaming: false },
  { title: "JSON of status 404", make: () => Response.json({}, { status: 404 }), plain: false, streaming: false },
  { title: "no body", make: () => new Response(), plain: false, streaming: false },
  { title: "null", make: () => new Response(null, { status: 204 }), plain: false, streaming: false },
  { title: "a redirect", make: () => Response.redirect("http://h.test/"), plain: false, streaming: false },
  { title: "a blob", make: () => new Response(new Blob(["a"])), plain: false, streaming: false },
  { title: "a form", make: () => new Response(form()), plain: false, streaming: false },
  { title: "a stream", make: () => new Response(stream()), plain: false, streaming: true },
  { title: "a stream in a NextResponse", make: () => new NextResponse(stream()), plain: false, streaming: true },
];

for (const { title, make, plain, streaming } of RESPONSES) {
  Deno.test(`isPlain() of ${title} is ${plain} and isStreaming() is ${streaming}`, () => {
    const response = make();
    assertEquals([isPlain(response), isStreaming(response)], [plain, streaming]);
    assertEquals([isPlain(response), isStreaming(response)], [plain, streaming], "asking changes nothing");
  });

  Deno.test(`isPlain() of ${title} is false when its headers were touched, and isStreaming() stays ${streaming}`, () => {
    const response = make();
    assert(response.headers instanceof Headers);
    assertEquals([isPlain(response), isStreaming(response)], [false, streaming]);
  });

  Deno.test(`isPlain() of ${title} stays ${plain} when its body was accessed, and isStreaming() ${streaming}`, () => {
    const response = make();
    assert(response.body === null || response.body instanceof ReadableStream);
    assertEquals([isPlain(response), isStreaming(response)], [plain, streaming]);
  });

  Deno.test(`isPlain() of ${title} is false when its body was read, by text() or by chunks`, async () => {
    const read = make(), chunks = make();
    const text = await read.text();
    let length = 0;
    for await (const chunk of chunks.body ?? []) length += chunk.byteLength;
    assertEquals([isPlain(read), isPlain(chunks)], [false, false]);
    // A body with a generated boundary differs from one object to the next.
    if (title !== "a form") assertStrictEquals(new TextEncoder().encode(text).byteLength, length);
  });

  Deno.test(`isStreaming() of a clone of ${title} is ${streaming}`, async () => {
    const response = make();
    const clone = response.clone();
    assertEquals([isStreaming(response), isStreaming(clone)], [streaming, streaming]);
    if (isPlain(clone)) assert(plain);
    await Promise.all([response.body?.cancel(), clone.body?.cancel()]);
  });
}

Deno.test("isPlain() and isStreaming() of a network error are false", () => {
  assertEquals([isPlain(Response.error()), isStreaming(Response.error())], [false, false]);
});

Deno.test("isStreaming() falls back to the public API without internals", () => {
  for (const [body, streaming] of [[null, false], [stream(), true]] as const) {
    const foreign = { body } as unknown as Response;
    assertEquals([isPlain(foreign), isStreaming(foreign)], [false, streaming]);
  }
});

Deno.test("getReceivedHeader() reads a request that was constructed", () => {
  const request = new Request("http://h.test/", { headers: { "X-A": "1", cookie: "a=b" } });
  assertStrictEquals(getReceivedHeader(request, "x-a"), "1");
  assertStrictEquals(getReceivedHeader(request, "cookie"), "a=b");
  assertStrictEquals(getReceivedHeader(request, "x-b"), null);
  assertStrictEquals(getReceivedHeader(request, "__proto__"), null);
});

Deno.test("getReceivedHeaders() returns the original headers, even if its class overrides them", () => {
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

/** Returns the result of a handler for a request over a socket. */
async function onWire<T>(read: (request: Request) => T | Promise<T>, init?: RequestInit): Promise<T> {
  let result: { value: T } | undefined;
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, async (request) => {
    result = { value: await read(request) };
    return new Response("done");
  });
  const response = await fetch(`http://127.0.0.1:${server.addr.port}/path?q=1`, init);
  await response.text();
  await server.shutdown();
  assert(result !== undefined);
  return result.value;
}

Deno.test("getReceivedHeader() returns the same as the headers of a server's request", async () => {
  const init = { headers: [["x-a", "1"], ["x-a", "2"], ["cookie", "a=b"]] as [string, string][] };
  const [early, late] = await onWire((request) => {
    const read = () => ["x-a", "cookie", "x-b"].map((name) => getReceivedHeader(request, name));
    const before = read();
    assertStrictEquals(request.headers.get("x-a"), "1, 2");
    return [before, read()];
  }, init);
  assertEquals(early, ["1, 2", "a=b", null]);
  assertEquals(late, ["1, 2", "a=b", null]);
});

Deno.test("shareRequest() points an uninitialized request at the server's request", async () => {
  if (UNINITIALIZED === undefined) return;
  const brand = UNINITIALIZED;
  const seen = await onWire(async (request) => {
    const face: Request = Reflect.construct(Request, [brand]);
    shareRequest(face, request);
    const { method, headers, url } = face;
    return [method, new URL(url).pathname, headers.get("x-a"), await face.text(), request.bodyUsed];
  }, { method: "POST", body: "hi", headers: { "x-a": "1" } });
  assertEquals(seen, ["POST", "/path", "1", "hi", true]);
});

Deno.test("shareRequest() points an uninitialized request at a constructed request", async () => {
  if (UNINITIALIZED === undefined) return;
  const face: Request = Reflect.construct(Request, [UNINITIALIZED]);
  const request = new Request("http://h.test/a", { method: "PUT", body: "hi", headers: { "x-a": "1" } });
  shareRequest(face, request);
  assertEquals([face.url, face.method, face.headers.get("x-a")], ["http://h.test/a", "PUT", "1"]);
  assertStrictEquals(await face.text(), "hi");
  assert(request.bodyUsed);
});

Deno.test("UNINITIALIZED is defined in this version of Deno, so that the fast path is tested", () => {
  assertStrictEquals(typeof UNINITIALIZED, "symbol");
});

Deno.test("dropLegacyWarning() drops Deno's one warning about getReceivedSignal(), and no other", async () => {
  const legacy = "Deno.serve: request.signal aborts on success";
  const heard: unknown[][] = [];
  const listener = (...args: unknown[]): void => void heard.push(args);
  const { warn } = console;
  console.warn = listener;
  try {
    const same = await onWire((request) => {
      dropLegacyWarning();
      const signal = getReceivedSignal(request);
      console.warn("mine", 1);
      console.warn(new Error(legacy).name);
      return signal === request.signal && signal === getReceivedSignal(request);
    });
    assert(same);
    // If Deno warned before, or no longer warns, the filter stays in place.
    if (console.warn !== listener) console.warn(`${legacy}.`);
    assertStrictEquals(console.warn, listener);
    assertEquals(heard, [["mine", 1], ["Error"]]);
  } finally {
    console.warn = warn;
  }
});
