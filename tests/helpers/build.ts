/**
 * Builds a project and removes it: the server has only `dist/`.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { temporaryFiles } from "./app.ts";
import { type CliResult, type CliServer, runCli, startServer } from "./cli.ts";

type Files = Readonly<Record<string, string>>;

/** A build. */
export interface Build extends AsyncDisposable {
  /** The folder that contains everything. */
  readonly dir: string;
  /** The folder `dist`, in `dir`. */
  readonly dist: string;
  /** The output of the command. */
  readonly stdout: string;
  /** Starts it with `deno run`, with only the given permissions and `-N`. */
  serve(flags?: readonly string[], options?: RunOptions): Promise<CliServer>;
  /** Runs it with `deno run` until it exits. */
  run(flags: readonly string[], options?: RunOptions): Promise<CliResult>;
}

/** Options for running a build. */
export interface RunOptions {
  /** Its permissions besides `-N`. */
  readonly allow?: readonly string[];
  /** Environment variables. */
  readonly env?: Files;
}

/** Options for building. */
export interface BuildOptions {
  /** The flags of the command. */
  readonly flags?: readonly string[];
  /** The folder of the project, below `dir`. */
  readonly folder?: string;
  /** Whether to keep the project. */
  readonly keeps?: boolean;
  /** Adds to the project what is not a text file. */
  readonly prepare?: (project: string) => Promise<void>;
  /** Environment variables. */
  readonly env?: Files;
}

/** Builds a project from files, and removes its folder. */
export async function build(files: Files, options: BuildOptions = {}): Promise<Build> {
  const { flags = [], folder = "project", keeps = false, prepare, env = {} } = options;
  const place = await temporaryFiles(below(folder, files));
  const { dir } = place;
  const dist = `${dir}/dist`;
  try {
    await prepare?.(`${dir}/${folder}`);
    const { code, stdout, stderr } = await runCli(["build", folder, "--out", "dist", ...flags], { cwd: dir, env });
    assertEquals({ code, stderr }, { code: 0, stderr: "" });
    if (!keeps) await Deno.remove(`${dir}/${folder}`, { recursive: true });
    const how = ({ allow = [], env = {} }: RunOptions) => ({
      permissions: ["--no-config", "-N", ...allow],
      cwd: dir,
      env,
    });
    return {
      dir,
      dist,
      stdout,
      serve: async (args = [], options = {}) =>
        await startServer(
          ["dist/server.js", ...(args.includes("--unix") ? [] : ["--hostname", "127.0.0.1"]), ...args],
          how(options),
        ),
      async run(args, options = {}) {
        const command = new Deno.Command(Deno.execPath(), {
          args: ["run", "--no-prompt", ...how(options).permissions, "dist/server.js", ...args],
          cwd: dir,
          env: { NO_COLOR: "1", ...options.env },
        });
        return resultOf(await command.output());
      },
      [Symbol.asyncDispose]: () => place[Symbol.asyncDispose](),
    };
  } catch (error) {
    await place[Symbol.asyncDispose]();
    throw error;
  }
}

/** Files in a folder. */
export function below(folder: string, files: Files): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [`${folder}/${path}`, text]));
}

/** Returns a route that answers with a text. */
export function says(text: string): string {
  return `export const GET = () => new Response(${JSON.stringify(text)});\n`;
}

/** Requests a path; returns the status, and the location or the body. */
export async function answer({ origin }: { readonly origin: string }, path: string, init?: RequestInit) {
  const response = await fetch(origin + path, { redirect: "manual", ...init });
  const body = await response.text();
  return `${response.status} ${response.headers.get("location") ?? body}`;
}

/** Requests a path; returns the cache state and the body. */
export async function cached({ origin }: { readonly origin: string }, path: string): Promise<string> {
  const response = await fetch(origin + path);
  return `${response.headers.get("x-nextjs-cache")} ${await response.text()}`;
}

/** Stops a server, and checks that it exits with 0 and has printed no errors. */
export async function stopWell(server: CliServer): Promise<void> {
  const { code, stderr } = await server.stop();
  assertEquals({ code, stderr }, { code: 0, stderr: "" });
}

/** Starts a server with `deno`, and waits for its URL on stdout or stderr. */
export async function spawnServer(args: readonly string[], options: Deno.CommandOptions = {}): Promise<CliServer> {
  const child = new Deno.Command(Deno.execPath(), {
    ...options,
    args: [...args],
    env: { NO_COLOR: "1", ...options.env },
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const printed = { stdout: "", stderr: "" };
  const found = Promise.withResolvers<string>();
  const read = async (name: "stdout" | "stderr") => {
    for await (const text of child[name].pipeThrough(new TextDecoderStream())) {
      printed[name] += text;
      const origin = /(http:\/\/[^/\s]+)\/?(?: .*)?\n/.exec(printed[name])?.[1];
      if (origin !== undefined) found.resolve(origin.replace("0.0.0.0", "127.0.0.1"));
    }
  };
  const done = Promise.all([read("stdout"), read("stderr"), child.status]);
  done.then(() => found.reject(new Error(`Cannot start: ${printed.stdout}${printed.stderr}`)), found.reject);
  const origin = await found.promise;
  const banner = printed.stdout;
  const stop = async (signal: Deno.Signal = "SIGTERM") => {
    try {
      child.kill(signal);
    } catch (error) {
      // It has exited.
      assert(error instanceof TypeError, `${error}`);
    }
    const [, , { code }] = await done;
    return { code, ...printed };
  };
  return { origin, banner, child, stop, [Symbol.asyncDispose]: async () => void await stop("SIGKILL") };
}

/** The names of all files below a folder, sorted. */
export async function filesBelow(dir: string, under = ""): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(`${dir}/${under}`)) {
    if (isDirectory) found.push(...await filesBelow(dir, `${under}${name}/`));
    else found.push(under + name);
  }
  return found.sort();
}

function resultOf({ code, stdout, stderr }: Deno.CommandOutput): CliResult {
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}
