import { assertEquals, assertRejects } from "@std/assert";
import * as headers from "../../../../src/headers.ts";
import * as navigation from "../../../../src/navigation.ts";
import * as server from "../../../../src/server.ts";
import { createLoader } from "../../../../src/deno/modules/load/loader.ts";
import { ALL_NEXT_MODULES } from "../../../../src/deno/modules/next/next_modules.ts";
import { NEXT_NAMESPACES } from "../../../../src/deno/modules/next/next_namespaces.ts";
import { installResolveHooks } from "../../../../src/deno/modules/load/resolve_hooks.ts";
import { temporaryFiles } from "../../../helpers/app.ts";
import { testWithHooks as test } from "../../../helpers/hooks.ts";

/** Writes files, imports their `app/route.ts` and returns its exports. */
async function importRoute(files: Readonly<Record<string, string>>): Promise<Readonly<Record<string, unknown>>> {
  installResolveHooks();
  await using project = await temporaryFiles(files);
  return await createLoader(project.dir)("app/route.ts");
}

const DOORS = { "next/headers": headers, "next/navigation": navigation, "next/server": server };

for (const [name, door] of Object.entries(DOORS)) {
  test(`installResolveHooks() resolves ${name} to the exports of this package`, async () => {
    const route = await importRoute({
      "app/route.ts": `import * as all from "${name}"; export { all };`,
      "app/node_modules/next/package.json": `{ "name": "next", "version": "16.0.0" }`,
      "app/node_modules/next/headers.js": `module.exports = { cookies: "the real next" };`,
    });
    assertEquals(route.all, { ...door, default: door });
  });
}

const RESOLVED: readonly [specifier: string, file: string][] = [
  ["./lib", "app/lib.ts"],
  ["./lib", "app/lib.tsx"],
  ["./lib", "app/lib.js"],
  ["./lib", "app/lib/index.ts"],
  ["../lib/db", "lib/db.ts"],
  ["../lib", "lib/index.js"],
  ["./lib.ts", "app/lib.ts"],
  ["./lib.data", "app/lib.data.ts"],
];

for (const [specifier, file] of RESOLVED) {
  test(`installResolveHooks() finds ${file} for "${specifier}"`, async () => {
    const route = await importRoute({
      "app/route.ts": `export { name } from "${specifier}";`,
      [file]: `export const name = "${file}";`,
    });
    assertEquals(route.name, file);
  });
}

test("installResolveHooks() prefers a file to a folder of the same name", async () => {
  const route = await importRoute({
    "app/route.ts": `export { name } from "./lib";`,
    "app/lib.ts": `export const name = "file";`,
    "app/lib/index.ts": `export const name = "folder";`,
  });
  assertEquals(route.name, "file");
});

test("installResolveHooks() keeps Deno's own message for a missing module", async () => {
  await assertRejects(() => importRoute({ "app/route.ts": `import "./nope";` }), Error, "nope");
});

test("installResolveHooks() provides the same shim to a CommonJS module", async () => {
  const route = await importRoute({
    "app/route.ts": `import { createRequire } from "node:module";
export const { cookies } = createRequire(import.meta.url)("./lib.cjs");`,
    "app/lib.cjs": `exports.cookies = require("next/headers").cookies;`,
  });
  assertEquals(route.cookies, headers.cookies);
});

for (const attributes of ["", ` with { type: "json" }`]) {
  test(`installResolveHooks() reads JSON imported${attributes || " without attributes"}`, async () => {
    const route = await importRoute({
      "app/route.ts": `import data from "./data.json"${attributes};\nexport { data };`,
      "app/data.json": `{ "a": [1] }`,
    });
    assertEquals(route.data, { a: [1] });
  });
}

test("installResolveHooks() resolves server-only and client-only to empty modules", async () => {
  const route = await importRoute({
    "app/route.ts": `import "server-only"; import "client-only"; export const a = 1;`,
  });
  assertEquals(route.a, 1);
});

const MISSING: readonly [specifier: string, message: string][] = [
  ["left-padx", 'Cannot find package "left-padx" for the import "left-padx" in '],
  ["left-padx/deep", 'install it with "deno add npm:left-padx", or import "npm:left-padx/deep"'],
  ["@scope/x/y", 'Cannot find package "@scope/x" for the import "@scope/x/y" in '],
  ["next/nope", "it is not part of @x/routes, which serves only route handlers"],
];

for (const [specifier, message] of MISSING) {
  test(`installResolveHooks() names the missing package of "${specifier}"`, async () => {
    await assertRejects(() => importRoute({ "app/route.ts": `import "${specifier}";` }), Error, message);
  });
}

const REQUIRED_JSON: readonly [what: string, files: Readonly<Record<string, string>>][] = [
  ["a package", {
    "app/route.ts":
      `import { createRequire } from "node:module"; export const value = createRequire(import.meta.url)("pkg");`,
    "app/node_modules/pkg/package.json": `{ "name": "pkg", "version": "1.2.3", "main": "main.js" }`,
    "app/node_modules/pkg/main.js": `module.exports = require("./package.json").version;`,
  }],
  ["a file of the project", {
    "app/route.ts": `import value from "./lib.cjs"; export { value };`,
    "app/lib.cjs": `module.exports = require("./data.json").version;`,
    "app/data.json": `{ "version": "1.2.3" }`,
  }],
  ["a file that is imported as well", {
    "app/route.ts":
      `import lib from "./lib.cjs";\nimport data from "./data.json";\nexport const value = data.version && lib;`,
    "app/lib.cjs": `module.exports = require("./data.json").version;`,
    "app/data.json": `{ "version": "1.2.3" }`,
  }],
];

for (const [what, files] of REQUIRED_JSON) {
  test(`installResolveHooks() lets ${what} require a JSON file`, async () => {
    assertEquals((await importRoute(files)).value, "1.2.3");
  });
}

for (const [name, { entry, creator }] of Object.entries(ALL_NEXT_MODULES)) {
  test(`installResolveHooks() provides ${name} to import and require(), with its names and a default export`, async () => {
    const route = await importRoute({
      "app/route.ts": `import * as all from "${name}";
import { createRequire } from "node:module";
const required = createRequire(import.meta.url)("./lib.cjs");
export { all, required };`,
      "app/lib.cjs": `module.exports = require("${name}");`,
    });
    const all = route.all as Record<string, unknown>, required = route.required as Record<string, unknown>;
    if (creator !== undefined) {
      assertEquals([Object.keys(all), typeof required.Any], [[], "function"]);
      return;
    }
    const { default: exported, ...names } = NEXT_NAMESPACES[entry]!;
    for (const [each, value] of Object.entries(names)) assertEquals([all[each], required[each]], [value, value]);
    assertEquals(all.default, exported ?? NEXT_NAMESPACES[entry]);
    if (exported !== undefined) assertEquals(required.default, exported);
  });
}

test("installResolveHooks() provides any font and any root param by its name", async () => {
  const route = await importRoute({
    "app/route.ts": `import { Inter, Roboto_Mono as Mono } from "next/font/google";
import localFont from "next/font/local";
export { lang } from "next/root-params";
export const names = [Inter().style.fontFamily, Mono().className, localFont({ src: "./a.woff2" }).className];`,
  });
  assertEquals(route.names, ["'Inter', 'Inter Fallback'", "__className_roboto_mono", "__className_localfont"]);
  assertEquals(typeof route.lang, "function");
});

test("installResolveHooks() prefers an installed next/dist to its replacement", async () => {
  const route = await importRoute({
    "app/route.ts": `export { isRedirectError } from "next/dist/client/components/redirect-error";
export { cookies } from "next/dist/server/request/cookies";`,
    "package.json": `{ "dependencies": { "next": "16.4.6" } }`,
    "node_modules/next/package.json": `{ "name": "next", "version": "16.4.6" }`,
    "node_modules/next/dist/client/components/redirect-error.js": `exports.isRedirectError = "the real one";`,
    "node_modules/next/dist/server/request/cookies.js": `exports.cookies = "the real one";`,
  });
  assertEquals([route.isRedirectError, route.cookies], ["the real one", headers.cookies]);
});
