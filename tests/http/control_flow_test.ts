import { assertEquals, assertFalse, assertInstanceOf, assertStrictEquals, assertThrows } from "@std/assert";
import {
  createControlFlowResponse,
  forbidden,
  notFound,
  permanentRedirect,
  readControlFlow,
  redirect,
  RedirectType,
  toSafeLocation,
  unauthorized,
  unstable_rethrow,
} from "../../src/http/control_flow.ts";

const THROWS: readonly { readonly call: () => never; readonly title: string; message: string; digest: string }[] = [
  {
    title: 'redirect("/m/get?x=1")',
    call: () => redirect("/m/get?x=1"),
    message: "NEXT_REDIRECT",
    digest: "NEXT_REDIRECT;replace;/m/get?x=1;307;",
  },
  {
    title: 'redirect("/p", "push")',
    call: () => redirect("/p", RedirectType.push),
    message: "NEXT_REDIRECT",
    digest: "NEXT_REDIRECT;push;/p;307;",
  },
  {
    title: "redirect(new URL())",
    call: () => redirect(new URL("http://x.test")),
    message: "NEXT_REDIRECT",
    digest: "NEXT_REDIRECT;replace;http://x.test/;307;",
  },
  {
    title: 'permanentRedirect("/q")',
    call: () => permanentRedirect("/q"),
    message: "NEXT_REDIRECT",
    digest: "NEXT_REDIRECT;replace;/q;308;",
  },
  {
    title: 'permanentRedirect("/q", "push")',
    call: () => permanentRedirect("/q", "push"),
    message: "NEXT_REDIRECT",
    digest: "NEXT_REDIRECT;push;/q;308;",
  },
  {
    title: "notFound()",
    call: () => notFound(),
    message: "NEXT_HTTP_ERROR_FALLBACK;404",
    digest: "NEXT_HTTP_ERROR_FALLBACK;404",
  },
  {
    title: "forbidden()",
    call: () => forbidden(),
    message: "NEXT_HTTP_ERROR_FALLBACK;403",
    digest: "NEXT_HTTP_ERROR_FALLBACK;403",
  },
  {
    title: "unauthorized()",
    call: () => unauthorized(),
    message: "NEXT_HTTP_ERROR_FALLBACK;401",
    digest: "NEXT_HTTP_ERROR_FALLBACK;401",
  },
];

for (const { title, call, message, digest } of THROWS) {
  Deno.test(`${title} throws the error of Next.js`, () => {
    const error = assertThrows(call, Error);
    assertStrictEquals(error.message, message);
    assertStrictEquals(Reflect.get(error, "digest"), digest);
  });

  Deno.test(`unstable_rethrow() lets ${title} through, as the error or its cause`, () => {
    const error = assertThrows(call, Error);
    assertStrictEquals(assertThrows(() => unstable_rethrow(error)), error);
    const wrapped = new Error("outer", { cause: new Error("inner", { cause: error }) });
    assertStrictEquals(assertThrows(() => unstable_rethrow(wrapped)), error);
  });
}

Deno.test("RedirectType names its two values", () => {
  assertEquals(RedirectType, { push: "push", replace: "replace" });
});

const ROUND_TRIPS = [
  "/a",
  "/a;b;c",
  ";",
  ";;;",
  "/a;307;",
  "NEXT_REDIRECT;replace;/x;308;",
  "/日本?q=é#ü",
  "/😀",
  "/a\r\nSet-Cookie: b=1",
  "\n",
  "",
  "/a;307;\n;",
  "https://other.test/a;b?c=d;e",
];

for (const url of ROUND_TRIPS) {
  Deno.test(`readControlFlow() reads back the redirect to ${JSON.stringify(url)}`, () => {
    const temporary = assertThrows(() => redirect(url));
    assertEquals(readControlFlow(temporary), { kind: "redirect", url, status: 307 });
    const permanent = assertThrows(() => permanentRedirect(url, "push"));
    assertEquals(readControlFlow(permanent), { kind: "redirect", url, status: 308 });
  });
}

const READ: readonly (readonly [digest: unknown, flow: ReturnType<typeof readControlFlow>])[] = [
  ["NEXT_REDIRECT;replace;/x;307;", { kind: "redirect", url: "/x", status: 307 }],
  ["NEXT_REDIRECT;push;/x;303;", { kind: "redirect", url: "/x", status: 303 }],
  ["NEXT_HTTP_ERROR_FALLBACK;401", { kind: "fallback", status: 401 }],
  ["NEXT_HTTP_ERROR_FALLBACK;403", { kind: "fallback", status: 403 }],
  ["NEXT_HTTP_ERROR_FALLBACK;404", { kind: "fallback", status: 404 }],
  ["NEXT_HTTP_ERROR_FALLBACK;500", null],
  ["NEXT_HTTP_ERROR_FALLBACK;4040", null],
  ["NEXT_HTTP_ERROR_FALLBACK", null],
  ["x NEXT_HTTP_ERROR_FALLBACK;404", null],
  ["NEXT_REDIRECT;weird;/x;307;", null],
  ["NEXT_REDIRECT;replace;/x;307", null],
  ["NEXT_REDIRECT;replace;/x;abc;", null],
  ["NEXT_REDIRECT;replace;307;", null],
  // A status that is not a redirect is not valid.
  ["NEXT_REDIRECT;replace;/x;200;", null],
  ["NEXT_REDIRECT;replace;/x;999;", null],
  ["", null],
  [307, null],
  [undefined, null],
  [{ toString: () => "NEXT_HTTP_ERROR_FALLBACK;404" }, null],
];

for (const [digest, flow] of READ) {
  Deno.test(`readControlFlow() of the digest ${Deno.inspect(digest, { compact: true })} is ${JSON.stringify(flow)}`, () => {
    assertEquals(readControlFlow({ digest }), flow, "a plain object");
    assertEquals(readControlFlow(Object.assign(new Error("x"), { digest })), flow, "an error of another module");
  });
}

for (const value of [undefined, null, "NEXT_REDIRECT", 404, {}, [], new Error("x"), () => {}, Response.json({})]) {
  Deno.test(`readControlFlow() is null for ${Deno.inspect(value, { compact: true }).split("\n", 1)[0]}`, () => {
    assertStrictEquals(readControlFlow(value), null);
    assertStrictEquals(unstable_rethrow(value), undefined);
  });
}

Deno.test("unstable_rethrow() returns for an error whose cause is something else", () => {
  assertStrictEquals(unstable_rethrow(new Error("a", { cause: new Error("b", { cause: "c" }) })), undefined);
  assertStrictEquals(unstable_rethrow(new Error("a", { cause: null })), undefined);
});

Deno.test("unstable_rethrow() returns for errors that are each other's cause", () => {
  const a = new Error("a"), b = new Error("b", { cause: a });
  a.cause = b;
  assertStrictEquals(unstable_rethrow(a), undefined);
});

for (const status of [401, 403, 404]) {
  Deno.test(`createControlFlowResponse() has status ${status} and nothing else`, () => {
    const response = createControlFlowResponse({ kind: "fallback", status });
    assertStrictEquals(response.status, status);
    assertStrictEquals(response.body, null);
    assertEquals([...response.headers], []);
  });
}

for (const status of [303, 307, 308]) {
  Deno.test(`createControlFlowResponse() has status ${status} and only the location`, () => {
    const response = createControlFlowResponse({ kind: "redirect", status, url: "/a?b=1" });
    assertStrictEquals(response.status, status);
    assertStrictEquals(response.body, null);
    assertEquals([...response.headers], [["location", "/a?b=1"]]);
  });
}

Deno.test("createControlFlowResponse() rejects an empty URL", () => {
  const error = assertThrows(() => createControlFlowResponse({ kind: "redirect", status: 307, url: "" }), TypeError);
  assertStrictEquals(error.message, 'Cannot redirect: the URL is empty, use "/" for the root');
});

for (const url of ["/a\r\nSet-Cookie: b=1", "/a\nb", "/a\rb", "/a\0b", "/\r\n/evil.test", "/\n/evil.test"]) {
  Deno.test(`createControlFlowResponse() rejects ${JSON.stringify(url)}`, () => {
    assertThrows(() => createControlFlowResponse({ kind: "redirect", status: 307, url }), TypeError);
  });
}

// Headers strip line breaks at both ends of a value, so these must be removed or rejected before.
for (const url of ["\n//evil.test", "\r//evil.test", "\r\n//evil.test", " \n //evil.test", "\n/\\evil.test"]) {
  Deno.test(`createControlFlowResponse() never leaves the site by ${JSON.stringify(url)}`, () => {
    let location: string | null = null;
    try {
      location = createControlFlowResponse({ kind: "redirect", status: 307, url }).headers.get("location");
    } catch (error) {
      assertInstanceOf(error, TypeError);
    }
    if (location !== null) assertStrictEquals(new URL(location, "https://own.test/a/b").host, "own.test");
  });
}

const LOCATIONS: readonly (readonly [url: string, location: string])[] = [
  ["//evil.test", "/evil.test"],
  ["/\\evil.test", "/evil.test"],
  ["\\/evil.test", "/evil.test"],
  ["\\\\evil.test", "/evil.test"],
  ["\t//evil.test", "/evil.test"],
  [" //evil.test", "/evil.test"],
  ["\0//evil.test", "/evil.test"],
  ["\x1f \t//evil.test", "/evil.test"],
  ["/\t/evil.test", "/evil.test"],
  ["\t/\t\\\tevil.test", "/evil.test"],
  ["///evil.test", "/evil.test"],
  ["/\\/\\//evil.test/x//y", "/evil.test/x//y"],
  ["//", "/"],
  ["/", "/"],
  ["", ""],
  ["/m/get", "/m/get"],
  ["/a//b", "/a//b"],
  ["/a\\b", "/a\\b"],
  ["x/y", "x/y"],
  ["../up", "../up"],
  ["#x", "#x"],
  ["?q=1", "?q=1"],
  ["/a b", "/a b"],
  ["/%0d%0a", "/%0d%0a"],
  ["/%2F/evil.test", "/%2F/evil.test"],
  ["http://other.test/", "http://other.test/"],
  ["https://other.test//a/../b?c=//d#e", "https://other.test//a/../b?c=//d#e"],
  ["mailto:a@b.test", "mailto:a@b.test"],
  ["/é", "/%C3%A9"],
  ["/日本?q=é#ü", "/%E6%97%A5%E6%9C%AC?q=%C3%A9#%C3%BC"],
  ["/😀", "/%F0%9F%98%80"],
  ["/\x80\u00a0", "/%C2%80%C2%A0"],
  ["/\ud800x", "/%EF%BF%BDx"],
];

for (const [url, location] of LOCATIONS) {
  Deno.test(`toSafeLocation() of ${JSON.stringify(url)} is ${JSON.stringify(location)}`, () => {
    assertStrictEquals(toSafeLocation(url), location);
    assertStrictEquals(toSafeLocation(location), location, "and stays so");
    assertFalse(/^[/\\]{2}/.test(location));
  });
}
