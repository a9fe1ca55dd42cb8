/**
 * This module beside Next 16, vinext, Hono, Elysia and Nitro: the same six routes in each of them, and all that a README
 * may claim.
 *
 * Each is installed, built, started and developed with as its own documentation says, in a folder below `/tmp`; this
 * module comes from a JSR of this process. All answers are compared before anything is measured. Servers are started
 * and driven in turn, for several rounds; a ratio to a bare `Deno.serve` is taken inside one round. What is printed is
 * the median of the rounds. It takes about a quarter of an hour.
 *
 *     deno run -A tests/bench/compare.ts [--rounds 7] [--only "this module,Hono"]
 */
import { parseArgs } from "node:util";
import { assertEquals } from "@std/assert";
import { delay } from "@std/async";
import { join } from "@std/path";
import { publish, startRegistry } from "../helpers/registry.ts";
import { type File, nextApp } from "./compare/apps.ts";
import { isUnchanged, write } from "./compare/disk.ts";
import { askUntil, type Body, type Command, endAll, run, type Server, startServer } from "./compare/process.ts";
import type { Project, Way } from "./compare/project.ts";
import { projectsIn } from "./compare/projects.ts";
import { load } from "./load.ts";
import { median } from "./median.ts";

const { values } = parseArgs({ options: { rounds: { type: "string", default: "7" }, only: { type: "string" } } });
const rounds = Number(values.rounds);
const EDITS = 10;
const REQUESTS = 1000;
/** How long a development server rests before an edit, in ms. */
const SETTLE = 500;
/** What is driven. */
const DRIVEN = [
  { path: "/hello", headers: {} },
  { path: "/users/7", headers: {} },
  { path: "/me/7", headers: { cookie: "session=abc; theme=dark" } },
] as const;

/** A column of the table: a project run in one way. */
interface Column {
  readonly project: Project;
  readonly way: Way;
  /** Whether it is the first of its project. */
  readonly isMain: boolean;
  readonly cells: Map<string, string>;
}

const root = await Deno.realPath(await Deno.makeTempDir({ prefix: "routes_compare_" }));
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  Deno.addSignalListener(signal, async () => {
    await cleanUp();
    Deno.exit(130);
  });
}
await using registry = await startRegistry();
await publish(registry);
const only = values.only?.split(",");
const projects = projectsIn(root, registry).filter(({ name }) => only === undefined || only.includes(name));
const columns: readonly Column[] = projects.flatMap((project) =>
  project.ways.map((way, index) => ({ project, way, isMain: index === 0, cells: new Map() }))
);
const versions = new Set<string>();
try {
  await install();
  await build();
  await checkAnswers();
  await measureStarts();
  await measureRates();
  await measureEdits();
  await print();
} finally {
  await cleanUp();
}

async function install(): Promise<void> {
  for (const { project, cells, isMain } of columns) {
    if (!isMain) continue;
    say(`install ${project.name}`);
    const installed = await project.install();
    for (const version of installed.versions) versions.add(version);
    cells.set("packages installed", installed.cell);
  }
}

/** Each build is done three times, from nothing. */
async function build(): Promise<void> {
  for (const { project, way, cells } of columns) {
    cells.set("build before start", "none");
    if (way.build !== undefined) {
      say(`build ${project.name} ${way.name}`);
      const seconds: number[] = [];
      for (let round = 1; round <= Math.min(3, rounds); round++) {
        await Deno.remove(join(project.dir, way.build.output), { recursive: true }).catch(() => {});
        seconds.push(await run(await way.build.command()));
      }
      cells.set("build before start", `\`${way.build.label}\`, ${median(seconds).toFixed(1)} s`);
    }
    cells.set("deployed", await way.deployed());
  }
}

/** Every server has to give the same answers, from files that nobody has rewritten; the bare one what is driven. */
async function checkAnswers(): Promise<void> {
  {
    await using bare = await startServer("bare", bareCommand);
    await checkDriven(bare, "bare");
  }
  for (const { project, way, cells } of columns) {
    const name = `${project.name}, ${way.name}`;
    await using server = await startWay(project, way);
    await checkDriven(server, name);
    const check = async (path: string, init: RequestInit, expected: Answer) =>
      assertEquals(await ask(server, path, init), expected, `${name}: ${path}`);
    const echoed = { list: [1, "ü"], deep: { yes: true } };
    await check("/theme", {}, answerOf({ theme: "light" }));
    await check("/theme", { headers: { cookie: "a=b; theme=dark" } }, answerOf({ theme: "dark" }));
    await check("/echo", postOf(echoed), answerOf(echoed, 201));
    await check("/count", {}, answerOf({ count: 1, edition: 0 }));
    const isSame = project.app === nextApp && await isUnchanged(project.dir, nextApp.files);
    cells.set("`route.ts` of Next 16 unchanged", isSame ? "yes" : "no, another API");
  }
}

/** Only the realistic path has the two headers. */
async function checkDriven(server: Server, name: string): Promise<void> {
  const marked = { proxy: "1", rule: "1" };
  const expected = [
    answerOf({ message: "hello 0" }),
    answerOf({ id: "7" }),
    { ...answerOf({ id: "7", session: "abc" }), ...marked },
  ];
  for (const [index, { path, headers }] of DRIVEN.entries()) {
    assertEquals(await ask(server, path, { headers }), expected[index], `${name}: ${path}`);
  }
  assertEquals(await ask(server, "/me/8"), { ...answerOf({ id: "8" }), ...marked }, `${name}: /me/8 without cookies`);
}

/** What is compared of an answer. */
interface Answer {
  readonly status: number;
  readonly type: string | undefined;
  readonly body: unknown;
  /** `x-proxy` and `x-rule`. */
  readonly proxy: string | null;
  readonly rule: string | null;
}

async function ask({ origin }: Server, path: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(origin + path, init);
  const { status, headers } = response;
  const type = headers.get("content-type")?.split(";")[0];
  return { status, type, body: await response.json(), proxy: headers.get("x-proxy"), rule: headers.get("x-rule") };
}

function answerOf(body: unknown, status = 200): Answer {
  return { status, type: "application/json", body, proxy: null, rule: null };
}

/** Until the first answer, and what the processes weigh after some requests. */
async function measureStarts(): Promise<void> {
  const ratios = seriesOf(), times = seriesOf(), memories = seriesOf();
  let processes = new Map<Column, number>();
  for (let round = 0; round <= rounds; round++) { // the first is for the disk
    say(`start, round ${round} of ${rounds}`);
    const bare = await answeredOf(await startServer("bare", bareCommand));
    processes = new Map();
    for (const column of columns) {
      await using server = await startWay(column.project, column.way);
      await request(server);
      const memory = await server.memory();
      processes.set(column, memory.processes);
      if (round === 0) continue;
      times.get(column)!.push(server.answered);
      ratios.get(column)!.push(server.answered / bare);
      memories.get(column)!.push(memory.mb);
    }
  }
  for (const column of columns) {
    const [ms, ratio] = [median(times.get(column)!).toFixed(0), median(ratios.get(column)!).toFixed(1)];
    column.cells.set("start to first response", `${ms} ms (${ratio}×)`);
    const count = processes.get(column)!;
    const mb = median(memories.get(column)!).toFixed(0);
    column.cells.set(`memory after ${REQUESTS} requests`, `${mb} MB${count > 1 ? ` in ${count} processes` : ""}`);
  }
}

async function answeredOf(server: Server): Promise<number> {
  await server[Symbol.asyncDispose]();
  return server.answered;
}

async function request({ origin }: Server): Promise<void> {
  const one = async (n: number) => {
    const kinds = [
      () => fetch(`${origin}/hello`),
      () => fetch(`${origin}/users/${n}`),
      () => fetch(`${origin}/theme`, { headers: { cookie: "theme=dark" } }),
      () => fetch(`${origin}/echo`, postOf({ n })),
      () => fetch(`${origin}/me/${n}`, { headers: { cookie: "session=abc; theme=dark" } }),
    ];
    await (await kinds[n % kinds.length]!()).text();
  };
  let next = 0;
  await Promise.all(Array.from({ length: 8 }, async () => {
    while (next < REQUESTS) await one(next++);
  }));
}

/** All servers run at once and are driven in turn. */
async function measureRates(): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const bare = stack.use(await startServer("bare", bareCommand));
  const servers = new Map<Column, Server>();
  for (const column of columns) servers.set(column, stack.use(await startWay(column.project, column.way)));
  const ratios = new Map(DRIVEN.map(({ path }) => [path, seriesOf()]));
  const rates = new Map(DRIVEN.map(({ path }) => [path, seriesOf()]));
  for (let round = 0; round <= rounds; round++) { // the first is a warm-up
    say(`requests, round ${round} of ${rounds}`);
    for (const { path, headers } of DRIVEN) {
      const drive = ({ origin }: Server) => load({ url: origin + path, headers, seconds: round === 0 ? 3 : 1 });
      const base = await drive(bare);
      for (const [column, server] of servers) {
        const rate = await drive(server);
        if (round === 0) continue;
        rates.get(path)!.get(column)!.push(rate);
        ratios.get(path)!.get(column)!.push(rate / base);
      }
    }
  }
  for (const { path } of DRIVEN) {
    for (const column of columns) {
      const ratio = median(ratios.get(path)!.get(column)!).toFixed(2);
      const rate = median(rates.get(path)!.get(column)!).toFixed(0);
      column.cells.set(`requests/s of \`${path}\`, bare Deno.serve = 1`, `${ratio} (${rate})`);
    }
  }
}

/** What `dev` needs from an edit to the answer, and whether a counter in `lib/` goes on. */
async function measureEdits(): Promise<void> {
  for (const { project, cells, isMain } of columns) {
    if (!isMain) continue;
    let stuck = 0;
    for (let isDone = false; !isDone && stuck < 3;) {
      say(`edits of ${project.name}`);
      await write(project.dir, project.app.files);
      isDone = await measureEditsOf(project, cells).then(() => true, (error) => {
        say(`${project.name} answers no more after an edit: ${error.message}`);
        stuck++;
        return false;
      });
    }
    if (stuck > 0) cells.set("in dev, runs that ended as nothing was answered after an edit", String(stuck));
  }
}

async function measureEditsOf(project: Project, cells: Map<string, string>): Promise<void> {
  await using server = await startServer(`${project.name} in dev`, (port) => project.dev(port));
  const hello = `${server.origin}/hello`, count = `${server.origin}/count`;
  const times: number[] = [];
  let elsewhere = 0, imported = 0;
  for (let n = 1; n <= EDITS; n++) {
    const before = await countOf(count);
    times.push(await edit(project.dir, project.app.hello(n), hello, ({ message }) => message === `hello ${n}`));
    if (await countOf(count) === before + 1) elsewhere++;
  }
  for (let n = 1; n <= EDITS; n++) {
    const before = await countOf(count);
    let after = 0;
    await edit(project.dir, project.app.count(n), count, (body) => {
      after = Number(body.count);
      return body.edition === n;
    });
    if (after > before) imported++;
  }
  cells.set("edit to response in dev", `${median(times).toFixed(0)} ms`);
  cells.set("in dev, a module that no edited file imports keeps its state", keptText(elsewhere));
  cells.set("in dev, a module that the edited file imports keeps its state", keptText(imported));
}

/** Writes a file; gives the milliseconds until the answer is new. */
async function edit(dir: string, file: File, url: string, isNew: (body: Body) => boolean): Promise<number> {
  await delay(SETTLE);
  const begin = performance.now();
  await write(dir, [file]);
  await askUntil(url, isNew);
  return performance.now() - begin;
}

/** Counts one on. */
async function countOf(url: string): Promise<number> {
  let count = 0;
  await askUntil(url, (body) => {
    count = Number(body.count);
    return true;
  });
  return count;
}

function keptText(times: number): string {
  if (times === 0) return "no";
  return times === EDITS ? "yes" : `after ${times} of ${EDITS} edits`;
}

async function print(): Promise<void> {
  const fresh = only === undefined || only.includes("Fresh") ? [await freshText()] : [];
  const names = [...new Set(columns.flatMap(({ cells }) => [...cells.keys()]))];
  const row = (cells: readonly string[]) => console.log(`| ${cells.join(" | ")} |`);
  console.log(`${[...versions].join(", ")}; medians of ${rounds} rounds\n`);
  const heads = ["", ...columns.map(({ project, way }) => `${project.name}, ${way.name}`)];
  row([...heads, ...fresh.map(() => "Fresh")]);
  row([...heads, ...fresh].map(() => "---"));
  for (const name of names) {
    const cells = columns.map(({ cells, isMain }) => cells.get(name) ?? (isMain ? "" : "as left"));
    row([name, ...cells, ...fresh]);
  }
}

/** Fresh is a package of JSR; this bench measures what npm has. */
async function freshText(): Promise<string> {
  const { success } = await new Deno.Command("npm", { args: ["view", "@fresh/core", "version"] }).output();
  return success ? "not measured" : "not measured (JSR only)";
}

function startWay({ name }: Project, way: Way): Promise<Server> {
  return startServer(`${name}, ${way.name}`, (port) => way.start(port));
}

function bareCommand(port: number): Command {
  return {
    file: Deno.execPath(),
    args: ["run", "-N", "--no-config", new URL("./compare/bare.ts", import.meta.url).pathname, String(port)],
  };
}

function postOf(body: unknown): RequestInit {
  return { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json" } };
}

function seriesOf(): Map<Column, number[]> {
  return new Map(columns.map((column) => [column, []]));
}

function say(text: string): void {
  console.error(text);
}

async function cleanUp(): Promise<void> {
  await endAll();
  await Deno.remove(root, { recursive: true }).catch(() => {});
}
