import { assertEquals } from "@std/assert";
import { getOwnSpecifier } from "../../../src/deno/modules/own_package.ts";

const CASES: readonly [here: string, specifier: string][] = [
  ["https://jsr.io/@x/routes/0.1.0/", "jsr:@x/routes@^0.1.0/headers"],
  ["http://127.0.0.1:4873/@x/routes/1.2.3/", "jsr:@x/routes@^1.2.3/headers"],
  ["file:///home/me/routes/", "file:///home/me/routes/src/headers.ts"],
];

for (const [here, specifier] of CASES) {
  Deno.test(`getOwnSpecifier() from ${here} is ${specifier}`, () => {
    assertEquals(getOwnSpecifier("headers", "src/headers.ts", here), specifier);
  });
}

Deno.test("getOwnSpecifier() of the main export has no path", () => {
  assertEquals(getOwnSpecifier("", "mod.ts", "https://jsr.io/@x/routes/0.1.0/"), "jsr:@x/routes@^0.1.0");
  assertEquals(getOwnSpecifier("", "mod.ts", "file:///home/me/routes/"), "file:///home/me/routes/mod.ts");
});
