import { assert, assertEquals, assertFalse, assertInstanceOf, assertStrictEquals, assertThrows } from "@std/assert";
import { isPrivateFolder, isRouteFile, parsePattern, RouteNameError } from "../../src/routing/pattern.ts";
import { NAMES, WARNINGS, WRONG_NAMES } from "./cases.ts";

for (const { file, id, segments } of NAMES) {
  Deno.test(`parsePattern() reads ${JSON.stringify(file)} as ${id}`, () => {
    assertEquals(parsePattern(file), { id, segments, warnings: [] });
  });
}

for (const { file, message } of WRONG_NAMES) {
  Deno.test(`parsePattern() rejects ${JSON.stringify(file)}`, () => {
    const error = assertThrows(() => parsePattern(file), RouteNameError);
    assertStrictEquals(error.message, message);
  });
}

for (const { file, id, warning } of WARNINGS) {
  Deno.test(`parsePattern() warns about ${JSON.stringify(file)}`, () => {
    const { segments: [, last], ...rest } = parsePattern(file);
    assertEquals(rest, { id, warnings: [warning] });
    assertStrictEquals(last?.kind, "static");
  });
}

Deno.test("parsePattern() rejects a catch-all that is not last", () => {
  assertThrows(
    () => parsePattern("[...a]/b/route.ts"),
    RouteNameError,
    'the catch-all "[...a]" must be the last folder',
  );
});

Deno.test("parsePattern() uses the given file name in messages and warnings", () => {
  const error = assertThrows(() => parsePattern("[id/route.ts", "app/[id/route.ts"), RouteNameError);
  assertStrictEquals(
    error.message,
    'Cannot parse route "app/[id/route.ts": "[" is never closed, rename the folder to "[id]"',
  );
  assertEquals(parsePattern("a-[id]/route.ts", "src/app/a-[id]/route.ts").warnings, [
    '"src/app/a-[id]/route.ts": "a-[id]" mixes brackets with text, and is served under its literal name',
  ]);
});

Deno.test("parsePattern() gives a warning for every such folder", () => {
  assertEquals(parsePattern("(.)a/b-[id]/route.ts").warnings.length, 2);
});

Deno.test("RouteNameError is a SyntaxError with its own name", () => {
  const error = new RouteNameError("x");
  assertInstanceOf(error, SyntaxError);
  assertStrictEquals(error.name, "RouteNameError");
  assertStrictEquals(String(error), "RouteNameError: x");
});

for (const name of ["route.ts", "route.js", "route.mts", "route.mjs", "route.tsx", "route.jsx"]) {
  Deno.test(`isRouteFile() accepts ${name}`, () => assert(isRouteFile(name)));
}

for (
  const name of [
    "Route.ts",
    "route",
    "route.ts.bak",
    "route.d.ts",
    "route.cts",
    "route.json",
    "my-route.ts",
    "route_ts",
    "routexts",
    "page.tsx",
    "",
  ]
) {
  Deno.test(`isRouteFile() rejects ${JSON.stringify(name)}`, () => assertFalse(isRouteFile(name)));
}

Deno.test("isPrivateFolder() recognizes a folder by its underscore", () => {
  assert(isPrivateFolder("_lib"));
  assert(isPrivateFolder("_"));
  assertFalse(isPrivateFolder("%5Flib"));
  assertFalse(isPrivateFolder("lib_"));
});
