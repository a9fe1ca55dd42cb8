import { assertEquals } from "@std/assert";
import { resolveExports, resolveImports, type Target } from "../../../../src/deno/modules/resolve/package_exports.ts";

const CONDITIONS: ReadonlySet<string> = new Set(["react-server", "node", "import"]);

const found = (...targets: string[]): Target => ({ kind: "found", targets });
const MISSING: Target = { kind: "missing" };
const blocked = (key: string): Target => ({ kind: "blocked", key });
const unmet = (key: string, ...conditions: string[]): Target => ({ kind: "unmet", key, conditions });
const invalid = (key: string, why: string): Target => ({ kind: "invalid", key, why });

type Case = readonly [what: string, field: unknown, name: string, target: Target];

const PATTERNS = {
  "./*": "./lib/*.js",
  "./features/*.js": "./src/features/*.js",
  "./features/*": "./src/features/*/index.js",
  "./features/private/*": null,
  "./a/*/b/*": "./twice.js",
  "./styles/*": { browser: "./css/*", default: "./dist/*/*.css" },
  "./*.json": "./data/*.json",
};

const EXPORTS: readonly Case[] = [
  ["a path for the package itself", "./index.js", ".", found("./index.js")],
  ["nothing else where it is a path", "./index.js", "./index.js", MISSING],
  ["conditions for the package itself", { import: "./a.mjs", require: "./a.cjs" }, ".", found("./a.mjs")],
  ["nothing else where they are conditions", { import: "./a.mjs" }, "./a", MISSING],
  ["the first condition that holds", { default: "./d.js", import: "./i.js" }, ".", found("./d.js")],
  ["no condition that does not hold", { deno: "./d.js", worker: "./w.js", node: "./n.js" }, ".", found("./n.js")],
  ["conditions in conditions", { node: { import: "./i.js", require: "./r.js" } }, ".", found("./i.js")],
  [
    "the next condition where an inner one fails",
    { node: { deno: "./d.js" }, default: "./x.js" },
    ".",
    found("./x.js"),
  ],
  ["an inner null as an end", { node: null, default: "./x.js" }, ".", blocked(".")],
  [
    "inactive conditions",
    { ".": { browser: "./b.js", node: { worker: "./w.js" } } },
    ".",
    unmet(
      ".",
      "browser",
      "node.worker",
    ),
  ],
  ["no conditions", { ".": {} }, ".", unmet(".")],
  ["a subpath", { ".": "./i.js", "./fp": "./fp.js" }, "./fp", found("./fp.js")],
  ["no subpath that is not there", { ".": "./i.js", "./fp": "./fp.js" }, "./nope", MISSING],
  ["no main where there are only subpaths", { "./fp": "./fp.js" }, ".", MISSING],
  ["names of objects as names", { "./a": "./a.js" }, "./constructor", MISSING],
  ["a name of objects that is there", JSON.parse(`{ "./__proto__": "./p.js" }`), "./__proto__", found("./p.js")],
  ["an array, all of it", { ".": ["./a.js", "./b.js"] }, ".", found("./a.js", "./b.js")],
  ["an array at the top", ["./a.js", "./b.js"], ".", found("./a.js", "./b.js")],
  [
    "conditions in an array",
    { ".": [{ browser: "./b.js" }, { import: "./i.js" }, "./x.js"] },
    ".",
    found(
      "./i.js",
      "./x.js",
    ),
  ],
  [
    "an array in conditions",
    { ".": { import: [{ deno: "./d.js" }, "./i.js"], default: "./x.js" } },
    ".",
    found("./i.js"),
  ],
  ["what is valid of an array", { ".": ["https://a.test/x.js", null, "./x.js"] }, ".", found("./x.js")],
  ["an array of nothing", { ".": [] }, ".", blocked(".")],
  ["an array of null", { ".": [null] }, ".", blocked(".")],
  [
    "an array that ends with something invalid",
    { ".": [null, "../x.js"] },
    ".",
    invalid(
      ".",
      `"." maps to "../x.js", expected a path starting with "./"`,
    ),
  ],
  ["an array of conditions that do not hold", { ".": [{ deno: "./d.js" }] }, ".", unmet(".", "deno")],
  ["a pattern", PATTERNS, "./get", found("./lib/get.js")],
  ["slashes in place of a star", PATTERNS, "./deep/er/get", found("./lib/deep/er/get.js")],
  ["the pattern with the longest beginning", PATTERNS, "./features/x", found("./src/features/x/index.js")],
  ["the longest of patterns with a common prefix", PATTERNS, "./features/x.js", found("./src/features/x.js")],
  ["a pattern that forbids", PATTERNS, "./features/private/x", blocked("./features/private/*")],
  ["all stars of a target", PATTERNS, "./styles/dark", found("./dist/dark/dark.css")],
  ["an ending behind a star", PATTERNS, "./de.json", found("./data/de.json")],
  ["no star in place of nothing", { "./a/*": "./a/*.js" }, "./a/", MISSING],
  ["no star of no length between", { "./a*a": "./x.js" }, "./aa", MISSING],
  ["no pattern of two stars", { "./a/*/b/*": "./twice.js" }, "./a/1/b/2", MISSING],
  ["dollar signs in place of a star", PATTERNS, "./$&$1", found("./lib/$&$1.js")],
  ["no pattern as a name", { "./*": "./x/*.js" }, "./*", found("./x/*.js")],
  ["an exact name before a pattern", { "./*": "./x/*.js", "./a": null }, "./a", blocked("./a")],
  ["a key that ends with a slash", { "./f/": "./src/" }, "./f/a.js", found("./src/a.js")],
  ["no folder itself by a key with a slash", { "./f/": "./src/" }, "./f/", MISSING],
  ["a pattern before a key with a slash", { "./f/": "./old/", "./f/*": "./new/*" }, "./f/a", found("./new/a")],
  [
    "a longer key with a slash in preference to a pattern",
    { "./f/g/": "./old/", "./f/*": "./new/*" },
    "./f/g/a",
    found("./old/a"),
  ],
  [
    "no key with a slash that maps to a file",
    { "./f/": "./src" },
    "./f/a",
    invalid(
      "./f/",
      `"./f/" maps to "./src", expected a folder ending with "/"`,
    ),
  ],
  ["a target without ./, as bundlers do", { ".": "index.js" }, ".", found("./index.js")],
  [
    "no target above",
    { ".": "../x.js" },
    ".",
    invalid(
      ".",
      `"." maps to "../x.js", expected a path starting with "./"`,
    ),
  ],
  [
    "no target at the root",
    { ".": "/x.js" },
    ".",
    invalid(".", `"." maps to "/x.js", expected a path starting with "./"`),
  ],
  [
    "no target of a scheme",
    { ".": "node:fs" },
    ".",
    invalid(
      ".",
      `"." maps to "node:fs", expected a path starting with "./"`,
    ),
  ],
  ["no empty target", { ".": "" }, ".", invalid(".", `"." maps to "", expected a path starting with "./"`)],
  ["no target that is a number", { ".": 1 }, ".", invalid(".", `"." is 1, expected a path`)],
  [
    "no target with dots",
    { ".": "./a/../../x.js" },
    ".",
    invalid(
      ".",
      `"." maps to "./a/../../x.js", which is outside the package`,
    ),
  ],
  [
    "no target with encoded dots",
    { ".": "./a/%2E%2e/x.js" },
    ".",
    invalid(
      ".",
      `"." maps to "./a/%2E%2e/x.js", which is outside the package`,
    ),
  ],
  [
    "no target in node_modules",
    { ".": "./node_modules/x.js" },
    ".",
    invalid(
      ".",
      `"." maps to "./node_modules/x.js", which is outside the package`,
    ),
  ],
  ["dots of names", { ".": "./.hidden/..x/a...b.js" }, ".", found("./.hidden/..x/a...b.js")],
  [
    "no dots in place of a star",
    { "./*": "./lib/*" },
    "./../secret",
    invalid(
      "./*",
      `"../secret" in place of the "*" of "./*" leads outside the package`,
    ),
  ],
  [
    "no escaped dots in place of a star",
    { "./*": "./lib/*" },
    "./a/%2e%2E/b",
    invalid(
      "./*",
      `"a/%2e%2E/b" in place of the "*" of "./*" leads outside the package`,
    ),
  ],
  [
    "no node_modules in place of a star",
    { "./*": "./*" },
    "./node_modules/x",
    invalid(
      "./*",
      `"node_modules/x" in place of the "*" of "./*" leads outside the package`,
    ),
  ],
  [
    "no numbers as conditions",
    { ".": { 0: "./a.js" } },
    ".",
    invalid(
      ".",
      `"." has the number 0 as a condition, expected a name`,
    ),
  ],
  [
    "no paths among conditions",
    { "./a": "./a.js", import: "./i.js" },
    "./a",
    invalid(
      "./a",
      `it mixes paths and conditions: "./a" is a path, "import" is a condition`,
    ),
  ],
];

for (const [what, field, name, target] of EXPORTS) {
  Deno.test(`resolveExports() reads ${what}`, () => {
    assertEquals(resolveExports(field, name, CONDITIONS), target);
  });
}

const IMPORTS: readonly Case[] = [
  ["a name", { "#db": "./db.js" }, "#db", found("./db.js")],
  ["conditions", { "#db": { "react-server": "./s.js", default: "./c.js" } }, "#db", found("./s.js")],
  ["a pattern", { "#lib/*": "./lib/*.ts" }, "#lib/a/b", found("./lib/a/b.ts")],
  ["a pattern that begins with a slash", { "#/*": "./src/*" }, "#/a", found("./src/a")],
  ["another package", { "#dep": { node: "dep-native", default: "./dep.js" } }, "#dep", found("dep-native")],
  ["a file of another package", { "#dep/*": "@a/dep/*" }, "#dep/x", found("@a/dep/x")],
  ["a module of Node.js", { "#fs": "node:fs" }, "#fs", found("node:fs")],
  [
    "no address",
    { "#x": "https://a.test/x.js" },
    "#x",
    invalid(
      "#x",
      `"#x" maps to "https://a.test/x.js", expected a path starting with "./"`,
    ),
  ],
  [
    "no path above",
    { "#x": "../x.js" },
    "#x",
    invalid("#x", `"#x" maps to "../x.js", expected a path starting with "./"`),
  ],
  ["a name that is not there", { "#db": "./db.js" }, "#nope", MISSING],
  ["a null", { "#db": null }, "#db", blocked("#db")],
  ["the sign alone", { "#": "./x.js" }, "#", MISSING],
  ["no field", undefined, "#db", MISSING],
  ["a field that is a list", ["./x.js"], "#db", MISSING],
];

for (const [what, field, name, target] of IMPORTS) {
  Deno.test(`resolveImports() reads ${what}`, () => {
    assertEquals(resolveImports(field, name, CONDITIONS), target);
  });
}

Deno.test("resolveExports() reads the keys of a map only once", () => {
  let listed = 0;
  const map = new Proxy({ ".": "./index.js", "./features/*": "./src/*.js" }, {
    ownKeys(target) {
      listed++;
      return Reflect.ownKeys(target);
    },
  });
  for (let i = 0; i < 20; i++) assertEquals(resolveExports(map, `./features/${i}`, CONDITIONS).kind, "found");
  assertEquals(listed, 1);
});
