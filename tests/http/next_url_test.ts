import { assertEquals, assertFalse, assertNotStrictEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { NextURL, type NextURLOptions, toAbsoluteUrl } from "../../src/http/next_url.ts";

/** The settings of an application, as a `NextURL` gets them. */
function config(basePath?: string, trailingSlash?: boolean): NextURLOptions {
  return { nextConfig: { basePath, trailingSlash } };
}

Deno.test("NextURL has the parts of a URL and Next's own", () => {
  const url = new NextURL("http://me:pw@h.test:81/a/b?x=1&x=2#z");
  const { href, origin, protocol, host, hostname, port, pathname, search, hash, username, password } = url;
  assertEquals(
    { href, origin, protocol, host, hostname, port, pathname, search, hash, username, password },
    {
      href: "http://h.test:81/a/b?x=1&x=2#z",
      origin: "http://h.test:81",
      protocol: "http:",
      host: "h.test:81",
      hostname: "h.test",
      port: "81",
      pathname: "/a/b",
      search: "?x=1&x=2",
      hash: "#z",
      username: "me",
      password: "pw",
    },
  );
  assertEquals(url.searchParams.getAll("x"), ["1", "2"]);
  assertStrictEquals(url.basePath, "");
  assertStrictEquals(url.locale, "");
  for (const name of ["defaultLocale", "domainLocale", "buildId", "trailingSlash"]) {
    assertStrictEquals(Reflect.get(url, name), undefined, name);
  }
});

Deno.test("NextURL is not a URL, and its string is its href", () => {
  const url = new NextURL("http://h.test/a?b=c");
  assertFalse((url as unknown) instanceof URL);
  assertStrictEquals(url.toString(), "http://h.test/a?b=c");
  assertStrictEquals(`${url}`, "http://h.test/a?b=c");
  assertStrictEquals(JSON.stringify({ url }), '{"url":"http://h.test/a?b=c"}');
  assertStrictEquals(new URL(String(url)).href, "http://h.test/a?b=c");
});

Deno.test("NextURL has no own keys, as in Next.js", () => {
  assertEquals(Object.keys(new NextURL("http://h.test/")), []);
});

const INPUTS: readonly (readonly [input: string | URL | NextURL, base: string | URL | NextURL | undefined, string])[] =
  [
    ["http://h.test", undefined, "http://h.test/"],
    ["HTTP://H.Test:80/a b/./c/../d", undefined, "http://h.test/a%20b/d"],
    [new URL("http://h.test/x"), undefined, "http://h.test/x"],
    [new NextURL("http://h.test/x?y#z"), undefined, "http://h.test/x?y#z"],
    ["/rel?q", "http://h.test/a/b", "http://h.test/rel?q"],
    ["rel", new URL("http://h.test/a/b"), "http://h.test/a/rel"],
    ["../up", new NextURL("http://h.test/a/b/c"), "http://h.test/a/up"],
    ["//o.test/x", "http://h.test/", "http://o.test/x"],
    ["http://h.test/a/", undefined, "http://h.test/a/"],
    ["http://h.test/a//b", undefined, "http://h.test/a//b"],
    ["http://h.test/a//", undefined, "http://h.test/a//"],
    ["http://h.test/%61%2f?a=%20+b", undefined, "http://h.test/%61%2f?a=%20+b"],
  ];

for (const [input, base, href] of INPUTS) {
  Deno.test(`NextURL of ${input}${base === undefined ? "" : ` below ${base}`} is ${href}`, () => {
    assertStrictEquals(new NextURL(input, base).href, href);
  });
}

for (const [input, base] of [["/rel", undefined], ["", undefined], ["http://", undefined], ["x", "/rel"]] as const) {
  Deno.test(`NextURL rejects ${JSON.stringify(input)}${base === undefined ? "" : ` below ${base}`}`, () => {
    assertThrows(() => new NextURL(input, base), TypeError, "Invalid URL");
  });
}

const SETTERS: readonly (readonly [title: string, change: (url: NextURL) => unknown, href: string])[] = [
  ["pathname", (url) => url.pathname = "/x y", "http://h.test/x%20y?q=1#z"],
  ["search", (url) => url.search = "?a=1&b=2", "http://h.test/a/b?a=1&b=2#z"],
  ["search, emptied", (url) => url.search = "", "http://h.test/a/b#z"],
  ["searchParams", (url) => url.searchParams.append("r", "2 3"), "http://h.test/a/b?q=1&r=2+3#z"],
  ["hash", (url) => url.hash = "y", "http://h.test/a/b?q=1#y"],
  ["host", (url) => url.host = "o.test:81", "http://o.test:81/a/b?q=1#z"],
  ["hostname", (url) => url.hostname = "o.test", "http://o.test/a/b?q=1#z"],
  ["port", (url) => url.port = "8080", "http://h.test:8080/a/b?q=1#z"],
  ["protocol", (url) => url.protocol = "https:", "https://h.test/a/b?q=1#z"],
  ["href", (url) => url.href = "http://o.test/x/?y#w", "http://o.test/x/?y#w"],
  ["basePath", (url) => url.basePath = "/docs", "http://h.test/docs/a/b?q=1#z"],
  ["basePath without a slash", (url) => url.basePath = "docs", "http://h.test/docs/a/b?q=1#z"],
  ["basePath, emptied", (url) => url.basePath = "", "http://h.test/a/b?q=1#z"],
  ["username and password, which no href shows", (url) => {
    url.username = "me";
    url.password = "pw";
  }, "http://h.test/a/b?q=1#z"],
];

for (const [title, change, href] of SETTERS) {
  Deno.test(`NextURL takes a new ${title}`, () => {
    const url = new NextURL("http://h.test/a/b?q=1#z");
    const clone = url.clone();
    change(url);
    assertStrictEquals(url.href, href);
    assertStrictEquals(clone.href, "http://h.test/a/b?q=1#z", "a clone is on its own");
  });
}

Deno.test("NextURL keeps username and password", () => {
  const url = new NextURL("http://h.test/");
  url.username = "me";
  url.password = "p w";
  assertEquals([url.username, url.password], ["me", "p%20w"]);
});

Deno.test("NextURL has no locales", () => {
  const url = new NextURL("http://h.test/fr/a");
  const error = assertThrows(() => url.locale = "fr", TypeError);
  assertStrictEquals(error.message, 'The NextURL configuration includes no locale "fr"');
  assertStrictEquals(url.locale, "");
  assertStrictEquals(url.pathname, "/fr/a");
});

const BASE_PATHS: readonly {
  readonly title: string;
  readonly url: string;
  readonly options: NextURLOptions;
  readonly expected: readonly [basePath: string, pathname: string, href: string];
}[] = [
  {
    title: "takes the base path off the pathname",
    url: "http://h.test/base/p/",
    options: config("/base", true),
    expected: ["/base", "/p/", "http://h.test/base/p/"],
  },
  {
    title: "shows the base path's own page as /",
    url: "http://h.test/base",
    options: config("/base"),
    expected: ["/base", "/", "http://h.test/base"],
  },
  {
    title: "keeps the slash after the base path",
    url: "http://h.test/base/",
    options: config("/base"),
    expected: ["/base", "/", "http://h.test/base/"],
  },
  {
    title: "leaves a path that only starts with the same letters",
    url: "http://h.test/based/p",
    options: config("/base"),
    expected: ["", "/based/p", "http://h.test/based/p"],
  },
  {
    title: "leaves a path that is not below the base path",
    url: "http://h.test/x/base",
    options: config("/base"),
    expected: ["", "/x/base", "http://h.test/x/base"],
  },
  {
    title: "takes one base path only",
    url: "http://h.test/base/base/x",
    options: config("/base"),
    expected: ["/base", "/base/x", "http://h.test/base/base/x"],
  },
  {
    title: "knows no base path without one",
    url: "http://h.test/base/p",
    options: config(undefined, true),
    expected: ["", "/base/p", "http://h.test/base/p"],
  },
  {
    title: "knows no base path without settings",
    url: "http://h.test/",
    options: {},
    expected: ["", "/", "http://h.test/"],
  },
];

for (const { title, url, options, expected } of BASE_PATHS) {
  Deno.test(`NextURL ${title}`, () => {
    const { basePath, pathname, href } = new NextURL(url, undefined, options);
    assertEquals([basePath, pathname, href], expected);
    const clone = new NextURL(url, undefined, options).clone();
    assertEquals([clone.basePath, clone.pathname, clone.href], expected, "a clone");
  });
}

Deno.test("NextURL reads a new href like the first", () => {
  const url = new NextURL("http://h.test/base/a", undefined, config("/base"));
  url.href = "http://h.test/b";
  assertEquals([url.basePath, url.pathname, url.href], ["", "/b", "http://h.test/b"]);
  url.href = "http://h.test/base/c/";
  assertEquals([url.basePath, url.pathname, url.href], ["/base", "/c/", "http://h.test/base/c/"]);
  assertThrows(() => url.href = "/rel", TypeError);
  assertStrictEquals(url.href, "http://h.test/base/c/");
});

Deno.test("NextURL puts the base path before a new pathname", () => {
  const url = new NextURL("http://h.test/base/a", undefined, config("/base"));
  url.pathname = "/b";
  assertStrictEquals(url.href, "http://h.test/base/b");
  url.pathname = "/";
  assertStrictEquals(url.href, "http://h.test/base");
});

Deno.test("NextURL.clone() keeps a base path that was set by code", () => {
  const url = new NextURL("http://h.test/a/b?q=1");
  url.basePath = "/docs";
  const clone = url.clone();
  assertNotStrictEquals(clone, url);
  assertEquals([clone.basePath, clone.pathname, clone.href], ["/docs", "/a/b", "http://h.test/docs/a/b?q=1"]);
});

Deno.test("NextURL.clone() keeps a removed base path removed", () => {
  const url = new NextURL("http://h.test/base/a", undefined, config("/base"));
  url.basePath = "";
  assertEquals([url.clone().basePath, url.clone().pathname, url.clone().href], ["", "/a", "http://h.test/a"]);
});

Deno.test("NextURL matches the recorded calls of Next.js: golden row request-q_nexturl_bp-1", () => {
  const url = new NextURL("http://localhost:4100/q/nexturl-bp").clone();
  url.basePath = "/docs";
  assertStrictEquals(url.basePath, "/docs");
  assertStrictEquals(new URL(url.href).pathname, "/docs/q/nexturl-bp");
  assertThrows(() => url.locale = "fr", TypeError, 'The NextURL configuration includes no locale "fr"');
  url.buildId = "xyz";
  assertStrictEquals(url.buildId, "xyz");
  url.search = "?a=1&b=2";
  assertStrictEquals(url.search, "?a=1&b=2");
  url.host = "h.test:81";
  assertEquals([url.host, url.hostname, url.port, url.origin], ["h.test:81", "h.test", "81", "http://h.test:81"]);
  url.port = "";
  assertStrictEquals(url.port, "");
  url.protocol = "https:";
  assertStrictEquals(url.protocol, "https:");
  url.href = "http://other.test/x?y=1#z";
  assertEquals([url.href, url.pathname, url.search, url.hash], ["http://other.test/x?y=1#z", "/x", "?y=1", "#z"]);
});

for (
  const [url, href] of [
    ["http://x.test", "http://x.test/"],
    ["mailto:a@b", "mailto:a@b"],
    [new URL("http://x.test/a b"), "http://x.test/a%20b"],
    [new NextURL("http://x.test/base/a", undefined, config("/base")), "http://x.test/base/a"],
  ] as const
) {
  Deno.test(`toAbsoluteUrl() of ${url} is ${href}`, () => assertStrictEquals(toAbsoluteUrl(url), href));
}

for (const url of ["/rel", "", "rel", "//x.test/a", "?q", undefined as unknown as string]) {
  Deno.test(`toAbsoluteUrl() rejects ${JSON.stringify(url)} with the message of Next.js`, () => {
    const error = assertThrows(() => toAbsoluteUrl(url), Error);
    assertStrictEquals(
      error.message,
      `URL is malformed "${url}". Please use only absolute URLs - https://nextjs.org/docs/messages/middleware-relative-urls`,
    );
    assertStrictEquals((error.cause as Error).name, "TypeError");
  });
}
