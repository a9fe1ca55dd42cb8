/**
 * That the fuzz run would find what it looks for: each mistake is made once on purpose.
 */
import { assertStrictEquals } from "@std/assert";
import { serializeSetCookie } from "../../src/http/cookie_codec.ts";
import { fakeSubject, silentSubject } from "./_fake_subject.ts";
import { type CacheEntryInput, checkEntry } from "./cache_entry_check.ts";
import { cookieArea } from "./cookie_area.ts";
import { formArea } from "./form_area.ts";
import { http1Area } from "./http1_area.ts";
import { http2Area } from "./http2_area.ts";
import { checkPattern, type PatternInput } from "./pattern_check.ts";
import { rangeArea } from "./range_area.ts";
import { checkSetCookie } from "./set_cookie_check.ts";

/** What a proxy or a handler tells that saw GET of this path. */
function view(pathname: string, more: Record<string, unknown> = {}): string {
  const [host, url] = ["localhost", `http://localhost${pathname}`];
  const seen = {
    method: "GET",
    pathname,
    search: "",
    host,
    url,
    hostHeader: host,
    forwardedHost: null,
    ambientHost: host,
  };
  return encodeURIComponent(JSON.stringify({ ...seen, route: "path", params: { path: [pathname.slice(1)] }, ...more }));
}

const answer = (headers: Record<string, string>, status = 200, body = "") =>
  new Response(body === "" ? null : body, { status, headers });

/** Answers that no server may give, and what they are found to be. */
const ANSWERS: readonly (readonly [kind: string, answer: () => Response])[] = [
  ["status 500", () => answer({}, 500)],
  ["status 500", () => {
    throw new Error("on purpose");
  }],
  ["status 503", () => answer({}, 503)],
  ["a guarded path was reached", () => answer({}, 200, "SECRET")],
  ["a redirect leaves the site", () => answer({ location: "//evil.test/" }, 308)],
  ["a redirect leaves the site", () => answer({ location: "/\\evil.test" }, 308)],
  ["a redirect leaves the site", () => answer({ location: "http://evil.test/" }, 307)],
  ["the proxy was not asked", () => answer({ "x-handler-saw": view("/a") })],
  [
    "the proxy and the handler differ in pathname",
    () => answer({ "x-proxy-saw": view("/a"), "x-handler-saw": view("/b") }),
  ],
  [
    "the proxy and the handler differ in host",
    () => {
      const other = { host: "b.test", hostHeader: "b.test", url: "http://b.test/a", ambientHost: "b.test" };
      return answer({ "x-proxy-saw": view("/a"), "x-handler-saw": view("/a", other) });
    },
  ],
  ["the proxy and the handler differ in search", () => {
    const other = { search: "?a", url: "http://localhost/a?a" };
    return answer({ "x-proxy-saw": view("/a"), "x-handler-saw": view("/a", other) });
  }],
  ["the router and the handler have two paths", () => {
    return answer({ "x-proxy-saw": view("/a"), "x-handler-saw": view("/a", { params: { path: ["b"] } }) });
  }],
  ["headers() and the request have two hosts", () => {
    return answer({ "x-proxy-saw": view("/a"), "x-handler-saw": view("/a", { ambientHost: "b.test" }) });
  }],
  [
    "request.url and nextUrl have two paths",
    () => answer({ "x-proxy-saw": view("/a", { url: "http://localhost/b" }) }),
  ],
  ["request.url and nextUrl have two hosts", () => answer({ "x-proxy-saw": view("/a", { url: "http://b.test/a" }) })],
  ["nextUrl and the header have two hosts", () => answer({ "x-proxy-saw": view("/a", { hostHeader: "b.test" }) })],
  ["nextUrl and the header have two hosts", () => answer({ "x-proxy-saw": view("/a", { hostHeader: null }) })],
  ["a host in two spellings", () => {
    return answer({
      "x-proxy-saw": view("/a", { host: "127.0.0.1", hostHeader: "0x7f.1", url: "http://127.0.0.1/a" }),
    });
  }],
  ["a URL of another scheme", () => answer({ "x-proxy-saw": view("/a", { url: "wss://localhost/a" }) })],
  ["a path that is not canonical", () => answer({ "x-proxy-saw": view("//a") })],
];

const HEADERS = [["host", "localhost"]] as const;
const http1Input = {
  app: "echo" as const,
  requests: [{ method: "GET", target: "/a?", version: "HTTP/1.1", headers: HEADERS, chunks: null, body: "" }],
  changes: [],
};
const http2Input = {
  app: "echo" as const,
  streams: [{ method: "GET", path: "/a", scheme: null, authority: null, host: "localhost", headers: [], body: "" }],
};

for (const [index, [kind, make]] of ANSWERS.entries()) {
  Deno.test(`the fuzz run finds over HTTP/1.1 and HTTP/2: ${kind} (${index})`, async () => {
    await using subject = fakeSubject(make);
    assertStrictEquals((await http1Area.check(http1Input, subject))?.kind, kind);
    assertStrictEquals((await http2Area.check(http2Input, subject))?.kind, kind);
  });
}

Deno.test("the fuzz run finds nothing if all views agree", async () => {
  await using subject = fakeSubject(() => answer({ "x-proxy-saw": view("/a"), "x-handler-saw": view("/a") }));
  assertStrictEquals(await http1Area.check(http1Input, subject), null);
  assertStrictEquals(await http2Area.check(http2Input, subject), null);
});

Deno.test("the fuzz run finds a request without a response, with another path, and with another body", async () => {
  const [request] = http1Input.requests;
  const tidy = { ...http1Input, requests: [{ ...request!, method: "POST", target: "/a", body: "hello" }] };
  const saw = (path: string) => ({
    "x-proxy-saw": view(path, { method: "POST" }),
    "x-handler-saw": view(path, { method: "POST" }),
  });
  for (
    const [kind, make] of [
      ["the handler saw another request", () => answer(saw("/b"))],
      ["the handler read another body", () => answer(saw("/a"), 200, "hell")],
    ] as const
  ) {
    await using subject = fakeSubject(make);
    assertStrictEquals((await http1Area.check(tidy, subject))?.kind, kind);
  }
  await using silent = silentSubject();
  assertStrictEquals((await http1Area.check(tidy, silent))?.kind, "a request has no answer");
});

const PATTERN: PatternInput = { source: "/:a/:b", ignoreCase: false, destination: "/x/:a", paths: ["/y/z", "/y"] };

Deno.test("the fuzz run finds a pattern that differs from the package", () => {
  const kind = (exec: (path: string) => Record<string, string> | null) => checkPattern(PATTERN, () => ({ exec }))?.kind;
  assertStrictEquals(checkPattern(PATTERN), null);
  assertStrictEquals(kind(() => null), "a path does not match");
  assertStrictEquals(kind(() => ({ a: "y", b: "z" })), "a path matches");
  assertStrictEquals(kind((path) => path === "/y" ? null : { a: "z", b: "y" }), "a path is captured otherwise");
  const throwing = (error: Error) => () => {
    throw error;
  };
  assertStrictEquals(checkPattern(PATTERN, throwing(new SyntaxError()))?.kind, "a pattern is refused");
  assertStrictEquals(checkPattern(PATTERN, throwing(new TypeError()))?.kind, "a pattern throws no SyntaxError");
  const bad = { ...PATTERN, source: "/(a" };
  assertStrictEquals(checkPattern(bad, () => ({ exec: () => null }))?.kind, "a pattern is accepted");
});

Deno.test("the fuzz run finds a cookie that differs from the one that was set", () => {
  const cookie = { name: "n", value: "a;b", attributes: { httpOnly: true } };
  assertStrictEquals(checkSetCookie(cookie), null);
  assertStrictEquals(checkSetCookie(cookie, () => "m=1; Path=/; HttpOnly")?.kind, "a cookie has another name");
  assertStrictEquals(checkSetCookie(cookie, () => "n=a;b; Path=/")?.kind, "a cookie has an attribute that was not set");
  assertStrictEquals(checkSetCookie(cookie, () => "n=a; Path=/; HttpOnly")?.kind, "a cookie is not what was set");
  assertStrictEquals(checkSetCookie(cookie, () => "n=a%3Bb; Path=/")?.kind, "a cookie has another httpOnly");
  assertStrictEquals(checkSetCookie(cookie, () => "n=a\r\nb")?.kind, "a cookie line has a control character");
  const injected = { name: "n", value: "", attributes: { path: "/; domain=evil.test" } };
  assertStrictEquals(checkSetCookie(injected, serializeSetCookie)?.kind, "a cookie has an attribute that was not set");
});

const ENTRY: CacheEntryInput = {
  meta: { status: 200, headers: [] },
  body: "kept",
  tags: [],
  age: 1,
  revalidate: 60,
  generation: 0,
  changes: [],
  isSigned: false,
  request: { method: "GET", condition: "" },
};

const LIKE = { meta: { status: 200, headers: [] }, body: new Uint8Array(), madeAt: 0, revalidate: null, generation: 0 };

Deno.test("the fuzz run finds an entry that differs from the one that was stored", async () => {
  assertStrictEquals(await checkEntry(ENTRY), null);
  const lost = await checkEntry(ENTRY, () => undefined);
  assertStrictEquals(lost?.kind, "an entry is not read as it was written");
  const throwing = await checkEntry(ENTRY, () => {
    throw new Error("on purpose");
  });
  assertStrictEquals(throwing?.kind, "an entry throws when it is read");
  const changes = [{ at: 0.99, remove: 1, insert: "?" }];
  assertStrictEquals(await checkEntry({ ...ENTRY, changes }), null);
  const careless = await checkEntry({ ...ENTRY, changes }, () => ({ ...LIKE, tags: [] }));
  assertStrictEquals(careless?.kind, "an entry that was changed is read");
});

Deno.test("the fuzz run finds cookies that are parsed differently", async () => {
  const input = { header: "a=1; a=2", set: { name: "n", value: "", attributes: {} } };
  await using subject = fakeSubject(() => Response.json({ ambient: [["a", "1"]], request: [["a", "2"]] }));
  assertStrictEquals((await cookieArea.check(input, subject))?.kind, "cookies are read otherwise");
});

Deno.test("the fuzz run finds a form that is parsed differently, or refused", async () => {
  const fields = [{ name: "a", value: "1", filename: null, type: null }];
  const input = { isMultipart: true, boundary: "x", fields, times: 1, contentType: null, changes: [] };
  await using wrong = fakeSubject(() => Response.json([["a", "2"]]));
  assertStrictEquals((await formArea.check(input, wrong))?.kind, "a form is read otherwise");
  await using refusing = fakeSubject(() => answer({}, 400));
  assertStrictEquals((await formArea.check(input, refusing))?.kind, "a form is refused");
  await using echoing = fakeSubject(async (request) => Response.json([...await request.formData()]));
  assertStrictEquals(await formArea.check(input, echoing), null);
});

const FILE = await Deno.readTextFile(new URL("../fixtures/fuzz/echo/public/file.txt", import.meta.url));
const FILE_HEADERS = { etag: '"a"' };

const RANGES:
  readonly (readonly [kind: string | null, headers: readonly [string, string][], answer: () => Response])[] = [
    [null, [["range", "bytes=1-2"]], () => answer({ "content-range": "bytes 1-2/1000" }, 206, FILE.slice(1, 3))],
    ["206 with other bytes", [["range", "bytes=1-2"]], () => answer({ "content-range": "bytes 1-2/1000" }, 206, "ab")],
    [
      "another range than asked for",
      [["range", "bytes=1-2"]],
      () => answer({ "content-range": "bytes 0-1/1000" }, 206, FILE.slice(0, 2)),
    ],
    ["416 for a range that is there", [["range", "bytes=1-2"]], () => answer({ "content-range": "bytes */1000" }, 416)],
    ["a part that was not requested", [["range", "x"]], () => answer({ "content-range": "bytes 0-0/1000" }, 206, "!")],
    ["304 without the representation", [["if-none-match", '"b"']], () => answer(FILE_HEADERS, 304)],
    ["no 304 with the representation", [["if-none-match", 'W/"a", "b"']], () => answer(FILE_HEADERS, 200, FILE)],
    ["412 for a condition that holds", [["if-match", '"a"']], () => answer({}, 412)],
    ["200 with a part of the body", [["range", "bytes=0-0"]], () => answer(FILE_HEADERS, 200, FILE.slice(1))],
  ];

for (const [kind, headers, make] of RANGES) {
  Deno.test(`the fuzz run answers "${kind}" to ${JSON.stringify(headers)}`, async () => {
    await using subject = fakeSubject((request) => {
      return headers.some(([name]) => request.headers.has(name)) ? make() : answer(FILE_HEADERS, 200, FILE);
    });
    const problem = await rangeArea.check({ method: "GET", path: "/file.txt", headers }, subject);
    assertStrictEquals(problem?.kind ?? null, kind);
  });
}
