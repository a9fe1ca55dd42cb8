/**
 * A listener that recovers when the system temporarily refuses connections.
 *
 * @module
 */

import { delay } from "@std/async/delay";
import { getErrorMessage } from "../../log/error_text.ts";
import { createListenError } from "./listen.ts";
import type { Fetch } from "./request_log.ts";

/** How long to wait before listening again, and how long it must then work to count as recovered. */
const PAUSE_MS = 100, PROVEN_MS = 1000;

/** A running listener. */
export interface Listener {
  /** The address. */
  readonly addr: Deno.NetAddr;
  /** Settles when it has stopped. */
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
export function listen(options: Deno.ServeTcpOptions, fetch: Fetch, warn: (text: string) => void): Listener {
  const { port = 8000, hostname = "0.0.0.0" } = options;
  let server: Deno.HttpServer<Deno.NetAddr>;
  try {
    server = Deno.serve(options, fetch);
  } catch (cause) {
    throw createListenError(cause, { port, hostname });
  }
  const { addr } = server;
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
        server = Deno.serve({ ...options, port: addr.port, onListen() {} }, fetch);
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
      await server.shutdown();
    },
  };
}

function getReason(error: unknown): string {
  return getErrorMessage(error).replace(/^Error: /, "");
}
