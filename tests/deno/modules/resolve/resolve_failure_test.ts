import { assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import { createModuleResolver, type ImportMode } from "../../../../src/deno/modules/resolve/module_resolver.ts";
import { ModuleResolveError, showFile } from "../../../../src/deno/modules/resolve/resolve_error.ts";
import { BASES, createMemoryFiles, type Tree } from "../../../helpers/memory_files.ts";

const OLD = { name: "old-pack", version: "1.2.0" };
const old = (fields: unknown, more: Tree = {}): Tree => ({
  "node_modules/old-pack/package.json": JSON.stringify({ ...OLD, ...fields as object }),
  ...more,
});

const MANY = {
  exports: Object.fromEntries([".", "./fp", "./a", "./b", "./nom", "./n", "./z"].map((key) => [key, "./i.js"])),
};
const MAP = {
  exports: {
    ".": "./gone.js",
    "./in/*": null,
    "./esm": { import: "./e.js" },
    "./cjs": { node: { require: "./c.js" } },
    "./browser": { browser: "./b.js", worker: "./w.js" },
    "./bad": "../x.js",
    "./list": ["./a.js", "./b.js"],
  },
};

interface Case {
  readonly name: string;
  readonly tree?: Tree;
  readonly specifier: string;
  readonly message: string;
  readonly code?: string;
  readonly parent?: string;
  readonly mode?: ImportMode;
  readonly aliases?: readonly string[];
}

const cases: readonly Case[] = [
  {
    name: "a path",
    specifier: "../lib/db",
    message: `Cannot find "../lib/db" imported from app/route.ts: there is no file "lib/db", nor one ending in ` +
      `.tsx, .ts, .jsx, .js, .mjs or .json; check the path`,
  },
  {
    name: "a path with an extension",
    specifier: "./db.ts",
    message: `Cannot find "./db.ts" imported from app/route.ts: there is no file "app/db.ts"; check the path`,
  },
  {
    name: "a folder without an index file",
    tree: { "lib/db.ts": "" },
    specifier: "../lib",
    message: `Cannot find "../lib" imported from app/route.ts: folder "lib" has no index file, import one of its files`,
  },
  {
    name: "a package",
    specifier: "leftpadx/deep",
    message: `Cannot find package "leftpadx" for the import "leftpadx/deep" in app/route.ts: ` +
      `install it with "deno add npm:leftpadx", or import "npm:leftpadx/deep"`,
  },
  {
    name: "a package that a program generates",
    specifier: ".prisma/client/default",
    message: `Cannot find package ".prisma" for the import ".prisma/client/default" in app/route.ts: ` +
      `the client of Prisma is not generated yet, run "npx prisma generate"`,
  },
  {
    name: "a package that is required",
    specifier: "leftpadx",
    mode: "require",
    code: "MODULE_NOT_FOUND",
    message: `Cannot find package "leftpadx" for the import "leftpadx" in app/route.ts: ` +
      `install it with "deno add npm:leftpadx", or import "npm:leftpadx"`,
  },
  {
    name: "a package that is listed but not installed",
    tree: { "package.json": `{ "dependencies": { "@a/b": "1" } }` },
    specifier: "@a/b/c",
    message: `Cannot find package "@a/b" for the import "@a/b/c" in app/route.ts: ` +
      `package.json lists it, but it is not installed, run "npm install"`,
  },
  {
    name: "a package that pnpm did not install",
    tree: { "package.json": `{ "devDependencies": { "a": "1" } }`, "pnpm-lock.yaml": "" },
    specifier: "a",
    message: `Cannot find package "a" for the import "a" in app/route.ts: ` +
      `package.json lists it, but it is not installed, run "pnpm install"`,
  },
  {
    name: "a package that a package lacks",
    tree: {
      "package.json": `{ "dependencies": { "b": "1" } }`,
      "node_modules/b/package.json": `{ "peerDependencies": { "a": "1" } }`,
    },
    parent: "node_modules/b/index.js",
    specifier: "a",
    message: `Cannot find package "a" for the import "a" in node_modules/b/index.js: ` +
      `install it with "deno add npm:a", or import "npm:a"`,
  },
  {
    name: "a module of Next.js",
    specifier: "next/nope",
    message:
      `Cannot find package "next" for the import "next/nope" in app/route.ts: it is not part of @x/routes, which serves only route handlers`,
  },
  {
    name: "an alias that tsconfig.json does not have",
    specifier: "@/lib/db",
    message: `Cannot find "@/lib/db" imported from app/route.ts: add "paths" for "@/*" to tsconfig.json`,
  },
  {
    name: "an alias of tsconfig.json without a file",
    specifier: "@/lib/db",
    aliases: ["src/lib/db", "lib/db"],
    message:
      `Cannot find "@/lib/db" imported from app/route.ts: tsconfig.json maps it to "src/lib/db" or "lib/db", none of which exist`,
  },
  {
    name: "a name that may be a package or an alias",
    specifier: "lib/db",
    aliases: ["lib/db"],
    message: `Cannot find package "lib" for the import "lib/db" in app/route.ts: install it with "deno add npm:lib", ` +
      `or import "npm:lib/db"; tsconfig.json maps it to "lib/db", which does not exist`,
  },
  {
    name: "an empty name",
    specifier: "",
    code: "ERR_INVALID_MODULE_SPECIFIER",
    message: `Cannot find "" imported from app/route.ts: it is neither a path nor a package name`,
  },
  {
    name: "a name with a percent sign",
    tree: { "node_modules/a%2fb/index.js": "" },
    specifier: "a%2fb",
    code: "ERR_INVALID_MODULE_SPECIFIER",
    message: `Cannot find "a%2fb" imported from app/route.ts: it is neither a path nor a package name`,
  },
  {
    name: "a subpath that is not exported",
    tree: old({ exports: { "./fp": "./fp.js" } }),
    specifier: "old-pack/nope",
    code: "ERR_PACKAGE_PATH_NOT_EXPORTED",
    message: `Cannot find "old-pack/nope" imported from app/route.ts: package "old-pack" 1.2.0 is installed, ` +
      `but its "exports" has no "./nope"; it has "./fp"`,
  },
  {
    name: "a subpath of many",
    tree: old(MANY),
    specifier: "old-pack/nope",
    code: "ERR_PACKAGE_PATH_NOT_EXPORTED",
    message: `Cannot find "old-pack/nope" imported from app/route.ts: package "old-pack" 1.2.0 is installed, ` +
      `but its "exports" has no "./nope"; it has "./nom", "./n", "./fp", "./a", "./b" and 2 more`,
  },
  {
    name: "a subpath of a package with one export",
    tree: old({ exports: "./i.js" }),
    specifier: "old-pack/i.js",
    code: "ERR_PACKAGE_PATH_NOT_EXPORTED",
    message: `Cannot find "old-pack/i.js" imported from app/route.ts: package "old-pack" 1.2.0 is installed, ` +
      `but its "exports" has no "./i.js"; it has only "."`,
  },
  {
    name: "a blocked subpath",
    tree: old(MAP),
    specifier: "old-pack/in/x",
    code: "ERR_PACKAGE_PATH_NOT_EXPORTED",
    message: `Cannot find "old-pack/in/x" imported from app/route.ts: package "old-pack" 1.2.0 is installed, ` +
      `but its "exports" sets "./in/*" to null, so it cannot be imported`,
  },
  {
    name: "a subpath that can only be imported",
    tree: old(MAP),
    specifier: "old-pack/esm",
    mode: "require",
    code: "ERR_PACKAGE_PATH_NOT_EXPORTED",
    message: `Cannot find "old-pack/esm" imported from app/route.ts: package "old-pack" 1.2.0 is installed, ` +
      `but its "exports" has "./esm" only for the condition "import"; import it instead of require()`,
  },
  {
    name: "a subpath that can only be required",
    tree: old(MAP),
    specifier: "old-pack/cjs",
    code: "ERR_PACKAGE_PATH_NOT_EXPORTED",
    message: `Cannot find "old-pack/cjs" imported from app/route.ts: package "old-pack" 1.2.0 is installed, ` +
      `but its "exports" has "./cjs" only for the condition "node.require"; require() it instead of importing it`,
  },
  {
    name: "a subpath that is only for browsers",
    tree: old(MAP),
    specifier: "old-pack/browser",
    code: "ERR_PACKAGE_PATH_NOT_EXPORTED",
    message: `Cannot find "old-pack/browser" imported from app/route.ts: package "old-pack" 1.2.0 is installed, ` +
      `but its "exports" has "./browser" only for the conditions "browser", "worker"`,
  },
  {
    name: "an invalid target",
    tree: old(MAP),
    specifier: "old-pack/bad",
    code: "ERR_INVALID_PACKAGE_TARGET",
    message: `Cannot find "old-pack/bad" imported from app/route.ts: package "old-pack" 1.2.0 is installed, ` +
      `but its "exports" is invalid: "./bad" maps to "../x.js", expected a path starting with "./"`,
  },
  {
    name: "a missing target",
    tree: old(MAP),
    specifier: "old-pack",
    message: `Cannot find "old-pack" imported from app/route.ts: package "old-pack" 1.2.0 is installed, ` +
      `but its "exports" maps to "./gone.js", which does not exist; build it, or install another version`,
  },
  {
    name: "missing targets",
    tree: old(MAP),
    specifier: "old-pack/list",
    mode: "require",
    code: "MODULE_NOT_FOUND",
    message: `Cannot find "old-pack/list" imported from app/route.ts: package "old-pack" 1.2.0 is installed, ` +
      `but its "exports" maps to "./a.js" or "./b.js", none of which exist; build it, or install another version`,
  },
  {
    name: "a file of a package",
    tree: old({}, { "node_modules/old-pack/index.js": "" }),
    specifier: "old-pack/nope",
    message: `Cannot find "old-pack/nope" imported from app/route.ts: package "old-pack" 1.2.0 is installed, ` +
      `but has no file "nope"; check the name, or install a version that has it`,
  },
  {
    name: "a package without an entry point",
    tree: old({ main: "" }),
    specifier: "old-pack",
    message: `Cannot find "old-pack" imported from app/route.ts: package "old-pack" 1.2.0 is installed, ` +
      `but has no entry point: neither "main" in its package.json nor "index" is a file; build it, or install another version`,
  },
  {
    name: "a package without package.json",
    tree: { "node_modules/old-pack/README.md": "" },
    specifier: "old-pack/nope",
    message: `Cannot find "old-pack/nope" imported from app/route.ts: package "old-pack" is installed, ` +
      `but has no file "nope"; check the name, or install a version that has it`,
  },
  {
    name: "a name of imports without package.json",
    specifier: "#db",
    message: `Cannot find "#db" imported from app/route.ts: no package.json above the file has "imports"`,
  },
  {
    name: "a name of imports",
    tree: { "package.json": `{ "imports": { "#lib/*": "./lib/*" } }` },
    specifier: "#db",
    code: "ERR_PACKAGE_IMPORT_NOT_DEFINED",
    message: `Cannot find "#db" imported from app/route.ts: "imports" of package.json has no "#db"; it has "#lib/*"`,
  },
  {
    name: "a name of imports in a package.json without them",
    tree: { "package.json": `{}` },
    specifier: "#db",
    code: "ERR_PACKAGE_IMPORT_NOT_DEFINED",
    aliases: ["lib/db"],
    message: `Cannot find "#db" imported from app/route.ts: "imports" of package.json has no "#db"; ` +
      `tsconfig.json maps it to "lib/db", which does not exist`,
  },
  {
    name: "missing targets of imports",
    tree: { "package.json": `{ "imports": { "#db": ["./lib/db.ts", "db-pack"] } }` },
    specifier: "#db",
    code: "ERR_MODULE_NOT_FOUND",
    message:
      `Cannot find "#db" imported from app/route.ts: "imports" of package.json maps to "./lib/db.ts" or "db-pack", ` +
      `none of which exist; correct it, or create the file`,
  },
  {
    name: "a package.json that is not JSON",
    tree: { "node_modules/old-pack/package.json": "{" },
    specifier: "old-pack",
    code: "ERR_INVALID_PACKAGE_CONFIG",
    message: `Cannot read "/home/ada/app/node_modules/old-pack/package.json": ` +
      `Expected property name or '}' in JSON at position 1 (line 1 column 2)`,
  },
];

for (
  const { name, tree = {}, specifier, message, code, parent = "app/route.ts", mode = "import", aliases = [] } of cases
) {
  Deno.test(`resolve() explains the failure of ${name}`, () => {
    const files = createMemoryFiles(tree);
    const resolver = createModuleResolver(files, {
      root: files.base,
      findAliases: () => aliases.map((path) => files.url(path)),
    });
    const error = assertThrows(() => resolver.resolve(specifier, files.url(parent), mode));
    assertInstanceOf(error, ModuleResolveError);
    assertEquals([error.message, error.code], [message, code ?? "ERR_MODULE_NOT_FOUND"]);
  });
}

Deno.test("resolve() names the folder of a linked package that needs read access", () => {
  const files = createMemoryFiles(
    { "node_modules/ui@": "../ui", "../ui/index.js": "" },
    undefined,
    "../ui",
  );
  const resolver = createModuleResolver(files, { root: files.base });
  const error = assertThrows(() => resolver.resolve("ui", files.url("app/route.ts"), "import"), ModuleResolveError);
  assertEquals(
    error.message,
    `Cannot find "ui" imported from app/route.ts: package "ui" is a link to "/home/ada/ui", which needs read access; ` +
      `grant it with --allow-read="/home/ada/ui"`,
  );
});

Deno.test("resolve() shows absolute paths if there is no root", () => {
  const messages = BASES.map((base) => {
    const files = createMemoryFiles({}, base);
    return assertThrows(() => createModuleResolver(files).resolve("./x.ts", files.url("a b.ts"), "import"), Error)
      .message;
  });
  assertEquals(messages, [
    `Cannot find "./x.ts" imported from /home/ada/app/a b.ts: there is no file "/home/ada/app/x.ts"; check the path`,
    `Cannot find "./x.ts" imported from C:/Users/ada/app/a b.ts: there is no file "C:/Users/ada/app/x.ts"; check the path`,
  ]);
});

const SHOWN: readonly (readonly [url: string, root: string | undefined, shown: string])[] = [
  ["file:///p/app/[id]/a%20b.ts", "file:///p/", "app/[id]/a b.ts"],
  ["file:///q/a.ts", "file:///p/", "/q/a.ts"],
  ["file:///p/", "file:///p/", "/p/"],
  ["file://server/share/a.ts", undefined, "server/share/a.ts"],
  ["file:///p/%zz.ts", undefined, "/p/%zz.ts"],
];

for (const [url, root, shown] of SHOWN) {
  Deno.test(`showFile() of ${url} in ${root} is ${shown}`, () => assertEquals(showFile(url, root), shown));
}
