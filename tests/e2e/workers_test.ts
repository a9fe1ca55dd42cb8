/** `routes start --workers`: processes that share a port, a cache and a secret, and stop together. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { delay } from "@std/async/delay";
import { exists } from "@std/fs";
import { temporaryFiles } from "../helpers/app.ts";
import { type CliServer, runCli, startCli } from "../helpers/cli.ts";
import { startUpstream, type Upstream } from "../helpers/upstream.ts";
import { until } from "../helpers/until.ts";

const APP = { "app/pid/route.ts": "export const GET = () => Response.json(Deno.pid);" };
const DRAFT = {
  ...APP,
  "app/draft/route.ts": `import { draftMode } from "next/headers";
export const GET = async () => { (await draftMode()).enable(); return new Response(); };`,
  "app/is/route.ts": `import { draftMode } from "next/headers";
export const GET = async () => Response.json([Deno.pid, (await draftMode()).isEnabled]);`,
};

const cached = ({ origin }: Upstream) => ({
  ...APP,
  "app/news/route.ts": `export const revalidate = 3600;
const get = () => fetch("${origin}/news", { next: { revalidate: 3600, tags: ["news"] } } as RequestInit);
export const GET = async () => new Response(await (await get()).text());`,
  "app/webhook/route.ts": `import { revalidateTag } from "next/cache";
export const POST = () => { revalidateTag("news", { expire: 0 }); return new Response("done"); };`,
  "app/slow/route.ts": `export const dynamic = "force-dynamic";
export const GET = async () => new Response(await (await fetch("${origin}/slow", { cache: "no-store" })).text());`,
});

/** Each request is a new connection, so that any worker may get it. */
async function ask(url: string, init: RequestInit = {}): Promise<Response> {
  using client = Deno.createHttpClient({ poolMaxIdlePerHost: 0 });
  const response = await fetch(url, { ...init, client });
  return new Response(response.body === null ? null : await response.bytes(), response);
}

const textOf = async (url: string, init?: RequestInit) => await (await ask(url, init)).text();
const cookieOf = async (server: CliServer) =>
  (await ask(`${server.origin}/draft`)).headers.getSetCookie()[0]!.split(";")[0]!;

/** Waits until a number of workers have answered; returns their process ids. */
async function pidsOf({ origin }: CliServer, count: number): Promise<number[]> {
  const pids = new Set<number>();
  await until(`${count} workers answer`, async () => pids.add(Number(await textOf(`${origin}/pid`))).size >= count);
  return [...pids].sort();
}

async function allGone(pids: readonly number[]): Promise<void> {
  for (const pid of pids) await until(`process ${pid} ends`, async () => !await exists(`/proc/${pid}`));
}

Deno.test("routes start --workers 3 --port 0 serves one port with three processes, and prints so once", async () => {
  await using app = await temporaryFiles(APP);
  await using server = await startCli(["start", app.dir, "--workers", "3"]);
  const pids = await pidsOf(server, 3);
  assertEquals([pids.length, pids.includes(server.child.pid)], [3, false]);
  const { code, stdout, stderr } = await server.stop();
  assertEquals({ code, stderr }, { code: 0, stderr: "" });
  assertEquals((server.banner + stdout).match(/Listening on/g)?.length, 1);
  await allGone(pids);
});

Deno.test("workers create one cache concurrently, generate a missing entry once, and share invalidations", async () => {
  for (let start = 0; start < 6; start++) {
    await using upstream = startUpstream();
    await using app = await temporaryFiles(cached(upstream));
    await using server = await startCli(["start", app.dir, "--workers", "3"]);
    await pidsOf(server, 3);
    const crowd = () => Promise.all(Array.from({ length: 24 }, () => textOf(`${server.origin}/news`)));
    const counts = [[...new Set(await crowd())], upstream.count("/news")];
    upstream.text = "second";
    assertEquals(await textOf(`${server.origin}/webhook`, { method: "POST" }), "done");
    counts.push([...new Set(await crowd())], upstream.count("/news"));
    const { stderr } = await server.stop();
    assertEquals({ start, counts, stderr }, { start, counts: [["first"], 1, ["second"], 2], stderr: "" });
  }
});

Deno.test("a killed worker is replaced, and requests are answered meanwhile", async () => {
  await using app = await temporaryFiles(APP);
  await using server = await startCli(["start", app.dir, "--workers", "3"]);
  const pids = await pidsOf(server, 3);
  // A worker that exits within two seconds counts as not started, which is not visible from outside.
  await delay(2500);
  Deno.kill(pids[0]!, "SIGKILL");
  await allGone(pids.slice(0, 1));
  // Every request in flight is answered, or this throws.
  const seen = await pidsOf(server, 3);
  assert(!seen.includes(pids[0]!));
  assertMatch((await server.stop()).stderr, /^Worker [123] exited with code 137, starting a replacement\n$/);
  await allGone(seen);
});

Deno.test("on SIGTERM workers finish their requests, then all exit, and the exit code is 0", async () => {
  await using upstream = startUpstream();
  await using app = await temporaryFiles(cached(upstream));
  await using server = await startCli(["start", app.dir, "--workers", "3"]);
  const pids = await pidsOf(server, 3);
  const release = upstream.hold();
  const slow = ask(`${server.origin}/slow`).then(async (response) => [response.status, await response.text()]);
  await until("the request is in flight", () => upstream.count("/slow") === 1);
  const end = server.stop("SIGTERM");
  await until("no worker listens", () => textOf(`${server.origin}/pid`).then(() => false, () => true));
  release();
  assertEquals(await slow, [200, "first"]);
  assertEquals((await end).code, 0);
  await allGone(pids);
});

Deno.test("SIGTERM as soon as the port is printed also stops workers that are still starting, with exit code 0", async () => {
  await using app = await temporaryFiles(APP);
  for (let round = 0; round < 4; round++) {
    await using server = await startCli(["start", app.dir, "--workers", "4"]);
    const { code, stderr } = await server.stop("SIGTERM");
    assertEquals({ round, code, stderr }, { round, code: 0, stderr: "" });
  }
});

Deno.test("workers exit when the process that started them is killed", async () => {
  await using app = await temporaryFiles(APP);
  await using server = await startCli(["start", app.dir, "--workers", "3"]);
  const pids = await pidsOf(server, 3);
  await server.stop("SIGKILL");
  await allGone(pids);
});

Deno.test("the draft mode cookie of one worker is valid for the others", async () => {
  await using app = await temporaryFiles(DRAFT);
  await using server = await startCli(["start", app.dir, "--workers", "3"]);
  const cookie = await cookieOf(server);
  const believed = new Map<number, boolean>();
  const answer = async () => JSON.parse(await textOf(`${server.origin}/is`, { headers: { cookie } }));
  await until("three workers answer", async () => believed.set(...await answer() as [number, boolean]).size === 3);
  assertEquals([...believed.values()], [true, true, true]);
});

Deno.test("DRAFT_SECRET of a .env file applies to workers as to a single process", async () => {
  await using app = await temporaryFiles({ ...DRAFT, ".env": "DRAFT_SECRET=the-secret-of-this-project" });
  const cookies: string[] = [];
  for (const flags of [[], ["--workers", "2"]]) {
    await using server = await startCli(["start", app.dir, ...flags]);
    cookies.push(await cookieOf(server));
  }
  assertEquals(cookies[1], cookies[0]);
});

Deno.test("--prewarm is done by one worker, and all use its cached responses", async () => {
  await using upstream = startUpstream();
  await using app = await temporaryFiles(cached(upstream));
  await using server = await startCli(["start", app.dir, "--workers", "3", "--prewarm"]);
  await pidsOf(server, 3);
  for (let count = 0; count < 12; count++) {
    const response = await ask(`${server.origin}/news`);
    assertEquals([response.headers.get("x-nextjs-cache"), await response.text()], ["HIT", "first"]);
  }
  assertEquals(upstream.count("/news"), 1);
  const { stdout } = await server.stop();
  assertEquals((server.banner + stdout).match(/Prewarmed 1 of 1 /g)?.length, 1);
});

Deno.test("--cache memory with workers warns that each one has its own cache", async () => {
  await using app = await temporaryFiles(APP);
  await using server = await startCli(["start", app.dir, "--workers", "2", "--cache", "memory"]);
  assertMatch((await server.stop()).stderr, /^Warning: each worker has its own cache in memory[^\n]*\n$/);
});

Deno.test("--workers 1 is a plain start", async () => {
  await using app = await temporaryFiles(APP);
  await using server = await startCli(["start", app.dir, "--workers", "1"], { permissions: ["-N", "-R"] });
  assertEquals(await pidsOf(server, 1), [server.child.pid]);
  assertEquals(await server.stop(), { code: 0, stdout: "", stderr: "" });
});

const BAD = { "app/route.ts": `throw new Error("broken at start");` };
const BROKEN = /^(?:Cannot load route "app\/route\.ts": Error: broken at start\nAll other routes .*--lazy.*\n){1,3}$/;
const NUMBER = /^Cannot set --workers to "[^"]*": expected a whole number from 1, or auto\n$/;
const NEEDS_ALL = /^Cannot start workers: each one is a process that needs all permissions, add -A or [^\n]*\n$/;
const NO_ADDRESS = /^Cannot listen on "192\.0\.2\.1": this machine has no such address[^\n]*\n$/;

const REFUSED: readonly [flags: string, code: number, line: RegExp, more?: { all?: boolean; files?: typeof BAD }][] = [
  ...["0", "x", "1.5", "1e3", "2x"].map((text): [string, number, RegExp] => [`--workers ${text}`, 2, NUMBER]),
  ["--workers 2", 1, NEEDS_ALL, { all: false }],
  ["--workers 2 --port BUSY", 1, /^Cannot listen on port \d+: it is in use, choose another port \(--port\)\n$/],
  ["--workers 2 --hostname 192.0.2.1 --port 0", 1, NO_ADDRESS],
  ["--workers 3 --port 0", 1, BROKEN, { files: BAD }],
];

for (const [flags, code, line, { all = true, files = APP } = {}] of REFUSED) {
  const what = `${all ? "" : "without -A "}${files === BAD ? "of a route that throws " : ""}`;
  Deno.test(`routes start ${flags} ${what}exits with ${code} and prints why`, async () => {
    await using app = await temporaryFiles(files);
    using busy = Deno.listen({ hostname: "0.0.0.0", port: 0 });
    const words = flags.replace("BUSY", `${(busy.addr as Deno.NetAddr).port}`).split(" ");
    const result = await runCli(["start", app.dir, ...words], all ? {} : { permissions: ["-N", "-R", "-E"] });
    assertMatch(result.stderr, line);
    assertEquals([result.stdout, result.code], ["", code]);
  });
}
