/**
 * What a server does to its process: it stops in order on a signal, and a mistake of user code does not end it.
 *
 * @module
 */

const SIGNALS: readonly Deno.Signal[] = Deno.build.os === "windows" ? ["SIGINT"] : ["SIGINT", "SIGTERM"];

/**
 * Guards the process while a server runs.
 *
 * @param shutdown Called on SIGINT and SIGTERM; a second signal ends the process at once.
 * @returns Ends the guard.
 */
export function guardProcess(shutdown: () => void): () => void {
  const release = () => {
    for (const signal of SIGNALS) Deno.removeSignalListener(signal, stop);
    globalThis.removeEventListener("unhandledrejection", logRejection);
    globalThis.removeEventListener("error", logError);
  };
  const stop = () => {
    for (const signal of SIGNALS) Deno.removeSignalListener(signal, stop);
    shutdown();
  };
  for (const signal of SIGNALS) Deno.addSignalListener(signal, stop);
  globalThis.addEventListener("unhandledrejection", logRejection);
  globalThis.addEventListener("error", logError);
  return release;
}

function logRejection(event: PromiseRejectionEvent): void {
  event.preventDefault();
  console.error("A promise was rejected that nobody waits for; the server goes on:", event.reason);
}

function logError(event: ErrorEvent): void {
  event.preventDefault();
  console.error("An error was thrown that nobody catches; the server goes on:", event.error);
}
