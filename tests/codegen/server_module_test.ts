import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import {
  createProjectModule,
  createServerModule,
  HANDLER_MODULE,
  type ServerModule,
} from "../../src/codegen/server_module.ts";
import { readManifest } from "../../src/routing/manifest.ts";

const NONE = { config: null, proxy: null, instrumentation: null };

const manifestOf = (files: readonly string[]) => readManifest([...files], "app").manifest;

/** Returns the module of route files, without its header. */
function moduleOf(files: readonly string[], front: Partial<typeof FRONT> = {}, toRoot = "../.."): string {
  return createProjectModule({ manifest: manifestOf(files), ...NONE, ...front }, toRoot).replace(/^\/\/.*\n/gm, "");
}

const FRONT = { config: "next.config.mjs", proxy: "src/proxy.ts", instrumentation: "src/instrumentation.ts" };

/** Returns the exports of a module that is given as text. */
async function run(source: string): Promise<Record<string, unknown>> {
  return await import(`data:text/javascript;base64,${new TextEncoder().encode(source).toBase64()}`);
}

Deno.test("createProjectModule() imports each route by a literal specifier, and leaves out missing files", () => {
  assertEquals(
    moduleOf(["users/[id]/route.ts", "route.ts"]),
    `
export const modules = {
  "app/route.ts": () => import("../../app/route.ts"),
  "app/users/[id]/route.ts": () => import("../../app/users/[id]/route.ts"),
};

`,
  );
});

Deno.test("createProjectModule() has next.config, the proxy and the instrumentation", () => {
  const text = moduleOf(["route.ts"], FRONT);
  for (const [name, file] of Object.entries(FRONT)) {
    const line = `export const ${name} = { file: "${file}", load: () => import("../../${file}") };\n`;
    assertStringIncludes(text, line);
  }
});

const NAMES: readonly (readonly [what: string, file: string, specifier: string])[] = [
  ["brackets, dots and groups as they are", "(a)/[[...b]]/route.ts", "../../app/(a)/[[...b]]/route.ts"],
  ["an at sign unchanged", "@user/route.ts", "../../app/@user/route.ts"],
  ["a space encoded", "a b/route.ts", "../../app/a%20b/route.ts"],
  ["a percent sign encoded", "(100%)/route.ts", "../../app/(100%25)/route.ts"],
  ["what looks encoded encoded again", "%41/route.ts", "../../app/%2541/route.ts"],
  ["what looks like an encoded bracket encoded again", "%5Ba/route.ts", "../../app/%255Ba/route.ts"],
  ["signs of a query and a fragment encoded", "a?b#c/route.ts", "../../app/a%3Fb%23c/route.ts"],
  ["letters of all kinds encoded", "é中/route.ts", "../../app/%C3%A9%E4%B8%AD/route.ts"],
  ["quotes encoded", `a"b'c/route.ts`, "../../app/a%22b'c/route.ts"],
];

for (const [what, file, specifier] of NAMES) {
  Deno.test(`createProjectModule() writes ${what}: ${file}`, () => {
    assertStringIncludes(
      moduleOf([file]),
      `${JSON.stringify(`app/${file}`)}: () => import(${JSON.stringify(specifier)}),`,
    );
    assertEquals(decodeURIComponent(new URL(specifier, "file:///p/x/y/").pathname), `/p/app/${file}`);
  });
}

Deno.test("createProjectModule() imports a file of two paths only once, and no static files", () => {
  const text = moduleOf(["sitemap.ts", "favicon.ico", "robots.txt", "rss.xml/route.ts"]);
  assertEquals([...text.matchAll(/import\("(.*?)"\)/g)].map(([, name]) => name), [
    "../../app/rss.xml/route.ts",
    "../../app/sitemap.ts",
  ]);
});

for (const [toRoot, specifier] of [["..", "../app/route.ts"], ["../my/project", "../my/project/app/route.ts"]]) {
  Deno.test(`createProjectModule() imports from the project at ${toRoot}`, () => {
    assertStringIncludes(moduleOf(["route.ts"], {}, toRoot), `import("${specifier}")`);
  });
}

const SERVER: ServerModule = {
  project: "./project.js",
  server: "file:///package/built_server.ts",
  redis: undefined,
  manifest: manifestOf(["users/[id]/route.ts"]),
  files: {},
  description: { info: { title: "API", version: "1.0.0" }, comments: {} },
  fingerprint: "abc",
};

/** Returns what a module passes to `createBuild()`. */
async function getBuilt(server: ServerModule): Promise<Record<string, unknown>> {
  const source = createServerModule(server)
    .replace(/^import \{ createBuild \}.*$/m, "const createBuild = (built) => ({ createHandler: () => built });")
    .replace(/^import \* as project.*$/m, "const project = { modules: {}, proxy: 1 };");
  const { createHandler } = await run(source) as { createHandler(): Record<string, unknown> };
  return createHandler();
}

Deno.test("createServerModule() passes all options to createBuild()", async () => {
  const { url, ...built } = await getBuilt(SERVER);
  const { manifest, files, description, fingerprint } = SERVER;
  assertEquals(built, { modules: {}, proxy: 1, manifest, files, description, fingerprint });
  assertMatch(String(url), /^data:/);
});

Deno.test("createServerModule() imports the project and the server by the given specifiers", () => {
  const text = createServerModule(SERVER);
  assertStringIncludes(text, `import { createBuild } from "file:///package/built_server.ts";\n`);
  assertStringIncludes(text, `import * as project from "./project.js";\n`);
});

Deno.test("createServerModule() imports Redis only on request, and only when it is used", async () => {
  assertEquals(createServerModule(SERVER).includes("redis"), false);
  const text = createServerModule({ ...SERVER, redis: "jsr:@x/routes@^0.1.0/cache/redis" });
  assertStringIncludes(text, `redis: () => import("jsr:@x/routes@^0.1.0/cache/redis"),`);
  assertEquals(typeof (await getBuilt({ ...SERVER, redis: "x" })).redis, "function");
});

Deno.test("createServerModule() escapes any text for JavaScript", async () => {
  const files = { 'app/a"b.txt': "QQ==", "app/\u2028</script>`${1}.txt": "" };
  assertEquals((await getBuilt({ ...SERVER, files })).files, files);
});

Deno.test("generated modules have a header against editing, linting and formatting", () => {
  const head = `//! Written by "routes build". Do not edit.\n// deno-lint-ignore-file\n// deno-fmt-ignore-file\n\n`;
  const project = createProjectModule({ manifest: manifestOf([]), ...NONE }, "..");
  for (const text of [project, createServerModule(SERVER), HANDLER_MODULE]) {
    assertEquals(text.slice(0, head.length), head);
  }
});
