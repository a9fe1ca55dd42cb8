import { assertEquals, assertThrows } from "@std/assert";
import { forbidden, notFound, permanentRedirect, redirect } from "../../src/http/control_flow.ts";
import * as internals from "../../src/next/internals.ts";

function thrownBy(call: () => never): unknown {
  try {
    return call();
  } catch (error) {
    return error;
  }
}

const ERRORS: readonly (readonly [name: string, error: unknown, is: readonly boolean[]])[] = [
  ["redirect()", thrownBy(() => redirect("/a")), [true, false, true]],
  ["permanentRedirect()", thrownBy(() => permanentRedirect("/a")), [true, false, true]],
  ["notFound()", thrownBy(() => notFound()), [false, true, true]],
  ["forbidden()", thrownBy(() => forbidden()), [false, true, true]],
  ["an error", new Error("boom"), [false, false, false]],
  ["nothing", undefined, [false, false, false]],
];

for (const [name, error, wanted] of ERRORS) {
  Deno.test(`the errors of Next.js are distinguished: ${name}`, () => {
    const { isHTTPAccessFallbackError, isNextRouterError, isRedirectError } = internals;
    assertEquals([isRedirectError(error), isHTTPAccessFallbackError(error), isNextRouterError(error)], wanted);
  });
}

Deno.test("getURLFromRedirectError() and getAccessFallbackHTTPStatus() read the digest", () => {
  assertEquals(internals.getURLFromRedirectError(thrownBy(() => redirect("/a;b"))), "/a;b");
  assertEquals(internals.getURLFromRedirectError(thrownBy(() => notFound())), null);
  assertEquals(internals.getAccessFallbackHTTPStatus(thrownBy(() => forbidden())), 403);
});

Deno.test("isDynamicServerError() recognizes the error by its digest", () => {
  assertEquals(internals.isDynamicServerError(new internals.DynamicServerError("cookies()")), true);
  assertEquals(internals.isDynamicServerError(new Error("x")), false);
});

Deno.test("RequestCookiesAdapter.seal() returns read-only cookies", () => {
  const cookies = new internals.RequestCookies(new Headers({ cookie: "a=1" }));
  const sealed = internals.RequestCookiesAdapter.seal(cookies);
  assertEquals([sealed.get("a")?.value, sealed.size], ["1", 1]);
  for (const change of [() => sealed.set("a", "2"), () => sealed.delete("a"), () => sealed.clear()]) {
    assertThrows(change, internals.ReadonlyRequestCookiesError, "Cookies can only be modified");
  }
});
