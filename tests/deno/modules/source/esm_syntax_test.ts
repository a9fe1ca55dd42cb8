import { assertEquals } from "@std/assert";
import { isEsmSyntax } from "../../../../src/deno/modules/source/esm_syntax.ts";

const ESM: readonly string[] = [
  `import a from "a";`,
  `import "a";`,
  `import{a}from"a";`,
  `import * as a from 'a'`,
  `import a, { b } from "a";`,
  `import json from "./a.json" with { type: "json" };`,
  `export default 1;`,
  `export const a = 1;`,
  `export { a } from "a";`,
  `export * from "a";`,
  `export{};`,
  `const a = 1; export { a };`,
  `console.log(import.meta.url)`,
  `const { a } = await import("a");`,
  `for await (const a of b) {}`,
  `import("a"); await 1;`,
  `#!/usr/bin/env node\nimport a from "a";`,
  `\ufeffimport a from "a";`,
  `/* require */ import a from "a";`,
  `"use strict"; import a from "a"; const b = require("b"); module.exports = b;`,
  `import { createRequire } from "module"; const require = createRequire(import.meta.url);`,
  `const a = \`\${\`}\`}\`; export { a };`,
  `const a = /['"\`]/; export { a };`,
  `const Mail = () => <p>it's {1 / 2} "a</p>;\nexport default Mail;`,
  `export const Mail = () => <b>/</b>;`,
];

const NOT_ESM: readonly string[] = [
  "",
  `module.exports = 1;`,
  `exports.a = require("a");`,
  `"use strict"; Object.defineProperty(exports, "__esModule", { value: true });`,
  `import("a").then(() => {});`,
  `const load = () => import("a"); module.exports = load;`,
  `async function a() { await 1; const b = await import("b"); }`,
  `// import a from "a";\nmodule.exports = 1;`,
  `/* export default 1; */`,
  `const a = 'import a from "a";';`,
  `const a = "export default 1";`,
  `const a = \`\nimport a from "a";\nexport default \${1};\n\`;`,
  `const a = /import a from "a"/;`,
  `a.import("b"); a.export = 1; const c = { import: 1, export: 2 };`,
  `class A { import() {} export() {} }`,
  `#!/usr/bin/env node\nrequire("a"); // import a from "a"`,
  `return require("a"); import("b")`,
  `if (x) /import/.test(y)`,
  `<!-- import a from "a"\nmodule.exports = 1;`,
  `var await = 1; await;`,
  `const await1 = async () => { for await (const a of b) {} };`,
  `module.exports = 1; const = ; // a syntax error, and no import`,
];

for (const [expected, sources] of [[true, ESM], [false, NOT_ESM]] as const) {
  for (const source of sources) {
    Deno.test(`isEsmSyntax() of ${JSON.stringify(source)} is ${expected}`, () => {
      assertEquals(isEsmSyntax(source), expected);
    });
  }
}

Deno.test("isEsmSyntax() runs nothing", () => {
  const source = `globalThis.ranBySyntax = true; } globalThis.ranBySyntax = true; { import("a")`;
  isEsmSyntax(source);
  assertEquals("ranBySyntax" in globalThis, false);
});
