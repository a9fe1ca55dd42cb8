import { assertEquals, assertMatch } from "@std/assert";
import { formatRendering, type Rendering } from "../../../src/deno/server/rendering.ts";
import { temporaryFiles } from "../../helpers/app.ts";
import { runCli } from "../../helpers/cli.ts";

const FORMATS: readonly (readonly [rendering: Rendering, text: string])[] = [
  [{ mark: "○", times: [] }, "○"],
  [{ mark: "○", times: [900, 31_536_000] }, "○ 15m 1y"],
  [{ mark: "●", times: [60, 3600] }, "● 1m 1h"],
  [{ mark: "○", times: [200, 900] }, "○ ≈3m 15m"],
  [{ mark: "○", times: [111, 2222] }, "○ ≈2m ≈37m"],
  [{ mark: "○", times: [86_400, 604_800] }, "○ 1d 1w"],
  [{ mark: "○", times: [604_800, 2_592_000] }, "○ 1w 30d"],
  [{ mark: "○", times: [90_000, 700_000] }, "○ 25h ≈1w"],
  [{ mark: "ƒ", times: [], reason: "cookies()" }, "ƒ cookies()"],
];

for (const [rendering, text] of FORMATS) {
  Deno.test(`formatRendering() returns ${text}`, () => assertEquals(formatRendering(rendering), text));
}

const FILES = {
  "next.config.ts": "export default { cacheComponents: true };",
  "lib/load.ts": `import { cacheLife } from "next/cache";
export async function load() { "use cache"; cacheLife("minutes"); return Date.now(); }`,
  "app/plain/route.ts": `export const GET = () => new Response("a");`,
  "app/cached/route.ts": `import { load } from "../../lib/load.ts";
export const GET = async () => Response.json(await load());`,
  "app/listed/[id]/route.ts": `export const generateStaticParams = () => [{ id: "a" }];
export const GET = () => new Response("a");`,
  "app/time/route.ts": `export const GET = () => Response.json(Date.now());`,
  "app/file/route.ts": `export const GET = async () => new Response(await Deno.readTextFile("deno.json"));`,
  "app/process/route.ts":
    `export const GET = async () => Response.json((await new Deno.Command("true").output()).code);`,
  "app/slow/route.ts": `export const GET = () => new Promise(() => {});`,
  "app/unavailable/route.ts": `export const GET = () => new Response(null, { status: 503 });`,
  "app/write/route.ts": `export const POST = () => new Response("a");`,
};

Deno.test("routes list and check show how routes are rendered with cacheComponents", async () => {
  await using files = await temporaryFiles(FILES);
  const list = await runCli(["list", files.dir]);
  assertEquals(list, {
    code: 0,
    stderr: "",
    stdout: `  GET   /cached       ○ 1m 1h
  GET   /file         ƒ Deno.readTextFile()
  GET   /listed/[id]  ●
  GET   /plain        ○
  GET   /process      ƒ Deno.Command
  GET   /slow         ƒ input or output
  GET   /time         ƒ Date.now()
  GET   /unavailable  ƒ a response with the status 503
  POST  /write        ƒ
`,
  });
  const check = await runCli(["check", files.dir]);
  assertEquals(check.stdout.split("\n").map((line) => line.split(/ {2,}/).slice(1).join(" | ")).slice(1, 5), [
    "app/cached/route.ts | GET, HEAD, OPTIONS | ○ 1m 1h",
    "app/file/route.ts | GET, HEAD, OPTIONS | ƒ Deno.readTextFile()",
    "app/listed/[id]/route.ts | GET, HEAD, OPTIONS | ●",
    "app/plain/route.ts | GET, HEAD, OPTIONS | ○",
  ]);
  assertMatch(check.stdout, /^runs +lib\/load\.ts +functions with "use cache"$/m);
});

Deno.test("routes check fails for a handler that fails while it is prerendered, with the error that is masked", async () => {
  await using files = await temporaryFiles({
    "next.config.ts": FILES["next.config.ts"],
    "app/route.ts": `async function load() { "use cache"; throw new Error("boom"); }
export const GET = async () => Response.json(await load());`,
  });
  const { code, stdout } = await runCli(["check", files.dir]);
  assertEquals(code, 1);
  assertEquals(/fails +app\/route.ts +(.*)/.exec(stdout)?.[1], `Error occurred prerendering page "/". boom`);
});

const CACHED = `import { cacheLife } from "next/cache";
import { connection } from "next/server";
const inner = async (life: string | { revalidate: number }) => { "use cache"; cacheLife(life as string); return 1; };
const outer = async (life: string | { revalidate: number }) => { "use cache"; return await inner(life); };
const chosen = async () => { "use cache"; cacheLife("seconds"); return await inner("seconds"); };
const wait = async (input: Promise<unknown>) => { "use cache"; return await input; };
`;
const LEARN = "Learn more: https://nextjs.org/docs/messages/";
const SLOW =
  'Route "/": A `"use cache"` function took too long during prerendering. The most common cause is passing unresolved request-specific arguments, such as `params` or `searchParams`, into the cached function. Resolve the data before calling the function and pass only the values you need.\n' +
  `${LEARN}next-request-in-use-cache`;

const BUILDS: readonly (readonly [what: string, code: string, report: string])[] = [
  [
    "passes on a short lifetime",
    `await outer("seconds")`,
    'fails  Route "/": A nested `"use cache"` with a short `expire` (under 5 minutes) is inside an outer `"use cache"` that has no `cacheLife()`. Add `cacheLife()` to the outer one to choose whether to prerender it with a longer `expire` or keep it dynamic with a short `expire`.\n' +
    `${LEARN}nested-use-cache-no-explicit-cachelife`,
  ],
  [
    "passes on a lifetime of zero",
    `await outer({ revalidate: 0 })`,
    'fails  Route "/": A nested `"use cache"` with `revalidate: 0` is inside an outer `"use cache"` that has no `cacheLife()`. Add `cacheLife()` to the outer one to choose whether to prerender it with a non-zero `revalidate` or keep it dynamic with `revalidate: 0`.\n' +
    `${LEARN}nested-use-cache-no-explicit-cachelife`,
  ],
  ["waits for a promise that never settles", "await wait(new Promise(() => {}))", `fails  ${SLOW}`],
  ["waits for connection()", "await wait(connection())", `fails  ${SLOW}`],
  ["has a short lifetime of its own", "await chosen()", "runs  ƒ cached data with a short lifetime"],
  ["waits for a timer", "await wait(new Promise((resolve) => setTimeout(resolve)))", "runs  ƒ setTimeout()"],
];

for (const [what, code, report] of BUILDS) {
  Deno.test(`routes check reports what next build reports of a cached function that ${what}`, async () => {
    await using files = await temporaryFiles({
      "next.config.ts": FILES["next.config.ts"],
      "app/route.ts": `${CACHED}export const GET = async () => Response.json(${code});`,
    });
    const { stdout } = await runCli(["check", files.dir]);
    const [status, detail] = /^(runs|fails) +app\/route\.ts +([^]*?)\n(?:runs |\d+ run)/m.exec(stdout)!.slice(1);
    const found = detail!.replace(/^(?:GET, HEAD, OPTIONS +|Error occurred prerendering page "\/"\. )/, "");
    assertEquals(`${status}  ${found}`, report);
  });
}

Deno.test("routes check runs no code after what depends on a request, as next build does", async () => {
  await using files = await temporaryFiles({
    "next.config.ts": FILES["next.config.ts"],
    "app/a/route.ts": `import { cookies } from "next/headers";
export async function GET() { await cookies(); console.log("ran on"); return new Response("a"); }`,
    "app/b/route.ts": `import { connection } from "next/server";
export async function GET() { await connection(); console.log("ran on"); return new Response("b"); }`,
  });
  const { code, stdout } = await runCli(["check", files.dir]);
  assertEquals([code, /ran on/.test(stdout)], [0, false], stdout);
});
