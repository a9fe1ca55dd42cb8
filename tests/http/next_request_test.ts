import {
  assert,
  assertEquals,
  assertFalse,
  assertInstanceOf,
  assertNotStrictEquals,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { NextRequest } from "../../src/http/next_request.ts";
import { NextURL } from "../../src/http/next_url.ts";

const RELATIVE =
  'URL is malformed "/rel". Please use only absolute URLs - https://nextjs.org/docs/messages/middleware-relative-urls';

Deno.test("NextRequest matches the recorded calls of Next.js: golden row request-q_newreq-1", async () => {
  const a = new NextRequest("http://h.test/a/b?x=1", { method: "POST", body: "hi", headers: { cookie: "a=1; b=2" } });
  assertEquals(
    [a.method, a.url, a.nextUrl.pathname, a.cookies.get("b"), await a.text()],
    ["POST", "http://h.test/a/b?x=1", "/a/b", { name: "b", value: "2" }, "hi"],
  );
  const b = new NextRequest(new URL("http://h.test/base/p/"), {
    nextConfig: { basePath: "/base", trailingSlash: true },
  });
  assertEquals(
    [b.nextUrl.basePath, b.nextUrl.pathname, b.nextUrl.href, b.url],
    ["/base", "/p/", "http://h.test/base/p/", "http://h.test/base/p/"],
  );
  const c = new NextRequest(new Request("http://h.test/z", { headers: { q: "1" } }));
  assertEquals([c.url, c.headers.get("q"), c instanceof Request], ["http://h.test/z", "1", true]);
  const error = assertThrows(() => new NextRequest("/rel"), Error);
  assertStrictEquals(error.message, RELATIVE);
});

Deno.test("NextRequest is a Request", () => {
  const request = new NextRequest("http://h.test/");
  assertInstanceOf(request, Request);
  assertStrictEquals(Object.prototype.toString.call(request), "[object Request]");
  assertStrictEquals(request.method, "GET");
  assertStrictEquals(request.redirect, "follow");
  assert(request.signal instanceof AbortSignal);
  assertFalse(Reflect.get(request.signal, "aborted"));
  for (const name of ["ip", "geo"]) assertFalse(name in request);
});

Deno.test("NextRequest takes properties and headers, but no other url", () => {
  "use strict";
  const request = new NextRequest("http://h.test/");
  request.headers.set("x-a", "1");
  assertStrictEquals(request.headers.get("x-a"), "1");
  Object.assign(request, { foo: 1 });
  assertStrictEquals(Reflect.get(request, "foo"), 1);
  assertThrows(() => Object.assign(request, { url: "http://o.test/" }), TypeError);
  assertStrictEquals(request.url, "http://h.test/");
});

const INPUTS: readonly (readonly [title: string, input: () => URL | RequestInfo])[] = [
  ["a string", () => "http://h.test/a?b=c"],
  ["a URL", () => new URL("http://h.test/a?b=c")],
  ["a Request", () => new Request("http://h.test/a?b=c")],
  ["a NextRequest", () => new NextRequest("http://h.test/a?b=c")],
  ["a NextURL", () => new NextURL("http://h.test/a?b=c") as unknown as URL],
];

for (const [title, input] of INPUTS) {
  Deno.test(`NextRequest takes ${title}`, () => {
    const request = new NextRequest(input(), { headers: { cookie: "k=v" } });
    assertStrictEquals(request.url, "http://h.test/a?b=c");
    assertStrictEquals(request.nextUrl.searchParams.get("b"), "c");
    assertStrictEquals(request.cookies.get("k")?.value, "v");
  });
}

Deno.test("NextRequest.nextUrl is one object, independent of the request", () => {
  const request = new NextRequest("http://h.test/a?b=c");
  const { nextUrl } = request;
  assertInstanceOf(nextUrl, NextURL);
  assertStrictEquals(request.nextUrl, nextUrl);
  nextUrl.pathname = "/other";
  nextUrl.searchParams.set("b", "d");
  assertStrictEquals(nextUrl.href, "http://h.test/other?b=d");
  assertStrictEquals(request.url, "http://h.test/a?b=c");
});

Deno.test("NextRequest.nextUrl keeps the query as the client sent it", () => {
  const request = new NextRequest("http://h.test/?a=1&b=%20x&a=2&c&d[]=%ZZ");
  assertStrictEquals(request.nextUrl.search, "?a=1&b=%20x&a=2&c&d[]=%ZZ");
});

Deno.test("NextRequest.cookies is one object and rewrites the header of its request", () => {
  const request = new NextRequest("http://h.test/", { headers: { cookie: "a=1; b=2" } });
  assertStrictEquals(request.cookies, request.cookies);
  assertEquals(request.cookies.getAll(), [{ name: "a", value: "1" }, { name: "b", value: "2" }]);
  request.cookies.set("c", "3 4");
  assertStrictEquals(request.headers.get("cookie"), "a=1; b=2; c=3%204");
  request.cookies.clear();
  assertStrictEquals(request.headers.get("cookie"), "");
});

Deno.test("NextRequest.cookies of a request without cookies is empty and adds no header", () => {
  const request = new NextRequest("http://h.test/");
  assertStrictEquals(request.cookies.size, 0);
  assertFalse(request.headers.has("cookie"));
});

Deno.test("NextRequest moves the body of the request it is created from", async () => {
  const first = new NextRequest("http://h.test/", { method: "POST", body: "hi", headers: { "x-a": "1" } });
  const second = new NextRequest(first);
  assert(first.bodyUsed);
  assertEquals([second.method, second.headers.get("x-a"), await second.text()], ["POST", "1", "hi"]);
  assertThrows(() => new Request(first), TypeError);
  await assertRejects(() => first.text(), TypeError);
  await assertRejects(() => second.text(), TypeError);
});

Deno.test("NextRequest prefers an init to the request it is created from", async () => {
  const first = new Request("http://h.test/", { headers: { "x-a": "1" } });
  const second = new NextRequest(first, { method: "PUT", body: "x", headers: { "x-b": "2" } });
  assertEquals(
    [second.method, second.headers.get("x-a"), second.headers.get("x-b"), await second.text()],
    ["PUT", null, "2", "x"],
  );
});

Deno.test("NextRequest takes the signal of its init", () => {
  const controller = new AbortController();
  const { signal } = new NextRequest("http://h.test/", { signal: controller.signal });
  controller.abort("gone");
  assert(signal.aborted);
});

Deno.test("NextRequest.clone() is a NextRequest with its own body, headers and cookies", async () => {
  const request = new NextRequest("http://h.test/a", { method: "POST", body: "hi", headers: { cookie: "a=1" } });
  const clone = request.clone();
  assertInstanceOf(clone, NextRequest);
  assertNotStrictEquals(clone.nextUrl, request.nextUrl);
  clone.cookies.set("a", "2");
  clone.headers.set("x-a", "1");
  assertEquals([request.headers.get("cookie"), request.headers.get("x-a")], ["a=1", null]);
  assertEquals([clone.headers.get("cookie"), clone.nextUrl.pathname, clone.method], ["a=2", "/a", "POST"]);
  assertEquals([await request.text(), await clone.text()], ["hi", "hi"]);
});

Deno.test("NextRequest.clone() knows the base path", () => {
  const request = new NextRequest("http://h.test/base/a", { nextConfig: { basePath: "/base" } });
  assertStrictEquals(request.clone().nextUrl.basePath, "/base");
  assertStrictEquals(request.clone().nextUrl.pathname, "/a");
});

Deno.test("NextRequest.clone() rejects a body that was read", async () => {
  const request = new NextRequest("http://h.test/", { method: "POST", body: "hi" });
  await request.text();
  assertThrows(() => request.clone(), TypeError);
});

Deno.test("NextRequest.page and NextRequest.ua name their replacements", () => {
  const request = new NextRequest("http://h.test/");
  const page = assertThrows(() => request.page, Error);
  assertStrictEquals(page.message, "The request.page has been deprecated in favour of `URLPattern`.");
  const ua = assertThrows(() => request.ua, Error);
  assertStrictEquals(ua.message, "The request.ua has been removed in favour of `userAgent` function.");
});

for (const input of ["/rel", "rel", "", "//h.test/a"]) {
  Deno.test(`NextRequest rejects ${JSON.stringify(input)}`, () => {
    assertThrows(() => new NextRequest(input), Error, `URL is malformed "${input}".`);
  });
}

Deno.test("NextRequest reads every kind of body", async () => {
  const make = () => new NextRequest("http://h.test/", { method: "POST", body: '{"a":1}' });
  assertEquals(await make().json(), { a: 1 });
  assertStrictEquals((await make().blob()).type, "text/plain;charset=utf-8");
  assertEquals([...await make().bytes()], [123, 34, 97, 34, 58, 49, 125]);
  assertStrictEquals((await make().arrayBuffer()).byteLength, 7);
  const form = new NextRequest("http://h.test/", { method: "POST", body: new URLSearchParams("a=b&a=c") });
  assertEquals((await form.formData()).getAll("a"), ["b", "c"]);
});
