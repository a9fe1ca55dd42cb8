import {
  assert,
  assertEquals,
  assertFalse,
  assertInstanceOf,
  assertNotInstanceOf,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { NextResponse } from "../../src/http/next_response.ts";
import { NextURL } from "../../src/http/next_url.ts";

Deno.test("NextResponse is a Response", async () => {
  const response = new NextResponse("hi", { status: 201, statusText: "Made", headers: { "x-a": "1" } });
  assertInstanceOf(response, Response);
  assertEquals([response.status, response.statusText, response.headers.get("x-a")], [201, "Made", "1"]);
  assertStrictEquals(response.headers.get("content-type"), "text/plain;charset=UTF-8");
  assertStrictEquals(await response.text(), "hi");
  assertStrictEquals(new NextResponse().body, null);
});

const JSON_VALUES: readonly (readonly [data: unknown, text: string])[] = [
  [{ a: 1, b: undefined }, '{"a":1}'],
  [[undefined, "é"], '[null,"é"]'],
  [null, "null"],
  ["x", '"x"'],
  [0, "0"],
  [new Date(0), '"1970-01-01T00:00:00.000Z"'],
];

for (const [data, text] of JSON_VALUES) {
  Deno.test(`NextResponse.json() of ${Deno.inspect(data, { compact: true })} is ${text}`, async () => {
    const response = NextResponse.json(data);
    assertInstanceOf(response, NextResponse);
    assertStrictEquals(response.status, 200);
    assertEquals([...response.headers], [["content-type", "application/json"]]);
    assertStrictEquals(await response.text(), text);
  });
}

Deno.test("NextResponse.json() takes an init and keeps its content type", () => {
  const made = NextResponse.json({}, { status: 201, statusText: "Made", headers: [["x-a", "1"]] });
  assertEquals([made.status, made.statusText], [201, "Made"]);
  assertEquals([...made.headers], [["content-type", "application/json"], ["x-a", "1"]]);
  const own = NextResponse.json({}, { headers: { "Content-Type": "application/problem+json" } });
  assertEquals([...own.headers], [["content-type", "application/problem+json"]]);
  assertStrictEquals(NextResponse.json({}, {}).headers.get("content-type"), "application/json");
});

Deno.test("NextResponse.json() does not modify the init", () => {
  const headers = new Headers({ "x-a": "1" });
  NextResponse.json({}, { headers });
  assertEquals([...headers], [["x-a", "1"]]);
});

for (const data of [undefined, () => {}, Symbol("x")]) {
  Deno.test(`NextResponse.json() rejects ${typeof data}`, () => {
    assertStrictEquals(
      assertThrows(() => NextResponse.json(data), TypeError).message,
      "Value is not JSON serializable",
    );
  });
}

Deno.test("NextResponse.json() rejects values that JSON cannot represent", () => {
  const circle: { self?: unknown } = {};
  circle.self = circle;
  assertThrows(() => NextResponse.json(circle), TypeError);
  assertThrows(() => NextResponse.json({ a: 1n }), TypeError);
});

const REDIRECTS: readonly (readonly [url: string | URL | NextURL, location: string])[] = [
  ["http://x.test", "http://x.test/"],
  ["http://x.test/a b?c=d#e", "http://x.test/a%20b?c=d#e"],
  ["mailto:a@b", "mailto:a@b"],
  [new URL("/m/get?x=1", "http://h.test/a"), "http://h.test/m/get?x=1"],
  [new NextURL("http://h.test/base/a", undefined, { nextConfig: { basePath: "/base" } }), "http://h.test/base/a"],
];

for (const [url, location] of REDIRECTS) {
  Deno.test(`NextResponse.redirect() to ${url} is a 307 to ${location}`, () => {
    const response = NextResponse.redirect(url);
    assertInstanceOf(response, NextResponse);
    assertStrictEquals(response.status, 307);
    assertStrictEquals(response.body, null);
    assertEquals([...response.headers], [["location", location]]);
  });
}

for (const status of [301, 302, 303, 307, 308]) {
  Deno.test(`NextResponse.redirect() takes the status ${status}, alone or in an init`, () => {
    assertStrictEquals(NextResponse.redirect("http://x.test/", status).status, status);
    const response = NextResponse.redirect("http://x.test/", { status, statusText: "Go", headers: { "x-a": "1" } });
    assertEquals([response.status, response.statusText], [status, "Go"]);
    assertEquals([...response.headers], [["location", "http://x.test/"], ["x-a", "1"]]);
  });
}

for (const status of [0, 200, 300, 304, 305, 306, 309, 400, NaN]) {
  Deno.test(`NextResponse.redirect() rejects the status ${status}`, () => {
    for (const init of [status, { status }]) {
      const error = assertThrows(() => NextResponse.redirect("http://x.test/", init), RangeError);
      assertStrictEquals(error.message, 'Failed to execute "redirect" on "response": Invalid status code');
    }
  });
}

Deno.test("NextResponse.redirect() takes an init without a status", () => {
  const response = NextResponse.redirect("http://x.test/", { headers: { location: "/mine", "x-a": "1" } });
  assertStrictEquals(response.status, 307);
  assertEquals([...response.headers], [["location", "http://x.test/"], ["x-a", "1"]]);
});

for (const url of ["/rel", "rel", "//x.test", "", undefined as unknown as string]) {
  Deno.test(`NextResponse.redirect() and rewrite() reject ${JSON.stringify(url)}`, () => {
    for (const call of [NextResponse.redirect, NextResponse.rewrite]) {
      assertStrictEquals(
        assertThrows(() => call.call(NextResponse, url), Error).message,
        `URL is malformed "${url}". Please use only absolute URLs - https://nextjs.org/docs/messages/middleware-relative-urls`,
      );
    }
  });
}

Deno.test("NextResponse.rewrite() carries the URL in Next's header", () => {
  const response = NextResponse.rewrite(new URL("http://h.test/x?y=1"), { status: 201, headers: { "x-a": "1" } });
  assertInstanceOf(response, NextResponse);
  assertStrictEquals(response.body, null);
  assertEquals([...response.headers], [["x-a", "1"], ["x-middleware-rewrite", "http://h.test/x?y=1"]]);
  assertEquals([...NextResponse.rewrite("http://h.test").headers], [["x-middleware-rewrite", "http://h.test/"]]);
});

Deno.test("NextResponse.next() carries Next's header and those of its init", () => {
  const response = NextResponse.next({ headers: { "x-a": "1" } });
  assertInstanceOf(response, NextResponse);
  assertStrictEquals(response.body, null);
  assertEquals([...response.headers], [["x-a", "1"], ["x-middleware-next", "1"]]);
  assertEquals([...NextResponse.next().headers], [["x-middleware-next", "1"]]);
  assertEquals([...NextResponse.next({ request: {} }).headers], [["x-middleware-next", "1"]]);
});

Deno.test("NextResponse.next() and rewrite() carry the request's headers, sorted", () => {
  const request = { headers: new Headers([["x-in", "2"], ["a", "1"]]) };
  assertEquals([...NextResponse.next({ request }).headers], [
    ["x-middleware-next", "1"],
    ["x-middleware-override-headers", "a,x-in"],
    ["x-middleware-request-a", "1"],
    ["x-middleware-request-x-in", "2"],
  ]);
  const rewritten = NextResponse.rewrite("http://h.test/", { request });
  assertStrictEquals(rewritten.headers.get("x-middleware-override-headers"), "a,x-in");
});

Deno.test("NextResponse.next() and rewrite() reject request headers that are not Headers", () => {
  const init = { request: { headers: { a: "1" } as unknown as Headers } };
  for (const call of [() => NextResponse.next(init), () => NextResponse.rewrite("http://h.test/", init)]) {
    assertStrictEquals(assertThrows(call, Error).message, "request.headers must be an instance of Headers");
  }
});

Deno.test("NextResponse.error() is the network error of Response", () => {
  const response = NextResponse.error();
  assertEquals([response.status, response.type], [0, "error"]);
  assertNotInstanceOf(response, NextResponse);
});

Deno.test("NextResponse.cookies is one object that writes Set-Cookie and the internal header of Next.js", () => {
  const response = new NextResponse("x");
  assertStrictEquals(response.cookies, response.cookies);
  assertEquals(response.headers.getSetCookie(), []);
  response.cookies.set("a", "1").set("b", "2", { httpOnly: true }).set("a", "3");
  assertEquals(response.headers.getSetCookie(), ["a=3; Path=/", "b=2; Path=/; HttpOnly"]);
  assertStrictEquals(response.headers.get("x-middleware-set-cookie"), "a=3; Path=/,b=2; Path=/; HttpOnly");
  response.cookies.delete("a");
  assertEquals(response.headers.getSetCookie(), [
    "a=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
    "b=2; Path=/; HttpOnly",
  ]);
  assert(response.cookies.has("a"));
});

Deno.test("NextResponse.cookies reads the Set-Cookie lines of the init and keeps them to the byte", () => {
  const lines = ["first=1; path=/x; Foo=bar", "novalue", "third=%ZZ; Max-Age=5"];
  const response = NextResponse.json({}, { headers: lines.map((line) => ["set-cookie", line]) });
  assertEquals(response.cookies.get("first"), { name: "first", value: "1", path: "/x" });
  assertEquals(response.cookies.getAll().map(({ name }) => name), ["first", "novalue", "third"]);
  assertEquals(response.headers.getSetCookie(), lines, "reading changes nothing");
  assertFalse(response.headers.has("x-middleware-set-cookie"));
  response.cookies.set("n", "v");
  assertEquals(response.headers.getSetCookie(), [...lines, "n=v; Path=/"]);
});

Deno.test("NextResponse.cookies loses no line of the init when two have one name", () => {
  const lines = ["a=1; Path=/x", "a=2; Path=/y"];
  const response = new NextResponse(null, { headers: lines.map((line) => ["set-cookie", line]) });
  response.cookies.set("n", "v");
  assertEquals(response.headers.getSetCookie(), [...lines, "n=v; Path=/"]);
});

Deno.test("NextResponse.cookies does not change the headers when it rejects a cookie", () => {
  for (const name of ["a;b", "a=b", "日"]) {
    const response = new NextResponse(null);
    response.cookies.set("kept", "1");
    assertThrows(() => response.cookies.set(name, "2"), TypeError);
    assertEquals(response.headers.getSetCookie(), ["kept=1; Path=/"], name);
    response.cookies.set("later", "3");
    assertEquals(response.headers.getSetCookie(), ["kept=1; Path=/", "later=3; Path=/"], name);
  }
});

Deno.test("NextResponse.cookies works on redirect() and json()", () => {
  for (const response of [NextResponse.redirect("http://x.test/"), NextResponse.json({}), NextResponse.next()]) {
    response.cookies.set("a", "1");
    assertEquals(response.headers.getSetCookie(), ["a=1; Path=/"]);
  }
});
