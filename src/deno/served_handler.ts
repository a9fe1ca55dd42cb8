/**
 * A handler behind `Deno.serve`, with an orderly stop.
 *
 * @module
 */

import { listenError } from "./listen_error.ts";
import { listRoutes, type OpenedHandler, type RouteInfo } from "./opened_handler.ts";
import { guardProcess } from "./process_guard.ts";
import type { Fetch } from "./request_log.ts";

/** A server that listens. */
export interface RouteServer extends AsyncDisposable {
  /** Where it listens. */
  readonly addr: Deno.NetAddr;
  /** Settles when it has stopped. */
  readonly finished: Promise<void>;
  /** The routes, sorted by id. */
  readonly routes: readonly RouteInfo[];
  /** Stops: no new connection, what is in flight ends, what was promised for after a response runs; at most 5 s. */
  shutdown(): Promise<void>;
}

/** How long a stop waits for what is in flight, in milliseconds. */
const GRACE = 5000;

/** What a server needs of a handler. */
export type ServedHandler = Pick<OpenedHandler, "routes" | "drain" | "cut" | "close"> & {
  readonly fetch: Fetch;
  /** How long a stop leaves streams alone, in milliseconds. Default: nearly as long as it waits at all. */
  readonly cutsAfter?: number;
};

/**
 * Serves a handler, until it is told to stop or a signal comes.
 *
 * @param handler The handler; it is closed when the server has stopped.
 * @param options Those of `Deno.serve`.
 */
export function serveHandler(
  handler: ServedHandler,
  options: Omit<Deno.ServeTcpOptions, "onError"> & { readonly onError?: unknown },
): RouteServer {
  const server = listen({ ...options, onError }, handler.fetch);
  const stopped = Promise.withResolvers<void>();
  let stopping: Promise<void> | undefined;
  const shutdown = () => stopping ??= stopServer(server, handler).finally(handler.close).finally(stopped.resolve);
  const release = guardProcess(shutdown);
  const finished = Promise.race([server.finished, stopped.promise]).then(() => stopping ?? handler.drain())
    .finally(release).finally(handler.close);
  if (options.signal?.aborted) shutdown();
  return {
    addr: server.addr,
    finished,
    get routes() {
      return listRoutes(handler);
    },
    shutdown,
    [Symbol.asyncDispose]: shutdown,
  };
}

function listen(options: Deno.ServeTcpOptions, fetch: Fetch): Deno.HttpServer<Deno.NetAddr> {
  const { port = 8000, hostname = "0.0.0.0" } = options;
  try {
    return Deno.serve(options, fetch);
  } catch (cause) {
    throw listenError(cause, { port, hostname });
  }
}

/** What reaches the server is a stream that broke or was cut; the handler has told of it already, or knows why. */
function onError(): Response {
  return new Response(null, { status: 500 });
}

/**
 * Waits for what is in flight and what it promised for later. An endless stream is cut when most of the time is over, so
 * that its `after()` still runs; for a handler that never returns nobody waits longer.
 */
async function stopServer(server: Deno.HttpServer, handler: ServedHandler): Promise<void> {
  const cut = setTimeout(handler.cut, handler.cutsAfter ?? GRACE - 500);
  const late = Promise.withResolvers<void>();
  const limit = setTimeout(late.resolve, GRACE);
  try {
    await Promise.race([server.shutdown().then(handler.drain), late.promise]);
  } finally {
    clearTimeout(cut);
    clearTimeout(limit);
  }
}
