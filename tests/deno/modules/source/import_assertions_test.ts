import { assertEquals } from "@std/assert";
import { replaceAssertions } from "../../../../src/deno/modules/source/import_assertions.ts";

const CASES: readonly (readonly [source: string, replaced: string])[] = [
  [`import a from "a" assert { type: "json" };`, `import a from "a" with   { type: "json" };`],
  [`import a from 'a'assert{}`, `import a from 'a'with  {}`],
  [`import "a" assert {}; import "b" assert\n{}`, `import "a" with   {}; import "b" with  \n{}`],
  [`import { a,\n  b } from "a" assert {}`, `import { a,\n  b } from "a" with   {}`],
  [`export * from "a" assert {}; const a = 1`, `export * from "a" with   {}; const a = 1`],
  [`import a from "a" with { type: "json" };`, `import a from "a" with { type: "json" };`],
  [`import a from "a"\nassert\n{ b }`, `import a from "a"\nassert\n{ b }`],
  [`import a from "a"; assert("b", { c })`, `import a from "a"; assert("b", { c })`],
  [`const a = 'import a from "a" assert {}'`, `const a = 'import a from "a" assert {}'`],
  [`// import a from "a" assert {}`, `// import a from "a" assert {}`],
  [`import("a", { assert: {} })`, `import("a", { assert: {} })`],
];

for (const [source, replaced] of CASES) {
  Deno.test(`replaceAssertions() of ${JSON.stringify(source)}`, () => {
    assertEquals(replaceAssertions(source), replaced);
  });
}
