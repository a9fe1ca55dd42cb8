/**
 * Serves an app with `Deno.serve`, and stops it gracefully.
 *
 * @module
 */

import { listen } from "./lasting_listener.ts";
import { type App, listRoutes, type RouteInfo } from "./app.ts";
import { createDraining, GRACE_MS, stopInOrder, type Stoppable } from "./orderly_stop.ts";
import { guardProcess } from "../process/process_guard.ts";
import type { Fetch } from "./request_log.ts";
import { writeLog } from "../../log/log.ts";

/** A running server. */
export interface RouteServer extends AsyncDisposable {
  /** The address that it listens on. */
  readonly addr: Deno.NetAddr;
  /** Settles when it has stopped. */
  readonly finished: Promise<void>;
  /** The routes, sorted by id. */
  readonly routes: readonly RouteInfo[];
  /**
   * Stops the server: accepts no new connections, and waits for requests in flight and tasks of `after()`, for at most
   * `grace` ms.
   */
  shutdown(): Promise<void>;
}

/** The parts of an app that a server needs. */
export interface ServedApp extends Stoppable {
  readonly fetch: Fetch;
  readonly routes: App["routes"];
  readonly close: () => Promise<void>;
  /** Whether responses are compressed, unless the options say otherwise. */
  readonly compress?: boolean;
}

/** Options for listening: those of `Deno.serve`, and how long a stop waits. */
export interface ListenOptions {
  /** The port; 0 for a free one. Default: 8000. */
  port?: number | undefined;
  /** The address. Default: `0.0.0.0`. */
  hostname?: string | undefined;
  /** Stops the server when it aborts. */
  signal?: AbortSignal | undefined;
  /** Called when the server listens. Default: prints the address. */
  onListen?: ((address: Deno.NetAddr) => void) | undefined;
  /** Whether other processes may listen on the same port. Default: `false`. */
  reusePort?: boolean | undefined;
  /** The maximum number of connections that wait to be accepted. Default: 511. */
  tcpBacklog?: number | undefined;
  /** Whether responses are compressed. Default: `compress` of `next.config`. */
  automaticCompression?: boolean | undefined;
  /** The TLS certificate, in PEM. */
  cert?: string | undefined;
  /** The TLS private key, in PEM. */
  key?: string | undefined;
  /** How long a stop waits for requests in flight, in milliseconds. Default: 5,000. */
  grace?: number | undefined;
}

/**
 * Serves an app until it is shut down or a signal stops it.
 *
 * @param app The app; it is closed when the server has stopped.
 * @param options Its options.
 */
export function serveApp(app: ServedApp, options: ListenOptions): RouteServer {
  const draining = createDraining(app);
  const listener = listen(toServeOptions(options, app), draining.fetch, (text) => writeLog("warn", text));
  const stopped = Promise.withResolvers<void>();
  let stopping: Promise<void> | undefined;
  const stop = (lingers: boolean) =>
    stopping ??= stopInOrder(draining, app, listener.close, { grace: options.grace ?? GRACE_MS, lingers })
      .finally(app.close).finally(stopped.resolve);
  const shutdown = () => stop(false);
  // SIGTERM usually comes from an orchestrator, whose clients get time to close their connections; after Ctrl-C a
  // person waits for the prompt.
  const release = guardProcess((signal) => stop(signal === "SIGTERM"));
  const finished = Promise.race([listener.finished, stopped.promise]).then(() => stopping ?? app.drain())
    .finally(release).finally(app.close);
  if (options.signal?.aborted) shutdown();
  return {
    addr: listener.addr,
    finished,
    get routes() {
      return listRoutes(app.routes);
    },
    shutdown,
    [Symbol.asyncDispose]: shutdown,
  };
}

/** Returns the options of `Deno.serve`, without those that are not set. */
function toServeOptions(options: ListenOptions, { compress = false }: ServedApp): Deno.ServeTcpOptions {
  const { port, hostname, signal, onListen, reusePort, tcpBacklog, cert, key } = options;
  const automaticCompression = options.automaticCompression ?? compress;
  const all = { port, hostname, signal, onListen, reusePort, tcpBacklog, cert, key, automaticCompression, onError };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

/** Only failed or canceled streams reach the server; the handler has reported them already, or caused them. */
function onError(): Response {
  return new Response(null, { status: 500 });
}
