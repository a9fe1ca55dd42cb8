/**
 * What a server does to its process: it stops in order on a signal, and a mistake of user code does not end it.
 *
 * @module
 */

import process from "node:process";
import { writeLog } from "../../log/log.ts";
import { onSignal } from "./stop_signals.ts";

/** Stops a server, perhaps because of a signal. */
type Stop = (signal?: Deno.Signal) => Promise<void>;

/** How to stop each server of the process. */
const servers = new Set<Stop>();

/** Ends listening to signals, and to stray errors. */
let release = () => {}, releaseErrors = () => {};

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
    releaseErrors = logStrayErrors();
  }
  servers.add(shutdown);
  return () => {
    if (!servers.delete(shutdown) || servers.size > 0) return;
    release();
    releaseErrors();
  };
}

/** How many ask that stray errors are logged. */
let guards = 0;

/**
 * Lets the process go on after a rejection or an error that nobody catches, and logs it. The events are those of Node.js:
 * handlers of user code, such as Sentry's, are called too.
 *
 * @returns Ends that.
 */
export function logStrayErrors(): () => void {
  if (guards++ === 0) {
    process.on("unhandledRejection", logRejection);
    process.on("uncaughtException", logError);
  }
  let isGuarding = true;
  return () => {
    if (!isGuarding) return;
    isGuarding = false;
    if (--guards > 0) return;
    process.off("unhandledRejection", logRejection);
    process.off("uncaughtException", logError);
  };
}

/** Stops all servers of the process in order, then ends it. */
export function stopServers(signal?: Deno.Signal): void {
  release();
  Promise.allSettled([...servers].map((shutdown) => shutdown(signal))).then(() => Deno.exit(0));
}

function logRejection(error: unknown): void {
  writeLog("error", "Unhandled promise rejection (the server keeps running):", { error });
}

function logError(error: unknown): void {
  writeLog("error", "Uncaught error (the server keeps running):", { error });
}
