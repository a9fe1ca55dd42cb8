/**
 * A project that `routes build` has built, and that is not there any more: what serves it has nothing but `dist/`.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { temporaryFiles } from "./app.ts";
import { type CliResult, type CliServer, runCli, startServer } from "./cli.ts";

type Files = Readonly<Record<string, string>>;

/** A build. */
export interface Build extends AsyncDisposable {
  /** The folder that holds all of it. */
  readonly dir: string;
  /** The folder `dist`, in `dir`. */
  readonly dist: string;
  /** What the command printed. */
  readonly stdout: string;
  /** Starts it by `deno run`, with no permission but those that are given, and `-N`. */
  serve(flags?: readonly string[], options?: RunOptions): Promise<CliServer>;
  /** Runs it by `deno run` to its end. */
  run(flags: readonly string[], options?: RunOptions): Promise<CliResult>;
}

/** How a build is run. */
export interface RunOptions {
  /** What it may besides `-N`. */
  readonly allow?: readonly string[];
  /** Variables of the environment. */
  readonly env?: Files;
}

/** How a build is made. */
export interface BuildOptions {
  /** The flags of the command. */
  readonly flags?: readonly string[];
  /** The folder of the project, below `dir`. */
  readonly folder?: string;
  /** Whether the project stays. */
  readonly keeps?: boolean;
  /** Makes more of the project than text files. */
  readonly prepare?: (project: string) => Promise<void>;
  /** Variables of the environment. */
  readonly env?: Files;
}

/** Builds a project of files, whose folder is gone then. */
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

/** A route that answers with a text. */
export function says(text: string): string {
  return `export const GET = () => new Response(${JSON.stringify(text)});\n`;
}

/** What a server answers: the status, and the location or the body. */
export async function answer({ origin }: { readonly origin: string }, path: string, init?: RequestInit) {
  const response = await fetch(origin + path, { redirect: "manual", ...init });
  const body = await response.text();
  return `${response.status} ${response.headers.get("location") ?? body}`;
}

/** The state of the cache of an answer, and the answer. */
export async function cached({ origin }: { readonly origin: string }, path: string): Promise<string> {
  const response = await fetch(origin + path);
  return `${response.headers.get("x-nextjs-cache")} ${await response.text()}`;
}

/** Ends a server, and checks that it ends well and complained of nothing. */
export async function stopWell(server: CliServer): Promise<void> {
  const { code, stderr } = await server.stop();
  assertEquals({ code, stderr }, { code: 0, stderr: "" });
}

/** Starts a server by `deno` itself, and waits for its URL on either output. */
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
      // It has ended.
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
