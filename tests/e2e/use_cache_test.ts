/**
 * Functions with `"use cache"`, in every kind of module that Next.js compiles, served from the folder and from a build.
 *
 * @module
 */

import { join } from "@std/path";
import { assertEquals, assertStringIncludes } from "@std/assert";
import { temporaryFiles } from "../helpers/app.ts";
import { answer, build } from "../helpers/build.ts";
import { type CliServer, runCli, startCli, startServer } from "../helpers/cli.ts";

const manifest = (name: string, more = "") => `{ "name": "${name}", "version": "1.0.0"${more} }`;
const counter = (name: string) => `async function ${name}(x) { "use cache"; return [x, ++runs]; }`;

const PROJECT = {
  "package.json": `{ "private": true }`,
  "tsconfig.json": `{ "compilerOptions": { "jsx": "preserve" } }`,
  "next.config.mjs": `export default { cacheComponents: true, cacheLife: { mine: { revalidate: 600 } } };`,
  "node_modules/react/package.json": manifest("react"),
  "node_modules/react/jsx-runtime.js":
    `exports.jsx = exports.jsxs = (type, props) => ({ $$typeof: Symbol.for("react.transitional.element"), type, key: null, props });`,
  "node_modules/esm/package.json": manifest("esm", `, "type": "module", "exports": "./i.js"`),
  "node_modules/esm/i.js": `let runs = 0; export ${counter("esm")}`,
  "node_modules/common/package.json": manifest("common"),
  "node_modules/common/index.js": `"use strict"; let runs = 0; exports.common = ${counter("common")}`,
  "node_modules/typed/package.json": manifest("typed", `, "type": "module", "exports": "./i.ts"`),
  "node_modules/typed/i.ts": `let runs: number = 0; export ${counter("typed").replace("(x)", "(x: unknown)")}`,
  "lib/typed.ts": `import { cacheLife } from "next/cache";
let runs = 0;
export async function own(x: unknown): Promise<unknown> { "use cache"; cacheLife("mine"); return [x, ++runs]; }`,
  "lib/file.js":
    `"use cache";\nlet runs = 0;\nexport const file = async (x) => [x, ++runs];\nexport { file as again };`,
  "lib/card.tsx": `import type { ReactNode } from "react";
let runs = 0;
export async function Card({ title, children }: { title: string; children?: ReactNode }) {
  "use cache";
  return <div title={title}>{++runs}{children}</div>;
}`,
  "lib/plain.jsx": `let runs = 0;\nexport const plain = async (x) => { 'use cache'; return <p>{x}{++runs}</p>; };`,
  "app/all/route.ts": `import { common } from "common";
import { esm } from "esm";
import { typed } from "typed";
import { Card } from "../../lib/card";
import { again, file } from "../../lib/file";
import { plain } from "../../lib/plain";
import { own } from "../../lib/typed";
export async function GET(request: Request) {
  const x = new URL(request.url).searchParams.get("x");
  const read = (node: any) => typeof node === "object" ? [node.props.children].flat().map(read).join(" ") : node;
  const nested = async (y: string) => { "use cache"; return x + y; };
  return Response.json({
    own: await own(x), file: [await file(x), await again(x)], nested: await nested("!"),
    card: read(await Card({ title: "t", children: x })), plain: read(await plain(x)),
    common: await common(x), esm: await esm(x), typed: await typed(x),
  });
}`,
};

async function checkAnswers(server: CliServer): Promise<void> {
  const seen: unknown[] = [];
  for (const x of ["a", "b", "a"]) {
    const response = await fetch(`${server.origin}/all?x=${x}`);
    seen.push(response.ok ? await response.json() : await response.text());
  }
  const expected = ["a", "b", "a"].map((x) => {
    const run = x === "a" ? 1 : 2;
    return {
      own: [x, run],
      file: [[x, run], [x, run]],
      nested: `${x}!`,
      card: `${run} ${x}`,
      plain: `${x} ${run}`,
      common: [x, run],
      esm: [x, run],
      typed: [x, run],
    };
  });
  assertEquals(seen, expected);
}

Deno.test("routes start caches functions in the project and its packages", async () => {
  await using app = await temporaryFiles(PROJECT);
  await using server = await startCli(["start", app.dir, "--cache", "memory"]);
  await checkAnswers(server);
});

Deno.test("a build caches functions in the project and its packages", async () => {
  await using built = await build(PROJECT);
  await using server = await built.serve();
  await checkAnswers(server);
});

Deno.test("a package of serverExternalPackages is not compiled, so the directive means nothing in it", async () => {
  await using app = await temporaryFiles({
    "package.json": `{ "private": true }`,
    "next.config.mjs": `export default { cacheComponents: true, serverExternalPackages: ["external"] };`,
    "node_modules/external/package.json": manifest("external", `, "type": "module", "exports": "./i.js"`),
    "node_modules/external/i.js": `let runs = 0; export ${counter("external")}`,
    "app/a/route.ts": `import { external } from "external";
export const POST = async () => Response.json([await external(0), await external(0)]);`,
  });
  await using server = await startCli(["start", app.dir]);
  assertEquals(await answer(server, "/a", { method: "POST" }), "200 [[0,1],[0,2]]");
});

Deno.test("a cache handler of next.config stores values, and learns of invalidations", async () => {
  await using app = await temporaryFiles({
    "next.config.mjs":
      `export default { cacheComponents: true, cacheHandlers: { mine: import.meta.resolve("./mine.mjs") } };`,
    "mine.mjs": `const entries = new Map(); export const calls = []; globalThis.calls = calls;
export default {
  async get(key, softTags) {
    calls.push(["get", softTags.includes("_N_T_/a")]);
    const entry = entries.get(key);
    if (entry === undefined) return undefined;
    const [value, kept] = entry.value.tee();
    entries.set(key, { ...entry, value: kept });
    return { ...entry, value };
  },
  async set(key, pending) {
    const entry = await pending;
    calls.push(["set", entry.tags, entry.stale, entry.revalidate, entry.expire]);
    entries.set(key, entry);
  },
  async refreshTags() { calls.push(["refreshTags"]); },
  async getExpiration() { return 0; },
  async updateTags(tags, durations) { calls.push(["updateTags", tags, durations ?? null]); entries.clear(); },
};`,
    "app/a/route.ts": `import { cacheLife, cacheTag, revalidateTag } from "next/cache";
let runs = 0;
async function load() { "use cache: mine"; cacheTag("t"); cacheLife("minutes"); return ++runs; }
export async function GET(request: Request) { void request.url; return Response.json([await load(), await load()]); }
export function POST() { revalidateTag("t", "hours"); return new Response(); }
export function PUT() { return Response.json((globalThis as any).calls.splice(0)); }`,
  });
  await using server = await startCli(["start", app.dir]);
  assertEquals(await answer(server, "/a"), "200 [1,1]");
  assertEquals(await answer(server, "/a"), "200 [1,1]");
  assertEquals(await answer(server, "/a", { method: "POST" }), "200 ");
  assertEquals(await answer(server, "/a"), "200 [2,2]");
  const set = `["set",["t"],300,60,3600]`;
  assertEquals(
    await answer(server, "/a", { method: "PUT" }),
    `200 [["refreshTags"],["get",true],${set},["refreshTags"],["get",true],["updateTags",["t"],{"expire":86400}],["refreshTags"],["get",true],${set}]`,
  );
});

/** A handler that waits for input and output, as one with a database does. */
const SLOW_HANDLER = `const entries = new Map(), pause = () => new Promise((resolve) => setTimeout(resolve, 1));
const handler = {
  async get(key) { await pause(); return entries.get(key)?.(); },
  async set(key, pending) {
    const { value, ...entry } = await pending, text = await new Response(value).text();
    entries.set(key, () => ({ ...entry, value: new Blob([text]).stream() }));
  },
  async refreshTags() { await pause(); },
  async getExpiration() { return 0; },
  async updateTags() {},
};`;

const HANDLERS: readonly [how: string, config: string, name: string, source: string][] = [
  [
    "require.resolve() of a CommonJS module",
    `require.resolve("./handler.js")`,
    "handler.js",
    "module.exports = handler;",
  ],
  ["import.meta.resolve()", `import.meta.resolve("./handler.mjs")`, "handler.mjs", "export default handler;"],
  ["import.meta.url", `new URL("handler.mjs", import.meta.url).pathname`, "handler.mjs", "export default handler;"],
];

for (const [how, path, name, source] of HANDLERS) {
  Deno.test(`start and a build take a cache handler from ${how}, and prerender responses with it`, async () => {
    await using app = await temporaryFiles({
      "package.json": `{ "private": true }`,
      "next.config.ts": `export default { cacheComponents: true, cacheHandlers: { default: ${path} } };`,
      [name]: SLOW_HANDLER + source,
      "app/a/route.ts": `let runs = 0;
async function load() { "use cache"; return ++runs; }
export const GET = async () => Response.json(await load());`,
    });
    const dist = join(app.dir, "dist");
    assertEquals((await runCli(["build", app.dir, "--out", dist])).code, 0);
    for (const start of [() => startCli(["start", app.dir]), () => startServer([join(dist, "server.js")])]) {
      await using server = await start();
      const states: unknown[] = [];
      for (let i = 0; i < 2; i++) {
        const response = await fetch(`${server.origin}/a`);
        states.push(response.headers.get("x-nextjs-cache"), await response.text());
      }
      assertEquals(states, ["MISS", "1", "HIT", "1"]);
    }
  });
}

const REFUSED: readonly [what: string, files: Readonly<Record<string, string>>, message: string][] = [
  [
    "a misuse of the directive",
    {
      "next.config.mjs": "export default { cacheComponents: true };",
      "app/a/route.ts": `export function GET() {\n  "use cache";\n  return new Response();\n}`,
    },
    `Cannot load route "app/a/route.ts": SyntaxError: app/a/route.ts:1:17: "use cache" functions must be async functions.`,
  ],
  [
    "the directive without its flag",
    {
      "app/a/route.ts": `async function f() {\n  "use cache";\n}\nexport const GET = () => f();`,
    },
    'app/a/route.ts:2:3: To use "use cache", please enable the feature flag `cacheComponents` in your Next.js config.',
  ],
  [
    "a profile that cannot be",
    {
      "next.config.mjs": "export default { cacheLife: { bad: { revalidate: 10, expire: 5 } } };",
      "app/a/route.ts": "export const GET = () => new Response();",
    },
    "If providing both the revalidate and expire options, the expire option must be greater than the revalidate option.",
  ],
  [
    "a cache handler without methods",
    {
      "next.config.mjs": `export default { cacheHandlers: { mine: import.meta.resolve("./mine.mjs") } };`,
      "mine.mjs": "export default { get() {} };",
      "app/a/route.ts": "export const GET = () => new Response();",
    },
    "Cannot use cacheHandlers.mine of next.config.mjs: its default export has no set, refreshTags, getExpiration, updateTags, write them as methods",
  ],
]; // deno-fmt-ignore

for (const [what, files, message] of REFUSED) {
  Deno.test(`routes start refuses ${what}`, async () => {
    await using app = await temporaryFiles(files);
    const { code, stderr } = await runCli(["start", app.dir]);
    assertStringIncludes(stderr, message);
    assertEquals(code, 1);
  });
}
