import { assertEquals, assertThrows } from "@std/assert";
import { createCachedFunctions } from "../../../../src/deno/modules/load/cached_functions.ts";

const { wrapCached } = createCachedFunctions({
  root: () => "file:///project/",
  settings: () => ({ isEnabled: true, kinds: [], externalPackages: [] }),
});

/** What the parser does not accept. */
const CODE = `"use cache";\na = ;`;

Deno.test("a file of the project that cannot be parsed is named, with the place", () => {
  assertThrows(
    () => wrapCached("file:///project/lib/a.js", CODE, CODE),
    SyntaxError,
    `Cannot parse "lib/a.js", which has the text "use cache": Unexpected token at 2:5`,
  );
});

Deno.test("a file of a package that cannot be parsed stays as it is", () => {
  assertEquals(wrapCached("file:///project/node_modules/a/a.js", CODE, CODE), CODE);
});
