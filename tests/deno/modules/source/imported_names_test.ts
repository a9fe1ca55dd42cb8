import { assertEquals } from "@std/assert";
import { getCodePositions } from "../../../../src/deno/modules/source/code_positions.ts";
import { readImportedNames, replaceNamespaceImports } from "../../../../src/deno/modules/source/imported_names.ts";
import { assertLinear } from "../../../helpers/growth.ts";

/** The imports from `x`: names, then `*name` for a namespace, and `*` for any name. */
const CASES: readonly (readonly [source: string, asked: readonly string[] | undefined])[] = [
  [`import "x";`, []],
  [`import a from "x";`, ["default"]],
  [`import { a, b as c, default as d } from "x";`, ["a", "b", "default"]],
  [`import a, { b } from 'x';`, ["b", "default"]],
  [`import a, * as b from "x";`, ["*b", "default"]],
  [`import * as a from "x"`, ["*a"]],
  [`import*as a from"x";import{b}from"x"`, ["*a", "b"]],
  [`import { "a-b" as c, } from "x";`, ["a-b"]],
  [`import { type A, type B as C, type } from "x";`, ["A", "B", "type"]],
  [`import type { A } from "x";`, ["A", "default"]],
  [`import type A from "x";`, ["default"]],
  [`import type, { a } from "x";`, ["a", "default"]],
  [`import from from "x";`, ["default"]],
  [`import defer * as a from "x";`, ["*a", "default"]],
  [`import a from "x" with { type: "json" };`, ["default"]],
  [`import /* a */ { // b\n a } /* c */ from /* d */ "x";`, ["a"]],
  [`export { a, b as default } from "x";`, ["a", "b"]],
  [`export { default } from "x";`, ["default"]],
  [`export * from "x";`, ["*"]],
  [`export * as a from "x";`, ["*"]],
  [`export type { A } from "x";`, ["A"]],
  [`import("x");`, ["*"]],
  [`await import(/* a */ 'x');`, ["*"]],
  [`import(\`x\`);`, ["*"]],
  [`import("\\x78");`, ["*"]],
  [`a.import("x"); $import("x");`, undefined],
  [`export const a = "x"; export { b };`, undefined],
  [`export default "x";`, undefined],
  [`import.meta.url + "x"; import(x);`, undefined],
];

for (const [source, expected] of CASES) {
  Deno.test(`readImportedNames() of ${source} is ${expected ?? "nothing"}`, () => {
    const asked = readImportedNames(source.replace("\\x78", "x")).get("x");
    const found = asked === undefined
      ? undefined
      : [...asked.names, ...asked.namespaces.map(({ name }) => `*${name}`), ...(asked.importsAny ? ["*"] : [])].sort();
    assertEquals(found, expected);
  });
}

/** Texts that are slow for a reader that backtracks. */
const REPEATED = [
  "import{a,",
  "import ",
  "import/*",
  "import // ",
  "export{",
  'import "',
  "import'`\"",
  "import*as a,",
  "import(",
];

for (const text of REPEATED) {
  Deno.test(`readImportedNames() reads a long text of ${text} in linear time`, async () => {
    await assertLinear((length) => readImportedNames(text.repeat(length / text.length)), 100_000);
  });
}

const REPLACED: readonly (readonly [source: string, replaced: string])[] = [
  [`import * as a from "x"; a;`, `import {   a} from "x"; a;`],
  [`import*as e from"x";`, `import{  e} from"x";`],
  [`import d, * as a from "x";`, `import d, {   a} from "x";`],
  [`import * as a from "y";`, `import * as a from "y";`],
  [`const t = \`\nimport * as a from "x";\n\`;`, `const t = \`\nimport * as a from "x";\n\`;`],
  [`// import * as a from "x"\nimport * as b from "x";`, `// import * as a from "x"\nimport {   b} from "x";`],
  [`import * /* c\n */ as a from "x";`, `import {    \n       a} from "x";`],
];

for (const [source, expected] of REPLACED) {
  Deno.test(`replaceNamespaceImports() of ${source}`, () => {
    const isCode = (positions: readonly number[]) => getCodePositions(source, positions);
    const replaced = replaceNamespaceImports(source, (specifier) => specifier === "x", isCode);
    assertEquals(replaced, expected);
    assertEquals(replaced.length, source.length);
  });
}
