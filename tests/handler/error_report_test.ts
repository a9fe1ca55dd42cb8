import { assertEquals, assertStringIncludes } from "@std/assert";
import type { NextRequest } from "../../src/http/next_request.ts";
import { captured, createApp } from "../helpers/app.ts";
import { createRulesApp } from "../helpers/rules.ts";

/** What Next.js tells of a request that no proxy has forwarded. */
const FORWARDED = { "x-forwarded-host": "localhost", "x-forwarded-port": "80", "x-forwarded-proto": "http" };

const modules = {
  "users/[id]/route.ts": {
    POST() {
      throw new Error("boom");
    },
  },
};

Deno.test("createReporter() calls onError with the arguments of Next's onRequestError", async () => {
  const calls: unknown[][] = [];
  const app = await createApp(modules, { onError: (...args) => calls.push(args) });
  const lines = await captured("error", async () => {
    await app.request("/users/1?x=2", { method: "POST", headers: { "X-A": "1" } });
  });
  const [error, request, context] = calls[0]!;
  assertEquals((error as Error).message, "boom");
  assertEquals(request, {
    path: "/users/1?x=2",
    method: "POST",
    headers: { host: "localhost", "x-a": "1", ...FORWARDED },
  });
  assertEquals(context, { routerKind: "App Router", routePath: "/users/[id]", routeType: "route" });
  assertEquals(lines, []);
});

for (
  const [what, path, context] of [
    ["a proxy", "/p/1", { routerKind: "Pages Router", routePath: "/proxy", routeType: "proxy" }],
    [
      "a route handler behind a proxy",
      "/users/1",
      { routerKind: "App Router", routePath: "/users/[id]", routeType: "route" },
    ],
    ["a route handler at /proxy", "/proxy", { routerKind: "App Router", routePath: "/proxy", routeType: "route" }],
  ] as const
) {
  Deno.test(`createReporter() reports an error of ${what} like Next.js`, async () => {
    const proxy = ({ nextUrl }: NextRequest) => {
      if (nextUrl.pathname.startsWith("/p/")) throw new Error("boom");
    };
    const app = await createRulesApp({ ...modules, "proxy/route.ts": modules["users/[id]/route.ts"] }, { proxy });
    assertEquals((await app.fetch(new Request(`http://localhost${path}`, { method: "POST" }))).status, 500);
    assertEquals(app.errors.map(({ error, context }) => [(error as Error).message, context]), [["boom", context]]);
  });
}

const FAILING: readonly [name: string, onError: () => unknown][] = [
  ["throws", () => {
    throw new Error("worse");
  }],
  ["rejects", () => Promise.reject(new Error("worse"))],
];

for (const [name, onError] of FAILING) {
  Deno.test(`createReporter() prints both errors when onError ${name}, and the response is the same`, async () => {
    const app = await createApp(modules, { onError });
    const lines = await captured("error", async () => {
      assertEquals((await app.request("/users/1", { method: "POST" })).status, 500);
      await Promise.resolve();
    });
    assertStringIncludes(lines[0]!, "POST /users/1: the handler in users/[id]/route.ts failed: Error: boom");
    assertStringIncludes(lines[1]!, "Cannot report the error above: onError failed with Error: worse");
  });
}
