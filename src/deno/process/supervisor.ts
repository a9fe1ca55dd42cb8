/**
 * The command line as a parent: it runs itself in a child process with the project's configuration, and restarts that
 * process when it asks for it.
 *
 * Deno looks for `deno.json` and `package.json` next to the main module, or in the current folder for a `jsr:` main
 * module: an installed command, or one for another folder, would not see the project's dependencies.
 *
 * @module
 */

import { delay } from "@std/async/delay";
import { join } from "@std/path";
import { exists } from "../project/exists.ts";
import { watchProject } from "../project/watch.ts";
import { onSignal } from "./stop_signals.ts";
import { writeLog } from "../../log/log.ts";

/** The exit code of a process that asks for a restart. */
export const RESTART_EXIT_CODE = 75;
/** The exit code of a process whose port another program has taken since it was found to be free. */
export const PORT_TAKEN_EXIT_CODE = 76;

const CONFIGS = ["deno.json", "deno.jsonc", "package.json"];
const PERMISSIONS = ["read", "write", "net", "env", "run", "ffi", "sys"] as const;

/** A process that exits sooner has failed to start. */
export const MIN_UPTIME_MS = 2000;

/** How to run the command line in another process. */
export interface SelfCommand {
  /** The project's folder, in which it runs. */
  readonly root: string;
  /** The specifier of the command line: `jsr:@x/routes@0.1.0/cli`. */
  readonly self: string;
  readonly args: readonly string[];
}

/**
 * Whether a project needs a process of its own.
 *
 * @param root The project's folder.
 */
export async function needsOwnProcess(root: string): Promise<boolean> {
  return await hasConfig(root) && await hasAllPermissions();
}

/**
 * Whether the process has all permissions. Only then can it start a child with `-A`; with fewer permissions, the command
 * has to be started in the project's folder.
 */
export async function hasAllPermissions(): Promise<boolean> {
  const granted = await Promise.all(PERMISSIONS.map((name) => Deno.permissions.query({ name })));
  return granted.every(({ state }) => state === "granted");
}

async function hasConfig(root: string): Promise<boolean> {
  const found = await Promise.all(CONFIGS.map((name) => exists(join(root, name))));
  return found.includes(true);
}

/**
 * Runs the command line in the project's folder, and forwards signals to stop.
 *
 * @returns Its exit code.
 */
export async function runInProject(command: SelfCommand): Promise<number> {
  const child = spawnSelf(command);
  let sent: Deno.Signal | null = null;
  const release = onSignal((signal) => kill(child, sent = signal));
  try {
    return getExitCode(await child.status, sent);
  } finally {
    release();
  }
}

/** Returns the exit code of a process. One that dies of the forwarded signal, before it listens for it, exits with 0. */
export function getExitCode({ code, signal }: Deno.CommandStatus, sent: Deno.Signal | null): number {
  return sent !== null && signal === sent ? 0 : code;
}

/** Whether a file is one to edit to fix a failed start. Files that a program writes while it runs are no reason to retry. */
export function isSource(path: string): boolean {
  return /(?:\.(?:[cm]?[jt]sx?|jsonc?)|(?:^|[\\/])\.env[^\\/]*)$/.test(path);
}

/** How long a server may take to stop; it waits up to 5 s for requests in flight. */
const STOP_TIMEOUT_MS = 6000;

/** The minimum delay after a failed start, in milliseconds: the start itself may have written a source file. */
export const MIN_RETRY_DELAY_MS = 250;

/** A server that is restarted when it asks for it or crashes. */
export interface SupervisedServer {
  /** The project's folder. */
  readonly root: string;
  /** Finds a port for it, which it keeps unless another program takes it while the process starts. */
  findPort(): number;
  /** Returns how to start the process with a port. */
  respawn(port: number): Omit<SelfCommand, "root">;
  /**
   * Whether the process responds, asked when a file has changed: a process that hangs in a loop does not notice that the
   * loop is fixed.
   */
  isResponding(port: number): Promise<boolean>;
}

/**
 * Runs the command line in the project's folder, and restarts it when it asks for it or crashes. Signals to stop are
 * forwarded and end this.
 *
 * @returns The exit code of the last process.
 */
export async function superviseInProject(server: SupervisedServer): Promise<number> {
  const { root, findPort, respawn, isResponding } = server;
  let port = findPort();
  let sent: Deno.Signal | null = null;
  let child: Deno.ChildProcess | undefined;
  let changed = Promise.withResolvers<void>();
  let started = performance.now();
  async function onChange(): Promise<void> {
    changed.resolve();
    const asked = child;
    if (performance.now() - started < MIN_UPTIME_MS || asked === undefined) return;
    if (await isResponding(port) || asked !== child) return;
    writeLog("error", "The server is not responding (an endless loop?), killing it");
    kill(asked, "SIGKILL");
  }
  const watch = watchProject(root, { filter: isSource, onChange });
  let late: ReturnType<typeof setTimeout> | undefined;
  const release = onSignal((signal) => {
    // A process that hangs in a loop does not see the signal, and a second signal means not to wait.
    late ??= setTimeout(() => kill(child, "SIGKILL"), STOP_TIMEOUT_MS);
    kill(child, sent === null ? signal : "SIGKILL");
    sent = signal;
    changed.resolve();
  });
  try {
    for (;;) {
      started = performance.now();
      // A fix saved during startup must not be missed.
      changed = Promise.withResolvers();
      child = spawnSelf({ root, ...respawn(port) });
      const status = await child.status;
      child = undefined;
      const code = getExitCode(status, sent);
      if (sent !== null || code === 0) return code;
      if (code === RESTART_EXIT_CODE) continue;
      if (code === PORT_TAKEN_EXIT_CODE) {
        port = findPort();
        continue;
      }
      if (performance.now() - started > MIN_UPTIME_MS) {
        writeLog("error", `The server exited with code ${code}, restarting`);
        continue;
      }
      writeLog("error", "The server failed to start, waiting for a file change");
      await Promise.all([changed.promise, delay(MIN_RETRY_DELAY_MS)]);
      if (sent !== null) return code;
    }
  } finally {
    clearTimeout(late);
    release();
    watch.close();
  }
}

/** Starts the command line in the project's folder. It exits when this process does, even if this one is killed. */
export function spawnSelf(
  { root, self, args }: SelfCommand,
  { flags = [], env = {} }: { readonly flags?: readonly string[]; readonly env?: Readonly<Record<string, string>> } =
    {},
): Deno.ChildProcess {
  const unstable = typeof Deno.openKv === "function" ? ["--unstable-kv"] : [];
  // Serving a project without a lock file must not create one.
  const lock = attempt(() => Deno.statSync(join(root, "deno.lock"))) === undefined ? ["--no-lock"] : [];
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", ...lock, ...unstable, ...flags, self, ...args],
    cwd: root,
    env,
    // Nothing is written to it: it closes when this process is gone, which the child waits for.
    stdin: "piped",
    stdout: "inherit",
    stderr: "inherit",
    // A terminal would send its interrupt to both processes, and the forwarded one would be the second.
    detached: true,
  }).spawn();
  // Otherwise each restart would leave a pipe open.
  child.status.then(() => child.stdin.close());
  return child;
}

/**
 * Calls a function when the parent process is gone, in a process of {@linkcode spawnSelf}.
 *
 * @param stop Stops this process.
 */
export function onParentGone(stop: () => void): void {
  const drained = async () => {
    for await (const _ of Deno.stdin.readable);
  };
  drained().then(stop, stop);
}

/** Sends a signal to a process that may have exited. */
export function kill(child: Deno.ChildProcess | undefined, signal: Deno.Signal): void {
  attempt(() => child?.kill(signal));
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
