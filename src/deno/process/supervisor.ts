/**
 * The command line as a parent: it runs itself again in a process that has the project's configuration, and again when
 * that process has to begin anew.
 *
 * Deno looks for `deno.json` and `package.json` beside the main module, or where a `jsr:` main module was started: an
 * installed command, or one that is given another folder, would not see the project's dependencies.
 *
 * @module
 */

import { delay } from "@std/async/delay";
import { join } from "@std/path";
import { watchProject } from "../project/watch.ts";
import { onSignal } from "./stop_signals.ts";
import { writeLog } from "../../log/log.ts";

/** The exit code of a process that asks to be started again. */
export const RESTART_EXIT_CODE = 75;

const CONFIGS = ["deno.json", "deno.jsonc", "package.json"];
const PERMISSIONS = ["read", "write", "net", "env", "run", "ffi", "sys"] as const;

/** A process that ends sooner, in milliseconds, has not started. */
export const MIN_UPTIME_MS = 2000;

/** How the command line is run again. */
export interface SelfCommand {
  /** The folder to run in, the project's. */
  readonly root: string;
  /** The specifier of the command line: `jsr:@x/routes@0.1.0/cli`. */
  readonly self: string;
  /** Its arguments. */
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

/** Only who may do anything can give a child the same; who grants less starts it in the project. */
export async function hasAllPermissions(): Promise<boolean> {
  const granted = await Promise.all(PERMISSIONS.map((name) => Deno.permissions.query({ name })));
  return granted.every(({ state }) => state === "granted");
}

async function hasConfig(root: string): Promise<boolean> {
  const found = await Promise.all(CONFIGS.map((name) => Deno.stat(join(root, name)).then(() => true, () => false)));
  return found.includes(true);
}

/**
 * Runs the command line in the project's folder; a signal to stop is passed on.
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

/** A process that was still starting does not catch the signal to stop, and so ends by it; it stopped as it was told. */
export function getExitCode({ code, signal }: Deno.CommandStatus, sent: Deno.Signal | null): number {
  return sent !== null && signal === sent ? 0 : code;
}

/** Whether a file is what a developer changes to mend a start; what a program writes on its way is no reason to try again. */
export function isSource(path: string): boolean {
  return /(?:\.(?:[cm]?[jt]sx?|jsonc?)|(?:^|[\\/])\.env[^\\/]*)$/.test(path);
}

/** How long a server may take to stop, in milliseconds; it waits up to 5 s for what is in flight. */
const STOP_TIMEOUT_MS = 6000;

/** How long a start that failed is left alone at least, in milliseconds: it may have written a source itself. */
export const PAUSE = 250;

/**
 * Runs the command line in the project's folder, and again when it asks for that or crashes; a signal to stop is passed
 * on and ends it.
 *
 * @param command How the process is started.
 * @param answers Whether the process answers, asked when a file has changed: one that is caught in a loop does not notice
 * that the loop is mended.
 * @returns The exit code of the last process.
 */
export async function superviseInProject(command: SelfCommand, answers: () => Promise<boolean>): Promise<number> {
  let sent: Deno.Signal | null = null;
  let child: Deno.ChildProcess | undefined;
  let changed = Promise.withResolvers<void>();
  let started = performance.now();
  async function onChange(): Promise<void> {
    changed.resolve();
    const asked = child;
    if (performance.now() - started < MIN_UPTIME_MS || asked === undefined || await answers() || asked !== child) {
      return;
    }
    writeLog("error", "The server is not responding (an endless loop?), killing it");
    kill(asked, "SIGKILL");
  }
  const watch = watchProject(command.root, { concerns: isSource, onChange });
  let late: ReturnType<typeof setTimeout> | undefined;
  const release = onSignal((signal) => {
    // One that is caught in a loop hears no signal; who asks twice does not want to wait.
    late ??= setTimeout(() => kill(child, "SIGKILL"), STOP_TIMEOUT_MS);
    kill(child, sent === null ? signal : "SIGKILL");
    sent = signal;
    changed.resolve();
  });
  try {
    for (;;) {
      started = performance.now();
      // What is mended while it starts counts.
      changed = Promise.withResolvers();
      child = spawnSelf(command);
      const status = await child.status;
      child = undefined;
      const code = getExitCode(status, sent);
      if (sent !== null || code === 0) return code;
      if (code === RESTART_EXIT_CODE) continue;
      if (performance.now() - started > MIN_UPTIME_MS) {
        writeLog("error", `The server exited with code ${code}, restarting`);
        continue;
      }
      writeLog("error", "The server failed to start, waiting for a file change");
      await Promise.all([changed.promise, delay(PAUSE)]);
      if (sent !== null) return code;
    }
  } finally {
    clearTimeout(late);
    release();
    watch.close();
  }
}

/** Runs the command line in the project's folder. It ends when this process does, however that ends. */
export function spawnSelf(
  { root, self, args }: SelfCommand,
  { flags = [], env = {} }: { readonly flags?: readonly string[]; readonly env?: Readonly<Record<string, string>> } =
    {},
): Deno.ChildProcess {
  // A project without lock file does not get one by being served.
  const lock = attempt(() => Deno.statSync(join(root, "deno.lock"))) === undefined ? ["--no-lock"] : [];
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", ...lock, ...flags, self, ...args],
    cwd: root,
    env,
    // Nothing is ever written to it: its end tells the child that this process is no more.
    stdin: "piped",
    stdout: "inherit",
    stderr: "inherit",
    // A terminal would send its interrupt to both, and two are one too many.
    detached: true,
  }).spawn();
}

/**
 * In a process of {@linkcode spawnSelf}: calls a function when the process that started it is gone.
 *
 * @param gone Ends this one.
 */
export function onParentGone(gone: () => void): void {
  const drained = async () => {
    for await (const _ of Deno.stdin.readable);
  };
  drained().then(gone, gone);
}

/** Sends a signal to a process that may have ended. */
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
