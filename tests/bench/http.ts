/**
 * Requests a second of this module beside hand-written servers and Hono, as ratios to a server that gives the same answer.
 *
 * All servers run at once and are driven in turn, a second each, for several rounds, the reference again before each of
 * the others: a ratio is one of two seconds in a row, so that a machine that slows down slows both sides. The CPU ratio
 * compares the time that both processes used for a request, which other work on the machine changes less. What is printed
 * is the median of the rounds.
 *
 * With `--built`, what `routes build` makes of each project is measured beside `routes start`.
 *
 *     deno task bench [--rounds 15] [--only plain,proxy] [--built]
 */
import { parseArgs } from "node:util";
import { join } from "@std/path";
import { readCpuSeconds } from "./cpu.ts";
import { load } from "./load.ts";
import { median } from "./median.ts";
import { isProject, writeProject } from "./projects.ts";
import { type Scenario, SCENARIOS } from "./scenarios.ts";

const { values } = parseArgs({
  options: { rounds: { type: "string", default: "15" }, only: { type: "string" }, built: { type: "boolean" } },
});
const rounds = Number(values.rounds);
const only = values.only?.split(",");

/** A second of load. */
interface Second {
  /** Requests a second. */
  readonly rate: number;
  /** CPU seconds a request. */
  readonly cost: number;
}

interface Server {
  readonly child: Deno.ChildProcess;
  readonly port: number;
}

/** The prefix of the name of a server that is built. */
const BUILT = "built:";
const chosen = SCENARIOS.filter(({ name, server }) => only?.some((word) => word === name || word === server) ?? true);
const scenarios = values.built === true ? chosen.filter(({ server }) => isProject(server)).map(toBuilt) : chosen;
const root = await Deno.makeTempDir({ prefix: "routes_bench_" });
const servers = new Map<string, Server>();
try {
  for (const name of new Set(scenarios.flatMap(({ server, beside = "bare" }) => [beside, server]))) {
    servers.set(name, await startServer(name));
  }
  const results = new Map(scenarios.map((scenario) => [scenario, [] as { own: Second; reference: Second }[]]));
  for (const scenario of scenarios) await drive(scenario, scenario.server); // warm-up
  for (let round = 1; round <= rounds; round++) {
    for (const [scenario, pairs] of results) {
      const reference = await drive(scenario, scenario.beside ?? "bare");
      pairs.push({ reference, own: await drive(scenario, scenario.server) });
    }
    console.error(`round ${round} of ${rounds}`);
  }
  print(results);
} finally {
  for (const { child } of servers.values()) child.kill();
  await Deno.remove(root, { recursive: true });
}

function toBuilt({ floor: _, ...scenario }: Scenario): Scenario {
  return { ...scenario, server: BUILT + scenario.server, beside: scenario.server, goal: 1 };
}

async function drive({ path, headers = {}, body }: Scenario, name: string): Promise<Second> {
  const { child: { pid }, port } = servers.get(name)!;
  const before = await readCpuSeconds(pid);
  const rate = await load({ url: `http://127.0.0.1:${port}${path}`, headers, body, seconds: 1 });
  return { rate, cost: (await readCpuSeconds(pid) - before) / rate };
}

function print(results: ReadonlyMap<Scenario, readonly { own: Second; reference: Second }[]>): void {
  console.log("scenario                        req/s   ratio     CPU   floor    goal");
  for (const [{ name, floor, goal }, pairs] of results) {
    const of = (read: (pair: { own: Second; reference: Second }) => number) => median(pairs.map(read));
    const ratio = of(({ own, reference }) => own.rate / reference.rate);
    const cpu = of(({ own, reference }) => reference.cost / own.cost);
    const cells = [ratio.toFixed(3), cpu.toFixed(3), floor?.toFixed(2) ?? "", goal?.toFixed(2) ?? ""];
    const rate = of(({ own }) => own.rate).toFixed(0);
    console.log(name.padEnd(29), rate.padStart(7), ...cells.map((cell) => cell.padStart(7)));
  }
}

/** Starts a project by the command line, as a user does, or a server of `server.ts`. */
async function startServer(name: string): Promise<Server> {
  const child = new Deno.Command(Deno.execPath(), { args: await toArgs(name), stdout: "piped" }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let text = "", port: string | undefined;
  // A bare server prints its port, the others their address, some after a line about their imports.
  while (port === undefined) {
    const { done, value } = await reader.read();
    if (done) throw new Error(`Cannot start ${name}: ${text}`);
    text += value;
    port = /(?:http:\S+:|^)(\d+)\/?\n/m.exec(text)?.[1];
  }
  readToEnd(reader);
  return { child, port: Number(port) };
}

async function toArgs(name: string): Promise<string[]> {
  const project = name.replace(BUILT, "");
  if (!isProject(project)) return ["run", "-A", import.meta.resolve("./server.ts"), name];
  const cli = ["run", "-A", import.meta.resolve("../../cli.ts")];
  const dir = join(root, project);
  await writeProject(project, dir);
  const cache = project === "sqlite" ? `sqlite:${join(root, `${name}.db`)}` : "memory";
  const listen = ["--port", "0", "--hostname", "127.0.0.1", "--cache", cache];
  if (project === name) return [...cli, "start", dir, ...listen];
  const { success } = await new Deno.Command(Deno.execPath(), { args: [...cli, "build", dir], stdout: "null" })
    .output();
  if (!success) throw new Error(`Cannot build ${project}`);
  return ["run", "-A", "--no-config", join(dir, "dist/server.js"), ...listen];
}

/** A server that prints its routes must not wait for a reader. */
async function readToEnd(reader: ReadableStreamDefaultReader<string>): Promise<void> {
  while (!(await reader.read()).done);
}
