import { assertEquals } from "@std/assert";
import { findOpenCall, findPatterns, findSpecifiers } from "../../../../src/deno/modules/source/module_specifiers.ts";

const specifierCases: readonly { readonly name: string; readonly source: string; readonly expected: string[] }[] = [
  { name: "an import", source: `import a, { b } from "./a.ts";`, expected: ["statement ./a.ts"] },
  { name: "an import for its effect", source: `import './a.ts'`, expected: ["statement ./a.ts"] },
  { name: "no white space", source: `import{a}from"a";export*from"b";`, expected: ["statement a", "statement b"] },
  { name: "an apostrophe in a comment", source: `import {\n a, // it's\n b } from "a"`, expected: ["statement a"] },
  { name: "a name in quotes", source: `import { "a-b" as c } from "a"`, expected: ["statement a"] },
  {
    name: "attributes",
    source: `import a from "./a.json" with { type: "json" };`,
    expected: ["statement ./a.json with"],
  },
  { name: "an export of a value", source: `export const from = "a";`, expected: [] },
  { name: "an export of local names", source: `export { a };\nconst b = "c";`, expected: [] },
  { name: "calls", source: "import(`./a`); require('b')", expected: ["import ./a", "require b"] },
  { name: "a method", source: `x.require("a"); y.import("b"); "z"`, expected: [] },
  {
    name: "a call that is spread",
    source: `x = [...require("a"), ...await import("b")]`,
    expected: ["require a", "import b"],
  },
  { name: "a call in a string", source: `const s = 'require("a")';`, expected: ["require a in text"] },
  { name: "an import in a template", source: '`\nimport a from "b"`', expected: [] },
  { name: "a call by a template with a value", source: "import(`./${a}.ts`)", expected: [] },
];

for (const { name, source, expected } of specifierCases) {
  Deno.test(`findSpecifiers() finds the specifiers in ${name}`, () => {
    const found = findSpecifiers(source);
    assertEquals(
      found.map(({ kind, specifier, hasAttributes, isCode }) =>
        `${kind} ${specifier}${hasAttributes ? " with" : ""}${isCode ? "" : " in text"}`
      ),
      expected,
    );
    for (const { specifier, start, end } of found) assertEquals(source.slice(start + 1, end - 1), specifier);
  });
}

const patternCases: readonly { readonly name: string; readonly source: string; readonly expected: string[] }[] = [
  { name: "a template", source: "import(`./m/${a}.json`)", expected: ["import ./m/|.json"] },
  { name: "two values", source: "import(`./m/${a}/${b}.ts`)", expected: ["import ./m/|.ts"] },
  { name: "an alias without an extension", source: "require(`@/m/x-${a}`)", expected: ["require @/m/x-|"] },
  { name: "a sum", source: `import("./m/" + a + ".json");`, expected: ["import ./m/|.json"] },
  { name: "spread", source: "[...require(`./m/${a}.json`)]", expected: ["require ./m/|.json"] },
  { name: "a sum with a call", source: `import("../m/" + String(a)).then()`, expected: ["import ../m/|"] },
  { name: "no folder", source: "import(`${a}/b`); import(a)", expected: [] },
];

for (const { name, source, expected } of patternCases) {
  Deno.test(`findPatterns() finds partly known names: ${name}`, () => {
    assertEquals(findPatterns(source).map(({ kind, before, after }) => `${kind} ${before}|${after}`), expected);
  });
}

const openCases: readonly { readonly source: string; readonly isOpen: boolean }[] = [
  { source: "await import(name)", isOpen: true },
  { source: "require(names[0])", isOpen: true },
  { source: "[...require(name)]", isOpen: true },
  { source: "import(`./a/${b}.ts`)", isOpen: false },
  { source: `import("./a.ts")`, isOpen: false },
  { source: "// import(name)", isOpen: false },
];

for (const { source, isOpen } of openCases) {
  Deno.test(`findOpenCall() ${isOpen ? "finds" : "does not find"} ${source}`, () => {
    assertEquals(findOpenCall(source) !== undefined, isOpen);
  });
}
