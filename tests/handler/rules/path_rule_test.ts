import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { createRule, type RuleCondition } from "../../../src/handler/rules/path_rule.ts";
import { expandTemplate } from "../../../src/handler/rules/template.ts";
import { NextRequest } from "../../../src/server.ts";

/** For patterns without conditions: no request may be made for them. */
function unasked(): NextRequest {
  throw new Error("a request was asked for");
}

function matched(source: string, pathname: string, ignoreCase = false): Record<string, string> | null {
  const params = createRule({ source }, "a test", ignoreCase).match(pathname, unasked);
  return params === null ? null : { ...params };
}

const PATTERNS: readonly [source: string, pathname: string, params: Record<string, string> | null][] = [
  ["/", "/", {}],
  ["/", "/a", null],
  ["/a", "/a", {}],
  ["/a", "/A", null],
  ["/a", "/a/b", null],
  ["/a", "/ab", null],
  ["/:id", "/7", { id: "7" }],
  ["/:id", "/a%20b", { id: "a%20b" }],
  ["/:id", "/a%2Fb", { id: "a%2Fb" }],
  ["/:id", "/", null],
  ["/:id", "/a/b", null],
  ["/:a/:b", "/x/y", { a: "x", b: "y" }],
  ["/post-:id", "/post-7", { id: "7" }],
  ["/:a-:b", "/x-y", { a: "x", b: "y" }],
  ["/flights/:from-:to", "/flights/a-b-c", { from: "a-b", to: "c" }],
  ["/:from-:to", "/a--b", { from: "a-", to: "b" }],
  ["/:from-:to", "/a--", null],
  ["/num/:0", "/num/7", { "0": "7" }],
  ["/{:a.}*x", "/1.2.x", { a: "1.2" }],
  ["/:a{-:b}*", "/x-1-2", { a: "x", b: "1-2" }],
  ["/:from-:to", "/-a-b", { from: "-a", to: "b" }],
  ["/a/:x.:y", "/a/1.2.3", { x: "1.2", y: "3" }],
  ["/:a--:b", "/x--y-z", { a: "x", b: "y-z" }],
  ["/:y-:m-:d", "/2026-1-2-3", { y: "2026-1", m: "2", d: "3" }],
  ["/:a{-:b}?", "/x-y", { a: "x", b: "y" }],
  ["/:a{-:b}?", "/x", { a: "x", b: "" }],
  ["/v:major(\\d+).:minor", "/v1.2", { major: "1", minor: "2" }],
  ["/docs/:path*", "/docs", { path: "" }],
  ["/docs/:path*", "/docs/a/b", { path: "a/b" }],
  ["/docs/:path*", "/docsx", null],
  ["/docs/:path+", "/docs", null],
  ["/docs/:path+", "/docs/a/b", { path: "a/b" }],
  ["/docs/:path?", "/docs", { path: "" }],
  ["/docs/:path?", "/docs/a", { path: "a" }],
  ["/docs/:path?", "/docs/a/b", null],
  ["/:path*", "/a/b", { path: "a/b" }],
  ["/a/:path*/z", "/a/z", { path: "" }],
  ["/a/:path*/z", "/a/b/c/z", { path: "b/c" }],
  ["/:n(\\d{1,3})", "/123", { n: "123" }],
  ["/:n(\\d{1,3})", "/1234", null],
  ["/:lang(en|de)/:rest*", "/de/a/b", { lang: "de", rest: "a/b" }],
  ["/:lang(en|de)/:rest*", "/fr/a", null],
  ["/(.*)", "/", { "0": "" }],
  ["/(.*)", "/a/b", { "0": "a/b" }],
  ["/a/(b|c)/(\\d+)", "/a/c/9", { "0": "c", "1": "9" }],
  ["/a\\:b", "/a:b", {}],
  ["/a\\(b\\)", "/a(b)", {}],
  ["/what\\?", "/what%3F", {}],
  ["/a.b", "/a.b", {}],
  ["/a.b", "/axb", null],
  ["/a{/b}?", "/a", {}],
  ["/a{/b}?", "/a/b", {}],
  ["/caf\u00e9", "/caf%C3%A9", {}],
  ["/caf%C3%A9", "/caf%C3%A9", {}],
  ["/two words", "/two%20words", {}],
  ["/a|b^", "/a|b^", {}],
];

for (const [source, pathname, params] of PATTERNS) {
  Deno.test(`createRule() of ${source} matches ${pathname} with ${JSON.stringify(params)}`, () => {
    assertEquals(matched(source, pathname), params);
  });
}

const AHEAD: readonly [source: string, meant: readonly string[], not: readonly string[]][] = [
  ["/((?!api|_next).*)", ["/", "/a", "/x/api", "/ap", "/API"], ["/api", "/api/x", "/apix", "/_next/a"]],
  ["/((?!api/|static$).*)", ["/api", "/static/a", "/"], ["/api/x", "/static"]],
  ["/((?!api(?:/v[12])?$).*)", ["/api/v3", "/api/v1/x", "/apix"], ["/api", "/api/v1", "/api/v2"]],
  ["/((?!.*\\.(?:png|jpg)$|_next).*)", ["/a", "/a.png/b", "/png"], ["/a.png", "/x/y.jpg", "/_next"]],
  ["/((?!a\\(b).*)", ["/a", "/ab"], ["/a(b", "/a(bc"]],
  ["/a/((?!b).*)", ["/a/", "/a/c", "/a/c/b"], ["/a", "/a/b", "/b"]],
  ["/:path((?!api).*)", ["/x"], ["/api"]],
  ["/(\\d+)/((?!b).*)", ["/1/c"], ["/1/b", "/x/c"]],
  ["/((?!a)\\w+)/((?!b)\\w+)", ["/x/y", "/b/a"], ["/a/y", "/x/b", "/a/b"]],
  ["/((?=a|b).*)", ["/a", "/bc"], ["/c", "/"]],
  ["/(.*(?<!\\.png))", ["/a", "/a.jpg"], ["/a.png"]],
];

for (const [source, meant, not] of AHEAD) {
  Deno.test(`createRule() reads the look-around of ${source}`, () => {
    assertEquals(meant.filter((path) => matched(source, path) === null), []);
    assertEquals(not.filter((path) => matched(source, path) !== null), []);
  });
}

Deno.test("createRule() returns the capture of a look-ahead group by its name", () => {
  assertEquals(matched("/:path((?!api).*)/end", "/x/y/end"), { path: "x/y" });
});

// A guard that is written so is not to be passed.
const GUARDS: readonly [source: string, pathname: string, params: Record<string, string>][] = [
  ["/:path*", "/", { path: "" }],
  ["/:lang((?!api)[a-z]{2})/:rest*", "/en/admin/users", { lang: "en", rest: "admin/users" }],
  ["/:lang((?!api)[a-z]+)/admin/:rest*", "/en/admin/a/admin/b", { lang: "en", rest: "a/admin/b" }],
  ["/x/:page((?!api)[^/]+)?", "/x", { page: "" }],
  ["/x/:page((?!api)[^/]+)+", "/x/b/c", { page: "b/c" }],
  ["/caf%c3%a9", "/caf%C3%A9", {}],
  ["/%61dmin/:id", "/admin/1", { id: "1" }],
];

for (const [source, pathname, params] of GUARDS) {
  Deno.test(`createRule() matches ${source} with ${pathname}`, () => {
    assertEquals(matched(source, pathname), params);
  });
}

Deno.test("createRule() counts a wildcard before a look-ahead group, or refuses it", () => {
  let read: Record<string, string> | null = null;
  try {
    read = matched("/*/((?!open).*)", "/open/secret");
  } catch {
    return;
  }
  assertEquals(read !== null, true);
  assertEquals(matched("/*/((?!open).*)", "/x/open"), null);
});

Deno.test("createRule() ignores case on request, also in a look-ahead", () => {
  assertEquals(matched("/Docs/:id", "/dOcs/A", true), { id: "A" });
  assertEquals(matched("/((?!api).*)", "/API", true), null);
  assertEquals(matched("/((?!api).*)", "/API", false), { "0": "API" });
});

Deno.test("createRule() keeps params off the prototype of objects", () => {
  const params = createRule({ source: "/:id" }, "a test", false).match("/1", unasked)!;
  assert(!("constructor" in params) && !("__proto__" in params));
  assertStrictEquals(expandTemplate("/:constructor/:toString", params), "/:constructor/:toString");
});

const HEADERS = { "x-user": "ann-7", cookie: "theme=dark; empty=; odd=a%20b", host: "shop.example.com" };

const CONDITIONS: readonly [condition: RuleCondition, params: Record<string, string> | null][] = [
  [{ type: "header", key: "x-user" }, { xuser: "ann-7" }],
  [{ type: "header", key: "X-User" }, { XUser: "ann-7" }],
  [{ type: "header", key: "x-none" }, null],
  [{ type: "header", key: "x-user", value: "ann-7" }, {}],
  [{ type: "header", key: "x-user", value: "ann" }, null],
  [{ type: "header", key: "x-user", value: "ann|bob" }, null],
  [{ type: "header", key: "x-user", value: "(?<name>\\w+)-(?<n>\\d)" }, { name: "ann", n: "7" }],
  [{ type: "cookie", key: "theme" }, { theme: "dark" }],
  [{ type: "cookie", key: "theme", value: "light" }, null],
  [{ type: "cookie", key: "theme", value: "(?<t>d.*)" }, { t: "dark" }],
  [{ type: "cookie", key: "odd" }, { odd: "a%20b" }],
  [{ type: "cookie", key: "none" }, null],
  [{ type: "query", key: "q" }, { q: "a%20%26%2F" }],
  [{ type: "query", key: "q", value: "(?<v>.*)" }, { v: "a%20%26%2F" }],
  [{ type: "query", key: "q", value: "x" }, null],
  [{ type: "query", key: "none" }, null],
  [{ type: "host", value: "shop.example.com" }, {}],
  [{ type: "host", value: "(?<sub>[^.]+)\\.example\\.com" }, { sub: "shop" }],
  [{ type: "host", value: "shop.example.org" }, null],
  [{ type: "host", value: "example.com" }, null],
];

const asked = () => new NextRequest("http://shop.example.com:8000/a?q=a%20%26%2F&e=", { headers: HEADERS });

for (const [condition, params] of CONDITIONS) {
  Deno.test(`createRule() with has: ${JSON.stringify(condition)} captures ${JSON.stringify(params)}`, () => {
    const has = createRule({ source: "/a", has: [condition] }, "a test", false).match("/a", asked);
    assertEquals(has === null ? null : { ...has }, params);
  });
  Deno.test(`createRule() with missing: ${JSON.stringify(condition)} matches: ${params === null}`, () => {
    const missing = createRule({ source: "/a", missing: [condition] }, "a test", false).match("/a", asked);
    assertEquals(missing === null ? null : { ...missing }, params === null ? {} : null);
  });
}

Deno.test("createRule() requires all conditions of has and none of missing", () => {
  const good: RuleCondition = { type: "header", key: "x-user" }, bad: RuleCondition = { type: "header", key: "x-none" };
  const isMeant = (has: RuleCondition[], missing: RuleCondition[]) =>
    createRule({ source: "/a", has, missing }, "a test", false).match("/a", asked) !== null;
  assertEquals([isMeant([good, good], [bad, bad]), isMeant([good, bad], []), isMeant([good], [bad, good])], [
    true,
    false,
    false,
  ]);
});

Deno.test("createRule() gets the request only if the path matches", () => {
  const rule = createRule({ source: "/a", has: [{ type: "header", key: "x" }] }, "a test", false);
  assertEquals(rule.match("/b", unasked), null);
});

const BAD_RULES: readonly [rule: { source: unknown; has?: unknown }, message: string][] = [
  [{ source: 7 }, "Cannot read the pattern 7 (redirects[0]): expected a string"],
  [
    { source: "a" },
    'Cannot read the pattern "a" (redirects[0]): it does not begin with "/", expected a pattern such as "/users/:id"',
  ],
  [{ source: "https://a.test/" }, 'it does not begin with "/"'],
  [{ source: "/(" }, 'Cannot read the pattern "/(" (redirects[0]): it is not a path pattern'],
  [{ source: "/:a(" }, "it is not a path pattern"],
  [{ source: "/:a/:a" }, "it is not a path pattern"],
  [{ source: "/:a:b" }, 'there is no text between two params, write one before ":b"'],
  [{ source: "/:a(\\d+):b" }, "there is no text between two params"],
  [{ source: "/{:a}*" }, "repeats without"],
  [{ source: "/{a" }, 'a "{" is never closed'],
  [{ source: "/x:a*" }, '"a" repeats without "/" before it, write "/:a*"'],
  [{ source: "/x(a|b)+" }, 'repeats without "/" before it'],
  [{ source: "/((?!a" }, "it is not a path pattern"],
  [{ source: "/((?![)).*)" }, "it is not a path pattern"],
  [{ source: "/a", has: [{ type: "body", key: "x" }] }, 'Cannot read a condition (redirects[0]): {"type":"body"'],
  [{ source: "/a", has: [{ type: "toString", key: "x" }] }, "Cannot read a condition (redirects[0])"],
  [{ source: "/a", has: [{ type: "header" }] }, 'write { type: "header", key: "x-name" }'],
  [{ source: "/a", has: [{ type: "header", key: "x", value: "(" }] }, 'Cannot read the value "(" of a condition'],
  [{ source: "/a", has: { type: "header", key: "x" } }, "(redirects[0])"],
];

for (const [rule, message] of BAD_RULES) {
  Deno.test(`createRule() refuses ${JSON.stringify(rule)}`, () => {
    assertThrows(() => createRule(rule as { source: string }, "redirects[0]", false), TypeError, message);
  });
}
