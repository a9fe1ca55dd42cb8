import { assertEquals } from "@std/assert";
import { isClientModule } from "../../../../src/deno/modules/source/use_client_directive.ts";

const CASES: readonly (readonly [what: string, source: string, isClient: boolean])[] = [
  ["a file that starts with it", `"use client";\nexport const a = 1;`, true],
  ["single quotes", `'use client'\nexport const a = 1;`, true],
  ["one line", `"use client";export const a = 1;`, true],
  ["nothing else", `"use client"`, true],
  ["a byte order mark", `\ufeff"use client";`, true],
  ["a hashbang", `#!/usr/bin/env node\n"use client";`, true],
  ["lines that end with CR LF", `// a\r\n"use client"\r\nexport {};`, true],
  ["comments before it", `// "a"\n/* b */ /**\n * c\n */\n"use client";`, true],
  ["a comment after it", `"use client" // a\n`, true],
  ["another directive before it", `"use strict";\n"use client";\nexports.a = 1;`, true],
  ["nothing of it", `export const a = 1;`, false],
  ["a comment about it", `// "use client"\nexport const a = 1;`, false],
  ["another directive", `"use strict"; export const a = "use client";`, false],
  ["a statement before it", `import "./a.ts";\n"use client";`, false],
  ["a function", `export function f() {\n  "use client";\n}`, false],
  ["an expression", `"use client".length;`, false],
  ["a longer text", `"use client now";`, false],
  ["a template", "`use client`;", false],
  ["an open quote", `"use client`, false],
  ["an open comment", `/* "use client";`, false],
];

for (const [what, source, isClient] of CASES) {
  Deno.test(`isClientModule() is ${isClient} for ${what}`, () => assertEquals(isClientModule(source), isClient));
}
