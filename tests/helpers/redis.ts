/**
 * Starts a real Redis for a test.
 *
 * @module
 */

import { freePort } from "./free_port.ts";

/** An empty server that persists nothing unless asked to; stop it with `await using`. */
export interface RedisServer extends AsyncDisposable {
  /** `redis://127.0.0.1:PORT`, the same after a restart. */
  readonly url: string;
  /** The port. */
  readonly port: number;
  /** Restarts it on the same port, empty or with the state of the last `SAVE`. */
  start(): Promise<void>;
  /** Stops it as an operator does. */
  stop(): Promise<void>;
  /** Kills it, as in a crash. */
  kill(): Promise<void>;
  /** Suspends it: it accepts connections but does not respond. */
  hang(): void;
  /** Resumes it. */
  wake(): void;
  /** Sends a command directly; returns the first line of the response. */
  command(...args: readonly (string | Uint8Array)[]): Promise<string>;
}

/** The reason why there is no Redis; `undefined` if there is one. */
export const NO_REDIS: string | undefined = absence();

/** Whether tests with Redis are ignored; in CI they fail instead. */
export const IGNORE_REDIS: boolean = NO_REDIS !== undefined && !Deno.env.get("CI");

if (IGNORE_REDIS) console.log(`Tests with Redis are ignored: ${NO_REDIS}`);

/**
 * Starts a server on a free port of the loopback address.
 *
 * @param getOptions Returns further options of the command line.
 */
export async function startRedis(getOptions: (port: number) => readonly string[] = () => []): Promise<RedisServer> {
  if (NO_REDIS !== undefined) throw new Error(`Cannot start Redis: ${NO_REDIS}`);
  const dir = await Deno.makeTempDir({ prefix: "routes_redis_" });
  let port = freePort();
  const launch = (port: number) => launchRedis(port, dir, getOptions(port));
  let running = await launch(port);
  // Another process may have taken the port meanwhile.
  for (let tries = 0; typeof running === "string" && tries < 5; tries++) {
    running = await launch(port = freePort());
  }
  const demand = (made: Running | string): Running => {
    if (typeof made === "string") throw new Error(`Cannot start Redis: ${made}`);
    return made;
  };
  let process: Running | undefined = demand(running);
  const end = async (signal: Deno.Signal) => {
    await process?.end(signal);
    process = undefined;
  };
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    async start() {
      process ??= demand(await launch(port));
    },
    stop: () => end("SIGTERM"),
    kill: () => end("SIGKILL"),
    hang: () => process?.signal("SIGSTOP"),
    wake: () => process?.signal("SIGCONT"),
    command: (...args) => sendCommand(port, args),
    async [Symbol.asyncDispose]() {
      await end("SIGKILL");
      await Deno.remove(dir, { recursive: true });
    },
  };
}

function absence(): string | undefined {
  try {
    new Deno.Command("redis-server", { args: ["--version"], stdout: "null" }).outputSync();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return "no redis-server is on PATH";
  }
}

/** A process that is listening. */
export interface Running {
  signal(signal: Deno.Signal): void;
  end(signal: Deno.Signal): Promise<void>;
}

/** Starts a process and waits until it listens; returns its output if it does not. */
export async function launchRedis(
  port: number,
  dir: string,
  args: readonly string[] = [],
): Promise<Running | string> {
  const always = ["--port", `${port}`, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--daemonize", "no"];
  const child = new Deno.Command("redis-server", {
    args: [...always, ...args],
    cwd: dir,
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let printed = "";
  while (!printed.includes("Ready to accept connections")) {
    const { done, value } = await lines.read();
    if (done) {
      await child.status;
      return printed;
    }
    printed += value;
  }
  const rest = (async () => {
    while (!(await lines.read()).done);
  })();
  return {
    signal: (signal) => child.kill(signal),
    async end(signal) {
      child.kill(signal);
      await child.status;
      await rest;
    },
  };
}

/** Sends a command; returns the first line of the answer. */
export async function sendCommand(port: number, args: readonly (string | Uint8Array)[]): Promise<string> {
  const encoder = new TextEncoder();
  const parts = args.map((arg) => typeof arg === "string" ? encoder.encode(arg) : arg);
  const message = parts.flatMap((part) => [encoder.encode(`$${part.length}\r\n`), part, encoder.encode("\r\n")]);
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  const writer = connection.writable.getWriter();
  for (const part of [encoder.encode(`*${parts.length}\r\n`), ...message]) await writer.write(part);
  const answer = connection.readable.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!text.includes("\r\n")) {
    const { done, value } = await answer.read();
    if (done) break;
    text += value;
  }
  await answer.cancel();
  return text.slice(0, text.indexOf("\r\n"));
}
