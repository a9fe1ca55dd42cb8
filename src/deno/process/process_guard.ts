/**
 * Guards the process of a server: signals stop it gracefully, and an uncaught error of user code does not end it.
 *
 * @module
 */

import process from "node:process";
import { delay } from "@std/async/delay";
import { writeLog } from "../../log/log.ts";
import { onSignal } from "./stop_signals.ts";

type Stop = (signal?: Deno.Signal) => Promise<void>;

const servers = new Set<Stop>();

let release = () => {}, releaseErrors = () => {};

/**
 * Guards the process while a server runs: on SIGINT and SIGTERM all servers stop, then the process exits with 0. A second
 * signal ends it immediately.
 *
 * @param shutdown Stops the server.
 * @returns A function that ends the guard of this server.
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

/** How many callers want uncaught errors to be logged. */
let guards = 0;

/**
 * Keeps the process running after an unhandled rejection or an uncaught error, and logs it. The events are those of
 * Node.js, so handlers of user code, such as Sentry's, are called too.
 *
 * @returns A function that ends this.
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

/**
 * Waits until rejections and errors of what modules have started are logged, which is at the end of the turn. A command
 * calls it before it ends, because the process then exits.
 */
export async function flushStrayErrors(): Promise<void> {
  await delay(0);
}

/** Stops all servers of the process gracefully, then exits with 0. */
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
