/**
 * `routes start --workers`: several processes that listen on one port. The system distributes the connections.
 *
 * @module
 */

import { delay } from "@std/async/delay";
import { UsageError } from "./arguments.ts";
import { onSignal } from "./stop_signals.ts";
import { getExitCode, kill, MIN_UPTIME_MS, type SelfCommand, spawnSelf } from "./supervisor.ts";
import { writeLog } from "../../log/log.ts";

/** The systems that distribute the connections of one port among its listeners (`SO_REUSEPORT`). */
const BALANCING_SYSTEMS: readonly string[] = ["linux", "android"] satisfies (typeof Deno.build.os)[];

/**
 * Reads how many workers there are: a number, or `auto` for one for each core that the process may use. Those are fewer
 * than the machine has if a control group or an affinity limits them.
 *
 * @param text The value of `--workers`.
 * @param cores How many cores the process may use.
 * @throws {UsageError} If it is neither.
 */
export function readWorkerCount(text: string | undefined, cores: number = navigator.hardwareConcurrency): number {
  if (text === undefined) return 1;
  if (text === "auto") return cores;
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new UsageError(`Cannot set --workers to "${text}": expected a whole number from 1, or auto`);
}

/**
 * Refuses to start workers on a system on which only one of them would get requests.
 *
 * @param system The operating system.
 * @throws {Deno.errors.NotSupported} If it does not distribute connections.
 */
export function refuseUnbalanced(system: string = Deno.build.os): void {
  if (BALANCING_SYSTEMS.includes(system)) return;
  throw new Deno.errors.NotSupported(
    `Cannot start workers: ${system} does not distribute the connections of one port among processes, start one ` +
      'process, or use "deno serve --parallel" with createRequestHandler()',
  );
}

/** The delay before a replacement: a worker that fails immediately must not keep the machine busy. */
const RESTART_DELAY_MS = 250;

/**
 * Runs workers until a signal to stop, and replaces those that exit before.
 *
 * @param getCommand Returns the command of a worker, by its number from 1; `isFirst` is true for the very first process.
 * @param count How many workers there are.
 * @returns The exit code: 0 if all stopped gracefully, or that of the first one to fail if none could start.
 */
export async function superviseWorkers(
  getCommand: (worker: number, isFirst: boolean) => SelfCommand,
  count: number,
): Promise<number> {
  const running = new Map<number, Deno.ChildProcess>();
  const stop = new AbortController();
  // Workers must accept each other's draft-mode cookies.
  const env = { ROUTES_DRAFT_SECRET: crypto.randomUUID() };
  let hasStarted = false, hasFailed = false, code = 0;
  let sent: Deno.Signal | null = null;

  function stopAll(signal: Deno.Signal): void {
    stop.abort();
    sent = signal;
    for (const child of running.values()) kill(child, signal);
  }

  async function runWorker(worker: number): Promise<void> {
    for (let isFirst = worker === 1; !stop.signal.aborted; isFirst = false) {
      const start = performance.now();
      const child = spawnSelf(getCommand(worker, isFirst), { flags: ["--unstable-net"], env });
      running.set(worker, child);
      const proven = setTimeout(() => hasStarted = true, MIN_UPTIME_MS);
      const status = await child.status;
      clearTimeout(proven);
      running.delete(worker);
      if (stop.signal.aborted) {
        if (!hasFailed) code = Math.max(code, getExitCode(status, sent));
        return;
      }
      // A worker that stopped gracefully received a signal, so it had started.
      hasStarted ||= status.success || performance.now() - start >= MIN_UPTIME_MS;
      if (!hasStarted) {
        hasFailed = true;
        code = status.code || 1;
        return stopAll("SIGTERM");
      }
      writeLog("error", `Worker ${worker} exited with code ${status.code}, starting a replacement`);
      await delay(RESTART_DELAY_MS, { signal: stop.signal }).catch(() => {});
    }
  }

  const release = onSignal(stopAll);
  try {
    await Promise.all(Array.from({ length: count }, (_, index) => runWorker(index + 1)));
    return code;
  } finally {
    release();
  }
}
