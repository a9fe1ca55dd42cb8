import { assertEquals } from "@std/assert";
import { getModuleFormat, type ModuleFormat } from "../../../../src/deno/modules/resolve/module_format.ts";
import { createManifestReader } from "../../../../src/deno/modules/resolve/package_manifest.ts";
import { createMemoryFiles, type Tree } from "../../../helpers/memory_files.ts";

const ESM = `import a from "a"; export default a;`;
const CJS = `module.exports = require("a");`;
const BOTH = `console.log(1);`;
const MODULE = `{ "type": "module" }`;
const COMMONJS = `{ "type": "commonjs" }`;

const CASES: readonly (readonly [what: string, tree: Tree, file: string, format: ModuleFormat])[] = [
  ["an .mjs file", { "a.mjs": CJS }, "a.mjs", "module"],
  ["a .cjs file", { "package.json": MODULE, "a.cjs": ESM }, "a.cjs", "commonjs"],
  ["a .json file", { "a.json": "{}" }, "a.json", "json"],
  ["a .wasm file", {}, "a.wasm", "wasm"],
  ["a .wasm file with a query", {}, "a.wasm?module", "wasm"],
  ["a .node file", {}, "build/Release/a.node", "addon"],
  ["a .ts file", {}, "a.ts", "typescript"],
  ["a .ts file with a version", {}, "a.ts?v=3", "typescript"],
  ["a .tsx file", {}, "a.tsx", "typescript"],
  ["an .mts file", {}, "a.mts", "typescript"],
  ["a .cts file", {}, "a.cts", "typescript"],
  ["a .jsx file", {}, "a.jsx", "typescript"],
  ["a TypeScript file of a package", {}, "node_modules/p/index.ts", "typescript"],
  ["CSS", {}, "a.module.css", "asset"],
  ["an image", {}, "logo.png", "asset"],
  ["Markdown", {}, "README.md", "asset"],
  ["a .js file of a module package", { "package.json": MODULE, "a.js": CJS }, "a.js", "module"],
  ["a .js file of a CommonJS package", { "package.json": COMMONJS, "a.js": CJS }, "a.js", "commonjs"],
  ["an ES module in a CommonJS package", { "package.json": COMMONJS, "a.js": ESM }, "a.js", "module"],
  ["an ES module without type", { "package.json": "{}", "esm/a.js": ESM }, "esm/a.js", "module"],
  ["CommonJS without type", { "package.json": "{}", "a.js": CJS }, "a.js", "commonjs"],
  ["a script of neither without type", { "package.json": "{}", "a.js": BOTH }, "a.js", "commonjs"],
  ["an ES module without package.json", { "a.js": ESM }, "a.js", "module"],
  [
    "a folder with its own type",
    { "package.json": "{}", "esm/package.json": MODULE, "esm/a.js": BOTH },
    "esm/a.js",
    "module",
  ],
  [
    "a package in a module project",
    {
      "package.json": MODULE,
      "node_modules/p/package.json": "{}",
      "node_modules/p/a.js": CJS,
    },
    "node_modules/p/a.js",
    "commonjs",
  ],
  [
    "a file of node_modules itself",
    { "package.json": MODULE, "node_modules/a.js": CJS },
    "node_modules/a.js",
    "commonjs",
  ],
  [
    "a program without ending",
    { "package.json": "{}", "bin/cli": `#!/usr/bin/env node\n${CJS}` },
    "bin/cli",
    "commonjs",
  ],
  ["a program of a module package", { "package.json": MODULE, "bin/cli": BOTH }, "bin/cli", "module"],
  ["a .js file with dots in its name", { "a.esm.min.js": ESM }, "a.esm.min.js", "module"],
  ["a file that is not there", {}, "a.js", "commonjs"],
];

for (const [what, tree, file, format] of CASES) {
  Deno.test(`getModuleFormat() of ${what} is ${format}`, () => {
    const files = createMemoryFiles(tree);
    assertEquals(getModuleFormat(files.url(file), files, createManifestReader(files)), format);
  });
}

Deno.test("getModuleFormat() does not read a file if its text is given", () => {
  const files = createMemoryFiles({ "package.json": "{}", "a.js": CJS });
  assertEquals(getModuleFormat(files.url("a.js"), files, createManifestReader(files), ESM), "module");
  assertEquals(files.asked, ["readText package.json"]);
});

Deno.test("getModuleFormat() reads nothing if the extension decides", () => {
  const files = createMemoryFiles({ "package.json": "{}", "a.mjs": CJS });
  getModuleFormat(files.url("a.mjs"), files, createManifestReader(files));
  assertEquals(files.asked, []);
});
