/**
 * How the time and the memory of each command grow with the number of routes, beside a bare Deno that imports the same
 * files: by `import()` in batches of 100, and by modules that import 100 files each, as `start` does.
 *
 *     deno run -A tests/bench/many_routes.ts [--counts 1000,3000,10000] [--rounds 3]
 */
import { parseArgs } from "node:util";
import { delay } from "@std/async/delay";
import { join } from "@std/path";
import { freePort } from "../helpers/free_port.ts";
import { median } from "./median.ts";

const { values } = parseArgs({
  options: { counts: { type: "string", default: "1000,3000,10000" }, rounds: { type: "string", default: "3" } },
});
const counts = values.counts.split(",").map(Number), rounds = Number(values.rounds);
const CLI = import.meta.resolve("../../cli.ts");
const EDITS = 7;

/** Imports the files that it is given, in one of two ways. */
const IMPORT = `const [way, dir, count] = Deno.args;
const files = Array.from({ length: Number(count) }, (_, i) => \`file://\${dir}/app/area\${i % 100}/item\${i}/route.ts\`);
for (let i = 0; i < files.length; i += 100) {
  const part = files.slice(i, i + 100);
  if (way === "import") await Promise.all(part.map((file) => import(file)));
  else {
    const path = \`\${dir}/part\${i}.js\`;
    Deno.writeTextFileSync(path, part.map((file, j) => \`export * as m\${j} from "\${file}";\`).join("\\n"));
    await import("file://" + path);
  }
}
console.log(Deno.memoryUsage().rss / 1e6);`;

/** Milliseconds, and megabytes of memory where they are measured. */
interface Cost {
  readonly ms: number;
  readonly mb?: number;
}

const MEASURES: Readonly<Record<string, (dir: string, count: number) => Promise<Cost>>> = {
  "bare, import()": (dir, count) => runToEnd(["--no-config", join(dir, "import.js"), "import", dir, String(count)]),
  "bare, modules of 100": (dir, count) =>
    runToEnd(["--no-config", join(dir, "import.js"), "static", dir, String(count)]),
  "start": (dir) => answerFirst(["start", dir, "--cache", "memory"]),
  "start --lazy": (dir) => answerFirst(["start", dir, "--lazy", "--cache", "memory"]),
  "dev": async (dir) => ({ ms: (await answerFirst(["dev", dir])).ms }), // the memory would be that of its supervisor
  "an edit in dev": answerEdits,
  "list": (dir) => runToEnd([CLI, "list", dir]),
  "check": (dir) => runToEnd([CLI, "check", dir]),
  "typegen": (dir) => runToEnd([CLI, "typegen", dir]),
};

const root = await Deno.realPath(await Deno.makeTempDir({ prefix: "routes_many_" }));
const table = new Map(Object.keys(MEASURES).map((name): [string, string[]] => [name, []]));
try {
  for (const count of counts) {
    const dir = join(root, String(count));
    await writeProject(dir, count);
    for (const [name, measure] of Object.entries(MEASURES)) {
      console.error(`${count} routes: ${name}`);
      // The slow way once only, and the others once more, for the caches of the disk and of Deno.
      const isSlow = name === "bare, import()";
      if (!isSlow) await measure(dir, count);
      const costs: Cost[] = [];
      for (let round = 0; round < (isSlow ? 1 : rounds); round++) costs.push(await measure(dir, count));
      const ms = median(costs.map((cost) => cost.ms)), mb = median(costs.map((cost) => cost.mb ?? NaN));
      table.get(name)!.push(`${ms.toFixed(0)} ms${Number.isNaN(mb) ? "" : `, ${mb.toFixed(0)} MB`}`);
    }
  }
} finally {
  await Deno.remove(root, { recursive: true });
}
console.log(["".padEnd(21), ...counts.map((count) => `${count} routes`.padStart(20))].join(""));
for (const [name, cells] of table) console.log(name.padEnd(21) + cells.map((cell) => cell.padStart(20)).join(""));

async function writeProject(dir: string, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const folder = join(dir, `app/area${i % 100}/item${i}`);
    await Deno.mkdir(folder, { recursive: true });
    await Deno.writeTextFile(join(folder, "route.ts"), toSource(String(i)));
  }
  await Deno.writeTextFile(join(dir, "import.js"), IMPORT);
}

function toSource(text: string): string {
  return `export async function GET(_request: Request, { params }: { params: Promise<{ id: string }> }) {
  return Response.json({ text: "${text}", id: (await params)?.id });
}
export function POST(request: Request) { return new Response(request.body); }
`;
}

/** Runs a program; it may print its memory. */
async function runToEnd(args: readonly string[]): Promise<Cost> {
  const begin = performance.now();
  const { stdout, success } = await new Deno.Command(Deno.execPath(), { args: ["run", "-A", ...args], stderr: "null" })
    .output();
  if (!success) throw new Error(`Cannot run ${args.join(" ")}`);
  const ms = performance.now() - begin, mb = Number(new TextDecoder().decode(stdout.subarray(0, 40)));
  return Number.isNaN(mb) ? { ms } : { ms, mb };
}

/** Starts a server, until its first answer. */
async function answerFirst(args: readonly string[]): Promise<Cost> {
  const begin = performance.now();
  await using server = startServer(args);
  await askUntil(server.url, () => true);
  return { ms: performance.now() - begin, mb: await readMegabytes(server.pid) };
}

/** Edits a route in `dev`; the time until the answer is the new one. */
async function answerEdits(dir: string): Promise<Cost> {
  await using server = startServer(["dev", dir]);
  await askUntil(server.url, () => true);
  await delay(2000);
  const times: number[] = [];
  for (let i = 0; i < EDITS; i++) {
    await Deno.writeTextFile(join(dir, "app/area0/item0/route.ts"), toSource(`edit ${i}`));
    const begin = performance.now();
    await askUntil(server.url, (text) => text.includes(`edit ${i}`));
    times.push(performance.now() - begin);
    await delay(300);
  }
  return { ms: median(times) };
}

function startServer(args: readonly string[]): AsyncDisposable & { readonly url: string; readonly pid: number } {
  const port = freePort();
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", CLI, ...args, "--port", String(port), "--hostname", "127.0.0.1"],
    stdout: "null",
    stderr: "null",
  }).spawn();
  return {
    url: `http://127.0.0.1:${port}/area0/item0`,
    pid: child.pid,
    async [Symbol.asyncDispose]() {
      child.kill();
      await child.status;
    },
  };
}

async function askUntil(url: string, isDone: (text: string) => boolean): Promise<void> {
  for (;;) {
    const text = await fetch(url).then((response) => response.text(), () => undefined);
    if (text !== undefined && isDone(text)) return;
    await delay(2);
  }
}

async function readMegabytes(pid: number): Promise<number> {
  return Number(/VmRSS:\s+(\d+)/.exec(await Deno.readTextFile(`/proc/${pid}/status`))![1]) / 1000;
}
