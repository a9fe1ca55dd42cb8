/**
 * `routes start --workers`: several processes that listen on one port, which the system gives the connections by turns.
 *
 * @module
 */

import { delay } from "@std/async/delay";
import { onSignal } from "./stop_signals.ts";
import { getExitCode, kill, MIN_UPTIME_MS, type SelfCommand, spawnSelf } from "./supervisor.ts";
import { writeLog } from "../../log/log.ts";

/** How long a worker's place stays empty, in milliseconds: one that fails at once must not keep the machine busy. */
const RESTART_DELAY_MS = 250;

/**
 * Runs workers until a signal comes; one that ends before is replaced.
 *
 * @param commandOf The command of a worker, by its number from 1; `isFirst` for the very first process of all.
 * @param count How many there are.
 * @returns The exit code: 0 if all stopped in order, or that of the first if none could start.
 */
export async function superviseWorkers(
  commandOf: (worker: number, isFirst: boolean) => SelfCommand,
  count: number,
): Promise<number> {
  const running = new Map<number, Deno.ChildProcess>();
  const stop = new AbortController();
  // What one worker signs another one must believe.
  const env = { ROUTES_DRAFT_SECRET: crypto.randomUUID() };
  let hasStarted = false, hasFailed = false, code = 0;
  let sent: Deno.Signal | null = null;

  function stopAll(signal: Deno.Signal): void {
    stop.abort();
    sent = signal;
    for (const child of running.values()) kill(child, signal);
  }

  async function keep(worker: number): Promise<void> {
    for (let isFirst = worker === 1; !stop.signal.aborted; isFirst = false) {
      const start = performance.now();
      const child = spawnSelf(commandOf(worker, isFirst), { flags: ["--unstable-net"], env });
      running.set(worker, child);
      const proven = setTimeout(() => hasStarted = true, MIN_UPTIME_MS);
      const status = await child.status;
      clearTimeout(proven);
      running.delete(worker);
      if (stop.signal.aborted) {
        if (!hasFailed) code = Math.max(code, getExitCode(status, sent));
        return;
      }
      // One that stopped in order was told to.
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
    await Promise.all(Array.from({ length: count }, (_, index) => keep(index + 1)));
    return code;
  } finally {
    release();
  }
}
