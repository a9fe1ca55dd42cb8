import { assertEquals } from "@std/assert";
import { toFileUrl } from "@std/path";
import { walkModules } from "../../../../src/deno/modules/load/module_walk.ts";
import { temporaryFiles } from "../../../helpers/app.ts";

type Files = Readonly<Record<string, string>>;

/** Returns the result of a walk from a file, with paths relative to the project. */
async function walked(files: Files, ...entries: readonly string[]) {
  await using project = await temporaryFiles(files);
  const base = `${toFileUrl(project.dir).href}/`;
  const from = entries.length === 0 ? ["app/route.ts"] : entries;
  const { sources, map } = walkModules(from.map((entry) => base + entry));
  const { imports, scopes } = JSON.parse(JSON.stringify(map).replaceAll(base, ""));
  return { files: [...sources.keys()].map((url) => decodeURI(url.replace(base, ""))).sort(), imports, scopes, sources };
}

/** Imports of `lib/a.ts`, and whether they need an entry in the map. */
const WAYS: readonly (readonly [what: string, source: string])[] = [
  ["a name", `import a from "../lib/a.ts";`],
  ["a default and names over lines", `import a, {\n  b,\n  type C,\n} from "../lib/a.ts";`],
  ["all names", `import * as a from "../lib/a.ts";`],
  ["nothing but its effect", `import "../lib/a.ts";`],
  ["single quotes", `import { a } from '../lib/a.ts'`],
  ["no white space", `import{a}from"../lib/a.ts";`],
  ["an export", `export { a } from "../lib/a.ts";`],
  ["an export of all", `export * from "../lib/a.ts";`],
  ["an export of all by a name", `export * as a from "../lib/a.ts";`],
  ["an import while it runs", `export const GET = async () => (await import("../lib/a.ts")).default;`],
  ["an import while it runs, over lines", `await import(\n  "../lib/a.ts"\n);`],
  ["an import while it runs, in a template", "await import(`../lib/a.ts`);"],
  ["an import with options", `await import("../lib/a.ts", { with: {} });`],
  ["require()", `const a = require("../lib/a.ts");`],
  ["a second import in a line", `import x from "./x.ts"; import a from "../lib/a.ts";`],
  ["an import after code without semicolons", `const text = "x"\nimport a from "../lib/a.ts"`],
  ["an import after a word in a string", `const s = 'import';\nimport a from "../lib/a.ts";`],
  ["an import with a comment", `import /* all */ a from "../lib/a.ts";`],
];

for (const [what, source] of WAYS) {
  Deno.test(`walkModules() finds ${what}: ${source.replaceAll("\n", " ")}`, async () => {
    const { files } = await walked({ "app/route.ts": source, "lib/a.ts": "" });
    assertEquals(files.includes("lib/a.ts"), true);
  });
}

const MEANINGS: readonly (readonly [what: string, specifier: string, files: Files, imports: Files])[] = [
  ["nothing for a whole name", "../lib/a.ts", { "lib/a.ts": "" }, {}],
  ["a name without ending", "../lib/a", { "lib/a.ts": "" }, { "lib/a": "lib/a.ts" }],
  ["a name with the ending once compiled", "../lib/a.js", { "lib/a.ts": "" }, { "lib/a.js": "lib/a.ts" }],
  ["a folder", "../lib", { "lib/index.ts": "" }, { "lib": "lib/index.ts" }],
  ["a folder above", "..", { "index.ts": "" }, {}],
  ["JSON without ending", "../lib/a", { "lib/a.json": "{}" }, { "lib/a": "lib/a.json" }],
  [
    "a path of tsconfig.json",
    "@/a",
    { "lib/a.ts": "", "tsconfig.json": `{ "compilerOptions": { "paths": { "@/*": ["./lib/*"] } } }` },
    { "@/a": "lib/a.ts" },
  ],
  [
    "baseUrl",
    "lib/a",
    { "lib/a.ts": "", "tsconfig.json": `{ "compilerOptions": { "baseUrl": "." } }` },
    { "lib/a": "lib/a.ts" },
  ],
  ["a name of letters and signs", "../lib/é #%", { "lib/é #%.ts": "" }, {}],
  ["nothing for a package", "hono", { "lib/a.ts": "" }, {}],
  ["nothing for a module of Node.js", "node:fs", {}, {}],
  ["nothing for what is not there", "../lib/none", {}, {}],
];

for (const [what, specifier, files, imports] of MEANINGS) {
  Deno.test(`walkModules() resolves ${what}: "${specifier}"`, async () => {
    const found = await walked({ ...files, "app/route.ts": `import x from "${specifier}";` });
    assertEquals({ imports: found.imports, scopes: found.scopes }, { imports, scopes: {} });
  });
}

Deno.test("walkModules() reads every module once: cycles, diamonds, several entries", async () => {
  const files = {
    "app/a/route.ts": `import "../../lib/x"; import "../../lib/y";`,
    "app/b/route.ts": `import "../../lib/y";`,
    "lib/x.ts": `import "./z"; import "./x";`,
    "lib/y.ts": `import "./z";`,
    "lib/z.ts": `import "./x"; import "../app/a/route";`,
    "lib/other.ts": "",
  };
  const { files: found, sources } = await walked(files, "app/a/route.ts", "app/b/route.ts");
  assertEquals(found, Object.keys(files).filter((file) => file !== "lib/other.ts"));
  assertEquals([...sources.values()].sort(), Object.values(files).filter((text) => text !== "").sort());
});

Deno.test("walkModules() does not read packages, or imports in JSON", async () => {
  const { files } = await walked({
    "app/route.ts": `import "greet"; import data from "../data.json";`,
    "data.json": `{ "import \\"./x.ts\\"": 1 }`,
    "x.ts": "",
    "node_modules/greet/package.json": `{ "name": "greet", "main": "index.js" }`,
    "node_modules/greet/index.js": `require("./lib")`,
    "node_modules/greet/lib.js": "",
  });
  assertEquals(files, ["app/route.ts", "data.json"]);
});

Deno.test("walkModules() scopes names that resolve differently in another folder", async () => {
  const paths = (to: string) => `{ "compilerOptions": { "paths": { "@/*": ["${to}/*"] } } }`;
  const { imports, scopes } = await walked(
    {
      "one/tsconfig.json": paths("./lib"),
      "two/tsconfig.json": paths("./lib"),
      "one/a.ts": `import "@/x";`,
      "two/a.ts": `import "@/x";`,
      "two/b.ts": `import "@/x";`,
      "one/lib/x.ts": "",
      "two/lib/x.ts": "",
    },
    "one/a.ts",
    "two/a.ts",
    "two/b.ts",
  );
  assertEquals(imports, { "@/x": "one/lib/x.ts" });
  assertEquals(scopes, { "two/a.ts": { "@/x": "two/lib/x.ts" }, "two/b.ts": { "@/x": "two/lib/x.ts" } });
});

Deno.test("walkModules() leaves out a missing file", async () => {
  assertEquals((await walked({ "app/route.ts": `import "./none.ts";` }, "app/route.ts", "app/gone.ts")).files, [
    "app/route.ts",
  ]);
});
