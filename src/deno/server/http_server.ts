/**
 * A handler behind `Deno.serve`, with an orderly stop.
 *
 * @module
 */

import { listen } from "./lasting_listener.ts";
import { type App, listRoutes, type RouteInfo } from "./app.ts";
import { createDraining, GRACE_MS, stopInOrder, type Stoppable } from "./orderly_stop.ts";
import { guardProcess } from "../process/process_guard.ts";
import type { Fetch } from "./request_log.ts";
import { writeLog } from "../../log/log.ts";

/** A server that listens. */
export interface RouteServer extends AsyncDisposable {
  /** The address that it listens on. */
  readonly addr: Deno.NetAddr;
  /** Settles when it has stopped. */
  readonly finished: Promise<void>;
  /** The routes, sorted by id. */
  readonly routes: readonly RouteInfo[];
  /** Stops: no new connection, what is in flight ends, what was promised for after a response runs; at most `grace` ms. */
  shutdown(): Promise<void>;
}

/** What a server needs of an app. */
export interface ServedApp extends Stoppable {
  readonly fetch: Fetch;
  readonly routes: App["routes"];
  readonly close: () => Promise<void>;
  /** Whether responses are compressed, unless the options say otherwise. */
  readonly compress?: boolean;
}

/** How a server listens: the options of `Deno.serve`, and how long a stop waits. */
export interface ListenOptions {
  /** The port; 0 for a free one. Default: 8000. */
  port?: number | undefined;
  /** The address. Default: `0.0.0.0`. */
  hostname?: string | undefined;
  /** Stops the server when it aborts. */
  signal?: AbortSignal | undefined;
  /** Called when the server listens. Default: prints the address. */
  onListen?: ((address: Deno.NetAddr) => void) | undefined;
  /** Whether other processes may listen on the same port. Default: no. */
  reusePort?: boolean | undefined;
  /** How many connections may wait to be accepted. Default: 511. */
  tcpBacklog?: number | undefined;
  /** Whether responses are compressed. Default: as `compress` of `next.config` says. */
  automaticCompression?: boolean | undefined;
  /** The certificate of TLS, in PEM. */
  cert?: string | undefined;
  /** The private key of TLS, in PEM. */
  key?: string | undefined;
  /** How long a stop waits for what is in flight, in milliseconds. Default: 5,000. */
  grace?: number | undefined;
}

/**
 * Serves an app until a signal comes or it is shut down.
 *
 * @param app The app; it is closed when the server has stopped.
 * @param options How it is served.
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
  // SIGTERM comes from what has other clients' connections in hand; who presses Ctrl-C waits for the prompt.
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

/** The options of `Deno.serve`, without those that are not set. */
function toServeOptions(options: ListenOptions, { compress = false }: ServedApp): Deno.ServeTcpOptions {
  const { port, hostname, signal, onListen, reusePort, tcpBacklog, cert, key } = options;
  const automaticCompression = options.automaticCompression ?? compress;
  const all = { port, hostname, signal, onListen, reusePort, tcpBacklog, cert, key, automaticCompression, onError };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

/** Only broken or cut streams reach the server; the handler has reported them already, or caused them. */
function onError(): Response {
  return new Response(null, { status: 500 });
}
