/**
 * Runs `routes dev` as a separate process for a project that a test changes.
 *
 * @module
 */

import { delay } from "@std/async/delay";
import { temporaryFiles } from "./app.ts";
import type { CliOptions } from "./cli.ts";
import { until } from "./until.ts";
import { freePort } from "./free_port.ts";

const CLI = new URL("../../cli.ts", import.meta.url).pathname;

/** Texts by file name; `null` for a file to remove. */
export type Changes = Readonly<Record<string, string | null>>;

/** Options for starting `routes dev`. */
export interface DevStart extends CliOptions {
  /** Additional arguments. */
  readonly args?: readonly string[];
  /** The port; default: a free one. `null` passes no port. */
  readonly port?: number | null;
  /** The output to wait for. Default: that it listens. */
  readonly until?: RegExp;
}

/** A running `routes dev`, and its project. */
export interface DevServer extends AsyncDisposable {
  /** The project's folder. */
  readonly dir: string;
  /** Its URL: `http://127.0.0.1:PORT`. */
  readonly origin: string;
  /** The started process, which starts the serving process. */
  readonly child: Deno.ChildProcess;
  /** The output of both processes. */
  printed(): string;
  /** Waits until the output contains a text. */
  prints(text: string | RegExp): Promise<void>;
  /** Sends a request. */
  request(path: string, init?: RequestInit): Promise<Response>;
  /** Returns the text of a response. */
  text(path: string, init?: RequestInit): Promise<string>;
  /** Waits until the response for a path is a text; the server may restart meanwhile. */
  shows(path: string, text: string | RegExp): Promise<void>;
  /** Returns the response of `/_routes/state`. */
  state(): Promise<State>;
  /** Writes and removes files concurrently. */
  write(changes: Changes): Promise<void>;
  /** Stops it with a signal; returns its exit code. */
  stop(signal?: Deno.Signal): Promise<number>;
}

/** The parts of `/_routes/state` that tests check. */
export interface State {
  readonly routes: readonly { id: string; file: string; methods: string[]; config: string[]; error?: string }[];
  readonly problems: readonly string[];
  readonly requests: readonly {
    readonly path: string;
    readonly status: number;
    readonly output: readonly { readonly level: string; readonly text: string }[];
  }[];
}

/** Returns a route that answers with a text. */
export function saying(text: string): string {
  return `export const GET = () => new Response(${JSON.stringify(text)});\n`;
}

/** Starts `routes dev` for a project with these files. */
export async function startDev(files: Readonly<Record<string, string>>, start: DevStart = {}): Promise<DevServer> {
  const { args = [], port = freePort(), permissions = ["-A"], env = {}, until: ready = /Listening on http/ } = start;
  const { dir, [Symbol.asyncDispose]: remove } = await temporaryFiles(files);
  const log = await Deno.makeTempFile({ prefix: "routes_dev_" });
  const words = [Deno.execPath(), "run", "--no-prompt", ...permissions, CLI, "dev", dir, ...args];
  if (port !== null) words.push("--port", `${port}`);
  // The output goes to a file: reading a pipe across tests would be a leak for the sanitizers.
  const child = new Deno.Command("/bin/sh", {
    args: ["-c", 'log=$1; shift; exec "$@" >"$log" 2>&1', "sh", log, ...words],
    // Other tests of this process may have set it.
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
    dir,
    child,
    printed,
    request,
    text,
    stop,
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

/** Adds the output to an error, because a timeout alone explains nothing. */
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
    // It has exited.
  }
}

function has(text: string, wanted: string | RegExp): boolean {
  return typeof wanted === "string" ? text.includes(wanted) : wanted.test(text);
}

function is(text: string, wanted: string | RegExp): boolean {
  return typeof wanted === "string" ? text === wanted : wanted.test(text);
}
