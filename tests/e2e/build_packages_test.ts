/**
 * What `routes build` bundles besides routes: packages, import maps, whole projects; and the module of `--manifest`,
 * which bundles nothing.
 *
 * @module
 */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { copy } from "@std/fs";
import { temporaryFiles } from "../helpers/app.ts";
import { answer, below, build, filesBelow, spawnServer, stopWell } from "../helpers/build.ts";
import { runCli, startCli } from "../helpers/cli.ts";
import { CLI, jsrProject } from "../helpers/jsr_project.ts";
import { publish, startRegistry } from "../helpers/registry.ts";
import { askAll, copyProject, readRequests, startService } from "../helpers/whole_project.ts";

const THEME = { headers: { cookie: "theme=dark" } };
const manifest = (name: string, more = "") => `{ "name": "${name}", "version": "1.0.0"${more} }`;

/** Packages that use the request scope, next to a Next.js that must not take precedence. */
const PACKAGES = {
  "package.json": `{ "private": true, "dependencies": { "esm": "1.0.0", "cjs": "1.0.0", "next": "16.0.0" } }`,
  "node_modules/next/package.json": manifest(
    "next",
    `, "optionalDependencies": { "@next/swc-linux-x64-gnu": "1.0.0" }`,
  ),
  "node_modules/next/dist/inner.js": `exports.inner = "inner";`,
  "node_modules/next/headers.js": `throw new Error("the real next");`,
  "node_modules/next/server.js": `throw new Error("the real next");`,
  "node_modules/next/cache.js": `throw new Error("the real next");`,
  "node_modules/esm/package.json": manifest(
    "esm",
    `, "type": "module", "exports": { ".": "./i.js", "./sub": "./s.js", "./next": "./n.js" }`,
  ),
  "node_modules/esm/i.js": `import { cookies } from "next/headers.js";
export { NextResponse } from "next/server";
export const theme = async () => "esm " + (await cookies()).get("theme")?.value;`,
  "node_modules/esm/n.js": `import next from "next/package.json"; import { inner } from "next/dist/inner.js";
import addon from "addon/package.json" with { type: "json" }; export default [next.version, inner, addon.version];`,
  "node_modules/addon/package.json": manifest("addon", `, "gypfile": true`),
  "node_modules/esm/s.js":
    `export default async () => (await import("next/headers")).headers().then((h) => h.get("cookie"));`,
  "node_modules/cjs/package.json": manifest("cjs", `, "main": "lib"`),
  "node_modules/cjs/lib/index.js": `const { cookies } = require("next/headers");
const { NextResponse } = require("next/server.js");
const { revalidateTag } = require('next/cache');
exports.respond = async () => NextResponse.json(["cjs " + (await cookies()).get("theme")?.value, typeof revalidateTag]);
exports.NextResponse = NextResponse;
exports.path = require("node:path").join("a", require("./data.json").b);`,
  "node_modules/cjs/lib/data.json": `{ "b": "b" }`,
};

const USES = {
  "app/esm/route.ts": `import "server-only";
import { theme } from "esm";
import cookie from "esm/sub";
export const GET = async () => new Response(await theme() + " " + await cookie());`,
  "app/cjs/route.ts": `import { path, respond } from "cjs";
export const GET = async () => path === "a/b" ? await respond() : new Response(path);`,
  "app/inner/route.ts": `import all from "esm/next";\nexport const GET = () => Response.json(all);`,
  "app/same/route.ts": `import { NextResponse } from "next/server";
import cjs from "cjs";
import * as esm from "esm";
export const GET = () => new Response([cjs, esm].map((one) => one.NextResponse === NextResponse).join());`,
};

Deno.test("a build contains the packages of node_modules, which share one request scope", async () => {
  await using built = await build({ ...PACKAGES, ...USES });
  await using server = await built.serve();
  assertEquals(await answer(server, "/esm", THEME), "200 esm dark theme=dark");
  assertEquals(await answer(server, "/cjs", THEME), `200 ["cjs dark","function"]`);
  assertEquals(await answer(server, "/same"), "200 true,true");
  assertEquals(await answer(server, "/inner"), `200 ["1.0.0","inner","1.0.0"]`);
  await stopWell(server);
});

const JSON_OF = "export const GET = async () => Response.json";

/** Packages, and the response for `/`. */
const ODD_PACKAGES: Readonly<Record<string, readonly [files: Readonly<Record<string, string>>, body: string]>> = {
  "a package whose eval() may see the names of the bundler": [{
    "package.json": `{ "private": true, "dependencies": { "cjs": "1.0.0", "inquire": "1.0.0" } }`,
    "node_modules/cjs/package.json": manifest("cjs"),
    "node_modules/cjs/index.js": `exports.n = 1;`,
    "node_modules/inquire/package.json": manifest("inquire"),
    "node_modules/inquire/index.js": `module.exports = (text) => { var mod = eval(text), __defProp = 1; return mod; };`,
    "app/route.ts": `import cjs from "cjs"; import inquire from "inquire";\n${JSON_OF}([cjs.n, inquire("1 + 1")]);`,
  }, "[1,2]"],
  "a package that imports a module of another runtime if it is there": [{
    "package.json": `{ "private": true, "dependencies": { "pkg": "1.0.0" } }`,
    "node_modules/pkg/package.json": manifest("pkg"),
    "node_modules/pkg/index.js":
      `exports.connect = async () => await import("cloudflare:sockets").then(() => "workerd", () => "deno");`,
    "app/route.ts": `import { connect } from "pkg";\n${JSON_OF}(await connect());`,
  }, `"deno"`],
};

for (const [what, [files, body]] of Object.entries(ODD_PACKAGES)) {
  Deno.test(`a build contains ${what}`, async () => {
    await using built = await build(files);
    await using server = await built.serve();
    assertEquals(await answer(server, "/"), `200 ${body}`);
    await stopWell(server);
  });
}

Deno.test("a build with --external imports that package at run time", async () => {
  const files = {
    "package.json": `{ "private": true, "dependencies": { "plain": "1.0.0" } }`,
    "node_modules/plain/package.json": manifest("plain"),
    "node_modules/plain/index.js": `exports.text = "from node_modules";`,
    "node_modules/plain/sub.js": `exports.text = "from below";`,
    "app/route.ts": `import { text } from "plain"; import sub from "plain/sub.js";
export const GET = () => new Response(text + " " + sub.text);`,
  };
  const flags = ["--external", "plain"];
  await using built = await build(files, { flags, keeps: true });
  assertEquals((await Deno.readTextFile(`${built.dist}/server.js`)).includes("from node_modules"), false);
  await Deno.rename(`${built.dir}/project/node_modules`, `${built.dir}/node_modules`);
  await Deno.rename(`${built.dir}/project/package.json`, `${built.dir}/package.json`);
  const args = ["run", "-N", "-R", "dist/server.js", "--port", "0"];
  await using server = await spawnServer(args, { cwd: built.dir });
  assertEquals(await answer(server, "/"), "200 from node_modules from below");
});

Deno.test("a build of a workspace member contains the packages of the workspace, and none from a registry", async () => {
  const own = { "package.json": `{ "name": "web", "dependencies": { "in-no-registry": "1.0.0" } }` };
  const greet = `import { greet } from "in-no-registry";\nexport const GET = () => new Response(greet);`;
  await using place = await temporaryFiles({
    "package.json": `{ "private": true, "workspaces": ["web"] }`,
    "node_modules/in-no-registry/package.json": manifest("in-no-registry"),
    "node_modules/in-no-registry/index.js": `exports.greet = "ours";`,
    ...below("web", { ...own, "app/route.ts": greet }),
  });
  const { code, stderr } = await runCli(["build", "web"], { cwd: place.dir });
  assertEquals([code, stderr], [0, ""]);
  assert((await Deno.readTextFile(`${place.dir}/web/dist/server.js`)).includes(`"ours"`));
});

const ANSWER = `export const answer = 42;`;
const GET = "export const GET = () => Response.json";

/** Files, and the response for `/`. */
const NAMES: Readonly<Record<string, readonly [files: Readonly<Record<string, string>>, body: string]>> = {
  "the imports of deno.json": [{
    "deno.json": `{ "imports": { "@/": "./lib/", "answer": "./lib/answer.ts", "next/server": "npm:nothing" } }`,
    "lib/answer.ts": ANSWER,
    "app/route.ts": `import { answer } from "answer"; import * as same from "@/answer.ts"; 
import { NextResponse } from "next/server"; export const GET = () => NextResponse.json([answer, same.answer]);`,
  }, "[42,42]"],
  "names of deno.json without ending": [{
    "deno.json": `{ "imports": { "@/": "./lib/" } }`,
    "lib/answer.ts": ANSWER,
    "app/route.ts": `import { answer } from "@/answer";\n${GET}(answer);`,
  }, "42"],
  "files of deno.json that ask for cookies": [{
    "deno.json": `{ "imports": { "theme": "./lib/theme.ts" } }`,
    "lib/theme.ts": `import { cookies } from "next/headers";
export const theme = async () => (await cookies()).get("theme")?.value ?? "none";`,
    "app/route.ts": `import { theme } from "theme";\nexport const GET = async () => Response.json(await theme());`,
  }, `"none"`],
  "an import map": [{
    "deno.json": `{ "importMap": "./maps/map.json" }`,
    "maps/map.json": `{ "imports": { "a": "../lib/answer.ts" }, "scopes": { "../lib/": { "b": "../lib/b.ts" } } }`,
    "lib/answer.ts": `export { answer } from "b";`,
    "lib/b.ts": ANSWER,
    "app/route.ts": `import { answer } from "a";\n${GET}(answer);`,
  }, "42"],
  "npm packages of deno.json, and what is below them": [{
    "deno.json": `{ "imports": { "hono": "npm:hono@^4" } }`,
    "app/route.ts": `import { Hono } from "hono"; import { html } from "hono/html";
export const GET = (request: Request) => new Hono().get("/", (c) => c.html(html\`<b>\${"<"}</b>\`)).fetch(request);`,
  }, "<b>&lt;</b>"],
  "paths of tsconfig.json, the second where the first is not there, and its baseUrl": [{
    "tsconfig.json": `{ "compilerOptions": { "baseUrl": ".", "paths": { "@/*": ["./none/*", "./lib/*"] } } }`,
    "lib/answer/index.ts": ANSWER,
    "app/route.ts":
      `import { answer } from "@/answer"; import * as same from "lib/answer";\n${GET}([answer, same.answer]);`,
  }, "[42,42]"],
  "JSON, with attributes and without": [{
    "data.json": `{ "a": [1] }`,
    "lib/data.ts": `export { default as two } from "../data.json" with { type: "json" };`,
    "app/route.ts": `import one from "../data.json"; import { two } from "../lib/data";
${GET}([one, two]);`,
  }, `[{"a":[1]},{"a":[1]}]`],
  "modules in a circle, with the endings that they have once compiled, and imported by a request": [
    {
      "lib/a.ts": `import { b } from "./b"; export const a = () => "a" + b(); export const name = "x";`,
      "lib/b.ts": `import { name } from "./a"; export const b = () => "b" + name;`,
      "lib/lazy.ts": `export const at = await Promise.resolve("lazy");`,
      "app/route.ts": `import { a } from "../lib/a.js";
export const GET = async () => Response.json([a(), (await import("../lib/lazy")).at,
  (await import(\`../lib/lazy.ts\`)).at]);`,
    },
    `["abx","lazy","lazy"]`,
  ],
  "state that two routes share, and no program of a module": [{
    "lib/state.ts": `export const seen: string[] = []; if (import.meta.main) Deno.exit(9);`,
    "app/route.ts": `import { seen } from "../lib/state";\n${GET}(seen);`,
    "app/b/route.ts": `import { seen } from "../../lib/state"; seen.push("b");\n${GET}(seen);`,
  }, `["b"]`],
  "the names of a deno.json above": [{
    "../deno.json": `{ "imports": { "answer": "./answer.ts" } }`,
    "../answer.ts": ANSWER,
    "app/route.ts": `import { answer } from "answer";\n${GET}(answer);`,
  }, "42"],
};

for (const [what, [files, body]] of Object.entries(NAMES)) {
  Deno.test(`a build, and the module of --manifest, support ${what}`, async (t) => {
    await t.step("a build", async () => {
      await using built = await build(files);
      await using server = await built.serve();
      assertEquals(await answer(server, "/"), `200 ${body}`);
      await stopWell(server);
    });
    await t.step("the module of --manifest, when all has been moved", async () => {
      await using built = await build(files, { flags: ["--manifest", "--out", "project/dist"], keeps: true });
      await Deno.rename(`${built.dir}/project`, `${built.dir}/moved`);
      const args = ["run", "--no-config", "-N", "-R", "--import-map", "moved/dist/import_map.json"];
      await using server = await spawnServer([...args, "moved/dist/server.ts", "--port", "0"], { cwd: built.dir });
      assertEquals(await answer(server, "/"), `200 ${body}`);
    });
  });
}

Deno.test("deno compile includes all imports of the module of --manifest", async () => {
  await using built = await build(NAMES["an import map"]![0], {
    flags: ["--manifest", "--out", "project/dist"],
    keeps: true,
  });
  assertMatch(
    built.stdout,
    /^Found 1 route in .*\nRead \d modules?, wrote .*server\.ts and .*import_map\.json\nCompile it with\n/,
  );
  const at = "project/dist";
  const args = ["compile", "-N", "-R", "--import-map", `${at}/import_map.json`, "-o", "server", `${at}/server.ts`];
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args,
    cwd: built.dir,
    env: { NO_COLOR: "1", DENORT_BIN: Deno.execPath() },
  }).output();
  const said = new TextDecoder().decode(stderr);
  assertEquals(code, 0, said);
  for (const name of ["lib/*", "app/*", "project.ts", "server.ts"]) assertStringIncludes(said, name);
});

for (const example of ["handbook", "shortener", "isr"]) {
  Deno.test(`a build of examples/${example} answers like routes start`, async (t) => {
    interface Row {
      readonly name: string;
      readonly request: { readonly path: string; readonly method: string };
    }
    const root = new URL("../../", import.meta.url).pathname;
    const rows: Row[] = JSON.parse(await Deno.readTextFile(`${root}tests/fixtures/examples/${example}.json`));
    const prepare = (project: string) => copy(`${root}examples/${example}`, project, { overwrite: true });
    await using built = await build({ "README.md": "" }, { prepare });
    await using mine = await built.serve(["--cache", "memory"], { allow: ["-E"] });
    await using started = await startCli(["start", `examples/${example}`, "--cache", "memory"], { cwd: root });
    for (const { name, request: { path, ...init } } of rows) {
      await t.step(name, async () => {
        const [one, two] = await Promise.all([mine, started].map(({ origin }) => answered(origin, path, init)));
        assertEquals(one, two);
      });
    }
    await stopWell(mine);
  });
}

/** Returns a response without the parts that change over time. */
async function answered(origin: string, path: string, init: RequestInit) {
  const response = await fetch(origin + path, { ...init, redirect: "manual" });
  const text = (await response.text()).replaceAll(new URL(origin).host, "HOST");
  const body = text.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "NOW");
  const moving = ["date", "age", ...body === text ? [] : ["etag"]];
  const headers = [...response.headers].filter(([name]) => !moving.includes(name));
  return { status: response.status, headers: headers.map(([name, value]) => [name, value.replace(origin, "")]), body };
}

Deno.test("a build of a whole project answers like Next.js, and contains nothing of its .env files", async (t) => {
  await using service = startService();
  const secret = { ".env.local": `UPSTREAM=${service.origin}\nTOKEN=s3cr3t-of-env-local\n` };
  await using built = await build(secret, { prepare: copyProject });
  assertStringIncludes(built.stdout, "Copied 4 files of public/");
  for (const file of await filesBelow(built.dist)) {
    const text = await Deno.readTextFile(`${built.dist}/${file}`);
    for (const value of ["s3cr3t", service.origin, "prod.test", "MODE_FILE="]) {
      assert(!text.includes(value), `${value} is in ${file}`);
    }
  }
  const site = { SITE_NAME: "Whole Project", SITE_URL: "https://prod.test/home", PRICE: "$5", MODE_FILE: "production" };
  const env = { ...site, UPSTREAM: service.origin };
  await using server = await built.serve([], { allow: ["-E", "-R=dist/public"], env });
  let ran = 0;
  for await (const [request, found] of askAll(Number(new URL(server.origin).port), await readRequests(), service)) {
    const { name, method = "GET", path, next, ours } = request;
    await t.step(`it answers ${method} ${path}: ${name}`, () => assertEquals(found, (ours ?? next)!));
    ran++;
  }
  assert(ran > 50);
  assertEquals((await server.stop()).code, 0);
});

Deno.test("routes build from JSR builds a project with its own import names, and with one request scope", async () => {
  await using registry = await startRegistry();
  await publish(registry);
  const imports = {
    "routes/": "jsr:/@x/routes@^0.1/",
    "doors": "jsr:@x/routes@0/server",
    "contracts": "jsr:@x/routes@0/route",
    "@std/path": "jsr:@std/path@^1.0.0",
  };
  await using project = await jsrProject(registry, {
    "deno.json": JSON.stringify({ imports }),
    "app/route.ts": `import { cookies } from "jsr:@x/routes@^0.1/headers";
import { NextResponse } from "next/server";
import * as direct from "jsr:@x/routes@^0.1/server";
import * as mapped from "routes/server";
import * as named from "doors";
import { route } from "contracts";
import { route as mappedRoute } from "routes/route";
import { route as directRoute } from "jsr:@x/routes@^0.1/route";
import { join } from "@std/path";
export const POST = route({}, () => Response.json([route === mappedRoute, route === directRoute]));
export const GET = async () => NextResponse.json([(await cookies()).get("theme")?.value, join("a", "b"),
  ...[direct, mapped, named].map((one) => one.NextResponse === NextResponse)]);`,
  }, { npm: true });
  const { code, stdout, stderr } = await project.deno("run", "-A", CLI, "build");
  assertEquals(code, 0, stderr);
  assertMatch(stdout, /^Found 1 route in .*\nBundled .*\nServe it with\n {2}deno run -N dist\/server\.js\n$/);
  await Deno.remove(`${project.dir}/app`, { recursive: true });
  await using server = await spawnServer(["run", "-N", "--no-config", "dist/server.js", "--port", "0"], {
    cwd: project.dir,
    env: { DENO_DIR: `${project.denoDir}/none` },
  });
  assertEquals(await answer(server, "/", THEME), `200 ["dark","a/b",true,true,true]`);
  const response = await fetch(server.origin, { method: "POST" });
  assertEquals(await response.json(), [true, true]);
});
