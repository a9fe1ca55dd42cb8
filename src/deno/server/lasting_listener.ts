/**
 * A listener that goes on when the system refuses connections for a while.
 *
 * @module
 */

import { delay } from "@std/async/delay";
import { getErrorMessage } from "../../log/error_text.ts";
import { createListenError } from "./listen.ts";
import type { Fetch } from "./request_log.ts";

/** How long to wait before listening again, and until that is a success, in milliseconds. */
const PAUSE_MS = 100, PROVEN_MS = 1000;

/** What listens. */
export interface Listener {
  /** Where. */
  readonly addr: Deno.NetAddr;
  /** Settles when it has stopped for good. */
  readonly finished: Promise<void>;
  /** Stops it; settles when the responses in flight are sent. */
  close(): Promise<void>;
}

/**
 * Listens until it is closed. Deno ends a server that cannot accept a connection, as when the process is out of file
 * descriptors; what it has accepted goes on, and it listens again.
 *
 * @param options Those of `Deno.serve`.
 * @param fetch Answers requests.
 * @param warn Prints that connections are refused, once, and that they are accepted again.
 * @throws {Deno.errors.AddrInUse} If the port is taken.
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
        // The system has none to give yet.
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
