/**
 * `routes dev` as a process of its own, and a project that changes under it.
 *
 * @module
 */

import { delay } from "@std/async/delay";
import { temporaryFiles } from "./app.ts";
import type { CliOptions } from "./cli.ts";
import { until } from "./until.ts";
import { freePort } from "./free_port.ts";

const CLI = new URL("../../cli.ts", import.meta.url).pathname;

/** Names of files and their text; `null` for one that is to go. */
export type Changes = Readonly<Record<string, string | null>>;

/** How `routes dev` is started. */
export interface DevStart extends CliOptions {
  /** More arguments. */
  readonly args?: readonly string[];
  /** The port; default: a free one. `null` does not say which. */
  readonly port?: number | null;
  /** What is waited for in what it prints. Default: that it listens. */
  readonly until?: RegExp;
}

/** `routes dev` at work, and its project. */
export interface DevServer extends AsyncDisposable {
  /** The project's folder. */
  readonly dir: string;
  /** Where it listens: `http://127.0.0.1:PORT`. */
  readonly origin: string;
  /** The process that was started, which starts the one that serves. */
  readonly child: Deno.ChildProcess;
  /** All that both have printed. */
  printed(): string;
  /** Waits until that has a text. */
  prints(text: string | RegExp): Promise<void>;
  /** Sends a request. */
  request(path: string, init?: RequestInit): Promise<Response>;
  /** The text of an answer. */
  text(path: string, init?: RequestInit): Promise<string>;
  /** Waits until a path is answered with a text; the server may be restarting meanwhile. */
  shows(path: string, text: string | RegExp): Promise<void>;
  /** What `/_routes/state` says. */
  state(): Promise<State>;
  /** Writes and removes files, all at once. */
  write(changes: Changes): Promise<void>;
  /** Ends it by a signal; gives its exit code. */
  stop(signal?: Deno.Signal): Promise<number>;
}

/** What `/_routes/state` says, as far as tests look at it. */
export interface State {
  readonly routes: readonly { id: string; file: string; methods: string[]; config: string[]; error?: string }[];
  readonly problems: readonly string[];
  readonly requests: readonly {
    readonly path: string;
    readonly status: number;
    readonly output: readonly { readonly level: string; readonly text: string }[];
  }[];
}

/** A route that answers with a text. */
export function saying(text: string): string {
  return `export const GET = () => new Response(${JSON.stringify(text)});\n`;
}

/** Starts `routes dev` for a project of these files. */
export async function startDev(files: Readonly<Record<string, string>>, start: DevStart = {}): Promise<DevServer> {
  const { args = [], port = freePort(), permissions = ["-A"], env = {}, until: ready = /Listening on http/ } = start;
  const { dir, [Symbol.asyncDispose]: remove } = await temporaryFiles(files);
  const log = await Deno.makeTempFile({ prefix: "routes_dev_" });
  const words = [Deno.execPath(), "run", "--no-prompt", ...permissions, CLI, "dev", dir, ...args];
  if (port !== null) words.push("--port", `${port}`);
  // What it prints goes to a file: a pipe would be read across tests, which the sanitizers take for a leak.
  const child = new Deno.Command("/bin/sh", {
    args: ["-c", 'log=$1; shift; exec "$@" >"$log" 2>&1', "sh", log, ...words],
    // Other tests of this process have set it.
    env: { NO_COLOR: "1", NODE_ENV: "", ...env },
    stdin: "null",
  }).spawn();
  const printed = () => Deno.readTextFileSync(log);
  let origin = `http://127.0.0.1:${port}`;
  const request = (path: string, init?: RequestInit) => fetch(origin + path, init);
  const text = async (path: string, init?: RequestInit) => await (await request(path, init)).text();
  const tryText = (path: string) => text(path, { signal: AbortSignal.timeout(5000) }).catch((error) => `${error}`);

  async function stop(signal: Deno.Signal = "SIGTERM"): Promise<number> {
    kill(child, signal);
    return (await child.status).code;
  }

  const dev: DevServer = {
    ...{ dir, child, printed, request, text, stop },
    get origin() {
      return origin;
    },
    prints: (wanted) => explained(dev, until(`it prints ${wanted}`, () => has(printed(), wanted))),
    shows: (path, wanted) => explained(dev, until(`${path} is ${wanted}`, async () => is(await tryText(path), wanted))),
    state: async () => await (await request("/_routes/state")).json(),
    async write(changes) {
      for (const [name, text] of Object.entries(changes)) await writeFile(`${dir}/${name}`, text);
    },
    async [Symbol.asyncDispose]() {
      const late = new AbortController();
      delay(5000, late).then(() => kill(child, "SIGKILL"), () => {});
      await stop();
      late.abort();
      await Promise.all([remove(), Deno.remove(log)]);
    },
  };
  try {
    await dev.prints(ready);
    if (port === null) origin = /Listening on (http:\/\/[^/]+)/.exec(printed())![1]!;
    return dev;
  } catch (error) {
    await dev[Symbol.asyncDispose]();
    throw error;
  }
}

/** What was printed tells more than that something did not happen. */
async function explained(dev: DevServer, work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    const last = dev.printed().split("\n").slice(-40).join("\n");
    throw new Error(`${(error as Error).message}. It printed last:\n${last}`);
  }
}

async function writeFile(path: string, text: string | null): Promise<void> {
  if (text === null) return await Deno.remove(path, { recursive: true });
  await Deno.mkdir(path.replace(/\/[^/]*$/, ""), { recursive: true });
  await Deno.writeTextFile(path, text);
}

function kill(child: Deno.ChildProcess, signal: Deno.Signal): void {
  try {
    child.kill(signal);
  } catch {
    // It has ended.
  }
}

function has(text: string, wanted: string | RegExp): boolean {
  return typeof wanted === "string" ? text.includes(wanted) : wanted.test(text);
}

function is(text: string, wanted: string | RegExp): boolean {
  return typeof wanted === "string" ? text === wanted : wanted.test(text);
}
