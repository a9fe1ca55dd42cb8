/**
 * Servers as processes: started until they answer, weighed, and ended with all that they started.
 *
 * @module
 */

import { delay } from "@std/async";
import { freePort } from "../../helpers/free_port.ts";

/** What to run. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** A server that has answered. */
export interface Server extends AsyncDisposable {
  readonly origin: string;
  /** Milliseconds from its start to its first answer. */
  readonly answered: number;
  /** The resident memory of all its processes, in MB, and how many there are. */
  memory(): Promise<{ readonly mb: number; readonly processes: number }>;
}

/** How long to wait for an answer, in ms. */
const PATIENCE = 20_000;
/** How long to wait before asking again, in ms: the resolution of what is measured. */
const PAUSE = 3;
/** How long a server may take to end, in ms. */
const GRACE = 300;
const ENV = { NO_COLOR: "1", NEXT_TELEMETRY_DISABLED: "1", DENO_NO_UPDATE_CHECK: "1", CI: "1" };

const running = new Set<Deno.ChildProcess>();

/** Starts a server on a free port and asks for `/hello` until it answers. */
export async function startServer(
  name: string,
  commandFor: (port: number) => Command | Promise<Command>,
): Promise<Server> {
  const port = freePort();
  const origin = `http://127.0.0.1:${port}`;
  const command = await commandFor(port);
  const begin = performance.now();
  const child = spawn(command);
  try {
    const early = child.status.then(({ code }) => {
      throw new Error(`Cannot start ${name}: it ended with ${code}`);
    });
    await Promise.race([askUntil(`${origin}/hello`, () => true), early]);
  } catch (cause) {
    await end(child);
    throw new Error(`Cannot start ${name}: ${command.file} ${command.args.join(" ")}`, { cause });
  }
  const answered = performance.now() - begin;
  return {
    origin,
    answered,
    async memory() {
      const pids = await treeOf(child.pid);
      return { mb: sum(await Promise.all(pids.map(residentOf))) / 1000, processes: pids.length };
    },
    [Symbol.asyncDispose]: () => end(child),
  };
}

/** A JSON object that was answered. */
export type Body = Readonly<Record<string, unknown>>;

/** Asks until the answer is what is wanted; a server that begins anew may refuse or fail meanwhile. */
export async function askUntil(url: string, isWanted: (body: Body) => boolean): Promise<void> {
  const begin = performance.now();
  for (;;) {
    const { body, text } = await ask(url);
    if (body !== undefined && isWanted(body)) return;
    if (performance.now() - begin > PATIENCE) throw new Error(`Cannot measure ${url}: the answer stays ${text}`);
    await delay(PAUSE);
  }
}

/** Asks; without `body` it was no good answer. */
async function ask(url: string): Promise<{ readonly body?: Body; readonly text: string }> {
  try {
    // A development server may accept a request after an edit, and never answer it.
    const response = await fetch(url, { signal: AbortSignal.timeout(PATIENCE) });
    const text = await response.text();
    return response.ok ? { body: JSON.parse(text), text } : { text: `${response.status} ${text}` };
  } catch (error) {
    return { text: String(error) };
  }
}

/** Runs a command to its end, which must be good; gives the seconds it took. */
export async function run({ file, args, cwd, env }: Command): Promise<number> {
  const begin = performance.now();
  const output = await new Deno.Command(file, {
    args: [...args],
    env: { ...ENV, ...env },
    stdin: "null",
    ...(cwd === undefined ? {} : { cwd }),
  }).output();
  if (output.success) return (performance.now() - begin) / 1000;
  const [out = "", errors = ""] = [output.stdout, output.stderr].map((bytes) => new TextDecoder().decode(bytes));
  throw new Error(`Cannot run "${file} ${args.join(" ")}":\n${out}${errors}`);
}

/** Installs packages with npm into a folder that has a `package.json`. */
export async function installPackages(
  cwd: string,
  specifiers: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  await run({ file: "npm", args: ["install", "--no-audit", "--no-fund", "--no-save", ...specifiers], cwd, env });
}

/** Ends every server that runs. */
export async function endAll(): Promise<void> {
  await Promise.all([...running].map(end));
}

function spawn({ file, args, cwd, env }: Command): Deno.ChildProcess {
  const child = new Deno.Command(file, {
    args: [...args],
    env: { ...ENV, ...env },
    stdin: "null",
    stdout: "null",
    stderr: "null",
    ...(cwd === undefined ? {} : { cwd }),
  }).spawn();
  running.add(child);
  return child;
}

/** Asks the first process to end, and soon ends what is left of all. */
async function end(child: Deno.ChildProcess): Promise<void> {
  const pids = await treeOf(child.pid);
  signal(child.pid, "SIGTERM");
  await Promise.race([child.status, delay(GRACE)]);
  for (const pid of pids) signal(pid, "SIGKILL");
  await child.status;
  running.delete(child);
}

function signal(pid: number, name: Deno.Signal): void {
  try {
    Deno.kill(pid, name);
  } catch {
    // It has ended.
  }
}

/** A process and all below it. */
async function treeOf(root: number): Promise<number[]> {
  const parents = new Map<number, number>();
  for await (const { name } of Deno.readDir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await Deno.readTextFile(`/proc/${name}/stat`).catch(() => "");
    const parent = /^.*\) \S (\d+)/s.exec(stat)?.[1];
    if (parent !== undefined) parents.set(Number(name), Number(parent));
  }
  const tree = parents.has(root) ? [root] : [];
  for (const pid of tree) tree.push(...[...parents].filter(([, parent]) => parent === pid).map(([child]) => child));
  return tree;
}

/** In kB. */
async function residentOf(pid: number): Promise<number> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`).catch(() => "");
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1.024;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
