/**
 * What a server does to its process: it stops in order on a signal, and a mistake of user code does not end it.
 *
 * @module
 */

import { onSignal } from "./stop_signals.ts";
import { writeLog } from "../log/log.ts";

/** Stops a server, perhaps because of a signal. */
type Stop = (signal?: Deno.Signal) => Promise<void>;

/** How to stop each server of the process. */
const servers = new Set<Stop>();

/** Ends listening to signals. */
let release = () => {};

/**
 * Guards the process while a server runs: on SIGINT and SIGTERM all servers stop, then the process exits with 0; a second
 * signal ends it at once.
 *
 * @param shutdown Stops the server.
 * @returns Ends the guard of this server.
 */
export function guardProcess(shutdown: Stop): () => void {
  if (servers.size === 0) {
    release = onSignal(stopServers);
    logStrayErrors();
  }
  servers.add(shutdown);
  return () => {
    if (!servers.delete(shutdown) || servers.size > 0) return;
    release();
    globalThis.removeEventListener("unhandledrejection", logRejection);
    globalThis.removeEventListener("error", logError);
  };
}

/** Lets the process go on after a rejection or an error that nobody catches, and logs it. */
export function logStrayErrors(): void {
  globalThis.addEventListener("unhandledrejection", logRejection);
  globalThis.addEventListener("error", logError);
}

/** Stops all servers of the process in order, then ends it. */
export function stopServers(signal?: Deno.Signal): void {
  release();
  Promise.allSettled([...servers].map((shutdown) => shutdown(signal))).then(() => Deno.exit(0));
}

function logRejection(event: PromiseRejectionEvent): void {
  event.preventDefault();
  writeLog("error", "A promise was rejected that nobody waits for; the server goes on:", { error: event.reason });
}

function logError(event: ErrorEvent): void {
  event.preventDefault();
  writeLog("error", "An error was thrown that nobody catches; the server goes on:", { error: event.error });
}
