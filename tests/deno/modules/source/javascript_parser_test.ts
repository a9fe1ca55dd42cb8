import { assertEquals, assertThrows } from "@std/assert";
import { stripTypeScriptTypes } from "node:module";
import { parseJavaScript } from "../../../../src/deno/modules/source/javascript_parser.ts";
import { findByAcorn, type Findings, toFindings } from "./_acorn.ts";

function find(source: string): Findings {
  const { functions, references, contextUses, strings } = parseJavaScript(source);
  return toFindings({
    functions: functions.filter(({ kind }) => kind !== "initializer").map(
      ({ start, end, asyncStart, isGenerator, params }) =>
        `${start}-${end} ${asyncStart !== undefined} ${isGenerator} ${params.count}`,
    ),
    references: references.map(({ start }) => start),
    contextUses: contextUses.map(({ start }) => start),
    strings: strings.map(({ text }) => text),
  });
}

const SOURCES: readonly string[] = [
  `#!/usr/bin/env node\n"use strict"; 'two'; ("three"); f`,
  `a = b / c / d; e = /f'/g; if (a) /[/"]/.test(b); x = a++ / 2; y = (a) / 2; z = [1] /2/ 3; ({}) / 1`,
  `\`a\${b}c\${\`d\${{ e: \`\${f}\` }.e}\`}\`; tag\`x\${y}\`; a.b\`c\`; \`\\\`\${"}"}\``,
  `async () => {}; async (a, b = c) => a; async a => a; async function f() { await a; for await (const x of y) z; }`,
  `async(a, b); async = 1; x = async; y = { async, await: 1 }; async\n(c)`,
  `(a) => (b) => c => ({ d, e: f }); (a, { b = c, d: [e] }, ...f) => g; () => {}\n/re/g.test(a)`,
  `(a = (b = (c = d) => e) => f) => g; ((a), (b)); (a, b).c; (a)(b)`,
  `function f({ a, b: { c = d }, [e]: g, "h": i, 1: j, ...k }, [l, , m = n, ...o], ...p) { return arguments[a]; }`,
  `class A extends (B, C) { static #a = 1; b = this.c; static { this.d = e; } get f() { return super.f; } set f(v) {} *g() {} }`,
  `class A { get; set; static; async; accessor; get = 1; static static = 2; async\nb() {} static async *c() {} 'd'() {} [e]() {} #f() {} }`,
  `x = { get, set, async, get a() { return 1 }, set a(b) {}, async c() {}, *d() {}, async *e() {}, [f]() {}, get: 1, async: 2, static: 3, "g"() {} }`,
  `x = class { #b; static a() { #b in c } static async = 1; static get get() {} }; y = class D extends E {}`,
  `for (var a = 1, b; a < b; a++) c; for (;;) break; for (const k in o) for (const v of w) x; for (y of z) {} for ([a, b] of c) d; for (a in b, c) d`,
  `label: for (;;) { continue label; } switch (a) { case b: case c: d; default: e } do f; while (g) h`,
  `try { a } catch { b } finally { c } try { d } catch ({ e }) { e }`,
  `import a, { b as c, default as d, "e-f" as g } from "x" with { type: "json" }; import * as h from 'y'; import "z"; import.meta.url; import("a").then(b)`,
  `export default async function () {} export * from "a"; export * as b from "c"; export { d as "e", f } from "g"; export const h = 1, { i } = j`,
  `export { a as b, c }; const a = async () => {}; let c; export class D {} export function* e() {}`,
  `new A; new A(b); new a.b.C(d).e; new (f())(g); new new H(); function f() { new.target }`,
  `a?.b?.[c]?.(d)?.e; a ? .5 : b; a?.5:1; x ??= y ||= z &&= 1; a ** -b; delete a.b, void 0, typeof c, !d, ~e, +f, -g; ++a.b; c--`,
  `function* g() { yield; yield a; yield* b; const c = yield; [yield, yield d]; f(yield) } function h() { var yield_ = 1 }`,
  `0x1F; 0b1n; 1_000.5e-3; .5; 1..toString(); 08; 1.e5; 10n`,
  `a\n++b\nc\n--d\nreturn_\n/e/f`,
  `if (a) function_(); else if (b) "x"; else { "y" } while (c) "z"`,
  `let \\u0061b = 1; ünï = 2; $ = _; let x\nlet y; let [z] = a, { b } = c`,
  `var let_ = 1; var of = 2, get = 3, set = 4, from = 5, as = 6, type = 7, using = 8; using\nx; for (of of of) of`,
  `/* a */ a // b\n/* c\n */ b <!c; a<b>c; a < b > (c)`,
  `if (a) { function b() {} } { class C {} } var c = function d() { d }; (function () {})(); !function () {}()`,
];

for (const source of SOURCES) {
  Deno.test(`the parser finds what acorn finds in ${source}`, () => assertEquals(find(source), findByAcorn(source)));
}

Deno.test("the parser finds what acorn finds in the code of this package", async () => {
  let count = 0;
  for await (const file of sources(new URL("../../../../src/", import.meta.url))) {
    const code = stripTypeScriptTypes(await Deno.readTextFile(file), { mode: "transform" });
    assertEquals(find(code), findByAcorn(code), file.href);
    count++;
  }
  assertEquals(count > 200, true);
});

async function* sources(folder: URL): AsyncGenerator<URL> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory) yield* sources(new URL(`${name}/`, folder));
    else if (name.endsWith(".ts")) yield new URL(name, folder);
  }
}

const INVALID: readonly [source: string, message: string][] = [
  ["a = ;", `Unexpected ";" at 1:5`],
  ["\nfunction f( {", "Unexpected end of file at 2:14"],
  ["x = 'a\nb'", `Unexpected "'" at 1:5`],
  ["}", `Unexpected "}" at 1:1`],
  ["a = <p>text</p>", `Unexpected "<" at 1:5`],
];

for (const [source, message] of INVALID) {
  Deno.test(`the parser refuses ${JSON.stringify(source)}`, () => {
    assertThrows(() => parseJavaScript(source), SyntaxError, message);
  });
}

const PATHS: readonly [source: string, paths: string[]][] = [
  ["a.b.c", ["a.b.c"]],
  ["a?.b.c", ["a?.b.c"]],
  ["a.b()", ["a"]],
  ["a.b.c(d)", ["a.b", "d"]],
  ["a.b?.(c)", ["a", "c"]],
  ["a.b`c`", ["a"]],
  ["a.b[c].d", ["a.b", "c"]],
  ["a.b = c.d", ["a", "c.d"]],
  ["a.b++; --c.d; delete e.f.g", ["a", "c", "e.f"]],
  ["a.b += 1", ["a"]],
  ["(a.b).c", ["a.b"]],
  ["new a.B(c.d)", ["a.B", "c.d"]],
  ["({ a, b: c.d })", ["a", "c.d"]],
];

for (const [source, paths] of PATHS) {
  Deno.test(`the properties that are read in ${source} are ${paths.join(", ")}`, () => {
    const found = parseJavaScript(source).references.map(({ name, path }) =>
      name + path.map(({ name, isOptional }) => (isOptional ? "?." : ".") + name).join("")
    );
    assertEquals(found, paths);
  });
}
