/**
 * Runs the command line as a separate process.
 *
 * @module
 */

const CLI = new URL("../../cli.ts", import.meta.url).pathname;

/** The output and exit code of a process. */
export interface CliResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Options for running the command line. */
export interface CliOptions {
  /** The permissions; default: all. */
  readonly permissions?: readonly string[];
  /** The folder to run in. */
  readonly cwd?: string;
  /** Environment variables. */
  readonly env?: Readonly<Record<string, string>>;
  /** The maximum number of open files and connections of the process. Default: that of this process. */
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

/** Runs a command until it exits. */
export async function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const { code, stdout, stderr } = await command([CLI, ...args], options).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

/** A server that the command line started. */
export interface CliServer extends AsyncDisposable {
  /** Its URL: `http://localhost:PORT`; empty for a Unix socket. */
  readonly origin: string;
  /** Its output until it listened. */
  readonly banner: string;
  /** The process. */
  readonly child: Deno.ChildProcess;
  /** Stops it with a signal; returns its output since then and the exit code. */
  stop(signal?: Deno.Signal): Promise<CliResult>;
}

/** Starts a server with a command and waits until it listens on a free port, or on the Unix socket of its arguments. */
export function startCli(args: readonly string[], options: CliOptions = {}): Promise<CliServer> {
  return startServer([CLI, ...args], options);
}

/** Starts a server from a module and its arguments, and waits until it listens on a free port. */
export function startServer(args: readonly string[], options: CliOptions = {}): Promise<CliServer> {
  const isElsewhere = args.includes("--unix") || options.env?.UNIX_SOCKET !== undefined || args.includes("--port");
  const port = isElsewhere ? [] : ["--port", "0"];
  return waitUntilListening(command([...args, ...port], options).spawn());
}

/** Waits until a process prints the URL on which it listens. */
export async function waitUntilListening(child: Deno.ChildProcess): Promise<CliServer> {
  const stdout = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const stderr = new Response(child.stderr).text();
  let banner = "";
  while (!/(?:https?|unix):\S+\n/.test(banner)) {
    const { done, value } = await stdout.read();
    if (done) {
      // It has closed its output, but may not have exited yet.
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
