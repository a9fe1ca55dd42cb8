/** `routes cron`, and the scheduled requests of servers, by the clock of the machine. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { delay } from "@std/async/delay";
import { sqliteStore } from "../../src/cache/stores/sqlite.ts";
import { temporaryFiles } from "../helpers/app.ts";
import { build } from "../helpers/build.ts";
import { runCli, startCli } from "../helpers/cli.ts";
import { until } from "../helpers/until.ts";
import { startUpstream } from "../helpers/upstream.ts";

const DONE = `export const GET = () => new Response("done");\n`;

const FILES = {
  "vercel.json": JSON.stringify({ crons: [{ path: "/api/daily?full=1", schedule: "0 5 * * *" }] }),
  "app/api/daily/route.ts": `export const GET = (request) =>
  new Response(request.headers.get("authorization") + " " + new URL(request.url).search);\n`,
  "app/often/route.ts": `export const config = { cron: "*/5 * * * *" };\n${DONE}`,
  "app/broken/route.ts": `export const config = { cron: "0 0 1 1 *" };
export const GET = () => new Response("sorry", { status: 500 });\n`,
  "app/other/route.ts": DONE,
};

Deno.test("routes cron ls prints path, expression and next run of each scheduled request", async () => {
  await using app = await temporaryFiles(FILES);
  const { code, stdout, stderr } = await runCli(["cron", "ls", app.dir]);
  assertEquals([code, stderr], [0, ""]);
  const lines = stdout.trimEnd().split("\n");
  assertEquals(lines.length, 3);
  assertMatch(lines[0]!, /^ {2}\/api\/daily\?full=1 {2}0 5 \* \* \* {4}\d{4}-\d\d-\d\dT05:00Z$/);
  assertMatch(lines[1]!, /^ {2}\/broken {12}0 0 1 1 \* {4}\d{4}-01-01T00:00Z$/);
  assertMatch(lines[2]!, /^ {2}\/often {13}\*\/5 \* \* \* \* {2}\d{4}-\d\d-\d\dT\d\d:\d[05]Z$/);
});

Deno.test("routes cron ls says how a request is scheduled if none is", async () => {
  await using app = await temporaryFiles({ "app/route.ts": DONE });
  const { code, stdout } = await runCli(["cron", "ls", app.dir]);
  assertEquals(code, 0);
  assertStringIncludes(stdout, 'add "crons" to vercel.json, or cron to config of a route file');
});

for (
  const [path, code, stdout, stderr] of [
    ["/api/daily?full=1", 0, "Bearer s3cret ?full=1\n", /^GET \/api\/daily\?full=1 200 in \d+ ms\n$/],
    ["/often", 0, "done\n", /^GET \/often 200 in \d+ ms\n$/],
    ["/broken", 1, "sorry\n", /^GET \/broken 500 in \d+ ms: it answered 500\n$/],
    ["/other", 1, "", /^Cannot run "\/other": it is not scheduled, but 0 5 \* \* \* \/api\/daily\?full=1, /],
  ] as const
) {
  Deno.test(`routes cron run ${path} exits with ${code}`, async () => {
    await using app = await temporaryFiles({ ...FILES, ".env": "CRON_SECRET=s3cret\n" });
    const result = await runCli(["cron", "run", path, app.dir]);
    assertEquals([result.code, result.stdout], [code, stdout]);
    assertMatch(result.stderr, stderr);
  });
}

Deno.test("routes cron run does not run a path that runs in another process", async () => {
  await using app = await temporaryFiles(FILES);
  const path = `${app.dir}/cache.db`;
  const store = sqliteStore(path);
  await store.lease("cron /often", "another process", 60_000, Date.now());
  const { code, stderr } = await runCli(["cron", "run", "/often", app.dir, "--cache", `sqlite:${path}`]);
  await store.close();
  assertEquals([code, stderr], [
    1,
    'Cannot run "/often": it is running in another process, wait until it has ended\n',
  ]);
});

const INVALID = [
  [
    "of vercel.json",
    { ...FILES, "vercel.json": `{ "crons": [{ "path": "/often", "schedule": "0 25 * * *" }] }` },
    'Cannot schedule "/often" (vercel.json): cron "0 25 * * *" is invalid: "25" is not a valid hour, write 0 to 23',
  ],
  [
    "of a route file",
    { "app/a/route.ts": `export const config = { cron: "@daily" };\n${DONE}` },
    'Cannot load route "app/a/route.ts": cron of "config" is "@daily": shorthands are not supported, write "0 0 * * *"',
  ],
] as const;

for (const [where, files, message] of INVALID) {
  Deno.test(`routes start does not start with an invalid expression ${where}`, async () => {
    await using app = await temporaryFiles(files);
    const { code, stdout, stderr } = await runCli(["start", app.dir, "--port", "0"]);
    assertEquals([code, stdout], [1, ""]);
    assertStringIncludes(stderr, message);
  });
}

Deno.test("routes build rejects an invalid expression of vercel.json", async () => {
  const [, files, message] = INVALID[0];
  await using app = await temporaryFiles(files);
  const { code, stderr } = await runCli(["build", app.dir]);
  assertEquals([code, stderr], [1, `${message}\n`]);
});

Deno.test("servers and builds make scheduled requests at the next minute, workers make each of them once", async () => {
  await using upstream = startUpstream(() => new Response());
  const project = (name: string) => ({
    "vercel.json": JSON.stringify({ crons: [{ path: `/${name}`, schedule: "* * * * *" }] }),
    [`app/${name}/route.ts`]: `export async function GET(request) {
  const secret = request.headers.get("authorization") === "Bearer s3cret";
  await fetch("${upstream.origin}/${name}/" + secret);
  return new Response("done");
}\n`,
    "app/file/route.ts": `export const config = { cron: "* * * * *" };
export const GET = async () => new Response((await fetch("${upstream.origin}/${name}/file")).body);\n`,
  });
  const env = { CRON_SECRET: "s3cret" };
  await using workers = await temporaryFiles(project("workers"));
  await using off = await temporaryFiles(project("off"));
  await using built = await build(project("built"));
  // Otherwise the first ones could start before the minute, and the others after it.
  const second = Date.now() % 60_000;
  if (second > 45_000) await delay(60_000 - second);
  await using withWorkers = await startCli(["start", workers.dir, "--workers", "3", "--cache", "memory"], { env });
  await using without = await startCli(["start", off.dir, "--no-cron"], { env });
  await using dist = await built.serve(["--log", "json"], { allow: ["-E"], env });
  await until(
    "a minute has begun, and each server has made its requests",
    () => ["/workers/true", "/workers/file", "/built/true", "/built/file"].every((path) => upstream.count(path) > 0),
  );
  // Long enough for a second worker.
  await delay(1_000);
  assertEquals(upstream.hits, 4);
  const { code, stdout } = await dist.stop();
  assertEquals(code, 0);
  assertMatch(stdout, /"message":"Cron \/built 200 in \d+ ms","path":"\/built","status":200,"duration":\d+/);
  assertEquals((await withWorkers.stop()).code, 0);
  assert(!(await without.stop()).stderr.includes("Cron"));
});
