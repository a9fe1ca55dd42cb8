/**
 * The command line as a process of its own.
 *
 * @module
 */

const CLI = new URL("../../cli.ts", import.meta.url).pathname;

/** What a process printed, and how it ended. */
export interface CliResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How to run the command line. */
export interface CliOptions {
  /** The permissions; default: all. */
  readonly permissions?: readonly string[];
  /** The folder to run in. */
  readonly cwd?: string;
  /** Variables of the environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** How many files and connections the process may have open; default: as many as this one. */
  readonly openFiles?: number;
}

function command(
  args: readonly string[],
  { permissions = ["-A"], cwd, env = {}, openFiles }: CliOptions,
): Deno.Command {
  const run = [Deno.execPath(), "run", "--no-prompt", ...permissions, ...args];
  const [program = "", ...rest] = openFiles === undefined
    ? run
    : ["sh", "-c", `ulimit -n ${openFiles} && exec "$@"`, "sh", ...run];
  return new Deno.Command(program, {
    args: rest,
    env: { NO_COLOR: "1", ...env },
    stdout: "piped",
    stderr: "piped",
    ...(cwd === undefined ? {} : { cwd }),
  });
}

/** Runs a command to its end. */
export async function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const { code, stdout, stderr } = await command([CLI, ...args], options).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

/** A server that the command line started. */
export interface CliServer extends AsyncDisposable {
  /** Where it listens: `http://localhost:PORT`; empty for a Unix socket. */
  readonly origin: string;
  /** What it has printed when it listened. */
  readonly banner: string;
  /** The process. */
  readonly child: Deno.ChildProcess;
  /** Ends it by a signal; gives what it printed since and the exit code. */
  stop(signal?: Deno.Signal): Promise<CliResult>;
}

/** Starts a server by a command and waits until it listens on a free port, or on the Unix socket of its arguments. */
export function startCli(args: readonly string[], options: CliOptions = {}): Promise<CliServer> {
  return startServer([CLI, ...args], options);
}

/** Starts a server, a module and its arguments, and waits until it listens on a free port. */
export function startServer(args: readonly string[], options: CliOptions = {}): Promise<CliServer> {
  const isElsewhere = args.includes("--unix") || options.env?.UNIX_SOCKET !== undefined || args.includes("--port");
  const port = isElsewhere ? [] : ["--port", "0"];
  return waitUntilListening(command([...args, ...port], options).spawn());
}

/** Waits until a process, which prints where it listens, does so. */
export async function waitUntilListening(child: Deno.ChildProcess): Promise<CliServer> {
  const stdout = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const stderr = new Response(child.stderr).text();
  let banner = "";
  while (!/(?:https?|unix):\S+\n/.test(banner)) {
    const { done, value } = await stdout.read();
    if (done) {
      // It has closed its output, but may not have ended yet.
      await child.status;
      throw new Error(`Cannot start: ${banner}${await stderr}`);
    }
    banner += value;
  }
  let stopped: Promise<CliResult> | undefined;
  const rest = (async () => {
    let text = "";
    for (let part = await stdout.read(); !part.done; part = await stdout.read()) text += part.value;
    return text;
  })();
  const stop = (signal: Deno.Signal = "SIGTERM") =>
    stopped ??= (async () => {
      child.kill(signal);
      const { code } = await child.status;
      return { code, stdout: await rest, stderr: await stderr };
    })();
  const origin = /https?:\/\/[^/\s]+/.exec(banner)?.[0] ?? "";
  return { origin, banner, child, stop, [Symbol.asyncDispose]: async () => void await stop("SIGKILL").catch(() => {}) };
}
