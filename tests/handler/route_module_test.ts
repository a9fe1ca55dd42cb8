import { assertEquals } from "@std/assert";
import { answerUnhandled, readRouteModule } from "../../src/handler/route_module.ts";
import { isMethod } from "../../src/http/method.ts";

const ok = () => new Response();

const ALLOW: readonly [exports: Record<string, unknown>, allow: string][] = [
  [{ GET: ok }, "GET, HEAD, OPTIONS"],
  [{ POST: ok }, "OPTIONS, POST"],
  [{ PUT: ok, DELETE: ok }, "DELETE, OPTIONS, PUT"],
  [{ PATCH: ok, DELETE: ok, POST: ok, GET: ok }, "DELETE, GET, HEAD, OPTIONS, PATCH, POST"],
  [{ OPTIONS: ok }, "OPTIONS"],
  [{ HEAD: ok }, "HEAD, OPTIONS"],
  [{ QUERY: ok, GET: ok }, "GET, HEAD, OPTIONS, QUERY"],
  [{ GET: undefined, POST: ok }, "OPTIONS, POST"],
  [{ get: ok, default: ok, TRACE: ok, constructor: ok }, "OPTIONS"],
  [{}, "OPTIONS"],
];

for (const [exports, allow] of ALLOW) {
  Deno.test(`readRouteModule() allows ${allow} for exports ${Object.keys(exports).join(", ") || "none"}`, () => {
    assertEquals(readRouteModule(exports, "app/route.ts").allow, allow);
  });
}

const WARNINGS: readonly [exports: Record<string, unknown>, warnings: string[]][] = [
  [{ GET: ok, revalidate: 60, helper: ok }, []],
  [{ GET: ok, post: ok }, [
    "Detected lowercase method 'post' in 'app/route.ts'. Export the uppercase 'POST' method name to fix this error.",
  ]],
  [{ default: ok }, [
    "Detected default export in 'app/route.ts'. Export a named export for each HTTP method instead.",
    "No HTTP methods exported in 'app/route.ts'. Export a named export for each HTTP method.",
  ]],
  [{ GET: "hello" }, [`Cannot call "app/route.ts": export "GET" is a string, write a function`]],
  [{ POST: {} }, [`Cannot call "app/route.ts": export "POST" is an object, write a function`]],
];

for (const [exports, warnings] of WARNINGS) {
  Deno.test(`readRouteModule() has ${warnings.length} warnings for exports ${Object.keys(exports).join(", ")}`, () => {
    assertEquals(readRouteModule(exports, "app/route.ts").warnings, warnings);
  });
}

Deno.test("readRouteModule() derives HEAD from GET, unless HEAD is exported", () => {
  const head = () => new Response();
  assertEquals(readRouteModule({ GET: ok }, "f").handlers.HEAD, ok);
  assertEquals(readRouteModule({ GET: ok, HEAD: head }, "f").handlers.HEAD, head);
});

Deno.test("readRouteModule() looks up no inherited name", () => {
  const { handlers } = readRouteModule(Object.create({ GET: ok }), "f");
  assertEquals(Object.getPrototypeOf(handlers), null);
  assertEquals(handlers.GET, undefined);
});

Deno.test("isMethod() accepts exactly the methods that can be exported", () => {
  const tokens = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "QUERY"];
  assertEquals(tokens.filter(isMethod), tokens);
  const others = ["get", "TRACE", "TRACK", "CONNECT", "default", "constructor", "__proto__", "", "G".repeat(10_000)];
  assertEquals(others.filter(isMethod), []);
});

Deno.test("answerUnhandled() answers OPTIONS with 204 and the others with 405, both with Allow", () => {
  for (const [method, status] of [["OPTIONS", 204], ["POST", 405]] as const) {
    const response = answerUnhandled(method, "GET, HEAD, OPTIONS");
    assertEquals([response.status, response.body, response.headers.get("allow")], [status, null, "GET, HEAD, OPTIONS"]);
  }
});
