import { assert, assertEquals, assertRejects } from "@std/assert";
import { loadProjectConfig, loadProjectFiles } from "../../../src/deno/project/project_files.ts";
import { installResolveHooks } from "../../../src/deno/modules/load/resolve_hooks.ts";
import { NO_CONFIG } from "../../../src/handler/rules/next_config.ts";
import { createRequestHandler, serveRoutes } from "../../../mod.ts";
import { captured, temporaryFiles } from "../../helpers/app.ts";
import { testWithHooks as test } from "../../helpers/hooks.ts";

const ROUTE = { "app/a/route.ts": `export const GET = () => new Response("a");` };
const quiet = { port: 0, hostname: "127.0.0.1", onListen() {} };

const CONFIGS: readonly [file: string, text: string][] = [
  [
    "next.config.ts",
    `import type { NextConfig } from "next";
const config: NextConfig = { basePath: "/docs" };
export default config;`,
  ],
  ["next.config.mts", `export default { basePath: "/docs" };`],
  ["next.config.mjs", `export default { basePath: "/docs" };`],
  ["next.config.mjs", `export default (phase) => ({ basePath: phase === "phase-production-server" ? "/docs" : "" });`],
  ["next.config.js", `export default { basePath: "/docs" };`],
  ["next.config.js", `/** @type {import("next").NextConfig} */\nmodule.exports = { basePath: "/docs" };`],
  [
    "next.config.js",
    `const path = require("node:path");\nmodule.exports = async () => ({ basePath: path.join("/", "docs") });`,
  ],
  ["next.config.js", `exports.basePath = "/docs";`],
  ["next.config.cjs", `module.exports = { basePath: "/docs" };`],
];

for (const [file, text] of CONFIGS) {
  test(`loadProjectConfig() reads ${file}: ${text.slice(0, 60).replaceAll("\n", " ")}`, async () => {
    installResolveHooks();
    await using project = await temporaryFiles({ [file]: text });
    assertEquals((await loadProjectConfig(project.dir)).basePath, "/docs");
  });
}

test('loadProjectConfig() reads a CommonJS config in a project with "type": "commonjs"', async () => {
  const files = { "package.json": `{"type":"commonjs"}`, "next.config.js": `module.exports = { basePath: "/docs" };` };
  await using project = await temporaryFiles(files);
  assertEquals((await loadProjectConfig(project.dir)).basePath, "/docs");
});

test("loadProjectConfig() accepts a project without a config", async () => {
  await using project = await temporaryFiles({ "next.config.json": "{}" });
  assertEquals(await loadProjectConfig(project.dir), NO_CONFIG);
});

const BAD: readonly [file: string, text: string, message: string][] = [
  ["next.config.ts", "export default 7;", 'Cannot read "next.config.ts"'],
  ["next.config.ts", "export const a = 1;", 'Cannot read "next.config.ts"'],
  ["next.config.mjs", "export default {", "next.config.mjs"],
  ["next.config.ts", "throw new Error('boom');", "next.config.ts"],
  ["next.config.js", "module.exports = { a: undefinedName };", "next.config.js"],
  ["next.config.js", "module.exports = require('./none');", "next.config.js"],
  ["next.config.ts", "export default { redirects: () => [{ source: 'a' }] };", "redirects[0] of next.config.ts"],
];

for (const [file, text, message] of BAD) {
  test(`loadProjectConfig() names the invalid file: ${file} with ${text}`, async () => {
    await using project = await temporaryFiles({ [file]: text });
    await assertRejects(() => loadProjectConfig(project.dir), Error, message);
  });
}

test("loadProjectConfig() sets env of the config after the .env files, and overrides neither", async () => {
  const text = `export default { env: { T_PF_A: "config", T_PF_B: "config", T_PF_C: process.env.T_PF_A } };`;
  await using project = await temporaryFiles({ "next.config.ts": text, ".env": "T_PF_A=file" });
  const names = ["T_PF_A", "T_PF_B", "T_PF_C"];
  try {
    await loadProjectConfig(project.dir);
    assertEquals(names.map((name) => Deno.env.get(name)), ["file", "config", "file"]);
  } finally {
    for (const name of names) Deno.env.delete(name);
  }
});

const PLACES: readonly [appDir: string, files: readonly string[], found: string | undefined][] = [
  ["app", ["proxy.ts"], "proxy.ts"],
  ["app", ["proxy.js"], "proxy.js"],
  ["app", ["app/proxy.ts"], undefined],
  ["app", ["src/proxy.ts"], undefined],
  ["src/app", ["src/proxy.ts"], "src/proxy.ts"],
  ["src/app", ["src/proxy.mjs", "proxy.ts"], "src/proxy.mjs"],
  ["app", ["proxy.json", "proxy.test.ts"], undefined],
];

for (const [appDir, files, found] of PLACES) {
  test(`loadProjectFiles() finds ${found} next to ${appDir} among ${files.join(", ")}`, async () => {
    const text = "export const proxy = () => {};";
    await using project = await temporaryFiles(Object.fromEntries(files.map((file) => [file, text])));
    const { rules } = await loadProjectFiles({ root: project.dir, appDir }, NO_CONFIG);
    assertEquals(rules.proxy?.file, found);
  });
}

const FUNCTIONS: readonly [file: string, text: string][] = [
  ["proxy.ts", `export default () => new Response("proxy");`],
  ["proxy.ts", `export const proxy = () => new Response("proxy");`],
  [
    "proxy.ts",
    `export { middleware as proxy }; const middleware = async () => Response.json("x") && new Response("proxy");`,
  ],
  ["middleware.ts", `export function middleware() { return new Response("proxy"); }`],
  ["proxy.js", `module.exports = { proxy: () => new Response("proxy"), config: { matcher: "/a" } };`],
  ["proxy.js", `exports.default = () => new Response("proxy");`],
  ["proxy.cjs", `module.exports = () => new Response("proxy");`],
];

for (const [file, text] of FUNCTIONS) {
  test(`createRequestHandler() runs the proxy of ${file}: ${text.slice(0, 60)}`, async () => {
    await using project = await temporaryFiles({ ...ROUTE, [file]: text });
    const lines = await captured("warn", async () => {
      const app = await createRequestHandler(project.dir);
      assertEquals(await (await app.fetch(new Request("http://localhost/a"))).text(), "proxy");
      await app.close();
    });
    const note = `Warning: "middleware.ts" is deprecated in Next.js 16, name it proxy.ts and its function proxy`;
    assertEquals(lines, file === "middleware.ts" ? [note] : []);
  });
}

test("loadProjectFiles() prefers proxy.ts to middleware.ts, or refuses both", async () => {
  const files = { "proxy.ts": "export const proxy = () => {};", "middleware.ts": "throw new Error('loaded');" };
  await using project = await temporaryFiles(files);
  const place = { root: project.dir, appDir: "app" };
  const result = await loadProjectFiles(place, NO_CONFIG).catch((error: Error) => error);
  if (result instanceof Error) assert(result.message.includes("middleware.ts") && result.message.includes("proxy.ts"));
  else assertEquals(result.rules.proxy?.file, "proxy.ts");
});

const WRONG: readonly [file: string, text: string, message: string][] = [
  ["proxy.ts", "export const config = {};", 'Cannot load proxy "proxy.ts": it exports no function'],
  ["proxy.ts", "export default () => {}; export const config = { matcher: 'a' };", "(matcher[0] of proxy.ts)"],
  ["proxy.ts", "export default (", "proxy.ts"],
  ["proxy.ts", "import './none.ts';", "proxy.ts"],
  ["instrumentation.ts", "export const register = 7;", 'Cannot load "instrumentation.ts": export "register" is number'],
  ["instrumentation.ts", "export const onRequestError = {};", 'export "onRequestError" is object, write a function'],
  ["instrumentation.ts", "throw new Error('boom');", "instrumentation.ts"],
  ["instrumentation.ts", "export const register = () => { throw new Error('boom'); };", "instrumentation.ts"],
];

for (const [file, text, message] of WRONG) {
  test(`serveRoutes() does not listen and names the file: ${file} with ${text}`, async () => {
    await using project = await temporaryFiles({ ...ROUTE, [file]: text });
    await assertRejects(() => serveRoutes(project.dir, quiet), Error, message);
  });
}

for (
  const [appDir, file] of [["app", "instrumentation.ts"], ["src/app", "src/instrumentation.ts"], [
    "app",
    "instrumentation.js",
  ]]
) {
  test(`serveRoutes() calls register of ${file} once, before it listens, and waits for it`, async () => {
    const seen: string[] = [];
    const key = `T_PF_${crypto.randomUUID()}`;
    (globalThis as unknown as Record<string, unknown>)[key] = (text: string) => void seen.push(text);
    const text = `export async function register() {
  await new Promise((resolve) => setTimeout(resolve));
  globalThis[${JSON.stringify(key)}]("register " + process.env.NEXT_RUNTIME);
}`;
    const route = `globalThis[${JSON.stringify(key)}]; export const GET = () => new Response("a");`;
    await using project = await temporaryFiles({ [`${appDir}/a/route.ts`]: route, [file!]: text });
    await using server = await serveRoutes(project.dir, { ...quiet, onListen: () => void seen.push("listen") });
    for (let i = 0; i < 2; i++) await (await fetch(`http://127.0.0.1:${server.addr.port}/a`)).text();
    assertEquals(seen, ["register nodejs", "listen"]);
    Deno.env.delete("NEXT_RUNTIME");
  });
}

test("onRequestError of instrumentation.ts gets the error, the request and the context", async () => {
  const seen: unknown[][] = [];
  const key = `T_PF_${crypto.randomUUID()}`;
  (globalThis as unknown as Record<string, unknown>)[key] = (...args: unknown[]) => void seen.push(args);
  await using project = await temporaryFiles({
    "app/i/[id]/route.ts": `export const GET = () => { throw new Error("boom"); };
export const POST = () => { throw "a text"; };`,
    "app/ok/route.ts": `export const GET = () => new Response("ok");`,
    "proxy.ts":
      `export const proxy = (request) => { if (request.nextUrl.pathname === "/p") throw new Error("proxy"); };`,
    "instrumentation.ts": `export const onRequestError = (...args) => globalThis[${JSON.stringify(key)}](...args);`,
  });
  await using server = await serveRoutes(project.dir, quiet);
  const origin = `http://127.0.0.1:${server.addr.port}`;
  const headers = { "X-Test": "1" };
  for (
    const [path, method] of [["/i/7?q=1", "GET"], ["/i/8", "POST"], ["/p", "GET"], ["/ok", "POST"], ["/no", "GET"]]
  ) {
    await (await fetch(origin + path, { method: method!, headers })).text();
  }
  const context = { routerKind: "App Router", routePath: "/i/[id]", routeType: "route" };
  assertEquals(seen.map(([error]) => error instanceof Error ? error.message : error), ["boom", "a text", "proxy"]);
  assertEquals(
    seen.map(([, request]) => {
      const { path, method, headers } = request as { path: string; method: string; headers: Record<string, string> };
      return [path, method, headers["x-test"]];
    }),
    [["/i/7?q=1", "GET", "1"], ["/i/8", "POST", "1"], ["/p", "GET", "1"]],
  );
  assertEquals(seen.slice(0, 2).map(([, , context]) => context), [context, context]);
  assertEquals(Object.getPrototypeOf((seen[0]![1] as { headers: object }).headers), Object.prototype);
});

test("serveRoutes() serves a project of src/app with config, proxy and public/", async () => {
  await using project = await temporaryFiles({
    "src/app/a/route.ts": `export const GET = (request) => new Response(request.headers.get("x-in"));`,
    "src/proxy.ts": `import { NextResponse } from "next/server";
export const config = { matcher: "/a" };
export function proxy(request) {
  const headers = new Headers(request.headers);
  headers.set("x-in", "1");
  return NextResponse.next({ request: { headers }, headers: { "x-out": "1" } });
}`,
    "next.config.mjs": `export default { rewrites: async () => [{ source: "/b", destination: "/a" }],
  headers: async () => [{ source: "/:p*", headers: [{ key: "x-config", value: "1" }] }] };`,
    "public/open.txt": "open",
  });
  await using server = await serveRoutes(project.dir, quiet);
  const ask = async (path: string) => {
    const { status, headers, ...response } = await fetch(`http://127.0.0.1:${server.addr.port}${path}`)
      .then(async (response) => ({ status: response.status, headers: response.headers, text: await response.text() }));
    return [status, response.text, headers.get("x-out"), headers.get("x-config")];
  };
  assertEquals(await ask("/a"), [200, "1", "1", "1"]);
  assertEquals(await ask("/b"), [200, "", null, "1"]);
  assertEquals(await ask("/open.txt"), [200, "open", null, "1"]);
  assertEquals(await ask("/none"), [404, "Not Found", null, "1"]);
});
