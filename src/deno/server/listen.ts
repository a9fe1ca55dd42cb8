/**
 * Finds free ports, and explains why listening fails.
 *
 * @module
 */

import { writeLog } from "../../log/log.ts";

/** An address that a server listens on. */
export interface ServerAddress {
  readonly hostname: string;
  readonly port: number;
}

/**
 * Finds a free port.
 *
 * @param hostname The address to listen on.
 * @param first The port; 0 for any.
 * @param others How many ports to try after it. Default: 0.
 * @throws {Deno.errors.AddrInUse} If all are in use.
 */
export function findFreePort(hostname: string, first: number, others = 0): number {
  for (let port = first;; port++) {
    try {
      using listener = Deno.listen({ hostname, port });
      const { port: free } = listener.addr as Deno.NetAddr;
      if (port !== first) writeLog("warn", `Port ${first} is in use, using ${free}`);
      return free;
    } catch (cause) {
      if (cause instanceof Deno.errors.AddrInUse && port < first + others) continue;
      throw createListenError(cause, { hostname, port });
    }
  }
}

/**
 * Creates the error to throw instead of Deno's.
 *
 * @param cause Deno's error; one about permissions already says how to fix it.
 * @param address The address.
 */
export function createListenError(cause: unknown, { hostname, port }: ServerAddress): unknown {
  if (cause instanceof Deno.errors.NotCapable || cause instanceof TypeError) return cause;
  if (cause instanceof Deno.errors.AddrInUse) {
    const message = `Cannot listen on port ${port}: it is in use, choose another port (--port)`;
    return new Deno.errors.AddrInUse(message, { cause });
  }
  if (cause instanceof Deno.errors.PermissionDenied) {
    const message = `Cannot listen on port ${port}: the system does not permit it, choose a port from 1024 (--port)`;
    return new Deno.errors.PermissionDenied(message, { cause });
  }
  const state = cause instanceof Deno.errors.AddrNotAvailable ? "this machine has no such address" : `${cause}`;
  const message = `Cannot listen on "${hostname}": ${state}, choose another host name (--hostname)`;
  return new Deno.errors.AddrNotAvailable(message, { cause });
}

/** Returns the URL to open for an address that a server listens on. */
export function getServerUrl({ hostname, port }: ServerAddress): string {
  if (hostname === "0.0.0.0" || hostname === "::") return `http://localhost:${port}/`;
  return hostname.includes(":") ? `http://[${hostname}]:${port}/` : `http://${hostname}:${port}/`;
}

/**
 * Sends a request to a server on this machine, ignoring the HTTP proxy of the environment.
 *
 * @param address The address that the server listens on.
 * @param path The path, with a leading `/`.
 * @param init The request.
 * @param read Reads the response, after which the connection is closed.
 */
export async function askServer<T>(
  address: ServerAddress,
  path: string,
  init: RequestInit,
  read: (response: Response) => Promise<T>,
): Promise<T> {
  const { port } = address;
  const hostname = { "0.0.0.0": "127.0.0.1", "::": "::1" }[address.hostname] ?? address.hostname;
  using client = Deno.createHttpClient({ proxy: { transport: "tcp", hostname, port } });
  return await read(await fetch(getServerUrl(address).replace(/\/$/, "") + path, { ...init, client }));
}
