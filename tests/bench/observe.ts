/**
 * What health checks, metrics and the log cost: the CPU time of the server per request with each flag, as a ratio to the
 * server without flags, in alternating slices of a second. Needs Linux and `wrk`.
 *
 *     deno run -A tests/bench/observe.ts [rounds]
 */
import { median } from "./median.ts";

const [rounds = "9"] = Deno.args;
const CLI = new URL("../../cli.ts", import.meta.url).pathname;
const FLAGS = ["", "--health", "--metrics", "--log json", "--log json --log-sample 0.01"];

const dir = await Deno.makeTempDir({ prefix: "routes_bench_" });
await Deno.mkdir(`${dir}/app/users/[id]`, { recursive: true });
await Deno.writeTextFile(
  `${dir}/app/users/[id]/route.ts`,
  "export const GET = async (_: Request, { params }) => new Response((await params).id);",
);
const servers = await Promise.all(FLAGS.map(start));
for (let round = 0; round <= Number(rounds); round++) {
  for (const server of servers) {
    const cost = await measure(server);
    // The first round is for the compiler.
    if (round > 0) server.costs.push(cost);
  }
}
const base = median(servers[0]!.costs);
for (const { flags, costs } of servers) console.log(`${flags || "no flag"}: ${(median(costs) / base).toFixed(2)}`);
for (const { child } of servers) child.kill();
await Deno.remove(dir, { recursive: true });

interface Server {
  readonly flags: string;
  readonly child: Deno.ChildProcess;
  readonly origin: string;
  /** Clock ticks per request. */
  readonly costs: number[];
}

async function start(flags: string, index: number): Promise<Server> {
  const port = 8500 + index;
  const more = flags.split(" ").filter((word) => word !== "");
  const args = ["run", "-A", CLI, "start", dir, "--hostname", "127.0.0.1", "--port", `${port}`, "--cache", "memory"];
  const child = new Deno.Command(Deno.execPath(), { args: [...args, ...more], stdout: "null" }).spawn();
  const origin = `http://127.0.0.1:${port}`;
  for (let isUp = false; !isUp;) isUp = await fetch(`${origin}/users/1`).then((response) => response.ok, () => false);
  return { flags, child, origin, costs: [] };
}

async function measure({ child, origin }: Server): Promise<number> {
  const before = await readTicks(child.pid);
  const { stdout } = await new Deno.Command("wrk", { args: ["-t1", "-c32", "-d1s", `${origin}/users/7`] }).output();
  const requests = Number(/(\d+) requests in/.exec(new TextDecoder().decode(stdout))![1]);
  return (await readTicks(child.pid) - before) / requests;
}

/** The time in user and system mode (proc_pid_stat(5), fields 14 and 15). */
async function readTicks(pid: number): Promise<number> {
  const fields = (await Deno.readTextFile(`/proc/${pid}/stat`)).split(") ")[1]!.split(" ");
  return Number(fields[11]) + Number(fields[12]);
}
