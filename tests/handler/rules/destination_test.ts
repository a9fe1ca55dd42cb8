import { assert, assertEquals, assertThrows } from "@std/assert";
import { readDestination } from "../../../src/handler/rules/destination.ts";
import { createRule } from "../../../src/handler/rules/path_rule.ts";
import { expandTemplate } from "../../../src/handler/rules/template.ts";
import { NextRequest } from "../../../src/server.ts";

const FILLED: readonly [template: string, params: Record<string, string>, text: string][] = [
  ["/a", {}, "/a"],
  ["/:id", { id: "7" }, "/7"],
  ["/:a/:b", { a: "x", b: "y" }, "/x/y"],
  ["/:path*", { path: "a/b" }, "/a/b"],
  ["/:path+/:x?", { path: "a/b", x: "c" }, "/a/b/c"],
  ["/:other", { id: "7" }, "/:other"],
  ["/:idx", { id: "7" }, "/:idx"],
  [":a:b", { a: ":b", b: "2" }, ":b2"],
  ["max-age=60; https://x.test:443", { x: "1" }, "max-age=60; https://x.test:443"],
  [":v", { v: "a%20b" }, "a%20b"],
  [":v", { v: "a%0D%0Ab" }, "a%0D%0Ab"],
  [":v", { v: "%E6%97%A5" }, "%E6%97%A5"],
  [":v", { v: "%zz" }, "%zz"],
  [":v", { v: "$&$1" }, "$&$1"],
];

for (const [template, params, text] of FILLED) {
  Deno.test(`expandTemplate() writes ${JSON.stringify(params)} into ${template}`, () => {
    assertEquals(expandTemplate(template, params), text);
  });
}

const LED: readonly [destination: string, params: Record<string, string>, to: string, external: boolean][] = [
  ["/", {}, "/", false],
  ["/new", {}, "/new", false],
  ["/new/:id", { id: "7" }, "/new/7", false],
  ["/new/:path*", { path: "" }, "/new", false],
  ["/new/:path*", { path: "a/b" }, "/new/a/b", false],
  ["/:path*", { path: "" }, "/", false],
  ["/p/:path*/q", { path: "" }, "/p/q", false],
  ["/new?id=:id&x=1", { id: "7" }, "/new?id=7&x=1", false],
  ["/new?to=/a/b", {}, "/new?to=/a/b", false],
  ["https://a.test", {}, "https://a.test", true],
  ["https://a.test/", {}, "https://a.test/", true],
  ["https://a.test/:id?x=:id", { id: "7" }, "https://a.test/7?x=7", true],
  ["HTTP://A.test:8080/:id", { id: "7" }, "HTTP://A.test:8080/7", true],
  ["https://o:org.ingest.:region.a.test/x", { org: "7", region: "eu" }, "https://o7.ingest.eu.a.test/x", true],
  ["http://:sub.a.test:8080/:id", { sub: "x-1", id: "7" }, "http://x-1.a.test:8080/7", true],
  ["http://[::1]:3000/:id", { id: "7" }, "http://[::1]:3000/7", true],
];

for (const [destination, params, to, external] of LED) {
  Deno.test(`readDestination() of ${destination} with ${JSON.stringify(params)} is ${to}`, () => {
    const read = readDestination(destination, "a test");
    assertEquals([read.to(params), read.external], [to, external]);
  });
}

const REFUSED: readonly [destination: unknown, message: string][] = [
  [undefined, "Cannot read the destination undefined (rewrites[0]): expected a string"],
  [7, "Cannot read the destination 7 (rewrites[0]): expected a string"],
  ["", 'write a path as "/blog", or a URL as "https://example.com/"'],
  ["new", 'Cannot read the destination "new" (rewrites[0]): write a path as "/blog"'],
  [":path", 'write a path as "/blog"'],
  ["//evil.test", 'write a path as "/blog"'],
  ["/\\evil.test", 'write a path as "/blog"'],
  ["\\\\evil.test", 'write a path as "/blog"'],
  ["\t//evil.test", 'write a path as "/blog"'],
  ["/\t/evil.test", 'write a path as "/blog"'],
  ["/\r\n\\evil.test", 'write a path as "/blog"'],
  ["/a\0", "it has a control character, write it percent-encoded"],
  ["https://a.test/\x1b", "it has a control character, write it percent-encoded"],
  ["javascript:alert(1)", 'write a path as "/blog"'],
  ["javascript://a.test/%0Aalert(1)", "it is a URL of neither http: nor https:"],
  ["ftp://a.test/", "it is a URL of neither http: nor https:"],
  ["https://:host/", "its host has a param, write the host out"],
  ["https://:sub.test/", "its host has a param, write the host out"],
  ["https://a.:domain.test/", "its host has a param, write the host out"],
  ["https://:a:b.x.test/", "its host has a param, write the host out"],
  ["https://:a*.x.test/", "its host has a param, write the host out"],
  ["https://:a.1.2/", "its host has a param, write the host out"],
  ["https://:a@x.a.test/", "its host has a param, write the host out"],
  ["https://a.test:port/", "its host has a param, write the host out"],
  ["https://a.test:path*", "its host has a param, write the host out"],
  ["https://user::pw@a.test/", "its host has a param, write the host out"],
];

for (const [destination, message] of REFUSED) {
  Deno.test(`S21 readDestination() refuses ${JSON.stringify(destination)}`, () => {
    assertThrows(() => readDestination(destination, "rewrites[0]"), TypeError, message);
  });
}

for (const destination of ["https:///:host/", "https:///:host", "http:////:path*"]) {
  Deno.test(`S21 readDestination() refuses ${destination}, whose host a URL parser would read from a param`, () => {
    assertThrows(() => readDestination(destination, "rewrites[0]"), TypeError);
  });
}

const DOTS = ["..", ".", "../a", "a/..", "a/./b", "..\\a", "a\\..\\b"];
const encoded = (text: string) => text.replace(/[./\\]/g, (c) => `%${c.charCodeAt(0).toString(16)}`);
const twice = (text: string) => encoded(text).replaceAll("%", "%25");
const MIXED = ["%2e.", ".%2E", "..%2fa", "%2e%2e/a", "a%5c..%5cb", "%252e.", "..%255ca"];

for (const value of [...DOTS, ...DOTS.map(encoded), ...DOTS.map(twice), ...MIXED]) {
  Deno.test(`S22 readDestination() refuses the param ${value}, which would escape the folder of the rule`, () => {
    for (const destination of ["/api/orders/:path*", "https://a.test/orders/:path*"]) {
      assertThrows(() => readDestination(destination, "a test").to({ path: value }), RangeError, "dot segment");
    }
  });
}

for (const value of ["...", "..a", "a..b", ".well-known", "v1.2", "a%20b", "%2525", "%"]) {
  Deno.test(`S22 readDestination() accepts the param ${value}, which does not escape the folder`, () => {
    assertEquals(readDestination("/a/:path*", "a test").to({ path: value }), `/a/${value}`);
  });
}

Deno.test("S22 a dot segment in a param that the destination does not use is accepted", () => {
  assertEquals(readDestination("/a/:id", "a test").to({ id: "1", referer: "http%3A%2F%2Fa.test%2F.." }), "/a/1");
});

Deno.test("S16 readDestination() never leaves the site, whatever the values, including empty ones", () => {
  const destination = readDestination("/:lang/:path*", "a test");
  for (const [lang, path] of [["", "evil.test"], ["", "evil.test/a"], ["", "%2Fevil.test"], ["", "/evil.test"]]) {
    const to = destination.to({ lang: lang!, path: path! });
    assertEquals(new URL(to, "http://localhost/").origin, "http://localhost", to);
  }
});

Deno.test("S23 a param in the query of a destination adds no other key to it", () => {
  const params = createRule({ source: "/old/:id" }, "a test", false)
    .match("/old/a&admin=1+x", () => new NextRequest("http://localhost/"))!;
  const to = readDestination("/new?id=:id&keep=1", "a test").to(params);
  const query = new URL(to, "http://localhost/").searchParams;
  assertEquals([...query], [["id", "a&admin=1+x"], ["keep", "1"]]);
});

Deno.test("readDestination() names the rule in every message", () => {
  for (const [destination] of REFUSED) {
    const error = assertThrows(() => readDestination(destination, "the place"), TypeError);
    assert(error.message.includes("(the place)"), error.message);
  }
});
