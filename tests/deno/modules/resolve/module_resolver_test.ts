import { assertEquals, assertThrows } from "@std/assert";
import { createConditions } from "../../../../src/deno/modules/resolve/conditions.ts";
import {
  createModuleResolver,
  type ImportMode,
  type ModuleResolver,
  type ModuleResolverOptions,
  type ResolvedModule,
} from "../../../../src/deno/modules/resolve/module_resolver.ts";
import { ModuleResolveError } from "../../../../src/deno/modules/resolve/resolve_error.ts";
import { BASES, createMemoryFiles, type MemoryFiles, type Tree } from "../../../helpers/memory_files.ts";

/** `@/*` of a `tsconfig.json`, and `~th/*` for names with a number sign. */
const findAliases = (root: string) => (specifier: string): string[] =>
  specifier.startsWith("@/")
    ? [`${root}src/${specifier.slice(2)}`, `${root}generated/${specifier.slice(2)}`]
    : specifier.startsWith("#th/")
    ? [`${root}lib/${specifier.slice(4)}`]
    : [];

function createResolver(files: MemoryFiles, options: ModuleResolverOptions = {}): ModuleResolver {
  return createModuleResolver(files, { root: files.base, findAliases: findAliases(files.base), ...options });
}

/** Returns the result of an import, with the path of a file. */
function show(found: ResolvedModule, files: MemoryFiles): string {
  if (found.kind === "file") return found.url.replace(files.base, "");
  return found.kind === "builtin" ? found.specifier : found.kind;
}

const TREE: Tree = {
  "package.json": `{ "name": "site", "imports": {
    "#db": { "react-server": "./lib/db.server.ts", "default": "./lib/db.ts" },
    "#lib/*": "./lib/*.ts", "#crypto": "crypto", "#fs": "node:fs", "#zod": "zod", "#zod/*": "zod/*",
    "#first": ["./lib/gone.ts", "nope-pack", "./lib/db.ts"]
  } }`,
  "app/[id]/route.ts": "",
  "app/[id]/near.ts": "",
  "app/[id]/a b.ts": "",
  "lib/db.ts": "",
  "lib/db.server.ts": "",
  "lib/50%25.ts": "",
  "lib/c%23/d.ts": "",
  "lib/add.wasm": "",
  "lib/text.md": "",
  "lib/index.ts": "",
  "src/lib/db.ts": "",
  "src/card.tsx": "",
  "src/zod.ts": "",
  "generated/client.ts": "",
  "link/deep.ts@": "real/deep.ts",
  "real/deep.ts": "",
  "real/near.ts": "",
  "node_modules/zod/package.json": `{ "name": "zod", "main": "./index.js", "imports": { "#db": "./own.js" } }`,
  "node_modules/zod/index.js": "",
  "node_modules/zod/own.js": "",
  "node_modules/zod/esm/match.js": "",
  "node_modules/zod/esm/index.js": "",
  "node_modules/zod/@/lib/db.js": "",
  "node_modules/zod/style.css": "",
  "node_modules/punycode/package.json": `{ "main": "punycode.js", "exports": { ".": "./punycode.js" } }`,
  "node_modules/punycode/punycode.js": "",
  "node_modules/events/index.js": "",
  "node_modules/sqlite/index.js": "",
  "node_modules/ui@": "../packages/ui",
  "../packages/ui/package.json": `{ "name": "ui", "main": "./src/index.ts" }`,
  "../packages/ui/src/index.ts": "",
  "../packages/ui/src/card.ts": "",
};

const ROUTE = "app/[id]/route.ts";

const FOUND: readonly (readonly [what: string, specifier: string, found: string, parent?: string])[] = [
  ["a sibling file", "./near", "app/[id]/near.ts"],
  ["a file above", "../../lib/db", "lib/db.ts"],
  ["a folder", "../../lib", "lib/index.ts"],
  ["a folder with a slash", "../../lib/", "lib/index.ts"],
  ["the folder itself", ".", "lib/index.ts", "lib/db.ts"],
  ["the folder itself with a slash", "./", "lib/index.ts", "lib/db.ts"],
  ["the folder above", "..", "lib/index.ts", "lib/c%23/d.ts"],
  ["a name with a space", "./a b", "app/[id]/a%20b.ts"],
  ["a name with an escape of a URL", "./a%20b.ts", "app/[id]/a%20b.ts"],
  ["a name with a percent sign", "../../lib/50%", "lib/50%25.ts"],
  ["a name with a number sign", "../../lib/c#/d", "lib/c%23/d.ts"],
  ["a fragment", "./near.ts#x", "app/[id]/near.ts"],
  ["two slashes", "../../lib//db", "lib/db.ts"],
  ["a query", "../../lib/add.wasm?module", "lib/add.wasm?module"],
  ["a query of a file without ending", "./near?x=1", "app/[id]/near.ts?x=1"],
  ["a query of a package", "zod/style.css?inline", "node_modules/zod/style.css?inline"],
  ["a file of no code", "../../lib/text.md", "lib/text.md"],
  ["an importer with a version", "./near", "app/[id]/near.ts", "app/[id]/route.ts?v=3"],
  ["a file behind a link", "./deep", "real/deep.ts", "link/other.ts"],
  ["a path from the root of the project", "/lib/db", "lib/db.ts"],
  ["a package", "zod", "node_modules/zod/index.js"],
  ["a workspace package", "ui", "../packages/ui/src/index.ts"],
  ["a neighbor in a workspace package", "./card", "../packages/ui/src/card.ts", "../packages/ui/src/index.ts"],
  ["a name of the project in a workspace package", "@/card", "src/card.tsx", "../packages/ui/src/index.ts"],
  [
    "a neighbor without an extension in a package",
    "./match",
    "node_modules/zod/esm/match.js",
    "node_modules/zod/esm/index.js",
  ],
  ["a name of tsconfig.json", "@/lib/db", "src/lib/db.ts"],
  ["a name of tsconfig.json as JavaScript", "@/lib/db.js", "src/lib/db.ts"],
  ["the second place of such a name", "@/client", "generated/client.ts"],
  ["a name of tsconfig.json with a number sign", "#th/db", "lib/db.ts"],
  ["a name of tsconfig.json with a query", "@/card?raw", "src/card.tsx?raw"],
  ["no name of tsconfig.json in a package", "#db", "node_modules/zod/own.js", "node_modules/zod/index.js"],
  ["a name of imports", "#db", "lib/db.server.ts"],
  ["a pattern of imports", "#lib/db", "lib/db.ts"],
  ["a builtin by imports", "#crypto", "node:crypto"],
  ["a builtin with scheme by imports", "#fs", "node:fs"],
  ["a package by imports", "#zod", "node_modules/zod/index.js"],
  ["a file of a package by imports", "#zod/own", "node_modules/zod/own.js"],
  ["the first of imports that is there", "#first", "lib/db.ts"],
  ["a builtin", "fs", "node:fs"],
  ["a builtin with scheme", "node:fs/promises", "node:fs/promises"],
  ["a builtin before a package", "events", "node:events"],
  ["a package with the name of a builtin", "events/", "node_modules/events/index.js"],
  ["a package with exports with the name of a builtin", "punycode/", "node_modules/punycode/punycode.js"],
  ["a package with the name of a builtin that has to have a scheme", "sqlite", "node_modules/sqlite/index.js"],
  ["what is of npm", "npm:zod@4", "delegate"],
  ["what is of JSR", "jsr:@std/path", "delegate"],
  ["what is on the web", "https://esm.test/x.ts", "delegate"],
  ["data", "data:text/javascript,1", "delegate"],
  ["a scheme of another runtime", "bun:sqlite", "delegate"],
];

for (const base of BASES) {
  for (const [what, specifier, found, parent = ROUTE] of FOUND) {
    Deno.test(`resolve() finds ${what}, below ${base}`, () => {
      const files = createMemoryFiles(TREE, base);
      const module = createResolver(files).resolve(specifier, files.url(parent), "import");
      assertEquals(show(module, files), found.startsWith("../") ? files.url(found) : found);
    });
  }
}

const URLS: readonly (readonly [path: string, found: string])[] = [
  ["lib/db.ts", "lib/db.ts"],
  ["lib/db", "lib/db.ts"],
  ["lib/db.ts?v=3", "lib/db.ts?v=3"],
  ["lib/db.ts?v=3#x", "lib/db.ts?v=3#x"],
  ["app/[id]/a%20b.ts", "app/[id]/a%20b.ts"],
];

for (const [path, found] of URLS) {
  Deno.test(`resolve() finds the URL of ${path}`, () => {
    const files = createMemoryFiles(TREE);
    assertEquals(show(createResolver(files).resolve(files.url(path), files.url(ROUTE), "import"), files), found);
  });
}

Deno.test("resolve() finds an absolute path from require.resolve() on any system", () => {
  const posix = createMemoryFiles(TREE);
  const found = createResolver(posix).resolve("/home/ada/app/lib/50%.ts", posix.url(ROUTE), "require");
  assertEquals(show(found, posix), "lib/50%25.ts");
  const windows = createMemoryFiles(TREE, BASES[1]);
  for (const path of ["C:\\Users\\ada\\app\\lib\\50%.ts", "C:/Users/ada/app/lib/50%.ts"]) {
    assertEquals(show(createResolver(windows).resolve(path, windows.url(ROUTE), "require"), windows), "lib/50%25.ts");
  }
});

for (const parent of ["https://jsr.io/@a/b/1.0.0/mod.ts", "data:text/javascript,1", "npm:zod", "", "node:fs"]) {
  Deno.test(`resolve() delegates the imports of "${parent}" to Deno`, () => {
    const files = createMemoryFiles(TREE);
    assertEquals(createResolver(files).resolve("zod", parent, "import"), { kind: "delegate" });
    assertEquals(files.asked, []);
  });
}

Deno.test("resolve() delegates the names of the project's deno.json to Deno", () => {
  const files = createMemoryFiles(TREE);
  const asked: string[] = [];
  const resolver = createResolver(files, {
    isDelegated(specifier, parentUrl) {
      asked.push(`${specifier} ${parentUrl.replace(files.base, "")}`);
      return specifier === "zod" && !parentUrl.includes("/node_modules/");
    },
  });
  assertEquals(show(resolver.resolve("zod", files.url(ROUTE), "import"), files), "delegate");
  assertEquals(
    show(resolver.resolve("zod", files.url("node_modules/a/i.js"), "import"), files),
    "node_modules/zod/index.js",
  );
  assertEquals(asked, [`zod ${ROUTE}`, "zod node_modules/a/i.js"]);
});

const DUAL: Tree = {
  "node_modules/a/package.json":
    `{ "exports": { "development": "./d.js", "import": "./i.mjs", "require": "./r.cjs" } }`,
  "node_modules/a/d.js": "",
  "node_modules/a/i.mjs": "",
  "node_modules/a/r.cjs": "",
};

const MODES: readonly (readonly [isDevelopment: boolean, mode: ImportMode, found: string])[] = [
  [false, "import", "node_modules/a/i.mjs"],
  [false, "require", "node_modules/a/r.cjs"],
  [true, "import", "node_modules/a/d.js"],
];

for (const [isDevelopment, mode, found] of MODES) {
  Deno.test(`resolve() takes ${found} by ${mode}${isDevelopment ? " in development" : ""}`, () => {
    const files = createMemoryFiles(DUAL);
    const resolver = createResolver(files, { conditions: createConditions({ isDevelopment }) });
    assertEquals(show(resolver.resolve("a", files.url(ROUTE), mode), files), found);
  });
}

/** The project is behind a link. */
const LINKED: Tree = {
  "../app@": "../private/app",
  "../private/app/app/route.ts": "",
  "../private/app/lib/db.ts": "",
  "../private/app/node_modules/a/index.js": "",
  "../private/app/node_modules/b@": "../private/b",
  "../private/b/index.js": "",
};

for (
  const [specifier, found] of [["../lib/db", "lib/db.ts"], ["a", "node_modules/a/index.js"], [
    "b",
    "../private/b/index.js",
  ]]
) {
  Deno.test(`resolve() keeps the URL of a project behind a link: "${specifier}"`, () => {
    const files = createMemoryFiles(LINKED);
    const module = createResolver(files).resolve(specifier!, files.url("app/route.ts"), "import");
    assertEquals(module, { kind: "file", url: files.url(found!) });
  });
}

Deno.test("getCanonicalUrl() returns the same URL as resolve()", () => {
  const files = createMemoryFiles(TREE);
  const resolver = createResolver(files);
  assertEquals(resolver.getCanonicalUrl(files.url("link/deep.ts")), files.url("real/deep.ts"));
  assertEquals(resolver.getCanonicalUrl(files.url(ROUTE)), files.url(ROUTE));
  const linked = createMemoryFiles(LINKED);
  assertEquals(createResolver(linked).getCanonicalUrl(linked.url("app/route.ts")), linked.url("app/route.ts"));
});

Deno.test("getFormat() returns the format of the file", () => {
  const files = createMemoryFiles({ "package.json": "{}", "a.js": "export {};", "b.js": "exports.b = 1;" });
  const resolver = createResolver(files);
  const formats = ["a.js", "b.js", "c.ts?v=1"].map((path) => resolver.getFormat(files.url(path)));
  assertEquals(formats, ["module", "commonjs", "typescript"]);
  assertEquals(resolver.getFormat(files.url("b.js"), "export {};"), "module");
});

Deno.test("resolve() caches everything", () => {
  const files = createMemoryFiles(TREE);
  const resolver = createResolver(files);
  const all = () =>
    FOUND.map(([, specifier, , parent = ROUTE]) => resolver.resolve(specifier, files.url(parent), "import"));
  const first = all();
  const { length } = files.asked;
  assertEquals(all(), first);
  assertEquals(files.asked.length, length);
});

Deno.test("resolve() needs twice the file system calls for twice the routes", () => {
  const questions = (routes: number) => {
    const files = createMemoryFiles(TREE);
    const resolver = createResolver(files);
    for (let i = 0; i < routes; i++) {
      for (const specifier of ["zod", "@/lib/db", "next-to"].slice(0, 2)) {
        resolver.resolve(specifier, files.url(`app/${i}/route.ts`), "import");
      }
    }
    return files.asked.length;
  };
  assertEquals(questions(400) - questions(200), questions(600) - questions(400));
  // Of each folder: whether it has packages of its own, and its package.json.
  assertEquals(questions(400) - questions(200), 200 * 2);
});

Deno.test("resolve() finds a file that was created after a failed lookup", () => {
  const files = createMemoryFiles(TREE);
  const resolver = createResolver(files);
  const ask = (specifier: string) => resolver.resolve(specifier, files.url(ROUTE), "import");
  for (const specifier of ["./later", "@/later", "later", "zod/later"]) {
    assertThrows(() => ask(specifier), ModuleResolveError);
  }
  files.write("app/[id]/later.ts", "");
  files.write("src/later.ts", "");
  files.write("app/node_modules/later/index.js", "");
  files.write("node_modules/zod/later.js", "");
  const found = ["./later", "@/later", "later", "zod/later"].map((specifier) => show(ask(specifier), files));
  const expected = [
    "app/[id]/later.ts",
    "src/later.ts",
    "app/node_modules/later/index.js",
    "node_modules/zod/later.js",
  ];
  assertEquals(found, expected);
});

Deno.test("forget() clears the cache", () => {
  const files = createMemoryFiles({ ...TREE, "lib/x/index.ts": "" });
  const resolver = createResolver(files);
  const ask = (specifier: string) => show(resolver.resolve(specifier, files.url(ROUTE), "import"), files);
  assertEquals([ask("../../lib/x"), ask("zod")], ["lib/x/index.ts", "node_modules/zod/index.js"]);
  files.write("lib/x.ts", "");
  files.write("node_modules/zod/package.json", `{ "exports": "./own.js" }`);
  assertEquals([ask("../../lib/x"), ask("zod")], ["lib/x/index.ts", "node_modules/zod/index.js"]);
  resolver.forget();
  assertEquals([ask("../../lib/x"), ask("zod")], ["lib/x.ts", "node_modules/zod/own.js"]);
});

Deno.test("resolve() does not cache failures, whose names may come from requests", () => {
  const files = createMemoryFiles(TREE);
  const resolver = createResolver(files);
  const ask = (specifier: string) => assertThrows(() => resolver.resolve(specifier, files.url(ROUTE), "import"));
  const questions = (specifier: string) => {
    const { length } = files.asked;
    ask(specifier);
    return files.asked.length - length;
  };
  for (const prefix of ["../../locales/", "@/locales/", "zod/locales/"]) {
    const first = questions(`${prefix}xx.json`);
    // What is kept would not be asked for again.
    assertEquals(questions(`${prefix}xx.json`) > 0, true);
    assertEquals(questions(`${prefix}xx.json`) <= first, true);
  }
});
