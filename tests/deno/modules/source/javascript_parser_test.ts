import { assertEquals, assertThrows } from "@std/assert";
import { ParseError, parseJavaScript } from "../../../../src/deno/modules/source/javascript_parser.ts";
import type { Export, FunctionNode, Reference, Scope } from "../../../../src/deno/modules/source/javascript_scopes.ts";

/** Describes what is found in a source, in its order: `async f(1)`, `a?.b`, `this`, `"text"`. */
function find(source: string): string {
  const { functions, references, contextUses, strings } = parseJavaScript(source);
  const found = [
    ...functions.map((node) => [node.start, describe(node)] as const),
    ...references.map((reference) => [reference.start, toPath(reference)] as const),
    ...contextUses.map(({ start, word }) => [start, word] as const),
    ...strings.map(({ start, text, isAtTop }) => [start, isAtTop ? `"${text}"` : `("${text}")`] as const),
  ];
  return found.sort(([a], [b]) => a - b).map(([, text]) => text).join(" ");
}

function describe({ kind, method, asyncStart, isGenerator, name, params }: FunctionNode): string {
  const rest = params.hasRest ? "..." : "";
  const words = [asyncStart === undefined ? "" : "async ", method === undefined ? "" : `${method} `];
  return `${words.join("")}${isGenerator ? "*" : ""}${
    name?.text ?? (kind === "arrow" ? "=>" : "")
  }(${params.count}${rest})`;
}

function toPath({ name, path }: Reference): string {
  return name + path.map(({ name, isOptional }) => (isOptional ? "?." : ".") + name).join("");
}

const SOURCES: readonly [source: string, found: string][] = [
  [
    `#!/usr/bin/env node\n"use strict"; 'two'; ("three"); f`,
    `"use strict" "two" ("three") f`,
  ],
  [
    `a = b / c / d; e = /f'/g; if (a) /[/"]/.test(b); x = a++ / 2; y = (a) / 2; z = [1] /2/ 3; ({}) / 1`,
    `a b c d e a b x a y a z`,
  ],
  [
    `\`a\${b}c\${\`d\${{ e: \`\${f}\` }.e}\`}\`; tag\`x\${y}\`; a.b\`c\`; \`\\\`\${"}"}\``,
    `b f tag y a`,
  ],
  [
    `async () => {}; async (a, b = c) => a; async a => a; async function f() { await a; for await (const x of y) z; }`,
    `async =>(0) async =>(2) c a async =>(1) a async f(0) a y z`,
  ],
  [
    `async(a, b); async = 1; x = async; y = { async, await: 1 }; async\n(c)`,
    `async a b async x async y async async c`,
  ],
  [
    `(a) => (b) => c => ({ d, e: f }); (a, { b = c, d: [e] }, ...f) => g; () => {}\n/re/g.test(a)`,
    `=>(1) =>(1) =>(1) d f =>(3...) c g =>(0) a`,
  ],
  [
    `(a = (b = (c = d) => e) => f) => g; ((a), (b)); (a, b).c; (a)(b)`,
    `=>(1) =>(1) =>(1) d e f g a b a b a b`,
  ],
  [
    `function f({ a, b: { c = d }, [e]: g, "h": i, 1: j, ...k }, [l, , m = n, ...o], ...p) { return arguments[a]; }`,
    `f(3...) d e n arguments a`,
  ],
  [
    `class A extends (B, C) { static #a = 1; b = this.c; static { this.d = e; } get f() { return super.f; } set f(v) {} *g() {} }`,
    `B C this this e accessor f(0) super accessor f(1) class *g(0)`,
  ],
  [
    `class A { get; set; static; async; accessor; get = 1; static static = 2; async\nb() {} static async *c() {} 'd'() {} [e]() {} #f() {} }`,
    `class b(0) async static *c(0) class 'd'(0) class (0) e class #f(0)`,
  ],
  [
    `x = { get, set, async, get a() { return 1 }, set a(b) {}, async c() {}, *d() {}, async *e() {}, [f]() {}, get: 1, async: 2, static: 3, "g"() {} }`,
    `x get set async accessor a(0) accessor a(1) async object c(0) object *d(0) async object *e(0) object (0) f object "g"(0)`,
  ],
  [
    `x = class { #b; static a() { #b in c } static async = 1; static get get() {} }; y = class D extends E {}`,
    `x static a(0) c accessor get(0) y E`,
  ],
  [
    `for (var a = 1, b; a < b; a++) c; for (;;) break; for (const k in o) for (const v of w) x; for (y of z) {} for ([a, b] of c) d; for (a in b, c) d`,
    `a b a c o w x y z a b c d a b c d`,
  ],
  [
    `label: for (;;) { continue label; } switch (a) { case b: case c: d; default: e } do f; while (g) h`,
    `a b c d e f g h`,
  ],
  [
    `try { a } catch { b } finally { c } try { d } catch ({ e }) { e }`,
    `a b c d e`,
  ],
  [
    `import a, { b as c, default as d, "e-f" as g } from "x" with { type: "json" }; import * as h from 'y'; import "z"; import.meta.url; import("a").then(b)`,
    `b`,
  ],
  [
    `export default async function () {} export * from "a"; export * as b from "c"; export { d as "e", f } from "g"; export const h = 1, { i } = j`,
    `async (0) j`,
  ],
  [
    `export { a as b, c }; const a = async () => {}; let c; export class D {} export function* e() {}`,
    `async =>(0) *e(0)`,
  ],
  [
    `new A; new A(b); new a.b.C(d).e; new (f())(g); new new H(); function f() { new.target }`,
    `A A b a.b.C d f g H f(0)`,
  ],
  [
    `a?.b?.[c]?.(d)?.e; a ? .5 : b; a?.5:1; x ??= y ||= z &&= 1; a ** -b; delete a.b, void 0, typeof c, !d, ~e, +f, -g; ++a.b; c--`,
    `a?.b c d a b a x y z a b a c d e f g a c`,
  ],
  [
    `function* g() { yield; yield a; yield* b; const c = yield; [yield, yield d]; f(yield) } function h() { var yield_ = 1 }`,
    `*g(0) a b d f h(0)`,
  ],
  [
    `0x1F; 0b1n; 1_000.5e-3; .5; 1..toString(); 08; 1.e5; 10n`,
    ``,
  ],
  [
    `a\n++b\nc\n--d\nreturn_\n/e/f`,
    `a b c d return_ e f`,
  ],
  [
    `if (a) function_(); else if (b) "x"; else { "y" } while (c) "z"`,
    `a function_ b ("x") ("y") c ("z")`,
  ],
  [
    `let \\u0061b = 1; ünï = 2; $ = _; let x\nlet y; let [z] = a, { b } = c`,
    `ünï $ _ a c`,
  ],
  [
    `var let_ = 1; var of = 2, get = 3, set = 4, from = 5, as = 6, type = 7, using = 8; using\nx; for (of of of) of`,
    `using x of of of`,
  ],
  [
    `/* a */ a // b\n/* c\n */ b <!c; a<b>c; a < b > (c)`,
    `a b c a b c a b c`,
  ],
  [
    `if (a) { function b() {} } { class C {} } var c = function d() { d }; (function () {})(); !function () {}()`,
    `a b(0) d(0) d (0) (0)`,
  ],
  [
    `{ using a = b; await using c = d; } for (using e of f) a`,
    `b d f a`,
  ],
  [
    `const a = require("b"); if (!a) return; with (a) { b } exports.c = async function () { await a }; await_ = function () { await = 1 }`,
    `require a a b exports async (0) a await_ (0) await`,
  ],
];

for (const [source, found] of SOURCES) {
  Deno.test(`the parser finds ${found || "nothing"} in ${source}`, () => assertEquals(find(source), found));
}

const INVALID: readonly [source: string, message: string][] = [
  ["a = ;", "Unexpected token at 1:5"],
  ["\nfunction f( {", "Unexpected token at 2:14"],
  ["x = 'a\nb'", "Unterminated string constant at 1:5"],
  ["}", "Unexpected token at 1:1"],
  ["a = <p>text</p>", "Unexpected token at 1:5"],
  ["import 'a';\nb = ;", "Unexpected token at 2:5"],
  ["return;\nb = ;", "Unexpected token at 2:5"],
];

for (const [source, message] of INVALID) {
  Deno.test(`the parser refuses ${JSON.stringify(source)}`, () => {
    assertThrows(() => parseJavaScript(source), ParseError, message);
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
  ["(a.b).c", ["a.b.c"]],
  ["(a?.b).c", ["a?.b"]],
  ["(a?.b)(c)", ["a", "c"]],
  ["[a.b, { c: d.e }] = f.g", ["a", "d", "f.g"]],
  ["for (a.b of c.d);", ["a", "c.d"]],
  ["new a.B(c.d)", ["a.B", "c.d"]],
  ["({ a, b: c.d })", ["a", "c.d"]],
];

for (const [source, paths] of PATHS) {
  Deno.test(`the properties that are read in ${source} are ${paths.join(", ")}`, () => {
    assertEquals(parseJavaScript(source).references.map(toPath), paths);
  });
}

const PARAMS: readonly [source: string, params: string][] = [
  ["function f(a, b) {}", "(a, b)"],
  ["function /* ( */ f /* ( */ (/* ) */) {}", "(/* ) */)"],
  ["(async function* (a = (b), ) {})", "(a = (b), )"],
  ["(a) => (b)", "(a)"],
  ["async (a) => (b)", "(a)"],
  ["a => (b)", "a"],
  ["async a => (b)", "a"],
  ["({ async [(a)](b) {} })", "(b)"],
];

for (const [source, params] of PARAMS) {
  Deno.test(`the parameters in ${source} are ${params}`, () => {
    const { start, end } = parseJavaScript(source).functions[0]!.params;
    assertEquals(source.slice(start, end), params);
  });
}

const KEYS: readonly [source: string, key: string, asyncStart: number][] = [
  ["({ async a() {} })", "a", 3],
  [`({ async "a"() {} })`, `"a"`, 3],
  ["({ async /* [ */ [(a)] /* ] */ () {} })", "[(a)]", 3],
  ["class A { static async async() {} }", "async", 17],
  ["class A { static /* async */ async #a() {} }", "#a", 29],
];

for (const [source, key, asyncStart] of KEYS) {
  Deno.test(`the key in ${source} is ${key}`, () => {
    const [node] = parseJavaScript(source).functions;
    assertEquals([source.slice(node!.name!.start, node!.name!.end), node!.asyncStart], [key, asyncStart]);
  });
}

const EXPORTS: readonly [source: string, exports: string[]][] = [
  ["export * from 'a'; export { b } from 'c'", ["from 0", "from 19"]],
  ["export { a, b as c }; const a = 1, b = 2", ["name a", "name b"]],
  ["export default a", ["name a"]],
  ["export default async () => {}", ["function 15"]],
  ["export default (async function a() {})", ["function 16"]],
  ["export default class {}", ["class 15"]],
  ["export default 1", ["other"]],
  ["export function a() {} export class B {}", ["function 7", "class 30"]],
  ["export const a = () => {}, [b] = c, d = 1", ["function 17", "other", "other"]],
];

function describeExport(item: Export): string {
  if (item.kind !== "value") return item.kind === "name" ? `name ${item.name}` : `from ${item.start}`;
  const { value } = item;
  if (value.kind === "function") return `function ${value.node.start}`;
  return value.kind === "class" ? `class ${value.start}` : value.kind;
}

for (const [source, exports] of EXPORTS) {
  Deno.test(`the exports in ${source} are ${exports.join(", ")}`, () => {
    assertEquals(parseJavaScript(source).exports.map(describeExport), exports);
  });
}

const SCOPES: readonly [source: string, declaring: string][] = [
  ["const a = 1; a", "module"],
  ["{ let a } a", "none"],
  ["{ var a } a", "module"],
  ["function f() { if (1) { var a } return a }", "f"],
  ["function f() { { function a() {} } return a }", "none"],
  ["function f(b = a) { var a }", "f"],
  ["function a() { a }", "a"],
  ["(function a() { a })", "a"],
  ["(function a() {}); a", "none"],
  ["try {} catch ({ a }) { a }", "block"],
  ["for (const a of []) a", "block"],
  ["switch (1) { case 1: let a; default: a }", "block"],
  ["switch (a) { case 1: let a }", "none"],
  ["(class a { static b = a })", "block"],
  ["import { b as a } from 'c'; a", "module"],
];

for (const [source, declaring] of SCOPES) {
  Deno.test(`what declares a in ${source} is: ${declaring}`, () => {
    const { references, functions, scope: top } = parseJavaScript(source);
    let { scope } = references.find(({ name }) => name === "a")! as { scope: Scope | undefined };
    while (scope !== undefined && !scope.names.has("a")) scope = scope.parent;
    const owner = functions.find((node) => node.scope === scope)?.name?.text;
    assertEquals(scope === undefined ? "none" : scope === top ? "module" : owner ?? "block", declaring);
  });
}
