/**
 * A handler behind `Deno.serve`, with an orderly stop.
 *
 * @module
 */

import { listen } from "./lasting_listener.ts";
import { listRoutes, type OpenedHandler, type RouteInfo } from "./app.ts";
import { createDraining, GRACE_MS, stopInOrder, type Stoppable } from "./orderly_stop.ts";
import { guardProcess } from "../process/process_guard.ts";
import type { Fetch } from "./request_log.ts";
import { writeLog } from "../../log/log.ts";

/** A server that listens. */
export interface RouteServer extends AsyncDisposable {
  /** Where it listens. */
  readonly addr: Deno.NetAddr;
  /** Settles when it has stopped. */
  readonly finished: Promise<void>;
  /** The routes, sorted by id. */
  readonly routes: readonly RouteInfo[];
  /** Stops: no new connection, what is in flight ends, what was promised for after a response runs; at most `grace` ms. */
  shutdown(): Promise<void>;
}

/** What a server needs of a handler. */
export type ServedHandler = Pick<OpenedHandler, "routes" | "close"> & Stoppable & { readonly fetch: Fetch };

/** How a handler is served: options of `Deno.serve`, and how long a stop waits. */
export type ServeHandlerOptions = Omit<Deno.ServeTcpOptions, "onError"> & {
  readonly onError?: unknown;
  /** How long a stop waits for what is in flight, in milliseconds. Default: 5,000. */
  readonly grace?: number | undefined;
};

/**
 * Serves a handler, until it is told to stop or a signal comes.
 *
 * @param handler The handler; it is closed when the server has stopped.
 * @param options How it is served.
 */
export function serveHandler(
  handler: ServedHandler,
  { grace = GRACE_MS, ...options }: ServeHandlerOptions,
): RouteServer {
  const draining = createDraining(handler);
  const listener = listen({ ...options, onError }, draining.fetch, (text) => writeLog("warn", text));
  const stopped = Promise.withResolvers<void>();
  let stopping: Promise<void> | undefined;
  const stop = (lingers: boolean) =>
    stopping ??= stopInOrder(draining, handler, listener.close, { grace, lingers })
      .finally(handler.close).finally(stopped.resolve);
  const shutdown = () => stop(false);
  // SIGTERM comes from what has other clients' connections in hand; who presses Ctrl-C waits for the prompt.
  const release = guardProcess((signal) => stop(signal === "SIGTERM"));
  const finished = Promise.race([listener.finished, stopped.promise]).then(() => stopping ?? handler.drain())
    .finally(release).finally(handler.close);
  if (options.signal?.aborted) shutdown();
  return {
    addr: listener.addr,
    finished,
    get routes() {
      return listRoutes(handler);
    },
    shutdown,
    [Symbol.asyncDispose]: shutdown,
  };
}

/** What reaches the server is a stream that broke or was cut; the handler has told of it already, or knows why. */
function onError(): Response {
  return new Response(null, { status: 500 });
}
