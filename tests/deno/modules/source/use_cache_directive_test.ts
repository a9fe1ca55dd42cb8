import { assertEquals } from "@std/assert";
import {
  checkForUseCache,
  findUseCache,
  watchUseCache,
} from "../../../../src/deno/modules/source/use_cache_directive.ts";

const CASES: readonly (readonly [what: string, source: string, directive: string | undefined])[] = [
  ["a file that starts with it", `"use cache";\nexport const a = 1;`, "use cache"],
  ["a file with a byte order mark", `\ufeff"use cache";`, "use cache"],
  ["single quotes", `'use cache'\nexport const a = 1;`, "use cache"],
  ["a function", `async function f() {\n  "use cache";\n}`, "use cache"],
  ["a function in one line", `const f = async () => { "use cache"; return 1; };`, "use cache"],
  ["a function that has nothing else", `async function f() {"use cache"}`, "use cache"],
  ["another directive before it", `"use server"; "use cache";`, "use cache"],
  ["a kind of cache", `async function f() { 'use cache: remote'; }`, "use cache: remote"],
  ["a kind of its own", `async function f() { "use cache: my-kind" }`, "use cache: my-kind"],
  ["a comment before it", `async function f() { /* kept */ "use cache"; }`, "use cache"],
  ["a comment after it", `"use cache" // kept\n`, "use cache"],
  ["lines that end with CR LF", `async function f() {\r\n  "use cache";\r\n}`, "use cache"],
  ["nothing of it", `export const a = 1;`, undefined],
  ["a comment about it", `// "use cache"\n/* "use cache"; */`, undefined],
  ["an argument", `f("use cache");`, undefined],
  ["a value", `const a = "use cache";`, undefined],
  ["an item of a list", `const a = [\n  "use cache",\n];`, undefined],
  ["a longer text", `{ "use cache wisely"; }`, undefined],
  ["a template", "{ `use cache`; }", undefined],
  ["an open quote", `"use cache`, undefined],
];

for (const [what, source, directive] of CASES) {
  Deno.test(`findUseCache() finds ${directive ?? "nothing"} in ${what}`, () => {
    assertEquals(findUseCache(source), directive);
  });
}

Deno.test("checkForUseCache() reports each file once", () => {
  const told: string[] = [];
  watchUseCache((url, directive) => told.push(`${url} ${directive}`));
  for (const url of ["file:///told/a.ts", "file:///told/a.ts", "file:///told/b.ts"]) {
    checkForUseCache(url, `"use cache";`);
  }
  checkForUseCache("file:///told/c.ts", "");
  watchUseCache(() => {});
  assertEquals(told, ["file:///told/a.ts use cache", "file:///told/b.ts use cache"]);
});
