import { assertEquals } from "@std/assert";
import { createConditions } from "../../../../src/deno/modules/resolve/conditions.ts";
import { createFileResolver } from "../../../../src/deno/modules/resolve/file_resolver.ts";
import type { ImportMode } from "../../../../src/deno/modules/resolve/import_request.ts";
import { createManifestReader } from "../../../../src/deno/modules/resolve/package_manifest.ts";
import {
  createPackageResolver,
  isPackageName,
  type PackageResult,
  parsePackageName,
} from "../../../../src/deno/modules/resolve/package_resolver.ts";
import { BASES, createMemoryFiles, type MemoryFiles, type Tree } from "../../../helpers/memory_files.ts";

function find(files: MemoryFiles, specifier: string, parent: string, mode: ImportMode = "import"): PackageResult {
  const manifests = createManifestReader(files);
  const fileResolver = createFileResolver(files, manifests);
  const resolver = createPackageResolver({ files, manifests, fileResolver, conditions: createConditions() });
  return resolver.findInPackage(parsePackageName(specifier), files.url(parent), mode);
}

/** Returns the path of the file that was found, or the reason why none was. */
function show(files: MemoryFiles, result: PackageResult): string {
  return "url" in result ? result.url.replace(files.base, "") : result.reason;
}

/** Files of one package, below `node_modules/pack/`. */
const pack = (manifest: unknown, ...paths: string[]): Tree => ({
  "node_modules/pack/package.json": JSON.stringify({ name: "pack", version: "1.0.0", ...manifest as object }),
  ...Object.fromEntries(paths.map((path) => [`node_modules/pack/${path}`, ""])),
});

const DUAL = { exports: { ".": { import: "./i.mjs", require: "./r.cjs" } } };
const HOOK_KIT = {
  exports: {
    ".": {
      deno: "./worker.mjs",
      worker: "./worker.mjs",
      workerd: "./worker.mjs",
      browser: "./worker.mjs",
      import: "./node.mjs",
      require: "./node.cjs",
    },
    "./sync": [{ import: { deno: "./worker.mjs", default: "./node.mjs" }, default: "./node.cjs" }],
  },
};
const MODULE_SYNC = {
  exports: { ".": [{ "module-sync": "./require.mjs", import: "./index.mjs", default: "./index.js" }, "./index.js"] },
};
const NESTED = { exports: { ".": { node: { production: { import: "./p.mjs" }, development: "./d.mjs" } } } };

const IN_PACKAGE: readonly (readonly [
  what: string,
  tree: Tree,
  specifier: string,
  found: string,
  mode?: ImportMode,
])[] = [
  ["main", pack({ main: "index.js" }, "index.js"), "pack", "index.js"],
  ["index.js without package.json", { "node_modules/pack/index.js": "" }, "pack", "index.js"],
  [
    "main for import too, so that there is one instance",
    pack({ main: "a.js", module: "b.js" }, "a.js", "b.js"),
    "pack",
    "a.js",
  ],
  ["main for require()", pack({ main: "a.js", module: "b.js" }, "a.js", "b.js"), "pack", "a.js", "require"],
  ["module without main", pack({ module: "b.js" }, "b.js"), "pack", "b.js"],
  ["no browser", pack({ main: "a.js", browser: "b.js" }, "a.js", "b.js"), "pack", "a.js"],
  ["a file without ending", pack({}, "debounce.js"), "pack/debounce", "debounce.js"],
  ["a file with ending", pack({}, "resources/chat.mjs"), "pack/resources/chat.mjs", "resources/chat.mjs"],
  ["a folder", pack({}, "fp/index.js"), "pack/fp", "fp/index.js"],
  ["a folder with a slash", pack({}, "fp/index.js", "fp.js"), "pack/fp/", "fp/index.js"],
  [
    "a folder with a package.json",
    {
      ...pack({}, "cjs/hooks.js", "hooks/index.js"),
      "node_modules/pack/hooks/package.json": `{ "main": "../cjs/hooks.js" }`,
    },
    "pack/hooks",
    "cjs/hooks.js",
  ],
  ["a file of a folder", pack({}, "plugin/utc.js"), "pack/plugin/utc", "plugin/utc.js"],
  ["a file that is named as its folder", pack({}, "fp.js", "fp/index.js"), "pack/fp", "fp.js"],
  ["its package.json", pack({}, "index.js"), "pack/package.json", "package.json"],
  ["TypeScript", pack({ main: "index.ts" }, "index.ts"), "pack", "index.ts"],
  ["exports before main", pack({ main: "m.js", exports: "./e.js" }, "m.js", "e.js"), "pack", "e.js"],
  ["main where exports are null", pack({ main: "m.js", exports: null }, "m.js"), "pack", "m.js"],
  ["import", pack(DUAL, "i.mjs", "r.cjs"), "pack", "i.mjs"],
  ["require", pack(DUAL, "i.mjs", "r.cjs"), "pack", "r.cjs", "require"],
  ["no build for Deno", pack(HOOK_KIT, "worker.mjs", "node.mjs", "node.cjs"), "pack", "node.mjs"],
  [
    "no build for Deno, by require()",
    pack(HOOK_KIT, "worker.mjs", "node.mjs", "node.cjs"),
    "pack",
    "node.cjs",
    "require",
  ],
  ["no build for Deno in an array", pack(HOOK_KIT, "worker.mjs", "node.mjs", "node.cjs"), "pack/sync", "node.mjs"],
  ["no module-sync", pack(MODULE_SYNC, "require.mjs", "index.mjs", "index.js"), "pack", "index.js", "require"],
  ["import before default", pack(MODULE_SYNC, "require.mjs", "index.mjs", "index.js"), "pack", "index.mjs"],
  ["nested conditions", pack(NESTED, "p.mjs", "d.mjs"), "pack", "p.mjs"],
  [
    "react-server",
    pack({ exports: { "./server": { "react-server": "./s.js", default: "./c.js" } } }, "s.js", "c.js"),
    "pack/server",
    "s.js",
  ],
  [
    "the first of an array that exists",
    pack({ exports: ["./gone.js", "./there.js"] }, "there.js"),
    "pack",
    "there.js",
  ],
  ["a target without ending", pack({ exports: { "./dist/*": "./dist/*" } }, "dist/a.js"), "pack/dist/a", "dist/a.js"],
  ["a target that is a folder", pack({ exports: { "./*": "./*" } }, "f/index.js"), "pack/f", "f/index.js"],
  ["a pattern", pack({ exports: { "./features/*.js": "./src/*.js" } }, "src/x.js"), "pack/features/x.js", "src/x.js"],
  ["exports by a name with a slash", pack({ exports: "./e.js" }, "e.js"), "pack/", "e.js"],
  [
    "nothing that is forbidden",
    pack({ exports: { "./*": "./*", "./in/*": null } }, "in/x.js"),
    "pack/in/x.js",
    "not exported",
  ],
  ["nothing that is not exported", pack({ exports: "./e.js" }, "e.js", "x.js"), "pack/x.js", "not exported"],
  ["nothing that is exported and not there", pack({ exports: "./e.js" }), "pack", "no target"],
  ["nothing without a file", pack({ main: "index.js" }, "index.js"), "pack/nope", "no file"],
  ["nothing without a module", pack({}, "README.md"), "pack", "no file"],
];

for (const base of BASES) {
  for (const [what, tree, specifier, found, mode = "import"] of IN_PACKAGE) {
    Deno.test(`findInPackage() takes ${what}, below ${base}`, () => {
      const files = createMemoryFiles(tree, base);
      assertEquals(
        show(files, find(files, specifier, "app/a/route.ts", mode)).replace("node_modules/pack/", ""),
        found,
      );
    });
  }
}

const STORE: Tree = {
  "node_modules/a@": "node_modules/.pnpm/a@1.0.0/node_modules/a",
  "node_modules/.pnpm/a@1.0.0/node_modules/a/index.js": "",
  "node_modules/.pnpm/a@1.0.0/node_modules/b@": "node_modules/.pnpm/b@2.0.0/node_modules/b",
  "node_modules/.pnpm/b@2.0.0/node_modules/b/index.js": "",
  "node_modules/.pnpm/node_modules/hoisted/index.js": "",
};
const WORKSPACE: Tree = {
  "packages/utils/package.json": `{ "name": "@acme/utils", "main": "./src/index.ts" }`,
  "packages/utils/src/index.ts": "",
  "packages/utils/src/index.js": "",
  "packages/utils/src/constants/index.ts": "",
  "packages/utils/src/constants/index.js": "",
  "packages/utils/node_modules/own/index.js": "",
  "node_modules/@acme/utils@": "packages/utils",
};
const SELF: Tree = {
  "package.json": `{ "name": "site", "exports": { "./lib/*": "./lib/*.ts" } }`,
  "lib/db.ts": "",
  "node_modules/site/index.js": "",
  "node_modules/site/lib/db.js": "",
  "node_modules/old/package.json": `{ "name": "old", "main": "./index.js" }`,
  "node_modules/old/index.js": "",
};

const FOLDERS: readonly (readonly [what: string, tree: Tree, specifier: string, parent: string, found: string])[] = [
  ["a scope", { "node_modules/@a/b/index.js": "" }, "@a/b", "app/route.ts", "node_modules/@a/b/index.js"],
  ["a file of a scope", { "node_modules/@a/b/c.js": "" }, "@a/b/c", "app/route.ts", "node_modules/@a/b/c.js"],
  [
    "the nearest",
    { "node_modules/a/index.js": "", "app/node_modules/a/index.js": "" },
    "a",
    "app/x/route.ts",
    "app/node_modules/a/index.js",
  ],
  [
    "one above the project",
    { "../../node_modules/a/index.js": "" },
    "a",
    "app/route.ts",
    "../../node_modules/a/index.js",
  ],
  [
    "one of a package's own",
    { "node_modules/a/node_modules/b/index.js": "", "node_modules/b/index.js": "" },
    "b",
    "node_modules/a/lib/x.js",
    "node_modules/a/node_modules/b/index.js",
  ],
  [
    "one next to a package",
    { "node_modules/b/index.js": "", "node_modules/a/x.js": "" },
    "b",
    "node_modules/a/x.js",
    "node_modules/b/index.js",
  ],
  [
    "one above the remains of another",
    { "app/node_modules/a/README.md": "", "node_modules/a/index.js": "" },
    "a",
    "app/route.ts",
    "node_modules/a/index.js",
  ],
  [
    "a generated package",
    { "node_modules/.prisma/client/default.js": "" },
    ".prisma/client/default",
    "a.ts",
    "node_modules/.prisma/client/default.js",
  ],
  ["a package behind a link", STORE, "a", "app/route.ts", "node_modules/.pnpm/a@1.0.0/node_modules/a/index.js"],
  [
    "a dependency of a linked package",
    STORE,
    "b",
    "node_modules/.pnpm/a@1.0.0/node_modules/a/index.js",
    "node_modules/.pnpm/b@2.0.0/node_modules/b/index.js",
  ],
  ["nothing that only a package needs", STORE, "b", "app/route.ts", "not installed"],
  [
    "what is hoisted",
    STORE,
    "hoisted",
    "node_modules/.pnpm/b@2.0.0/node_modules/b/index.js",
    "node_modules/.pnpm/node_modules/hoisted/index.js",
  ],
  ["the source of a workspace package", WORKSPACE, "@acme/utils", "app/route.ts", "packages/utils/src/index.ts"],
  ["a folder of it", WORKSPACE, "@acme/utils/src/constants", "app/route.ts", "packages/utils/src/constants/index.ts"],
  ["what it needs", WORKSPACE, "own", "packages/utils/src/index.ts", "packages/utils/node_modules/own/index.js"],
  ["the package itself by its exports", SELF, "site/lib/db", "app/route.ts", "lib/db.ts"],
  ["not its own file that it does not export", SELF, "site", "app/route.ts", "not exported"],
  [
    "an installed package of that name, from another package",
    SELF,
    "site",
    "node_modules/old/index.js",
    "node_modules/site/index.js",
  ],
  ["no package itself without exports", SELF, "old", "node_modules/old/index.js", "node_modules/old/index.js"],
  ["nothing", { "app/a.ts": "", "a.ts": "" }, "a", "app/route.ts", "not installed"],
  ["no sibling file", { "app/a": "", "a": "", "node_modules/b/index.js": "" }, "a", "app/route.ts", "not installed"],
];

for (const [what, tree, specifier, parent, found] of FOLDERS) {
  Deno.test(`findInPackage() finds ${what}`, () => {
    const files = createMemoryFiles(tree);
    const result = find(files, specifier, parent);
    assertEquals("url" in result ? result.url : result.reason, found.includes("/") ? files.url(found) : found);
  });
}

const NAMES: readonly (readonly [specifier: string, name: string, subpath: string])[] = [
  ["zod", "zod", "."],
  ["zod/v4", "zod", "./v4"],
  ["zod/", "zod", "./"],
  ["@a/b", "@a/b", "."],
  ["@a/b/c/d", "@a/b", "./c/d"],
  [".prisma/client", ".prisma", "./client"],
  ["@/lib", "@", "./lib"],
];

for (const [specifier, name, subpath] of NAMES) {
  Deno.test(`parsePackageName() of "${specifier}"`, () => {
    assertEquals(parsePackageName(specifier), { name, subpath });
  });
}

Deno.test("isPackageName() accepts the names of folders in node_modules", () => {
  for (const name of ["zod", "@a/b", ".prisma", "Underscore", "a.b-c_d~e"]) {
    assertEquals(isPackageName(name), true, name);
  }
  for (const name of ["", "@", "@a", "a b", "a\\b", "a%2fb", "a#b", "a:b"]) {
    assertEquals(isPackageName(name), false, name);
  }
});

Deno.test("findInPackage() reads a package only once for any number of importing folders", () => {
  const files = createMemoryFiles(pack({ exports: "./i.js" }, "i.js"));
  const manifests = createManifestReader(files);
  const fileResolver = createFileResolver(files, manifests);
  const resolver = createPackageResolver({ files, manifests, fileResolver, conditions: createConditions() });
  for (let i = 0; i < 100; i++) {
    resolver.findInPackage(parsePackageName("pack"), files.url(`app/${i}/route.ts`), "import");
  }
  const ofPackage = files.asked.filter((question) => question.includes("node_modules/pack"));
  assertEquals(ofPackage, [
    "isFolder node_modules/pack/",
    "readText node_modules/pack/package.json",
    "isFile node_modules/pack/i.js",
  ]);
  // And of each folder whether it has packages of its own, and a package.json.
  assertEquals(files.asked.length - ofPackage.length, 100 * 2 + ["app", "", "..", "../..", "../../.."].length * 2);
});
