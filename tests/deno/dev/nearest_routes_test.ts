import { assertEquals } from "@std/assert";
import { findNearestRoutes } from "../../../src/deno/dev/nearest_routes.ts";
import { createManifest } from "../../../src/routing/manifest.ts";
import { assertLinear } from "../../helpers/growth.ts";

const { routes } = createManifest([
  "route.ts",
  "users/route.ts",
  "users/[id]/route.ts",
  "users/[id]/posts/route.ts",
  "docs/[...path]/route.ts",
  "shop/[[...path]]/route.ts",
  "api/health/route.ts",
  "caf%C3%A9/route.ts",
]);

const PATHS: readonly (readonly [path: string, nearest: string])[] = [
  ["/user", "/users"],
  ["/USERS", "/users"],
  ["/user/7", "/users/[id]"],
  ["/users/7/post", "/users/[id]/posts"],
  ["/users/7/posts/3", "/users/[id]/posts"],
  ["/doc/a/b/c", "/docs/[...path]"],
  ["/docs", "/docs/[...path]"],
  ["/shops", "/shop/[[...path]]"],
  ["/shap/a/b", "/shop/[[...path]]"],
  ["/health", "/api/health"],
  ["/api/healthz/", "/api/health"],
  ["/caf%c3%a9s", "/caf%C3%A9"],
  ["/users%", "/users"],
  ["//", "/"],
];

for (const [path, nearest] of PATHS) {
  Deno.test(`findNearestRoutes() of ${path} begins with ${nearest}`, () => {
    const [first] = findNearestRoutes(path, routes);
    assertEquals(decodeURIComponent(first!.id), decodeURIComponent(nearest));
  });
}

Deno.test("findNearestRoutes() finds five at most, no distant ones, and nothing in an empty manifest", () => {
  const { routes: similar } = createManifest(Array.from({ length: 9 }, (_, index) => `users${index}/route.ts`));
  assertEquals(findNearestRoutes("/users", similar).length, 5);
  assertEquals(findNearestRoutes("/users/7/post", routes).map(({ id }) => id), ["/users/[id]/posts", "/users/[id]"]);
  assertEquals(findNearestRoutes("/users", []), []);
});

Deno.test("S51 findNearestRoutes() compares no more of a path than a route may have", async () => {
  await assertLinear((size) => findNearestRoutes("/a".repeat(size), routes), 8_000);
  await assertLinear((size) => findNearestRoutes(`/${"a".repeat(size)}`, routes), 16_000);
});
