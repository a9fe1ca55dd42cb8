import { assertEquals } from "@std/assert";
import { formatRoutes, printBanner } from "../../../src/deno/server/banner.ts";

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

/** Returns what a server prints when it listens with this many routes. */
function printWith(count: number): string[] {
  const routes = Array.from(
    { length: count },
    (_, i) => ({ id: `/${i}`, file: `app/${i}/route.ts`, methods: ["GET"] }),
  );
  const { log } = console, printed: string[] = [];
  console.log = (text: string) => void printed.push(text);
  try {
    printBanner({ url: "http://localhost:8000/", routes }, "off");
  } finally {
    console.log = log;
  }
  return printed.join("\n").split("\n");
}

Deno.test("printBanner() prints 100 routes, and how many more there are", () => {
  assertEquals(printWith(100).length, 101);
  const lines = printWith(1234);
  assertEquals([lines[0], lines.length], ["Listening on http://localhost:8000/", 102]);
  assertEquals(lines.at(-1), '  and 1134 more, which "routes list" prints');
});
