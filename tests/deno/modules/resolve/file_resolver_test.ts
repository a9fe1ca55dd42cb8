import { assertEquals } from "@std/assert";
import { createFileResolver } from "../../../../src/deno/modules/resolve/file_resolver.ts";
import { createManifestReader } from "../../../../src/deno/modules/resolve/package_manifest.ts";
import { BASES, createMemoryFiles, type Tree } from "../../../helpers/memory_files.ts";

/** Returns the path of the file that a path resolves to. */
function find(tree: Tree, path: string, base?: string): string | undefined {
  const files = createMemoryFiles(tree, base);
  const found = createFileResolver(files, createManifestReader(files)).findFile(files.url(path));
  return found === undefined ? undefined : found.slice(files.base.length);
}

/** The first of the files is the expected one. */
const MEANT: readonly (readonly [path: string, meant: string, ...others: string[]])[] = [
  ["lib/db.ts", "lib/db.ts", "lib/db.ts.ts"],
  ["lib/db", "lib/db", "lib/db.ts"],
  ["lib/db", "lib/db.tsx", "lib/db.ts", "lib/db.jsx", "lib/db.js", "lib/db.mjs", "lib/db.json"],
  ["lib/db", "lib/db.ts", "lib/db.jsx", "lib/db.js", "lib/db.mjs", "lib/db.json"],
  ["lib/db", "lib/db.jsx", "lib/db.js", "lib/db.mjs", "lib/db.json"],
  ["lib/db", "lib/db.js", "lib/db.mjs", "lib/db.json", "lib/db.mts"],
  ["lib/db", "lib/db.mjs", "lib/db.json", "lib/db.cts", "lib/db.cjs"],
  ["lib/db", "lib/db.json", "lib/db.mts", "lib/db.wasm"],
  ["lib/db", "lib/db.mts", "lib/db.cts", "lib/db.cjs"],
  ["lib/db", "lib/db.cts", "lib/db.cjs"],
  ["lib/db", "lib/db.ts", "lib/db/index.tsx"],
  ["lib/db.data", "lib/db.data.ts", "lib/db.ts"],
  ["lib/db.js", "lib/db.js", "lib/db.ts", "lib/db.tsx"],
  ["lib/db.js", "lib/db.ts", "lib/db.tsx", "lib/db.js.ts"],
  ["lib/db.js", "lib/db.tsx"],
  ["lib/db.js", "lib/db.js.ts"],
  ["lib/db.jsx", "lib/db.tsx", "lib/db.ts"],
  ["lib/db.mjs", "lib/db.mts", "lib/db.ts"],
  ["lib/db.cjs", "lib/db.cts", "lib/db.ts"],
  ["lib", "lib/index.tsx", "lib/index.ts", "lib/index.js"],
  ["lib", "lib/index.json"],
  ["lib/", "lib/index.ts", "lib.ts"],
  ["", "index.ts"],
  [
    "node_modules/p/db",
    "node_modules/p/db.js",
    "node_modules/p/db.ts",
    "node_modules/p/db.mjs",
    "node_modules/p/db.tsx",
  ],
  ["node_modules/p/db", "node_modules/p/db.json", "node_modules/p/db.mjs", "node_modules/p/db.node"],
  ["node_modules/p/db", "node_modules/p/db.node", "node_modules/p/db.mjs"],
  ["node_modules/p/db", "node_modules/p/db.mjs", "node_modules/p/db.cjs", "node_modules/p/db.ts"],
  ["node_modules/p/db", "node_modules/p/db.ts", "node_modules/p/db.tsx"],
  ["node_modules/p/db.js", "node_modules/p/db.ts"],
  ["node_modules/p/fp", "node_modules/p/fp/index.js", "node_modules/p/fp/index.ts"],
];

for (const base of BASES) {
  for (const [path, meant, ...others] of MEANT) {
    const besides = others.length === 0 ? "" : `, not ${others.join(", ")}`;
    Deno.test(`findFile() of "${path}" below ${base} is ${meant}${besides}`, () => {
      // Whatever was written first.
      const tree = Object.fromEntries([...others, meant].map((file) => [file, ""]));
      assertEquals(find(tree, path, base), meant);
    });
  }
}

const MANIFESTS: readonly (readonly [what: string, manifest: string, others: readonly string[], meant: string])[] = [
  ["main", `{ "main": "./entry.js" }`, ["entry.js", "index.js"], "entry.js"],
  ["main without ./", `{ "main": "entry.js" }`, ["entry.js"], "entry.js"],
  ["main without ending", `{ "main": "entry" }`, ["entry.js"], "entry.js"],
  ["main from a slash on", `{ "main": "/entry.js" }`, ["entry.js"], "entry.js"],
  ["main in a folder", `{ "main": "dist/entry" }`, ["dist/entry.js"], "dist/entry.js"],
  ["a folder as main", `{ "main": "./dist" }`, ["dist/index.js", "index.js"], "dist/index.js"],
  ["a folder with a slash as main", `{ "main": "./dist/" }`, ["dist/index.js"], "dist/index.js"],
  ["main that is TypeScript", `{ "main": "./src/index.ts" }`, ["src/index.ts"], "src/index.ts"],
  ["main written as JavaScript", `{ "main": "./src/index.js" }`, ["src/index.ts"], "src/index.ts"],
  ["main before module", `{ "main": "a.js", "module": "b.js" }`, ["a.js", "b.js"], "a.js"],
  ["module without main", `{ "module": "b.js" }`, ["b.js", "index.js"], "b.js"],
  ["module where main is missing", `{ "main": "gone.js", "module": "b.js" }`, ["b.js", "index.js"], "b.js"],
  ["no main that is missing", `{ "main": "gone.js" }`, ["index.js"], "index.js"],
  ["no main that is the folder", `{ "main": "." }`, ["index.js"], "index.js"],
  ["no main that is empty", `{ "main": "" }`, ["index.js"], "index.js"],
  ["no main that is not a string", `{ "main": 1 }`, ["index.js"], "index.js"],
  ["no browser", `{ "browser": "b.js" }`, ["b.js", "index.js"], "index.js"],
  ["no browser in place of main", `{ "main": "a.js", "browser": { "./a.js": "./b.js" } }`, ["a.js", "b.js"], "a.js"],
  ["no exports of a folder by its path", `{ "main": "a.js", "exports": "./b.js" }`, ["a.js", "b.js"], "a.js"],
  ["main above the folder", `{ "main": "../shared/a.js" }`, ["../shared/a.js"], "../shared/a.js"],
];

for (const folder of ["lib/sub", "node_modules/p/sub"]) {
  for (const [what, manifest, others, meant] of MANIFESTS) {
    Deno.test(`findFile() of ${folder} takes ${what}`, () => {
      const tree = Object.fromEntries(others.map((file) => [`${folder}/${file}`, ""]));
      const path = new URL(`${folder}/${meant}`, "file:///").pathname.slice(1);
      assertEquals(find({ ...tree, [`${folder}/package.json`]: manifest }, folder), path);
    });
  }
}

for (
  const [path, ...files] of [["lib/db"], ["lib", "lib/other.ts"], ["lib/db/", "lib/db.ts"], ["db", "db.css", "db.d.ts"]]
) {
  Deno.test(`findFile() finds nothing for "${path}" among ${files.length} files`, () => {
    assertEquals(find(Object.fromEntries(files.map((file) => [file, ""])), path!), undefined);
  });
}

Deno.test("findFile() makes one check if the extension is given", () => {
  const files = createMemoryFiles({ "lib/db.ts": "" });
  createFileResolver(files, createManifestReader(files)).findFile(files.url("lib/db.ts"));
  assertEquals(files.asked, ["isFile lib/db.ts"]);
});
