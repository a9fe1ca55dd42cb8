/**
 * Finds free ports, and explains why listening fails.
 *
 * @module
 */

import { getErrorMessage } from "../../log/error_text.ts";
import { writeLog } from "../../log/log.ts";
import { createCertificateError } from "./tls.ts";

/** An address that a server listens on. */
export interface ServerAddress {
  readonly hostname: string;
  readonly port: number;
}

/** What a server was to listen on: an address, with or without TLS, or the path of a Unix socket. */
export type ListenTarget = (ServerAddress & { readonly cert?: string | undefined }) | { readonly path: string };

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
 * @param cause The error of Deno; one about permissions already says how to fix it.
 * @param target What the server was to listen on.
 */
export function createListenError(cause: unknown, target: ListenTarget): unknown {
  if (cause instanceof Deno.errors.NotCapable) return cause;
  if ("path" in target) return createSocketError(cause, target.path);
  const { hostname, port, cert } = target;
  if (cause instanceof Deno.errors.AddrInUse) {
    const message = `Cannot listen on port ${port}: it is in use, choose another port (--port)`;
    return new Deno.errors.AddrInUse(message, { cause });
  }
  if (cause instanceof Deno.errors.PermissionDenied) {
    const message = `Cannot listen on port ${port}: ${describePortPermission(port)}`;
    return new Deno.errors.PermissionDenied(message, { cause });
  }
  if (cause instanceof Deno.errors.AddrNotAvailable || isUnresolved(cause)) {
    const state = isUnresolved(cause) ? "no address is known for this name" : "this machine has no such address";
    const message = `Cannot listen on "${hostname}": ${state}, choose another host name (--hostname)`;
    return new Deno.errors.AddrNotAvailable(message, { cause });
  }
  if (cert !== undefined) return createCertificateError(cause);
  if (cause instanceof TypeError) return cause;
  return new Error(`Cannot listen on "${hostname}", port ${port}: ${getErrorMessage(cause)}`, { cause });
}

/** By default only root may listen on ports below 1024. */
function describePortPermission(port: number): string {
  if (port >= 1024) return "the system does not permit it, choose another port (--port)";
  return "the system reserves ports below 1024, choose a port from 1024 (--port) behind a proxy, " +
    "or give the process the capability CAP_NET_BIND_SERVICE";
}

/** Whether a host name is invalid or has no address. */
function isUnresolved(cause: unknown): boolean {
  return cause instanceof URIError || /failed to lookup address|No address associated/.test(getErrorMessage(cause));
}

function createSocketError(cause: unknown, path: string): Error {
  const state = cause instanceof Deno.errors.NotFound
    ? "its folder does not exist, create it"
    : cause instanceof Deno.errors.PermissionDenied
    ? "this user may not write to its folder, change the owner of the folder"
    : cause instanceof TypeError
    ? "the path of a socket has at most 107 bytes, shorten it"
    : getErrorMessage(cause);
  return new Error(`Cannot listen on "${path}": ${state} or choose another path (--unix)`, { cause });
}

/**
 * Returns what a client opens: the URL of a server, or the path of its socket as `unix:/run/app.sock`.
 *
 * @param address The address that the server listens on.
 * @param scheme The scheme. Default: `http`.
 */
export function getServerUrl(address: ServerAddress | Deno.UnixAddr, scheme: "http" | "https" = "http"): string {
  if ("path" in address) return `unix:${address.path}`;
  const { hostname, port } = address;
  if (hostname === "0.0.0.0" || hostname === "::") return `${scheme}://localhost:${port}/`;
  return hostname.includes(":") ? `${scheme}://[${hostname}]:${port}/` : `${scheme}://${hostname}:${port}/`;
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
