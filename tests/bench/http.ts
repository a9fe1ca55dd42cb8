/**
 * Requests a second of this module beside a bare `Deno.serve` and Hono, as ratios to the bare server.
 *
 * All servers run at once and are driven in turn, a second each, for several rounds, the bare one again before each of the
 * others: a ratio is one of two seconds in a row, so that a machine that slows down slows both sides. What is printed is
 * the median of the rounds.
 *
 *     deno task bench [--rounds 15] [--only static,param]
 */
import { parseArgs } from "node:util";
import { join } from "@std/path";
import { type Load, load } from "./load.ts";
import { median } from "./median.ts";

const { values } = parseArgs({ options: { rounds: { type: "string", default: "15" }, only: { type: "string" } } });
const rounds = Number(values.rounds);
const cookie = "session=abc; theme=dark";

interface Scenario {
  readonly name: string;
  readonly server: string;
  readonly path: string;
  readonly floor?: number;
  readonly goal?: number;
}

/** The bare rows beside the first are what a handler of Next 16, a scope, and five headers cost on Deno without any router. */
const SCENARIOS: readonly Scenario[] = [
  { name: "bare Deno.serve", server: "bare", path: "/hello" },
  { name: "bare, awaits its params", server: "awaiting", path: "/users/42" },
  { name: "bare, AsyncLocalStorage", server: "storage", path: "/hello" },
  { name: "bare with a HIT's headers", server: "headers", path: "/hello" },
  { name: "Hono, static", server: "hono", path: "/hello" },
  { name: "Hono, one param", server: "hono", path: "/users/42" },
  { name: "static", server: "plain", path: "/hello", floor: 0.87, goal: 0.92 },
  { name: "one param", server: "plain", path: "/users/42", floor: 0.84, goal: 0.9 },
  { name: "static, 10,000 routes", server: "many", path: "/hello", floor: 0.87, goal: 0.92 },
  { name: "one param, 10,000 routes", server: "many", path: "/users/42", floor: 0.84, goal: 0.9 },
  { name: "static, scope", server: "scoped", path: "/hello", floor: 0.76, goal: 0.84 },
  { name: "one param, scope", server: "scoped", path: "/users/42", floor: 0.72, goal: 0.8 },
  { name: "cookies and headers read", server: "scoped", path: "/read", floor: 0.62, goal: 0.72 },
  { name: "cached in memory", server: "memory", path: "/cached", floor: 0.8 },
  { name: "cached in sqlite", server: "sqlite", path: "/cached", floor: 0.6 },
];

/** The servers that are this module. */
const OWN: ReadonlySet<string> = new Set(["plain", "many", "scoped", "memory", "sqlite"]);

interface Figures {
  /** Requests a second, one figure a round. */
  readonly rates: number[];
  /** The same as a part of what the bare server did in the second before. */
  readonly ratios: number[];
}

const root = await Deno.makeTempDir({ prefix: "routes_bench_" });
const only = values.only?.split(",");
const [bare, ...others] = SCENARIOS as [Scenario, ...Scenario[]];
const scenarios = others.filter(({ name, server }) =>
  only === undefined || only.includes(name) || only.includes(server)
);
const servers = await startServers(new Set([bare, ...scenarios].map(({ server }) => server)));
try {
  const results = new Map<Scenario, Figures>([bare, ...scenarios].map((each) => [each, { rates: [], ratios: [] }]));
  for (const each of results.keys()) await drive(each, 1); // warm-up
  for (let round = 1; round <= rounds; round++) {
    for (const scenario of scenarios) {
      const before = await drive(bare, 1), rate = await drive(scenario, 1);
      note(results.get(bare)!, before, 1);
      note(results.get(scenario)!, rate, rate / before);
    }
    console.error(`round ${round} of ${rounds}`);
  }
  print(results);
} finally {
  for (const { child } of servers.values()) child.kill();
  await Deno.remove(root, { recursive: true });
}

async function drive({ server, path }: Scenario, seconds: number): Promise<number> {
  const url = `http://127.0.0.1:${servers.get(server)!.port}${path}`;
  const target: Load = { url, headers: path === "/read" ? { cookie } : {}, seconds };
  return await load(target);
}

function note({ rates, ratios }: Figures, rate: number, ratio: number): void {
  rates.push(rate);
  ratios.push(ratio);
}

function print(results: ReadonlyMap<Scenario, Figures>): void {
  console.log("scenario                    req/s   ratio   floor    goal");
  for (const [{ name, floor, goal }, { rates, ratios }] of results) {
    const cells = [median(ratios).toFixed(3), floor?.toFixed(2) ?? "", goal?.toFixed(2) ?? ""];
    console.log(name.padEnd(25), median(rates).toFixed(0).padStart(7), ...cells.map((cell) => cell.padStart(7)));
  }
}

async function startServers(names: Set<string>) {
  const started = new Map<string, { child: Deno.ChildProcess; port: number }>();
  for (const name of names) {
    const dir = await folder(name);
    const cache = name === "sqlite" ? `sqlite:${join(root, "cache.db")}` : "memory";
    const own = [
      ...[import.meta.resolve("../../cli.ts"), "start", dir, "--port", "0", "--hostname", "127.0.0.1"],
      ...["--cache", cache],
    ];
    const args = ["run", "-A", ...dir === "" ? [import.meta.resolve("./server.ts"), name] : own];
    const child = new Deno.Command(Deno.execPath(), { args, stdout: "piped", stderr: "inherit" }).spawn();
    const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    const { value = "" } = await reader.read();
    drainOf(reader);
    started.set(name, { child, port: Number(/(\d+)\/?\n/.exec(value)?.[1]) });
  }
  return started;
}

/** A server that prints its routes must not wait for a reader. */
async function drainOf(reader: ReadableStreamDefaultReader<string>): Promise<void> {
  while (!(await reader.read()).done);
}

/** Writes the app folder of a server of this module; `""` for the others. */
async function folder(server: string): Promise<string> {
  const dir = join(root, server, "app");
  const read = `import { cookies, headers } from "next/headers";
export async function GET() {
  const jar = await cookies();
  return new Response((await headers()).get("host") + (jar.get("session")?.value ?? ""));
}`;
  const files: Record<string, string> = {
    "hello": `export function GET() { return new Response("hello"); }`,
    "users/[id]":
      `export async function GET(_request, { params }) { const { id } = await params; return new Response(id); }`,
  };
  if (server === "scoped") files.read = read;
  files.cached = `export const revalidate = 3600; ${files.hello}`;
  const count = OWN.has(server) ? server === "many" ? 10_000 : 10 : 0;
  for (let i = Object.keys(files).length; i < count; i++) {
    files[i % 2 ? `shop${i % 100}/item${i}` : `shop${i % 100}/[id]/part${i}`] = files.hello!;
  }
  if (count === 0) return "";
  for (const [path, source] of Object.entries(files)) {
    await Deno.mkdir(join(dir, path), { recursive: true });
    await Deno.writeTextFile(join(dir, path, "route.js"), source);
  }
  return dir;
}
