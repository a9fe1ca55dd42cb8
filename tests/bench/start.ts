/**
 * How long a server with 200 route handlers takes to start: a bare `Deno.serve`, this module (`start`, what `build` makes,
 * `dev`), and `next start`.
 *
 * They are started in turn, for several rounds; a ratio to the bare server is taken inside one round, so that a machine
 * that slows down slows all of them. What is printed is the median of the rounds: until the server listens, and until it
 * has answered one request. The real Next.js is installed from npm and builds the project beforehand; that is not counted.
 *
 *     deno run -A tests/bench/start.ts [--rounds 9] [--routes 200] [--no-next]
 */
import { parseArgs } from "node:util";
import { join } from "@std/path";
import { freePort } from "../helpers/free_port.ts";
import { publish, startRegistry } from "../helpers/registry.ts";
import { buildNext, installNext, nextCommand } from "../parity/_next.ts";
import { median } from "./median.ts";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "9" },
    routes: { type: "string", default: "200" },
    "no-next": { type: "boolean" },
  },
});
const rounds = Number(values.rounds);

/** Milliseconds since a process was started. */
interface Times {
  readonly listening: number;
  readonly answered: number;
}

interface Server {
  readonly name: string;
  /** What to start, on a port that is free. */
  command(port: number): { readonly file: string; readonly options: Deno.CommandOptions };
}

const cli = import.meta.resolve("../../cli.ts");
const root = await Deno.realPath(await Deno.makeTempDir({ prefix: "routes_start_" }));
const denoDir = await Deno.makeTempDir({ prefix: "routes_start_deno_" });
await using registry = await startRegistry();
await publish(registry);
try {
  const paths = await writeProject(Number(values.routes));
  const servers: Server[] = [
    { name: "bare Deno.serve", command: () => deno(import.meta.resolve("./server.ts"), "bare") },
    // With `deno.json` or `package.json` it starts itself again, in the project.
    {
      name: "routes start, jsr:",
      command: (port) => deno("jsr:@x/routes/cli", ...startArgs(port), "--cache", "memory"),
    },
    ...["memory", `sqlite:${join(root, "cache.db")}`].map((cache) => ({
      name: `routes start, ${cache.replace(/:.*/, "")}`,
      command: (port: number) => deno(cli, ...startArgs(port), "--cache", cache),
    })),
  ];
  servers.push({
    name: "routes start --lazy",
    command: (port) => deno(cli, ...startArgs(port), "--cache", "memory", "--lazy"),
  });
  const bundle = join(root, "dist/server.js");
  await buildBundle();
  servers.push({
    name: "the bundle",
    command: (port) => deno("--no-config", bundle, "--port", String(port), "--hostname", "127.0.0.1"),
  });
  servers.push({ name: "routes dev", command: (port) => deno(cli, ...startArgs(port, "dev")) });
  if (values["no-next"]) {
    await write("package.json", `{ "private": true }`);
  } else {
    await installNext(root);
    await buildNext(root);
    servers.push({ name: "next start", command: (port) => nextCommand(root, port) });
  }
  print(await measure(servers, paths), servers);
} finally {
  for (const dir of [root, denoDir]) await Deno.remove(dir, { recursive: true });
}

async function measure(servers: readonly Server[], paths: readonly string[]): Promise<Map<Server, Times[]>> {
  const results = new Map(servers.map((server): [Server, Times[]] => [server, []]));
  for (const server of servers) await start(server, paths[0]!); // what a disk and a cache are slow with once
  for (let round = 1; round <= rounds; round++) {
    const path = paths[round % paths.length]!;
    for (const server of servers) results.get(server)!.push(await start(server, path));
    console.error(`round ${round} of ${rounds}`);
  }
  return results;
}

/** Starts a server, asks it once and ends it. */
async function start({ name, command }: Server, path: string): Promise<Times> {
  const { file, options } = command(freePort());
  const begin = performance.now();
  const child = new Deno.Command(file, { ...options, stdout: "piped", stderr: "null" }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  let port: string | undefined;
  // A bare server prints its port, the others their address; Next prints its address before it listens.
  while (port === undefined || (text.includes("Next.js") && !text.includes("Ready in"))) {
    const { done, value } = await reader.read();
    if (done) throw new Error(`Cannot start ${name}: ${text}`);
    text += value;
    port = /(?:http:\S+:|^)(\d+)\/?\n/m.exec(text)?.[1];
  }
  const listening = performance.now() - begin;
  const response = await fetch(`http://127.0.0.1:${port}${path}`);
  const body = await response.text();
  const answered = performance.now() - begin;
  child.kill("SIGTERM");
  while (!(await reader.read()).done);
  await child.status;
  if (response.status !== 200) throw new Error(`Cannot measure ${name}: ${path} is ${response.status} ${body}`);
  return { listening, answered };
}

function print(results: Map<Server, Times[]>, servers: readonly Server[]): void {
  const bare = results.get(servers[0]!)!;
  const columns = ["listens ms", "ratio", "answers ms", "ratio"];
  console.log(`start of ${values.routes} routes     ${columns.map((name) => name.padStart(11)).join("")}`);
  for (const [{ name }, times] of results) {
    const cells = (["listening", "answered"] as const).flatMap((key) => [
      median(times.map((each) => each[key])).toFixed(0),
      median(times.map((each, round) => each[key] / bare[round]![key])).toFixed(2),
    ]);
    console.log(name.padEnd(23), cells.map((cell) => cell.padStart(11)).join(""));
  }
}

/** Writes a project whose routes differ: with params, with imports, with request-time APIs. Gives paths to ask for. */
async function writeProject(count: number): Promise<string[]> {
  await write("lib/data.ts", `export const data = (name: string) => ({ name, length: name.length });`);
  await write("tsconfig.json", `{ "compilerOptions": { "paths": { "@/*": ["./*"] }, "jsx": "react-jsx" } }`);
  await write("next.config.ts", `export default { typescript: { ignoreBuildErrors: true } };`);
  const paths: string[] = [];
  for (let i = 0; i < count; i++) {
    const folder = i % 3 === 0 ? `area${i % 20}/item${i}/[id]` : `area${i % 20}/item${i}`;
    await write(`app/${folder}/route.ts`, sourceOf(i));
    paths.push(`/${folder.replace("[id]", "7")}`);
  }
  return paths;
}

function sourceOf(i: number): string {
  if (i % 3 === 0) {
    return `import { data } from "@/lib/data";
export async function GET(_request: Request, { params }: { params: Promise<{ id: string }> }) {
  return Response.json(data((await params).id + "${i}"));
}`;
  }
  return `import { cookies } from "next/headers";
import { type NextRequest, NextResponse } from "next/server";
export async function GET(request: NextRequest) {
  return NextResponse.json({ i: ${i}, path: request.nextUrl.pathname, theme: (await cookies()).get("theme")?.value });
}
export async function POST(request: NextRequest) {
  return NextResponse.json({ i: ${i}, got: await request.json() }, { status: 201 });
}`;
}

async function write(path: string, text: string): Promise<void> {
  await Deno.mkdir(join(root, path, ".."), { recursive: true });
  await Deno.writeTextFile(join(root, path), text);
}

function deno(...args: string[]): { file: string; options: Deno.CommandOptions } {
  const { JSR_URL = "" } = registry.env;
  const own = args[0]!.startsWith("jsr:") ? { JSR_URL, DENO_DIR: denoDir } : {};
  const env = { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1", ...own };
  return { file: Deno.execPath(), options: { args: ["run", "-A", ...args], env } };
}

async function buildBundle(): Promise<void> {
  const { file, options } = deno(cli, "build", root);
  const { code, stderr } = await new Deno.Command(file, options).output();
  if (code !== 0) throw new Error(`Cannot build: ${new TextDecoder().decode(stderr)}`);
}

function startArgs(port: number, command = "start"): string[] {
  return [command, root, "--port", String(port), "--hostname", "127.0.0.1"];
}
