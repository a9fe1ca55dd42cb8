/**
 * A listener that recovers when the system temporarily refuses connections.
 *
 * @module
 */

import { delay } from "@std/async/delay";
import { getErrorMessage } from "../../log/error_text.ts";
import { createListenError } from "./listen.ts";
import type { Fetch } from "./request_watch.ts";
import { openSocketFile, type SocketFile } from "./unix_socket.ts";

/** How long to wait before listening again, and how long it must then work to count as recovered. */
const PAUSE_MS = 100, PROVEN_MS = 1000;

/** The options of `Deno.serve` for a Unix socket, and the permissions of the socket. */
export interface UnixOptions extends Deno.ServeUnixOptions {
  readonly mode?: number;
}

/** The options of a listener: those of `Deno.serve`. */
export type LastingOptions = (Deno.ServeTcpOptions & { readonly cert?: string; readonly key?: string }) | UnixOptions;

/** Where a server listens. */
export type ListenAddress = Deno.NetAddr | Deno.UnixAddr;

/** What listens. */
export interface Listener<Address extends ListenAddress = ListenAddress> {
  /** Where. */
  readonly addr: Address;
  /** Settles when it has stopped for good. */
  readonly finished: Promise<void>;
  /** Stops it, and settles when the responses in flight are sent. */
  close(): Promise<void>;
}

/**
 * Listens until it is closed. If a connection cannot be accepted, for example because the process is out of file
 * descriptors, Deno stops the server. Accepted connections continue, and this function listens again.
 *
 * @param options The options of `Deno.serve`.
 * @param fetch Answers requests.
 * @param warn Logs, once each, that connections are refused, and that they are accepted again.
 * @throws {Deno.errors.AddrInUse} If the port is in use.
 */
export function listen(
  options: Deno.ServeTcpOptions,
  fetch: Fetch,
  warn: (text: string) => void,
): Listener<Deno.NetAddr>;
export function listen(options: LastingOptions, fetch: Fetch, warn: (text: string) => void): Listener;
export function listen(options: LastingOptions, fetch: Fetch, warn: (text: string) => void): Listener {
  let { server, socket } = open(options, fetch);
  const { addr } = server;
  const again = "path" in addr ? options : { ...options, port: addr.port };
  const stopped = new AbortController();

  async function keep(): Promise<void> {
    for (let isWarned = false;;) {
      try {
        await server.finished;
        return;
      } catch (error) {
        if (stopped.signal.aborted) return;
        if (!isWarned) {
          warn(`Cannot accept connections: ${getReason(error)}; they are accepted again when that is over`);
        }
        isWarned = true;
      }
      await listenAgain();
      const holds = await Promise.race([
        server.finished.then(() => true, () => false),
        wait(PROVEN_MS).then(() => true),
      ]);
      if (!holds || stopped.signal.aborted) continue;
      warn("Connections are accepted again");
      isWarned = false;
    }
  }

  async function listenAgain(): Promise<void> {
    while (!stopped.signal.aborted) {
      await wait(PAUSE_MS);
      try {
        socket?.remove();
        ({ server, socket } = open({ ...again, onListen() {} }, fetch));
        return;
      } catch {
        // The system still refuses; try again.
      }
    }
  }

  const wait = (ms: number) => delay(ms, { signal: stopped.signal }).catch(() => {});

  return {
    addr,
    finished: keep(),
    async close() {
      stopped.abort();
      socket?.remove();
      await server.shutdown();
    },
  };
}

interface OpenServer {
  readonly server: Deno.HttpServer<ListenAddress>;
  readonly socket: SocketFile | undefined;
}

function open(options: LastingOptions, fetch: Fetch): OpenServer {
  try {
    return "path" in options ? openSocket(options, fetch) : { server: Deno.serve(options, fetch), socket: undefined };
  } catch (cause) {
    throw createListenError(cause, "path" in options ? options : { hostname: "0.0.0.0", port: 8000, ...options });
  }
}

function openSocket(options: UnixOptions, fetch: Fetch): OpenServer {
  const server = Deno.serve(options, fetch);
  try {
    return { server, socket: openSocketFile(options.path, options.mode) };
  } catch (error) {
    server.shutdown();
    throw error;
  }
}

function getReason(error: unknown): string {
  return getErrorMessage(error).replace(/^Error: /, "");
}
