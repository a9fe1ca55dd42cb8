/**
 * Serves an app with `Deno.serve`, and stops it gracefully.
 *
 * @module
 */

import { getServerUrl } from "./listen.ts";
import { type LastingOptions, listen, type ListenAddress } from "./lasting_listener.ts";
import { type App, listRoutes, type RouteInfo } from "./app.ts";
import type { Crons } from "./crons.ts";
import { createHealthCheck, HEALTH_PATH } from "./health.ts";
import { type Metrics, METRICS_PATH } from "./metrics.ts";
import { checkOperatorPath, type OperatorPath, withOperatorPaths } from "./operator_paths.ts";
import { createDraining, type Draining, GRACE_MS, stopInOrder, type Stoppable } from "./orderly_stop.ts";
import { guardProcess } from "../process/process_guard.ts";
import type { Fetch } from "./request_watch.ts";
import { writeLog } from "../../log/log.ts";
import { removeStaleSocket } from "./unix_socket.ts";

/** A running server. */
export interface RouteServer<Address extends ListenAddress = Deno.NetAddr> extends AsyncDisposable {
  /** The address that it listens on. */
  readonly addr: Address;
  /** The URL to open, `https://localhost:8443/`; for a Unix socket its path, `unix:/run/app.sock`. */
  readonly url: string;
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
  /** Returns the version of the project, if it has one. */
  readonly getVersion?: () => string | undefined;
  /** Whether the last call of the cache store was a success. Default: yes. */
  readonly isCacheAvailable?: () => boolean;
  /** What is measured, if it is. */
  readonly metrics?: Metrics | undefined;
  /** The scheduled requests, which stop with the server. */
  readonly crons?: Pick<Crons, "stop"> | undefined;
}

/** How a server runs, wherever it listens. */
export interface RunOptions {
  /** Stops the server when it aborts. */
  signal?: AbortSignal | undefined;
  /** Whether responses are compressed. Default: as `compress` of `next.config` says. */
  automaticCompression?: boolean | undefined;
  /** How long a stop waits for what is in flight, in milliseconds. Default: 5,000. */
  grace?: number | undefined;
  /**
   * How long the server keeps listening after SIGTERM, before `grace` begins, in milliseconds. Meanwhile health checks
   * get 503, and every response asks the client to close its connection. Set it to more than the interval of the health
   * checks, so that a load balancer stops sending requests before connections are refused. Default: 500, as a part of
   * `grace`.
   */
  linger?: number | undefined;
  /**
   * The path of health checks; `true` for `/_health`. They are answered with 200 and the version, the uptime and the state
   * of the cache as JSON, and with 503 from the signal to stop on. Default: none.
   */
  health?: boolean | string | undefined;
  /** The path of metrics in the text format of OpenMetrics; `true` for `/_metrics`. Default: none. */
  metrics?: boolean | string | undefined;
}

/** How a server listens on a port: the options of `Deno.serve`, and how it runs. */
export interface ListenOptions extends RunOptions {
  /** The port; 0 for a free one. Default: 8000. */
  port?: number | undefined;
  /** The address. Default: `0.0.0.0`. */
  hostname?: string | undefined;
  /** Called when the server listens. Default: prints the address. */
  onListen?: ((address: Deno.NetAddr) => void) | undefined;
  /** Whether other processes may listen on the same port. Default: `false`. */
  reusePort?: boolean | undefined;
  /** The maximum number of connections that wait to be accepted. Default: 511. */
  tcpBacklog?: number | undefined;
  /** The certificate chain of TLS, in PEM. With it the server speaks HTTP/2 and HTTP/1.1. */
  cert?: string | undefined;
  /** The TLS private key, in PEM. */
  key?: string | undefined;
}

/** How a server listens on a Unix socket. */
export interface UnixListenOptions extends RunOptions {
  /** The path of the socket. The file of a server that is gone is removed, and its own when it stops. */
  path: string;
  /** The permissions of the socket. Default: `0o660`. */
  mode?: number | undefined;
  /** Called when the server listens. Default: prints the path. */
  onListen?: ((address: Deno.UnixAddr) => void) | undefined;
}

/**
 * Serves an app until it is shut down or a signal stops it.
 *
 * @param app The app; it is closed when the server has stopped.
 * @param options Its options.
 */
export function serveApp(app: ServedApp, options: ListenOptions): Promise<RouteServer>;
export function serveApp(
  app: ServedApp,
  options: ListenOptions | UnixListenOptions,
): Promise<RouteServer<ListenAddress>>;
export async function serveApp(
  app: ServedApp,
  options: ListenOptions | UnixListenOptions,
): Promise<RouteServer<ListenAddress>> {
  if ("path" in options) await removeStaleSocket(options.path);
  const draining = createDraining(app);
  const fetch = withOperatorPaths(getOperatorPaths(app, draining, options), draining.fetch, app.routes);
  const listener = listen(toServeOptions(options, app), fetch, (text) => writeLog("warn", text));
  const stopped = Promise.withResolvers<void>();
  let stopping: Promise<void> | undefined;
  const drain = async () => {
    await app.crons?.stop();
    await app.drain();
  };
  const stop = (lingers: boolean) => {
    // First of all, so that other processes make the next scheduled requests.
    app.crons?.stop();
    return stopping ??= stopInOrder(draining, { ...app, drain }, listener.close, {
      grace: options.grace ?? GRACE_MS,
      linger: options.linger,
      lingers,
    }).finally(app.close).finally(stopped.resolve);
  };
  const shutdown = () => stop(false);
  // SIGTERM usually comes from an orchestrator, whose clients get time to close their connections; after Ctrl-C a
  // person waits for the prompt.
  const release = guardProcess((signal) => stop(signal === "SIGTERM"));
  const finished = Promise.race([listener.finished, stopped.promise]).then(() => stopping ?? drain())
    .finally(release).finally(app.close);
  if (options.signal?.aborted) shutdown();
  return {
    addr: listener.addr,
    url: getServerUrl(listener.addr, "cert" in options && options.cert !== undefined ? "https" : "http"),
    finished,
    get routes() {
      return listRoutes(app.routes);
    },
    shutdown,
    [Symbol.asyncDispose]: shutdown,
  };
}

function getOperatorPaths(app: ServedApp, { isStopping }: Draining, options: RunOptions): readonly OperatorPath[] {
  const paths: OperatorPath[] = [];
  const add = (name: "health" | "metrics", defaultPath: string, answer: () => Response) => {
    const chosen = options[name];
    const path = typeof chosen === "string" ? checkOperatorPath(chosen, `--${name}`) : defaultPath;
    paths.push({ name, path, answer });
  };
  const { getVersion, isCacheAvailable = () => true, metrics } = app;
  if ((options.health ?? false) !== false) {
    add("health", HEALTH_PATH, createHealthCheck({ version: getVersion?.(), isStopping, isCacheAvailable }));
  }
  if (metrics !== undefined) add("metrics", METRICS_PATH, metrics.answer);
  return paths;
}

/** The options that `Deno.serve` takes, besides those that depend on the app. */
const SERVE_OPTIONS: ReadonlySet<string> = new Set<keyof ListenOptions | keyof UnixListenOptions>([
  ...(["port", "hostname", "reusePort", "tcpBacklog", "cert", "key", "path", "mode", "signal", "onListen"] as const),
]);

/** The options of a listener, without those that are not set. */
function toServeOptions(options: ListenOptions | UnixListenOptions, { compress = false }: ServedApp): LastingOptions {
  const given = Object.entries(options).filter(([name, value]) => SERVE_OPTIONS.has(name) && value !== undefined);
  const { automaticCompression = compress } = options;
  return { ...Object.fromEntries(given), automaticCompression, onError };
}

/** Only failed or canceled streams reach the server; the handler has reported them already, or caused them. */
function onError(): Response {
  return new Response(null, { status: 500 });
}
