/** Imports of a project, end to end: `resolve_hooks.ts` and `tsconfig_paths.ts` together. */
import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { createLoader } from "../../../../src/deno/modules/load/loader.ts";
import { installResolveHooks } from "../../../../src/deno/modules/load/resolve_hooks.ts";
import * as headers from "../../../../src/headers.ts";
import * as server from "../../../../src/server.ts";
import { temporaryFiles } from "../../../helpers/app.ts";
import { runCli } from "../../../helpers/cli.ts";
import { testWithHooks as test } from "../../../helpers/hooks.ts";

type Files = Readonly<Record<string, string>>;

/** Writes files, imports their `app/route.ts` and returns its exports. */
async function importRoute(files: Files): Promise<Readonly<Record<string, unknown>>> {
  installResolveHooks();
  await using project = await temporaryFiles(files);
  return await createLoader(project.dir)("app/route.ts");
}

const naming = (file: string) => file.endsWith(".json") ? `"${file}"` : `export default "${file}";`;

/** Imports with several candidates; the first file is the expected one. */
const MEANT: readonly (readonly [specifier: string, meant: string, ...others: string[]])[] = [
  ["./lib.js", "app/lib.ts"],
  ["./lib.js", "app/lib.tsx"],
  ["./lib.mjs", "app/lib.mts"],
  ["./lib.jsx", "app/lib.tsx"],
  ["./lib.js", "app/lib.js", "app/lib.ts"],
  ["./lib", "app/lib.ts", "app/lib.js", "app/lib/index.ts", "app/lib.json"],
  ["./lib", "app/lib.json"],
  ["./lib", "app/lib/index.tsx"],
  ["./lib/", "app/lib/index.ts"],
  [".", "app/index.ts"],
  ["..", "index.ts"],
  ["./a.b", "app/a.b.ts"],
  ["./lib.js", "app/lib.js.ts"],
  ["./data.json", "app/data.json"],
];

for (const [specifier, meant, ...others] of MEANT) {
  const besides = others.length === 0 ? "" : `, not ${others.join(", ")}`;
  test(`an import of "${specifier}" means ${meant}${besides}`, async () => {
    const files = Object.fromEntries([meant, ...others].map((file) => [file, naming(file)]));
    const route = await importRoute({ ...files, "app/route.ts": `export { default as name } from "${specifier}";` });
    assertEquals(route.name, meant);
  });
}

const TSCONFIG = `{
  // as create-next-app writes it
  "compilerOptions": { "paths": { "@/*": ["./src/*", "./generated/*"], "config": ["./config.json"] }, },
}`;

const BY_PATHS: readonly (readonly [specifier: string, meant: string, ...others: string[]])[] = [
  ["@/lib/db", "src/lib/db.ts"],
  ["@/lib/db.js", "src/lib/db.ts"],
  ["@/lib", "src/lib/index.ts"],
  ["@/lib/db", "src/lib/db.ts", "generated/lib/db.ts"],
  ["@/lib/db", "generated/lib/db.ts"],
  ["@/data.json", "src/data.json"],
  ["config", "config.json"],
];

for (const [specifier, meant, ...others] of BY_PATHS) {
  test(`an import of "${specifier}" means ${meant} by tsconfig paths, of ${others.length + 1} files`, async () => {
    const files = Object.fromEntries([meant, ...others].map((file) => [file, naming(file)]));
    const route = await importRoute({
      ...files,
      "tsconfig.json": TSCONFIG,
      "app/route.ts": `export { default as name } from "${specifier}";`,
    });
    assertEquals(route.name, meant);
  });
}

test("a file that was found by paths has the same paths", async () => {
  const route = await importRoute({
    "tsconfig.json": TSCONFIG,
    "src/a.ts": `export { default } from "@/b";`,
    "src/b.ts": `export default "b";`,
    "app/route.ts": `export { default as name } from "@/a";`,
  });
  assertEquals(route.name, "b");
});

test("paths apply to import() and require() in a project file", async () => {
  const route = await importRoute({
    "tsconfig.json": TSCONFIG,
    "src/a.ts": `export const name = "a";`,
    "src/c.cjs": `exports.name = "c";`,
    "app/route.ts": `import { createRequire } from "node:module";
export const names = [(await import("@/a")).name, createRequire(import.meta.url)("@/c.cjs").name];`,
  });
  assertEquals(route.names, ["a", "c"]);
});

test("paths of a project do not apply to a package in node_modules", async () => {
  const route = await importRoute({
    "tsconfig.json": `{ "compilerOptions": { "paths": { "inner": ["./wrong.ts"] } } }`,
    "wrong.ts": `export const name = "wrong";`,
    "app/node_modules/outer/package.json": `{ "name": "outer", "version": "1.0.0", "main": "i.cjs" }`,
    "app/node_modules/outer/i.cjs": `exports.name = require("inner").name;`,
    "app/node_modules/inner/package.json": `{ "name": "inner", "version": "1.0.0", "main": "i.cjs" }`,
    "app/node_modules/inner/i.cjs": `exports.name = "right";`,
    "app/route.ts": `import { createRequire } from "node:module";
export const { name } = createRequire(import.meta.url)("./node_modules/outer/i.cjs");`,
  });
  assertEquals(route.name, "right");
});

test("an import is left to Deno if paths have no file for it", async () => {
  const route = await importRoute({
    "tsconfig.json": `{ "compilerOptions": { "baseUrl": ".", "paths": { "*": ["./types/*"] } } }`,
    "app/route.ts": `import { join } from "node:path";
import { NextResponse } from "next/server";
export { join, NextResponse };`,
  });
  assertEquals(route.NextResponse, server.NextResponse);
});

/** `jsr:` with a version asks a registry, see `supervisor_test.ts`. */
const RUNNING = ["jsr:@x/routes/headers", "@x/routes/headers", "next/headers", "next/headers.js"];

for (const specifier of RUNNING) {
  test(`an import of "${specifier}" is the running copy`, async () => {
    const route = await importRoute({ "app/route.ts": `import * as all from "${specifier}"; export { all };` });
    assertEquals(route.all, { ...headers, default: headers });
  });
}

/** Missing packages, although the project has a file of that name. */
const BESIDE: readonly (readonly [specifier: string, file: string])[] = [
  ["leftpadx", "app/leftpadx.ts"],
  ["leftpadx", "leftpadx.ts"],
  ["leftpadx/deep", "app/leftpadx/deep.ts"],
  ["@acme/x", "app/@acme/x.ts"],
];

for (const [specifier, file] of BESIDE) {
  test(`a missing package "${specifier}" is reported although ${file} exists`, async () => {
    const route = () => importRoute({ [file]: "export {};", "app/route.ts": `import "${specifier}";` });
    const name = /^(?:@[^/]+\/)?[^/]+/.exec(specifier)![0];
    const message = `Cannot find package "${name}" for the import "${specifier}" in `;
    const error = await assertRejects(route, Error, message);
    assertStringIncludes(error.message, `/app/route.ts: install it with "deno add npm:${name}"`);
  });
}

test("a missing package is reported although a file of that name is next to the importing one", async () => {
  const route = () => importRoute({ "app/leftpadx": "export {};", "app/route.ts": `import "leftpadx";` });
  await assertRejects(route, Error, `Cannot find package "leftpadx" for the import "leftpadx" in `);
});

/** The messages for aliases without a file, by `tsconfig.json`. */
const ALIASES: readonly (readonly [tsconfig: string, specifier: string, said: readonly string[]])[] = [
  [TSCONFIG, "@/gone", [
    `Cannot find "@/gone" imported from `,
    `/app/route.ts: tsconfig.json maps it to "`,
    `/src/gone" or "`,
  ]],
  ["{}", "@/gone", [`/app/route.ts: add "paths" for "@/*" to tsconfig.json`]],
  ["{}", "~lib/gone", [`add "paths" for "~lib/*" to tsconfig.json`]],
  [
    `{ "compilerOptions": { "baseUrl": "." } }`,
    "lib/gone",
    [
      `install it with "deno add npm:lib", or import "npm:lib/gone"; tsconfig.json maps it to "`,
      `/lib/gone", which does not exist`,
    ],
  ],
];

for (const [tsconfig, specifier, said] of ALIASES) {
  test(`an alias "${specifier}" without a file in ${tsconfig.replace(/\s+/g, " ")} is reported`, async () => {
    const files = { "tsconfig.json": tsconfig, "app/route.ts": `import "${specifier}";` };
    const { message } = await assertRejects(() => importRoute(files), Error);
    for (const part of said) assertStringIncludes(message, part);
  });
}

Deno.test("routes start names the missing package of a project and how to add it, and exits with 1", async () => {
  await using project = await temporaryFiles({ "app/route.ts": `import "leftpadx/deep";` });
  const { code, stdout, stderr } = await runCli(["start", project.dir, "--port", "0"]);
  assertEquals({ code, stdout }, { code: 1, stdout: "" });
  assertStringIncludes(stderr, `Cannot find package "leftpadx" for the import "leftpadx/deep" in `);
  assertStringIncludes(stderr, `install it with "deno add npm:leftpadx", or import "npm:leftpadx/deep"`);
});
