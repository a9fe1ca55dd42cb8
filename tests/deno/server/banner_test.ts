import { assertEquals } from "@std/assert";
import { formatRoutes } from "../../../src/deno/server/banner.ts";

Deno.test("formatRoutes() prints one line per route, without OPTIONS and HEAD", () => {
  const routes = [
    { id: "/", file: "app/route.ts", methods: ["GET", "HEAD", "OPTIONS"] },
    { id: "/a", file: "app/a/route.ts", methods: ["DELETE", "OPTIONS", "POST"] },
    { id: "/b", file: "app/b/route.ts", methods: ["HEAD", "OPTIONS"] },
    { id: "/c", file: "app/c/route.ts", methods: ["OPTIONS"] },
    { id: "/d", file: "app/d/route.ts", methods: [] },
  ];
  assertEquals(formatRoutes(routes).split("\n"), [
    "  GET           /",
    "  DELETE, POST  /a",
    "  HEAD          /b",
    "  OPTIONS       /c",
    "  (not loaded)  /d",
  ]);
});
