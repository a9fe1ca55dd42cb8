/**
 * What a server holds in memory: when it is idle, for each connection, for each stream of server-sent events, and for
 * each cached response; and the CPU time of a message of such a stream. Beside a bare `Deno.serve` with the same handlers.
 *
 * Memory is what the system counts as resident (`VmRSS`), after a rest. It includes garbage that V8 has not collected yet,
 * so a figure is an upper bound.
 *
 *     deno run -A tests/bench/memory.ts [--routes 200] [--clients 1000] [--entries 10000]
 */
import { parseArgs } from "node:util";
import { delay } from "@std/async/delay";
import { dirname, join } from "@std/path";
import { freePort } from "../helpers/free_port.ts";
import { readCpuSeconds } from "./cpu.ts";

const { values } = parseArgs({
  options: {
    routes: { type: "string", default: "200" },
    clients: { type: "string", default: "1000" },
    entries: { type: "string", default: "10000" },
  },
});
const routes = Number(values.routes), clients = Number(values.clients), entries = Number(values.entries);

/** How often a stream sends a message, for how long that is watched, and how long a server rests, in milliseconds. */
const PERIOD_MS = 100, WATCHED_MS = 5000, REST_MS = 2000;

const EVENTS = `const message = new TextEncoder().encode("data: hello\\n\\n");
export function GET() {
  let timer;
  const body = new ReadableStream({
    start: (controller) => void (timer = setInterval(() => controller.enqueue(message), ${PERIOD_MS})),
    cancel: () => clearInterval(timer),
  });
  return new Response(body, { headers: { "content-type": "text/event-stream" } });
}`;
const CACHED = `export const revalidate = 3600;
export function GET() { return new Response("x".repeat(1000)); }`;
const PLAIN = `export async function GET(_request, { params }) { return Response.json({ id: (await params)?.id }); }`;
const BARE = `const [port, dir, count] = Deno.args;
const routes = [];
for (let i = 0; i < count; i++) routes.push(await import(\`\${dir}/app/item\${i}/route.js\`));
const events = await import(\`\${dir}/app/events/route.js\`);
Deno.serve({ port: Number(port), hostname: "127.0.0.1", onListen() {} }, (request) =>
  request.url.endsWith("/events") ? events.GET() : routes[0].GET(request, { params: undefined }));`;

const root = await Deno.makeTempDir({ prefix: "routes_memory_" });
try {
  await writeProject();
  const cli = [import.meta.resolve("../../cli.ts"), "start", root, "--hostname", "127.0.0.1", "--cache", "memory"];
  const bare = await measure((port) => ["--no-config", join(root, "bare.js"), port, root, String(routes)], false);
  const own = await measure((port) => [...cli, "--port", port], true);
  console.log("                                   bare   start   ratio");
  for (const [name, value] of own) {
    const reference = bare.get(name);
    const cells = [reference?.toFixed(1) ?? "", value.toFixed(1), reference ? (value / reference).toFixed(2) : ""];
    console.log(name.padEnd(31), cells.map((cell) => cell.padStart(7)).join(" "));
  }
} finally {
  await Deno.remove(root, { recursive: true });
}

async function writeProject(): Promise<void> {
  const files: [path: string, source: string][] = [
    ["bare.js", BARE],
    ["app/events/route.js", EVENTS],
    ["app/cached/[id]/route.js", CACHED],
  ];
  for (let i = 0; i < routes; i++) files.push([`app/item${i}/route.js`, PLAIN]);
  for (const [path, source] of files) {
    await Deno.mkdir(dirname(join(root, path)), { recursive: true });
    await Deno.writeTextFile(join(root, path), source);
  }
}

/** Starts a server and measures it. */
async function measure(toArgs: (port: string) => string[], isCached: boolean): Promise<Map<string, number>> {
  const port = freePort();
  const args = ["run", "-A", ...toArgs(String(port))];
  const child = new Deno.Command(Deno.execPath(), { args, stdout: "null" }).spawn();
  try {
    const url = `http://127.0.0.1:${port}`;
    while (!await fetch(`${url}/item0`).then((response) => response.text(), () => undefined)) await delay(20);
    const found = new Map<string, number>();
    const rest = async () => {
      await delay(REST_MS);
      return await readKilobytes(child.pid);
    };
    const idle = await rest();
    found.set("idle, MB", idle / 1000);
    if (isCached) {
      for (let i = 0; i < entries; i++) await (await fetch(`${url}/cached/${i}`)).text();
      found.set("a cached response of 1 kB, kB", (await rest() - idle) / entries);
    }
    {
      const before = await rest();
      using open = await connect(port, "/item0");
      found.set("a connection, kB", (await rest() - before) / open.count);
    }
    {
      const before = await rest();
      using open = await connect(port, "/events");
      found.set("a stream, kB", (await rest() - before) / open.count);
      const start = await readCpuSeconds(child.pid);
      await delay(WATCHED_MS);
      const messages = open.count * WATCHED_MS / PERIOD_MS;
      found.set("a message of a stream, µs", (await readCpuSeconds(child.pid) - start) * 1e6 / messages);
    }
    return found;
  } finally {
    child.kill();
    await child.status;
  }
}

/** Opens connections that each send one request and read what arrives until they are closed. */
async function connect(port: number, path: string): Promise<{ readonly count: number } & Disposable> {
  const request = new TextEncoder().encode(`GET ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n\r\n`);
  const open: Deno.Conn[] = [];
  for (let i = 0; i < clients; i++) {
    const connection = await Deno.connect({ port, hostname: "127.0.0.1" });
    open.push(connection);
    await connection.write(request);
    readToEnd(connection);
  }
  return { count: open.length, [Symbol.dispose]: () => open.forEach((connection) => connection.close()) };
}

async function readToEnd(connection: Deno.Conn): Promise<void> {
  const chunk = new Uint8Array(4096);
  while (await connection.read(chunk).catch(() => null) !== null);
}

async function readKilobytes(pid: number): Promise<number> {
  return Number(/VmRSS:\s+(\d+)/.exec(await Deno.readTextFile(`/proc/${pid}/status`))![1]);
}
