import { assertEquals } from "@std/assert";
import { hasModuleStatement } from "../../../../src/deno/modules/source/module_statement.ts";

const STATEMENTS: readonly string[] = [
  `import a from "a"`,
  `import /* of a */ a from "a"`,
  `import // of a\n"a"`,
  `import.meta.url`,
  `import . meta`,
  `import type { A } from "a"`,
  `import ünï from "a"`,
  `export default 1`,
  `export /* a */ { a }`,
  `export*from"a"`,
  `export interface A {}`,
  `export abstract class A {}`,
  `a\nexport const b = 1`,
  `a}export{b}`,
  `const a = <p>don't</p>\nexport { a }`,
  `const a = <p>{"}"}{\`\${a}\`}</p>; export { a }`,
  `const a = b / c; export { a } // "/`,
  `const a = [1] / 2, b = (3) / 4; export { a }`,
  `const a = /[/]'/g; export { a }`,
  `return /'/; export { a }`,
  `const a = \`\${{ b: \`\${c}\` }}'\`; export { a }`,
  `const a = \`\\\`'\`; export { a }`,
  `const a = 'it\\'s'; export { a }`,
  `const a = "a\\\nb"; export { a }`,
  `const a = <br/>; const b = <i>/</i>; export { a }`,
];

const NONE: readonly string[] = [
  "",
  `import("a")`,
  `import ("a")`,
  `a.import "b"`,
  `a.export { b }`,
  `({ import: 1, export: 2 })`,
  `class A { import() {} export() {} }`,
  `imports "a"; exports { a }; $import "a"; _export {}; importé "a"`,
  `// import "a"`,
  `// export {}`,
  `/* import "a" */`,
  `/* import "a"`,
  `'import "a"'`,
  `"export { a }"`,
  `\`import "a" \${b} export { c }\``,
  `\`import "a"`,
  `/import "a"/`,
  `a = b ? /import "a"/ : /export {/`,
  `(/[/]import "a"/)`,
];

for (const [expected, texts] of [[true, STATEMENTS], [false, NONE]] as const) {
  for (const text of texts) {
    Deno.test(`hasModuleStatement() of ${JSON.stringify(text)} is ${expected}`, () => {
      assertEquals(hasModuleStatement(text), expected);
    });
  }
}

/** Texts that are slow for a search that looks ahead at every character: twice the text must take twice the steps. */
const HOSTILE: readonly (readonly [what: string, part: string])[] = [
  ["slashes", "= / "],
  ["escaped slashes", "=\\/ /\\"],
  ["apostrophes", "' "],
  ["escaped apostrophes", "\\' "],
  ["open templates", "`${ "],
  ["open comments", "import/* "],
  ["keywords", "import( export( "],
  ["open brackets", "=/[ "],
  ["braces", "{}"],
];

for (const [what, part] of HOSTILE) {
  Deno.test(`hasModuleStatement() reads any number of ${what} in linear time`, () => {
    // 200,000 signs squared would be 40 billion steps, and the test would not end.
    assertEquals(hasModuleStatement(part.repeat(200_000)), false);
  });
}
