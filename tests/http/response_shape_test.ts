import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { findDenoInternals } from "../../src/deno/server/deno_internals.ts";
import { isPlain, isStreaming } from "../../src/http/response_shape.ts";
import { setRuntimeInternals } from "../../src/http/runtime_internals.ts";
import { NextResponse } from "../../src/http/next_response.ts";

setRuntimeInternals(findDenoInternals());

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
