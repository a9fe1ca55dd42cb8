import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { toFileUrl } from "@std/path";
import { importUrl } from "../../../../src/deno/modules/load/loader.ts";
import { installResolveHooks } from "../../../../src/deno/modules/load/resolve_hooks.ts";
import { temporaryFiles } from "../../../helpers/app.ts";
import { testWithHooks as test } from "../../../helpers/hooks.ts";

type Files = Readonly<Record<string, string>>;

/** Writes files and imports `app/route.ts`, or another one. */
async function importProject(files: Files, entry = "app/route.ts"): Promise<Readonly<Record<string, unknown>>> {
  await using project = await temporaryFiles({ "package.json": "{}", ...files });
  installResolveHooks(project.dir);
  return await importUrl(toFileUrl(`${project.dir}/${entry}`).href);
}

/** Creates a package in `node_modules`. */
function packageFiles(name: string, files: Files, manifest: object = {}): Record<string, string> {
  const all = { "package.json": JSON.stringify({ name, version: "1.0.0", ...manifest }), ...files };
  return Object.fromEntries(Object.entries(all).map(([file, text]) => [`node_modules/${name}/${file}`, text]));
}

const BABEL = `Object.defineProperty(exports, "__esModule", { value: true });
exports.default = function made() { return "default"; };
exports.named = "named";`;
const UMD = `(function (root, factory) {
  if (typeof define === "function" && define.amd) define(factory);
  else if (typeof module === "object" && module.exports) module.exports = factory();
  else root.kit = factory();
})(this, function () { function kit() { return "kit"; } kit.deep = { a: 1 }; return kit; });`;
const TYPED = `enum Level { Low = 1, High = 2 }
class Point { constructor(public readonly x: number, private y = 2) {} sum(): number { return this.x + this.y; } }
namespace Inner { export const z = 3; }`;

/** Returns the default export of the route. */
const CASES: readonly (readonly [name: string, route: string, files: Files, expected: unknown])[] = [
  ["a default of __esModule", `import make, { named } from "kit"; export default [make(), named];`, {
    ...packageFiles("kit", { "index.js": BABEL }),
  }, ["default", "named"]],
  ["a namespace of __esModule", `import * as kit from "kit"; export default [kit.default(), kit.named];`, {
    ...packageFiles("kit", { "index.js": BABEL }),
  }, ["default", "named"]],
  ["an import() of __esModule", `const kit = await import("kit"); export default [kit.default(), kit.named];`, {
    ...packageFiles("kit", { "index.js": BABEL }),
  }, ["default", "named"]],
  ["__esModule without default", `import kit from "kit"; export default kit.named;`, {
    ...packageFiles("kit", { "index.js": `exports.__esModule = true; exports.named = 1;` }),
  }, 1],
  ["__esModule whose default is undefined", `import kit from "kit"; export default typeof kit;`, {
    ...packageFiles("kit", { "index.js": `exports.__esModule = true; exports.default = undefined;` }),
  }, "undefined"],
  ["a default that is renamed", `import { default as make } from "kit"; export default make();`, {
    ...packageFiles("kit", { "index.js": BABEL }),
  }, "default"],
  ["export { default } from", `import { make, n } from "../lib"; export default [make(), n];`, {
    "lib.ts": `export { default as make, named as n } from "kit";`,
    ...packageFiles("kit", { "index.js": BABEL }),
  }, ["default", "named"]],
  ["export * from CommonJS", `import * as lib from "../lib"; export default [lib.named, "default" in lib];`, {
    "lib.ts": `export * from "kit";`,
    ...packageFiles("kit", { "index.js": BABEL }),
  }, ["named", false]],
  ["export * as ns from CommonJS", `import { kit } from "../lib"; export default kit.named;`, {
    "lib.ts": `export * as kit from "kit";`,
    ...packageFiles("kit", { "index.js": BABEL }),
  }, "named"],
  ["a package that is an ES module keeps the rules of Node.js", `import { seen } from "esm"; export default seen;`, {
    ...packageFiles("kit", { "index.js": BABEL }),
    ...packageFiles("esm", {
      "index.js": `import kit, { named } from "kit"; export const seen = [typeof kit, kit.default(), named];`,
    }, { type: "module" }),
  }, ["object", "default", "named"]],
  ["a package in .mjs keeps the rules of Node.js", `import { seen } from "esm"; export default seen;`, {
    ...packageFiles("kit", { "index.js": BABEL }),
    ...packageFiles("esm", { "index.mjs": `import kit from "kit"; export const seen = typeof kit;` }, {
      main: "index.mjs",
    }),
  }, "object"],
  ["an ES module without a type has the rules of bundles", `import { seen } from "esm"; export default seen;`, {
    ...packageFiles("kit", { "index.js": BABEL }),
    ...packageFiles("esm", { "index.js": `import kit from "kit"; export const seen = kit();` }),
  }, "default"],
  ["a namespace of any name", `import * as m from "kit"; import * as o from "kit"; export default m.named + o.named;`, {
    ...packageFiles("kit", { "index.js": BABEL }),
  }, "namednamed"],
  ["UMD", `import kit, { deep } from "kit"; import * as all from "kit"; export default [kit(), deep.a, all.deep.a];`, {
    ...packageFiles("kit", { "index.js": UMD }),
  }, ["kit", 1, 1]],
  ["a namespace of a function can be called", `import * as kit from "kit"; export default kit();`, {
    ...packageFiles("kit", { "index.js": UMD }),
  }, "kit"],
  [
    "a namespace next to import() of the same package",
    `import * as kit from "kit"; const { deep } = await import("kit"); export default [kit(), kit.deep.a, deep.a];`,
    { ...packageFiles("kit", { "index.js": UMD }) },
    ["kit", 1, 1],
  ],
  [
    "a namespace next to export * from the same package",
    `import { deep, own } from "../lib"; export default [deep.a, own];`,
    {
      "lib.ts": `import * as kit from "kit"; export * from "kit"; export const own = kit();`,
      ...packageFiles("kit", { "index.js": UMD }),
    },
    [1, "kit"],
  ],
  ...["lib.mjs", "lib.js", "lib.ts", "lib.tsx"].map((file) =>
    [
      `import assertions of before in ${file}`,
      `import { data, again, late } from "../${
        file === "lib.mjs" ? file : "lib"
      }"; export default [data, again, await late()];`,
      {
        "data.json": `{ "a": 1 }`,
        ...packageFiles("react", { "jsx-runtime.js": `exports.jsx = () => 1;` }),
        [file]: `import data from "./data.json" assert { type: "json" };
export { default as again } from './data.json' assert {type: 'json'}
export { data };
export const late = async () => (await import("./data.json", { assert: { type: "json" } })).default.a;
${file === "lib.tsx" ? `export const text = (): string => "" as string, element = () => <p />;` : ""}`,
      },
      [{ a: 1 }, { a: 1 }, 1],
    ] as const
  ),
  ["names made by a loop", `import { b } from "kit"; export default b();`, {
    ...packageFiles("kit", {
      "index.js": `for (const name of ["a", "b"]) Object.defineProperty(exports, name, { get: () => () => name });`,
    }),
  }, "b"],
  ["names of a prototype", `import { go } from "kit"; export default go();`, {
    ...packageFiles("kit", { "index.js": `class Kit { go() { return "went"; } } module.exports = new Kit();` }),
  }, "went"],
  ["a name that is not there is undefined", `import { nope } from "kit"; export default typeof nope;`, {
    ...packageFiles("kit", { "index.js": `exports.a = 1;` }),
  }, "undefined"],
  ["a Proxy", `import kit, { anything } from "kit"; export default [kit.other, anything];`, {
    ...packageFiles("kit", {
      "index.js": `module.exports = new Proxy({}, { get: (_, name) => typeof name === "string" ? name : undefined });`,
    }),
  }, ["other", "anything"]],
  ["null and numbers", `import a from "a"; import b from "b"; export default [a, b];`, {
    ...packageFiles("a", { "index.js": `module.exports = null;` }),
    ...packageFiles("b", { "index.js": `module.exports = 42;` }),
  }, [null, 42]],
  ["a name as a string", `import { "a-b" as ab } from "kit"; export default ab;`, {
    ...packageFiles("kit", { "index.js": `exports["a-b"] = 1;` }),
  }, 1],
  ["TypeScript's import type next to names", `import { type Kit, named as n } from "kit"; export default n as Kit;`, {
    ...packageFiles("kit", { "index.js": BABEL }),
  }, "named"],
  ["a circle of CommonJS", `import a from "a"; export default a.done();`, {
    ...packageFiles("a", { "index.js": `exports.name = "a"; const b = require("b"); exports.done = () => b.of();` }),
    ...packageFiles("b", { "index.js": `const a = require("a"); exports.of = () => a.name;` }),
  }, "a"],
  ["one instance for require and import", `import kit from "kit"; export default kit === require("kit");`, {
    ...packageFiles("kit", { "index.js": `module.exports = {};` }),
  }, true],
  [
    "modules run in the order of their imports",
    `import "a"; import "../b"; import "c"; export default globalThis.ran.splice(0);`,
    {
      ...packageFiles("a", { "index.js": `(globalThis.ran ??= []).push("a");` }),
      "b.ts": `(globalThis as any).ran.push("b");`,
      ...packageFiles("c", { "index.js": `globalThis.ran.push("c");` }),
    },
    ["a", "b", "c"],
  ],
  ["import() in CommonJS", `import kit from "kit"; export default await kit();`, {
    ...packageFiles("kit", { "index.js": `module.exports = async () => (await import("esm")).name;` }),
    ...packageFiles("esm", { "index.js": `export const name = "esm";` }, { type: "module" }),
  }, "esm"],
  [
    "createRequire",
    `import { createRequire } from "node:module";
const require = createRequire(import.meta.url); export default require("kit").named;`,
    {
      ...packageFiles("kit", { "index.js": BABEL }),
    },
    "named",
  ],
  [
    "import * in a string",
    `import * as kit from "kit";
const text = \`
import * as kit from "kit";
\`;
export default [kit.named, text.trim()];`,
    {
      ...packageFiles("kit", { "index.js": BABEL }),
    },
    ["named", `import * as kit from "kit";`],
  ],

  ["require() of an ES module with imports", `export default require("esm").name;`, {
    ...packageFiles(
      "esm",
      { "index.js": `export { name } from "./name.js";`, "name.js": `export const name = "esm";` },
      {
        type: "module",
      },
    ),
  }, "esm"],
  ["require() of an ES module by a package", `import kit from "kit"; export default kit;`, {
    ...packageFiles("kit", { "index.js": `module.exports = require("esm").name;` }),
    ...packageFiles("esm", {
      "index.mjs": `import name from "./name.mjs"; export { name };`,
      "name.mjs": `export default "esm";`,
    }, {
      main: "index.mjs",
    }),
  }, "esm"],
  ["require() of an ES module that names module.exports", `export default require("esm")();`, {
    ...packageFiles("esm", { "index.mjs": `const go = () => "went"; export { go as "module.exports" };` }, {
      main: "index.mjs",
    }),
  }, "went"],
  ["require() of an ES module of the project", `export default require("../lib").name;`, {
    "lib.ts": `import { name as other } from "./other"; export const name: string = other;`,
    "other.ts": `export const name = "other";`,
  }, "other"],
  ["require() of an ES module by CommonJS of the project", `import lib from "../lib.cjs"; export default lib;`, {
    "lib.cjs": `module.exports = require("./other").name;`,
    "other.ts": `export const name: string = "other";`,
  }, "other"],
  [
    "require() of an ES module of the project by CommonJS with a dynamic import",
    `const lib = await import("../lib.cjs"); export default [lib.name, lib.default.name];`,
    {
      "lib.cjs": `module.exports = { name: require("./other").name };`,
      "other.ts": `export const name: string = "other";`,
    },
    ["other", "other"],
  ],
  ["require() of TypeScript in a package", `export default require("typed").high;`, {
    ...packageFiles("typed", { "index.ts": `enum Level { High = 2 } exports.high = Level.High as number;` }, {
      main: "index.ts",
    }),
  }, 2],
  [
    "require() of JSON, of CSS and of a built-in module",
    `export default [require("../a.json").a, require("../a.css"), typeof require("fs").readFileSync];`,
    {
      "a.json": `{ "a": 1 }`,
      "a.css": `.a {}`,
    },
    [1, {}, "function"],
  ],
  ["an optional package that is not there", `import kit from "kit"; export default kit;`, {
    ...packageFiles("kit", {
      "index.js": `try { require("not-there"); } catch (error) { module.exports = error.code; }`,
    }),
  }, "MODULE_NOT_FOUND"],
  ["require.resolve()", `export default require.resolve("kit").endsWith("/node_modules/kit/index.js");`, {
    ...packageFiles("kit", { "index.js": BABEL }),
  }, true],

  [
    "__dirname and __filename",
    `export default [__dirname.endsWith("/app"), __filename.endsWith("/app/route.ts")];`,
    {},
    [true, true],
  ],
  [
    "__dirname of one's own",
    `import { fileURLToPath } from "node:url"; import { dirname } from "node:path";
const __filename = fileURLToPath(import.meta.url);
const __dirname = dirname(__filename);
export default __dirname.endsWith("/app");`,
    {},
    true,
  ],
  [
    "a local require in a function",
    `function load(require: (name: string) => string) { return require("x"); }
export default load((name) => name);`,
    {},
    "x",
  ],
  [
    "a property named require",
    `const o = { require: 1, module: 2, exports: 3 }; export default o.require + o.module + o.exports;`,
    {},
    6,
  ],
  [
    "module in a TypeScript file that imports it",
    `import module from "node:module"; export default typeof module.createRequire;`,
    {},
    "function",
  ],
  [
    "a destructured module",
    `const { module, exports } = { module: 1, exports: 2 }; export default module + exports;`,
    {},
    3,
  ],
  ["__dirname in what a route imports", `import { dir } from "../lib/dir"; export default dir.endsWith("/lib");`, {
    "lib/dir.js": `export const dir = __dirname;`,
  }, true],
  ...[`{ "type": "module" }`, "{}"].map((manifest): (typeof CASES)[number] => [
    `require() and __dirname in an ES module of a package with ${manifest}`,
    `import { seen } from "esm"; export default seen;`,
    {
      ...packageFiles("esm", {
        "index.js": `import "other"; const { sep } = require("node:path"), { a } = require("./a.cjs");
export const seen = [sep, a, __dirname.endsWith("/node_modules/esm"), typeof module, typeof exports];`,
        "a.cjs": `exports.a = 1;`,
      }, JSON.parse(manifest)),
      ...packageFiles("other", { "index.js": `export {};` }, { type: "module" }),
    },
    ["/", 1, true, "undefined", "undefined"],
  ]),
  ["import x = require()", `import kit = require("kit"); export default kit.named;`, {
    ...packageFiles("kit", { "index.js": BABEL }),
  }, "named"],
  ["CommonJS in TypeScript", `import lib from "../lib"; import { a } from "../lib"; export default [lib.a, a];`, {
    "lib.ts": `const a: number = 1; module.exports = { a };`,
  }, [1, 1]],
  [".cts", `import lib from "../lib.cjs"; export default lib.a;`, {
    "lib.cts": `const a: number = 1; module.exports = { a };`,
  }, 1],
  ["a project of type commonjs", `import { a } from "../lib"; import b from "../b"; export default [a, b.b];`, {
    "package.json": `{ "type": "commonjs" }`,
    "lib.js": `export const a = 1;`,
    "b.js": `exports.b = 2;`,
  }, [1, 2]],
  ["a project of type module", `import { a } from "../lib"; import b from "../b.cjs"; export default [a, b.b];`, {
    "package.json": `{ "type": "module" }`,
    "lib.js": `export const a = 1;`,
    "b.cjs": `exports.b = 2;`,
  }, [1, 2]],

  [
    "names of JSON",
    `import data, { version, "a-b" as ab } from "../package.json"; import * as all from "../package.json";
export default [data.version, version, ab, all.version];`,
    { "package.json": `{ "version": "1.2.3", "a-b": 1 }` },
    ["1.2.3", "1.2.3", 1, "1.2.3"],
  ],
  [
    "JSON with and without an attribute",
    `import a from "../a.json"; import b from "../a.json" with { type: "json" }; export default [a, b];`,
    {
      "a.json": `{ "a": 1 }`,
    },
    [{ a: 1 }, { a: 1 }],
  ],
  [
    "JSON that is an array, or has a byte order mark",
    `import a from "../a.json"; import b from "../b.json"; export default [a, b];`,
    {
      "a.json": `[1]`,
      "b.json": `\ufeff{ "default": 1, "class": 2 }`,
    },
    [[1], { default: 1, class: 2 }],
  ],
  ["JSON of a package", `import { version } from "kit/package.json"; export default version;`, {
    ...packageFiles("kit", { "index.js": BABEL }),
  }, "1.0.0"],
  ["import() of JSON", `export default (await import("../a.json")).default.a;`, { "a.json": `{ "a": 1 }` }, 1],
  [
    "style sheets",
    `import "../a.css"; import styles from "../b.module.scss"; import all from "../c.scss"; import "kit/style.css";
export default [Object.keys(styles), all];`,
    {
      "a.css": ``,
      "b.module.scss": `/* .no { } */ .card { color: red; &.active { width: .5em } } .card-title:hover { }`,
      "c.scss": ``,
      ...packageFiles("kit", { "style.css": "" }),
    },
    [["card", "active", "card-title"], {}],
  ],
  ["images", `import logo from "../logo.svg"; export default [logo.width, logo.height, typeof logo.src];`, {
    "logo.svg": `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 12"><path d="M0 0"/></svg>`,
  }, [24, 12, "string"]],

  ["TypeScript in a package", `import { level, point, z } from "typed"; export default [level, point, z];`, {
    ...packageFiles("typed", {
      "index.ts":
        `import type { A } from "./types"; ${TYPED} export const level: A = Level.High, point = new Point(1).sum(), z = Inner.z;`,
      "types.ts": `export type A = number;`,
    }, { main: "index.ts" }),
  }, [2, 3, 3]],
  ["TypeScript in a package of type module", `import { a } from "typed"; export default a;`, {
    ...packageFiles("typed", {
      "src/index.ts": `export { a } from "./a.js";`,
      "src/a.ts": `export const a: number = 1;`,
    }, {
      type: "module",
      exports: "./src/index.ts",
    }),
  }, 1],
  ["TSX in a package", `import { el } from "typed"; export default el;`, {
    ...packageFiles("typed", { "index.tsx": `export const el = <b id={"1" as string}>x</b>;` }, { main: "index.tsx" }),
    ...packageFiles("react", { "jsx-runtime.js": `exports.jsx = (type, props) => [type, props];` }),
  }, ["b", { id: "1", children: "x" }]],
  [
    "the field module without a type",
    `import { a } from "kit"; import * as all from "kit"; export default [a, all.a];`,
    {
      ...packageFiles("kit", { "esm/index.js": `export { a } from "./a";`, "esm/a.js": `export const a = 1;` }, {
        module: "esm/index.js",
      }),
    },
    [1, 1],
  ],
];

test("the hooks load the webpack of Next.js if there is no other", async () => {
  const plugin = packageFiles("plugin", { "index.js": `module.exports = require("webpack/lib/ExternalsPlugin.js");` });
  const compiled = packageFiles("next", {
    "dist/compiled/webpack/webpack-lib.js": `exports.IgnorePlugin = class { name = "next" };`,
    "dist/compiled/webpack/ExternalsPlugin.js": `module.exports = "externals";`,
  });
  const config = `const { IgnorePlugin } = require("webpack");
module.exports = { default: [new IgnorePlugin().name, require("plugin")] };`;
  const importConfig = async (files: Files) =>
    (await importProject({ "next.config.js": config, ...files }, "next.config.js")).default as { default: unknown };
  assertEquals((await importConfig({ ...plugin, ...compiled })).default, ["next", "externals"]);
  const webpack = packageFiles("webpack", {
    "index.js": `exports.IgnorePlugin = class { name = "own" };`,
    "lib/ExternalsPlugin.js": `module.exports = "own";`,
  });
  assertEquals((await importConfig({ ...plugin, ...compiled, ...webpack })).default, ["own", "own"]);
  await assertRejects(() => importConfig(plugin), Error, 'Cannot find package "webpack" for the import "webpack"');
});

for (const [name, route, files, expected] of CASES) {
  test(`the hooks load ${name}`, async () => {
    assertEquals((await importProject({ "app/route.ts": route, ...files })).default, expected);
  });
}

const REACT = {
  "node_modules/react/package.json": `{ "name": "react", "version": "19.0.0" }`,
  "node_modules/react/jsx-runtime.js":
    `exports.jsx = exports.jsxs = (type, props) => [type, props]; exports.Fragment = "fragment";`,
  "node_modules/preact/package.json": `{ "name": "preact", "version": "10.0.0" }`,
  "node_modules/preact/jsx-runtime.js": `exports.jsx = (type, props) => ["preact", type, props];`,
};
const EL = `export default <b>x</b>;`;
const B = ["b", { children: "x" }], PREACT = ["preact", ...B];

/** Files with JSX, and the text of `tsconfig.json`. */
const JSX: readonly (readonly [name: string, file: string, source: string, options: object, expected: unknown])[] = [
  ...["preserve", "react", "react-jsx", "react-jsxdev"].flatMap((jsx) =>
    ["a.tsx", "a.jsx", "a.js"].filter((file) => jsx !== "react-jsxdev" || file === "a.js").map((
      file,
    ) => [`"jsx": "${jsx}"`, file, EL, { jsx }, B] as const)
  ),
  ["a jsxImportSource", "a.tsx", EL, { jsx: "preserve", jsxImportSource: "preact" }, PREACT],
  ["a pragma before jsxImportSource", "a.tsx", `/** @jsxImportSource preact */\n${EL}`, { jsx: "preserve" }, PREACT],
  ["a pragma in .js", "a.js", `/** @jsxImportSource preact */\n${EL}`, {}, PREACT],
  ["a fragment", "a.tsx", `export default <><b>x</b></>;`, { jsx: "preserve" }, ["fragment", { children: B }]],
  ["a directive", "a.jsx", `"use client";\n${EL}`, { jsx: "preserve" }, B],
  ["text that looks like JSX", "a.js", `export default "<b>x</b>";`, { jsx: "preserve" }, "<b>x</b>"],
  ["a type argument", "a.tsx", `const id = <T,>(x: T) => x; export default id<string>("x");`, { jsx: "preserve" }, "x"],
  ["CommonJS variables next to JSX", "a.tsx", `export default [<b>x</b>, typeof __dirname];`, { jsx: "preserve" }, [
    B,
    "string",
  ]],
];

for (const [name, file, source, options, expected] of JSX) {
  test(`the hooks load JSX in ${file} with ${name}`, async () => {
    const files = { [file]: source, "tsconfig.json": JSON.stringify({ compilerOptions: options }), ...REACT };
    assertEquals((await importProject(files, file)).default, expected);
  });
}

const THROWS = `throw new Error("thrown")`;
/** Files that throw in line 5. */
const TRACES: readonly (readonly [name: string, file: string, files: Files])[] = [
  ["TypeScript", "a.ts", { "a.ts": `interface A {\n  b: string;\n}\nexport default (a?: A) => {\n  ${THROWS};\n};` }],
  ["names of CommonJS", "a.ts", {
    "a.ts": `interface A {\n  b: string;\n}\nexport default (a?: A) => {\n  ${THROWS}; require;\n};`,
  }],
  ["a namespace", "a.ts", {
    "a.ts":
      `interface A {\n  b: string; }\nimport * as kit from "kit";\nexport default (a?: A) => { kit;\n  ${THROWS};\n};`,
    ...packageFiles("kit", { "index.js": BABEL }),
  }],
  ["JSX", "a.tsx", {
    "a.tsx": `interface A {\n  b: string;\n}\nexport default (a?: A) => { <b>x</b>;\n  ${THROWS};\n};`,
    "tsconfig.json": `{ "compilerOptions": { "jsx": "preserve" } }`,
    ...REACT,
  }],
  ["import x = require()", "a.ts", {
    "a.ts":
      `import kit = require("kit");\ninterface A {\n  b: string; }\nexport default (a?: A) => { kit;\n  ${THROWS};\n};`,
    ...packageFiles("kit", { "index.js": BABEL }),
  }],
];

for (const [name, file, files] of TRACES) {
  test(`stack traces have the lines of the file: ${name}`, async () => {
    const { default: call } = await importProject(files, file) as { default: () => void };
    let stack = "";
    try {
      call();
    } catch (error) {
      stack = (error as Error).stack ?? "";
    }
    assertMatch(stack.split("\n")[1]!, new RegExp(`/${file}:5:\\d+\\)?$`));
  });
}

const FAILS: readonly (readonly [name: string, route: string, files: Files, message: RegExp])[] = [
  [
    "a file without a rule",
    `import text from "../a.md"; export { text };`,
    { "a.md": "# A" },
    /Cannot import ".*\/a\.md": it is not code.*raw-loader/s,
  ],
  ["broken JSON", `import "../a.json";`, { "a.json": "{" }, /Cannot import ".*\/a\.json": /],
  ["what CommonJS throws", `import kit from "kit"; kit;`, {
    ...packageFiles("kit", { "index.js": `throw new RangeError("of the kit");` }),
  }, /^of the kit$/],
  ["what CommonJS throws that is imported by import()", `await import("kit");`, {
    ...packageFiles("kit", { "index.js": `throw new RangeError("of the kit");` }),
  }, /^of the kit$/],
];

for (const [name, route, files, message] of FAILS) {
  test(`the hooks explain why a module fails: ${name}`, async () => {
    const error = await assertRejects(() => importProject({ "app/route.ts": route, ...files }), Error);
    assertMatch(error.message, message);
  });
}

test("a computed require() of an ES module fails while others are imported, instead of a deadlock", async () => {
  await using project = await temporaryFiles({
    "package.json": "{}",
    "a.ts": `const name = "./b"; export const a: string = require(name).b;`,
    "b.ts": `export const b: string = "b";`,
    "slow.ts": `await new Promise((resolve) => setTimeout(resolve, 100));`,
  });
  installResolveHooks(project.dir);
  const load = (file: string) => importUrl(toFileUrl(`${project.dir}/${file}`).href);
  const slow = load("slow.ts");
  const error = await assertRejects(() => load("a.ts"), Error);
  assertMatch(error.message, /^Cannot require ".*\/b\.ts" while other modules are being imported/);
  await slow;
});

test("files can be imported while others import them", async () => {
  const names = Array.from({ length: 12 }, (_, i) => `${i}`);
  // Deno reads a file with all that it imports by relative paths before it asks for it: meanwhile others get there first.
  const files = names.flatMap((name) => [
    [`app/${name}/other.ts`, `import { deep } from "@/${name}/file"; export const other: string = deep;`],
    [`app/${name}/file.ts`, `export { deep } from "./deep0.ts";`],
    ...names.map((_, i) => [`app/${name}/deep${i}.ts`, `export { deep } from "./deep${i + 1}.ts";`]),
    [`app/${name}/deep${names.length}.ts`, `export const deep: string = "${name}";`],
  ]);
  await using project = await temporaryFiles({
    "package.json": "{}",
    "tsconfig.json": `{ "compilerOptions": { "paths": { "@/*": ["./app/*"] } } }`,
    ...Object.fromEntries(files),
  });
  installResolveHooks(project.dir);
  const load = (file: string) => importUrl(toFileUrl(`${project.dir}/app/${file}.ts`).href);
  const loaded = await Promise.all(names.flatMap((name) => [load(`${name}/other`), load(`${name}/file`)]));
  assertEquals(loaded.map(({ other, deep }) => other ?? deep), names.flatMap((name) => [name, name]));
});
