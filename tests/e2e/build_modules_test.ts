/**
 * The modules of a build: those that `routes start` finds, and loaded in the same way.
 *
 * @module
 */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { temporaryFiles } from "../helpers/app.ts";
import { answer, build, stopWell } from "../helpers/build.ts";
import { runCli, startServer } from "../helpers/cli.ts";

const manifest = (name: string, more = "") => `{ "name": "${name}", "version": "1.0.0"${more} }`;

const PROJECT = {
  "package.json": `{ "private": true, "type": "module" }`,
  "tsconfig.json": `{ "compilerOptions": { "jsx": "preserve", "paths": { "@/*": ["./*"] } } }`,
  "node_modules/dual/package.json": manifest(
    "dual",
    `, "exports": { "react-server": "./server.mjs", "deno": "./deno.mjs", "require": "./r.cjs", "default": "./d.mjs" }`,
  ),
  "node_modules/dual/server.mjs": `export default "react-server";`,
  "node_modules/dual/deno.mjs": `export default "deno";`,
  "node_modules/outer/package.json": manifest("outer", `, "type": "module", "exports": "./i.js"`),
  "node_modules/outer/i.js": `import dual from "dual"; import babel from "babel"; export { dual, babel };`,
  "node_modules/babel/package.json": manifest("babel"),
  "node_modules/babel/index.js": `Object.defineProperty(exports, "__esModule", { value: true });
exports.default = "default"; for (const name of ["late"]) exports[name] = name;`,
  "node_modules/optional/package.json": manifest("optional"),
  "node_modules/optional/index.js": `'use strict';
const codes = [() => require("./nope"), () => require("nope")].map((load) => { try { load() } catch (e) { return e.code } });
module.exports = { codes, isStrict: (function () { return this === undefined; })(), text: 'require("./nope")' };`,
  "node_modules/node-names/package.json": manifest("node-names", `, "type": "module", "main": "i.js"`),
  "node_modules/node-names/i.js": `import own from "./own.js"; const { sep } = require("node:path");
export default [own, sep, require("./c.cjs").a];`,
  "node_modules/node-names/c.cjs": `exports.a = 1;`,
  "node_modules/node-names/own.js": `var own=1,__filename="own";export default __filename`,
  "node_modules/spread/package.json": manifest("spread"),
  "node_modules/spread/index.js": `module.exports = { ...require("./a"), b: 2 };`,
  "node_modules/spread/a.js": `exports.a = 1;`,
  "node_modules/said/package.json": manifest("said"),
  "node_modules/said/index.js": "module.exports = \"call require('fs'), or require(`fs`)\";",
  "node_modules/mode/package.json": manifest("mode"),
  "node_modules/mode/index.js": `const set = () => { process.env.NODE_ENV = "none"; };
module.exports = [process.env.NODE_ENV, process.env["NODE_ENV"], process.env?.NODE_ENV, \`is \${process.env.NODE_ENV}\`,
  process.env.NODE_ENV === "production", "process.env.NODE_ENV", typeof set];`,
  "node_modules/typed/package.json": manifest("typed", `, "type": "module", "main": "i.ts"`),
  "node_modules/typed/i.ts": `export enum Kind { A = "a" }`,
  "node_modules/react/package.json": manifest("react"),
  "node_modules/react/jsx-runtime.js": `exports.jsx = (type, props) => ({ type, ...props });`,
  "next.config.mjs": `import plugin from "configured/plugin";\nexport default plugin({ trailingSlash: false });`,
  "node_modules/configured/package.json": manifest("configured", `, "type": "module", "exports": { "./*": "./*.js" }`),
  "node_modules/configured/plugin.js":
    `export default (c) => ({ ...c, turbopack: { resolveAlias: { "configured/config": "./lib/configured" } } });`,
  "node_modules/configured/config.js": `throw new Error("There is no configuration");`,
  "node_modules/configured/index.js": `export { default } from "configured/config";`,
  "lib/configured.ts": `export default "ours" as string;`,
  "lib/logo.css": ".a {}",
  "lib/logo.module.css": ".a { color: red }",
  "lib/data.json": `{ "name": "data" }`,
  "node_modules/client/package.json": manifest("client", `, "exports": { ".": "./i.mjs", "./old": "./old.js" }`),
  "node_modules/client/i.mjs": `export { Button } from "./button.mjs"; export * from "./button.mjs";`,
  "node_modules/client/button.mjs":
    `"use client"; import { none } from "client"; window.x = 1; export { none as Button };`,
  "node_modules/client/old.js": `"use strict"; "use client"; window.x = 1; exports.A = 1;`,
  "lib/client.tsx": `"use client"; import "none"; export const X = <p />; export * from "./logo"; export default X;`,
  "lib/logo.ts": `export const logo = 1;`,
  "messages/en.json": `{ "hello": "hello" }`,
  "messages/de.json": `{ "hello": "hallo" }`,
};

const cases: readonly { readonly name: string; readonly route: string; readonly expected: unknown }[] = [
  {
    name: "conditions are those of a route handler, in packages too",
    route: `import dual from "dual"; import { dual as inner } from "outer"; const value = [dual, inner];`,
    expected: ["react-server", "react-server"],
  },
  {
    name: "a default of Babel is the default, and to Node.js a name",
    route: `import babel, { late } from "babel"; import * as all from "babel"; import { babel as node } from "outer";
const value = [babel, late, all.default, node.default, (await import("babel")).default];`,
    expected: ["default", "late", "default", "default", "default"],
  },
  {
    name: "what is optional and not there is missing when it is required",
    route: `import optional from "optional"; const value = optional;`,
    expected: { codes: ["MODULE_NOT_FOUND", "MODULE_NOT_FOUND"], isStrict: true, text: `require("./nope")` },
  },
  {
    name: "ES modules of packages have the names of Node.js that they use and do not declare",
    route: `import value from "node-names";`,
    expected: ["own", "/", 1],
  },
  {
    name: "a package is given a file of the project where a plugin of next.config says so",
    route: `import value from "configured/index";`,
    expected: "ours",
  },
  {
    name: "client modules are references, in packages too",
    route: `import { Button } from "client"; import old, { A, b } from "client/old"; import * as all from "client/old";
import X from "../../lib/client"; import * as lib from "../../lib/client"; const required = require("../../lib/client");
const late = await import("client/old");
const value = [Button, old, A, b, all.c, X, lib.logo, required.X, late.A].map((v) => v.$$id)
  .concat(Object.keys(lib), String(A.$$typeof));`,
    expected: [
      "[project]/node_modules/client/button.mjs#Button",
      ...["default", "A", "b", "c"].map((name) => `[project]/node_modules/client/old.js#${name}`),
      ...["default", "logo", "X"].map((name) => `[project]/lib/client.tsx#${name}`),
      "[project]/node_modules/client/old.js#A",
      "X",
      "default",
      "logo",
      "Symbol(react.client.reference)",
    ],
  },
  {
    name: "what is required and spread is there",
    route: `import value from "spread";`,
    expected: { a: 1, b: 2 },
  },
  {
    name: "a call quoted in a string stays in that string",
    route: `import said from "said"; const value = said.replaceAll("node:", "");`,
    expected: "call require('fs'), or require(`fs`)",
  },
  {
    name: "NODE_ENV is that of production, in packages too",
    route: `import mode from "mode"; const value = [process.env.NODE_ENV!, ...mode];`,
    expected: [
      "production",
      "production",
      "production",
      "production",
      "is production",
      true,
      "process.env.NODE_ENV",
      "function",
    ],
  },
  {
    name: "files are found by names that are known when they are imported",
    route:
      "const load = (l) => Promise.all([import(`../../messages/${l}.json`), import('@/messages/' + l + '.json')]);" +
      `const value = [await load("en"), await load("de")].flat().map((one) => one.default.hello)
  .concat(await load("fr").catch((e) => e.code));`,
    expected: ["hello", "hello", "hallo", "hallo", "MODULE_NOT_FOUND"],
  },
  {
    name: "JSON has names, and style sheets have classes",
    route: `import data, { name } from "@/lib/data.json"; import same from "@/lib/data.json" with { type: "json" };
import "@/lib/logo.css"; import css from "@/lib/logo.module.css"; const read = require("../../lib/data.json");
const value = [data.name, name, same.name, read.name, css.a];`,
    expected: ["data", "data", "data", "data", "logo-module__a"],
  },
  {
    name: "import assertions of before",
    route: `import data from "@/lib/data.json" assert { type: "json" }; const value = data.name;`,
    expected: "data",
  },
  {
    name: "TypeScript of a package, and an apostrophe in an import",
    route: `import {\n  Kind, // it's one\n} from "typed"; const value = Kind;`,
    expected: { A: "a" },
  },
  {
    name: "what a require() of the module's own names",
    route: `import { createRequire } from "node:module"; const require = createRequire(import.meta.url);
const value = [require("../../lib/data.json").name, require("babel").late, typeof require("node:fs").statSync];`,
    expected: ["data", "late", "function"],
  },
  { name: "JSX that is preserved", route: `const value = <p id="a" />;`, expected: { type: "p", id: "a" } },
];

Deno.test("a build has the same modules as routes start", async (t) => {
  const routes = cases.map(({ route }, i) => [
    `app/r${i}/route.tsx`,
    `// @ts-nocheck\n${route}\nexport const GET = () => Response.json(value);\n`,
  ]);
  await using built = await build({ ...PROJECT, ...Object.fromEntries(routes) });
  await using server = await built.serve();
  for (const [i, { name, expected }] of cases.entries()) {
    await t.step(name, async () => {
      assertEquals(await answer(server, `/r${i}`), `200 ${JSON.stringify(expected)}`);
    });
  }
  await stopWell(server);
});

const GET = "export const GET = () => new Response();";

Deno.test("__dirname and __filename of next.config are its location in the project, also in a build", async () => {
  await using project = await temporaryFiles({
    "app/route.ts": `export const GET = () => new Response(process.env.BESIDE);`,
    "package.json": "{}",
    "beside.txt": "hello",
    "next.config.ts": `import { readFileSync } from "node:fs"; import { basename, join } from "node:path";
const text = readFileSync(join(__dirname, "beside.txt"), "utf8");
export default { env: { BESIDE: basename(__filename) + " " + text } };`,
  });
  const { code, stderr } = await runCli(["build", "--out", "out/server"], { cwd: project.dir });
  const warning =
    "Warning: next.config.ts names files by their paths; if you move the build, move the project with it\n";
  assertEquals({ code, stderr }, { code: 0, stderr: warning });
  await using server = await startServer(["out/server/server.js", "--hostname", "127.0.0.1"], {
    permissions: ["--no-config", "-N", "-R", "-E"],
    cwd: project.dir,
  });
  assertEquals(await answer(server, "/"), "200 next.config.ts hello");
});

const messages: readonly {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly code: number;
  readonly expected: string;
}[] = [
  {
    name: "of an addon of the project, what to do",
    files: { "app/route.ts": `const a = require("../a.node"); ${GET}`, "a.node": "" },
    code: 1,
    expected: "it is a native addon",
  },
  {
    name: "of a package with an addon, that it is not in the build",
    files: {
      "app/route.ts": `import a from "addon"; ${GET}`,
      "node_modules/addon/package.json": manifest("addon", `, "gypfile": true`),
      "node_modules/addon/index.js": "",
    },
    code: 0,
    expected: `Warning: "addon" has a native addon and is not in the build`,
  },
  {
    name: "of an import of any name, which file and line",
    files: { "app/route.ts": `const load = (name: string) =>\n  import(name);\n${GET}` },
    code: 0,
    expected: "Warning: app/route.ts:2 imports a module whose name is known only at run time",
  },
  {
    name: "of a file that is missing, its own path and who imports it",
    files: { "app/route.ts": `import a from "../lib/a"; export const GET = () => a;` },
    code: 1,
    expected: "/app/route.ts:1",
  },
];

const EXTERNAL =
  "is in serverExternalPackages and is not in the build; keep it in a node_modules folder next to or above the build, " +
  "and serve with -R";

Deno.test("a build leaves out serverExternalPackages, unless the project itself cannot find them", async () => {
  await using project = await temporaryFiles({
    "package.json": "{}",
    "next.config.mjs": `export default { serverExternalPackages: ["named", "listed", "inner"] };`,
    ...Object.fromEntries(
      ["named", "listed", "express", "wraps", "wraps/node_modules/inner"].flatMap((path) => {
        const folder = `node_modules/${path}`, name = path.replace(/.*\//, "");
        const inner = name === "wraps" ? `exports.inner = require("inner");` : "";
        return [
          [`${folder}/package.json`, manifest(name)],
          [
            `${folder}/index.js`,
            `exports.isBundled = new Error().stack.split("\\n")[1].includes("server.js"); ${inner}`,
          ],
          [`${folder}/sub.js`, `exports.isSub = true;`],
        ];
      }),
    ),
    "app/route.ts":
      `import { isBundled } from "named"; import { isSub } from "listed/sub.js"; import wraps from "wraps";
import express from "express"; const listed = require("listed");
export const GET = () => Response.json({ named: isBundled, listed: listed.isBundled, isSub,
  express: express.isBundled, inner: wraps.inner.isBundled });`,
  });
  const { code, stderr } = await runCli(["build"], { cwd: project.dir });
  const warnings = ["listed", "named"].map((name) => `Warning: "${name}" ${EXTERNAL}\n`);
  assertEquals({ code, stderr }, { code: 0, stderr: warnings.join("") });
  await using server = await startServer(["dist/server.js", "--hostname", "127.0.0.1"], {
    permissions: ["-N", "-R"],
    cwd: project.dir,
  });
  const expected = { named: false, listed: false, isSub: true, express: true, inner: true };
  assertEquals(await answer(server, "/"), `200 ${JSON.stringify(expected)}`);
});

for (const { name, files, code, expected } of messages) {
  Deno.test(`routes build prints ${name}`, async () => {
    await using project = await temporaryFiles({ "package.json": "{}", ...files });
    const result = await runCli(["build"], { cwd: project.dir });
    assertStringIncludes(result.stderr, expected);
    assertEquals(result.code, code);
  });
}

Deno.test({
  name: "a build contains the targets of links in public/ to files of the project",
  ignore: Deno.build.os === "windows",
}, async () => {
  const files = { "app/route.ts": GET, "public/a.txt": "a", "shared/b.txt": "b", "shared/c/d.txt": "d" };
  await using built = await build(files, {
    async prepare(dir) {
      await Deno.symlink("../shared/b.txt", `${dir}/public/b.txt`);
      await Deno.symlink("../shared/c", `${dir}/public/c`);
      await Deno.symlink("/etc", `${dir}/public/etc`);
    },
  });
  assertStringIncludes(built.stdout, "Copied 3 files of public/");
  assertEquals(await Deno.readTextFile(`${built.dist}/public/c/d.txt`), "d");
});
