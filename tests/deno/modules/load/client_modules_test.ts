import { assertEquals } from "@std/assert";
import { toFileUrl } from "@std/path";
import { importUrl } from "../../../../src/deno/modules/load/loader.ts";
import { installResolveHooks } from "../../../../src/deno/modules/load/resolve_hooks.ts";
import { temporaryFiles } from "../../../helpers/app.ts";
import { testWithHooks as test } from "../../../helpers/hooks.ts";

type Files = Readonly<Record<string, string>>;

/** Says what a value is, and what calling it throws. */
const DESCRIBE = `export const describe = (v) => {
  let error;
  try { v(); } catch (e) { error = e.message.replace(/\\. It's not possible .*/, ""); }
  return [typeof v, String(v.$$typeof), v.$$id, v.$$async, error];
};
export const attempt = (f) => { try { return f(); } catch (e) { return e.message.split(" You ")[0]; } };
`;
const HEAD = `import { attempt, describe } from "../describe.js";\n`;

/** Writes files and imports `app/route.ts`. */
async function importRoute(route: string, files: Files, entry = "app/route.ts"): Promise<unknown> {
  const all = { "package.json": "{}", "describe.js": DESCRIBE, [entry]: HEAD + route, ...files };
  await using project = await temporaryFiles(all);
  const root = await Deno.realPath(project.dir);
  installResolveHooks(root);
  return (await importUrl(toFileUrl(`${root}/${entry}`).href)).default;
}

function referTo(name: string, file = "lib/c.ts"): unknown[] {
  const message = name === "default"
    ? `Attempted to call the default export of [project]/${file} from the server, but it's on the client`
    : `Attempted to call ${name}() from the server but ${name} is on the client`;
  return ["function", "Symbol(react.client.reference)", `[project]/${file}#${name}`, false, message];
}

const CLIENT = `/* a */ "use client";
throw new Error("The module runs");
export const X: number = 1;
export function f() { return "called"; }
export default class {}
`;
const COMMONJS = `"use strict";\n"use client";\nthrow new Error("The module runs");\nexports.A = 1;\n`;
const STAR =
  `"use client";\nexport * from "./d";\nexport * from "./e.cjs";\nexport * from "./none";\nexport * from "kit";`;
const KIT = {
  "node_modules/kit/package.json": `{ "name": "kit", "version": "1.0.0", "type": "module", "exports": "./i.js" }`,
  "node_modules/kit/i.js": `export * from "./button.js"; export const plain = 1;`,
  "node_modules/kit/button.js": `"use client";import { none } from "none";window.x = none;export { none as Button };`,
};
/** Deno itself looks for the imports of an ES module that is required, so this one has none. */
const REQUIRED_KIT = { ...KIT, "node_modules/kit/button.js": `"use client";window.x = 1;export const Button = 1;` };
const OLD = {
  "node_modules/old/package.json": `{ "name": "old", "version": "1.0.0" }`,
  "node_modules/old/index.js": `exports.button = require("./button"); exports.plain = 1;`,
  "node_modules/old/button.js": COMMONJS,
};

const CASES: readonly (readonly [what: string, route: string, files: Files, expected: unknown])[] = [
  ["names", `import d, { X, f } from "../lib/c"; export default [d, X, f].map(describe);`, { "lib/c.ts": CLIENT }, [
    referTo("default"),
    referTo("X"),
    referTo("f"),
  ]],
  ["a namespace", `import * as c from "../lib/c"; export default Object.keys(c);`, { "lib/c.ts": CLIENT }, [
    "X",
    "default",
    "f",
  ]],
  ["import()", `const c = await import("../lib/c"); export default Object.entries(c).map(([, v]) => describe(v));`, {
    "lib/c.ts": CLIENT,
  }, [referTo("X"), referTo("default"), referTo("f")]],
  ["require()", `const c = require("../lib/c"); export default [c.__esModule, describe(c.f)];`, {
    "lib/c.ts": CLIENT,
  }, [true, referTo("f")]],
  ["export * by a module", `import * as c from "../lib/index"; export default [Object.keys(c), describe(c.f)];`, {
    "lib/c.ts": CLIENT,
    "lib/index.ts": `export * from "./c";`,
  }, [["X", "f"], referTo("f")]],
  ["export * in a client module", `import * as c from "../lib/c"; export default [Object.keys(c), describe(c.D)];`, {
    "lib/c.ts": STAR,
    "lib/d.ts": `throw new Error("The module runs");\nexport const D = 1;\nexport default D;`,
    "lib/e.cjs": `exports.E = 1;`,
    ...KIT,
  }, [["Button", "D", "E", "plain"], referTo("D")]],
  ["JSX", `import { C } from "../lib/c"; export default describe(C);`, {
    "lib/c.tsx": `"use client"; import "./a.css"; export const C = () => <p>{window.name}</p>;`,
  }, referTo("C", "lib/c.tsx")],
  ["a package", `import { Button, plain } from "kit"; export default [describe(Button), plain];`, KIT, [
    referTo("Button", "node_modules/kit/button.js"),
    1,
  ]],
  [
    "a package that is required",
    `const kit = require("kit"); export default [describe(kit.Button), kit.plain];`,
    REQUIRED_KIT,
    [
      referTo("Button", "node_modules/kit/button.js"),
      1,
    ],
  ],
  [
    "CommonJS",
    `import d, { A, anything } from "../lib/c"; import * as all from "../lib/c";
export default [...[d, A, anything, all.more].map((v) => attempt(() => describe(v))), attempt(() => A.deep)];`,
    { "lib/c.js": COMMONJS },
    [
      ...["default", "A", "anything", "more"].map((name) => {
        const message = `Attempted to call ${name}() from the server but ${name} is on the client`;
        return ["function", "Symbol(react.client.reference)", `[project]/lib/c.js#${name}`, false, message];
      }),
      "Cannot access A.deep on the server.",
    ],
  ],
  ["import() of CommonJS", `const c = await import("../lib/c"); export default [describe(c.A), typeof c.default];`, {
    "lib/c.js": COMMONJS,
  }, [referTo("A", "lib/c.js"), "function"]],
  [
    "CommonJS that a package requires",
    `import { button, plain } from "old"; export default [describe(button.A), plain];`,
    {
      ...OLD,
    },
    [referTo("A", "node_modules/old/button.js"), 1],
  ],
  ["a module with the directive elsewhere", `import { f } from "../lib/c"; export default f();`, {
    "lib/c.ts": `export const f = () => { "use client"; return "called"; };`,
  }, "called"],
];

for (const [what, route, files, expected] of CASES) {
  test(`the hooks replace a client module for ${what}`, async () => {
    assertEquals(await importRoute(route, files), expected);
  });
}

test("the hooks run the client modules that next.config imports", async () => {
  const files = {
    "lib/a.js": `export * from "./c.js";`,
    "lib/c.js": `"use client"; export { v } from "./d.cjs";`,
    "lib/d.cjs": `"use client"; exports.v = () => "called";`,
    "app/route.ts": `export { v } from "../lib/c.js"; export default 1;`,
  };
  const config = `import { v } from "./lib/a.js"; export default v();`;
  assertEquals(await importRoute("", { ...files, "next.config.mjs": config }, "next.config.mjs"), "called");
});
