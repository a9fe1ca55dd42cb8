import { assertEquals } from "@std/assert";
import type { ImportMap } from "../../../../src/deno/modules/resolve/import_map.ts";
import { getPackageSpecifiers } from "../../../../src/deno/modules/next/named_packages.ts";

const CASES: readonly (readonly [name: string, map: Partial<ImportMap>, specifiers: readonly string[]])[] = [
  ["no names", {}, []],
  ["files, URLs and built-in modules", {
    imports: { a: "file:///a.ts", b: "https://b.test/b.ts", c: "node:fs" },
  }, []],
  ["packages", { imports: { a: "npm:a@1", b: "jsr:@b/b@^1.0.0" } }, ["npm:a@1", "jsr:@b/b@^1.0.0"]],
  ["a package and what is below it", { imports: { a: "npm:a@1", "a/": "npm:/a@1/" } }, ["npm:a@1"]],
  ["names of scopes", { scopes: { "file:///x/": { a: "npm:a@2", b: "npm:a@2" } } }, ["npm:a@2"]],
];

for (const [name, { imports = {}, scopes = {} }, specifiers] of CASES) {
  Deno.test(`getPackageSpecifiers() of ${name}`, () => {
    assertEquals(getPackageSpecifiers({ imports, scopes }), specifiers);
  });
}
