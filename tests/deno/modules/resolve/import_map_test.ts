import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { toFileUrl } from "@std/path";
import {
  type ImportMap,
  readCheckoutImports,
  readProjectImports,
} from "../../../../src/deno/modules/resolve/import_map.ts";
import { filesBelow } from "../../../helpers/build.ts";
import { temporaryFiles } from "../../../helpers/app.ts";

/** The import map of a folder of files, with URLs relative to it: `project:/lib/`. */
async function importsOf(files: Readonly<Record<string, string>>, folder = ""): Promise<ImportMap> {
  await using project = await temporaryFiles(files);
  const map = JSON.stringify(readProjectImports(`${project.dir}${folder}`));
  return JSON.parse(map.replaceAll(`${toFileUrl(project.dir).href}/`, "project:/"));
}

const IMPORTS: readonly (readonly [
  what: string,
  imports: Readonly<Record<string, string>>,
  found: Readonly<Record<string, string>>,
])[] = [
  ["a file", { answer: "./lib/answer.ts" }, { answer: "project:/lib/answer.ts" }],
  ["a folder", { "@/": "./src/" }, { "@/": "project:/src/" }],
  ["the project itself", { "@/": "./", "~/": "/" }, { "@/": "project:/", "~/": "file:///" }],
  ["a file above", { up: "../up.ts" }, { up: `${"project:/../up.ts"}` }],
  ["a path for a path", { "./a.ts": "./b.ts" }, { "project:/a.ts": "project:/b.ts" }],
  ["addresses as they are", { a: "https://x.test/a.ts", b: "data:text/javascript,1" }, {
    a: "https://x.test/a.ts",
    b: "data:text/javascript,1",
  }],
  ["modules of Node.js as they are", { fs: "node:fs" }, { fs: "node:fs" }],
  ["an npm package and what is below it", { hono: "npm:hono@4" }, { hono: "npm:hono@4", "hono/": "npm:/hono@4/" }],
  ["a package with a scope", { "@std/path": "jsr:@std/path@^1.0.0" }, {
    "@std/path": "jsr:@std/path@^1.0.0",
    "@std/path/": "jsr:/@std/path@^1.0.0/",
  }],
  ["a package by another name", { path: "jsr:@std/path@1" }, {
    path: "jsr:@std/path@1",
    "path/": "jsr:/@std/path@1/",
  }],
  ["a package whose folder is said too", { hono: "npm:hono@4", "hono/": "npm:/hono@4/dist/" }, {
    hono: "npm:hono@4",
    "hono/": "npm:/hono@4/dist/",
  }],
  ["a folder of a package alone", { "hono/": "npm:/hono@4/" }, { "hono/": "npm:/hono@4/" }],
  ["a name of spaces and letters", { "é x": "./lib/é x.ts" }, { "é x": "project:/lib/%C3%A9%20x.ts" }],
];

for (const [what, imports, found] of IMPORTS) {
  Deno.test(`readProjectImports() reads ${what}`, async () => {
    const { imports: read, scopes } = await importsOf({ "p/deno.json": JSON.stringify({ imports }) }, "/p");
    const relative = (text: string) => text.replace("project:/", "project:/p/").replace("p/../", "");
    const wanted = Object.entries(found).map(([name, to]) => [relative(name), relative(to)]);
    assertEquals({ imports: read, scopes }, { imports: Object.fromEntries(wanted), scopes: {} });
  });
}

Deno.test("readProjectImports() reads deno.jsonc with comments, and prefers deno.json", async () => {
  const jsonc = `{ // names\n "imports": { "a": "./c.ts", }, }`;
  assertEquals((await importsOf({ "deno.jsonc": jsonc })).imports, { a: "project:/c.ts" });
  const both = { "deno.json": `{ "imports": { "a": "./j.ts" } }`, "deno.jsonc": jsonc };
  assertEquals((await importsOf(both)).imports, { a: "project:/j.ts" });
});

for (const [what, files] of Object.entries({ "no deno.json": {}, "an empty one": { "deno.json": "" } })) {
  Deno.test(`readProjectImports() finds no names in a project with ${what}`, async () => {
    assertEquals(await importsOf({ "app/route.ts": "", ...files }), { imports: {}, scopes: {} });
  });
}

Deno.test("readProjectImports() reads scopes, relative to the file", async () => {
  const scopes = { "./lib/": { a: "./b.ts", "./c.ts": "./d.ts" }, "https://x.test/": { e: "./f.ts" } };
  assertEquals((await importsOf({ "deno.json": JSON.stringify({ scopes }) })).scopes, {
    "project:/lib/": { a: "project:/b.ts", "project:/c.ts": "project:/d.ts" },
    "https://x.test/": { e: "project:/f.ts" },
  });
});

Deno.test("readProjectImports() reads the import map file of deno.json, relative to that file, without adding subpaths", async () => {
  const map = `{ "imports": { "a": "./a.ts", "hono": "npm:hono@4" }, "scopes": { "./x/": { "a": "../b.ts" } } }`;
  assertEquals(await importsOf({ "deno.json": `{ "importMap": "maps/map.json" }`, "maps/map.json": map }), {
    imports: { a: "project:/maps/a.ts", hono: "npm:hono@4" },
    scopes: { "project:/maps/x/": { a: "project:/b.ts" } },
  });
});

Deno.test("readProjectImports() prefers the imports of deno.json to an import map file, as Deno does", async () => {
  const files = {
    "deno.json": `{ "imports": { "a": "./a.ts" }, "importMap": "m.json" }`,
    "m.json": `{ "imports": {} }`,
  };
  assertEquals((await importsOf(files)).imports, { a: "project:/a.ts" });
});

Deno.test("readProjectImports() names the file that is not JSON", async () => {
  await using project = await temporaryFiles({ "deno.json": "{ imports" });
  assertThrows(() => readProjectImports(project.dir), SyntaxError, `Cannot read "${project.dir}/deno.json": `);
});

Deno.test("readProjectImports() merges the names of the workspace, and prefers those of the member", async () => {
  const files = {
    "deno.json": `{ "workspace": ["./web"], "imports": { "a": "./a.ts", "b": "./b.ts" } }`,
    "web/deno.json": `{ "imports": { "b": "./own.ts" } }`,
  };
  assertEquals((await importsOf(files, "/web")).imports, { a: "project:/a.ts", b: "project:/web/own.ts" });
});

Deno.test("readProjectImports() reads the deno.json above a project that has none, as Deno does", async () => {
  const files = { "deno.json": `{ "imports": { "a": "./a.ts" } }`, "web/app/route.ts": "" };
  assertEquals((await importsOf(files, "/web")).imports, { a: "project:/a.ts" });
});

const REACT = { react: "npm:react@^19.0.0", "react/": "npm:/react@^19.0.0/" };

/** The files of a project that may list React, and the names that its import map has. */
const WITH_REACT: readonly (readonly [what: string, files: Readonly<Record<string, string>>, imports: object])[] = [
  ["that it lists", { "package.json": `{ "dependencies": { "react": "^19.0.0", "zod": "4.0.0" } }` }, REACT],
  ["that it has installed", {
    "package.json": `{ "dependencies": { "react": "^19.0.0" } }`,
    "node_modules/react/package.json": "{}",
  }, {}],
  ["that deno.json maps", {
    "package.json": `{ "dependencies": { "react": "^19.0.0" } }`,
    "deno.json": `{ "imports": { "react": "./react.ts", "react/": "./react/" } }`,
  }, { react: "project:/react.ts", "react/": "project:/react/" }],
  ["that no registry has", { "package.json": `{ "dependencies": { "react": "workspace:*" } }` }, {}],
  ["that it does not list", { "package.json": `{ "name": "x" }` }, {}],
];

for (const [what, files, imports] of WITH_REACT) {
  Deno.test(`readProjectImports() of a project with React ${what}`, async () => {
    assertEquals((await importsOf(files)).imports, imports as Readonly<Record<string, string>>);
  });
}

Deno.test("readCheckoutImports() maps every bare import of src/, only for this checkout", async () => {
  const src = new URL("../../../../src/", import.meta.url).pathname;
  const [[scope, imports], ...more] = Object.entries(await readCheckoutImports()) as [
    [string, Record<string, string>],
    ...unknown[],
  ];
  assertEquals([scope, more], [new URL("../../../../", import.meta.url).href, []]);
  for (const file of await filesBelow(src)) {
    const text = await Deno.readTextFile(`${src}/${file}`);
    for (const [, name = ""] of text.matchAll(/^(?:import|export) .*from "(@std\/[^"]+|@redis\/[^"]+)";$/gm)) {
      assert(Object.hasOwn(imports, name), `${name} of ${file}`);
    }
  }
  for (const [name, url] of Object.entries(imports)) {
    assertMatch(url, name === "@redis/client" ? /^npm:@redis\/client@/ : /^(?:file|https):\/\//, name);
  }
});
