/**
 * A port to listen on, found before the process listens that is going to.
 *
 * @module
 */

import { listenError } from "./listen_error.ts";
import { writeLog } from "../../log/log.ts";

/**
 * Finds a port.
 *
 * @param hostname The address to listen on.
 * @param first The port; 0 for any.
 * @param others How many ports are tried after it.
 * @throws {Deno.errors.AddrInUse} If all are in use.
 */
export function freePort(hostname: string, first: number, others = 0): number {
  for (let port = first;; port++) {
    try {
      using listener = Deno.listen({ hostname, port });
      const { port: free } = listener.addr as Deno.NetAddr;
      if (port !== first) writeLog("warn", `Port ${first} is in use, so it is ${free}`);
      return free;
    } catch (cause) {
      if (cause instanceof Deno.errors.AddrInUse && port < first + others) continue;
      throw listenError(cause, { hostname, port });
    }
  }
}
