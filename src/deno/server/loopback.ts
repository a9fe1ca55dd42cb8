/**
 * Asking a server of this machine, whatever proxy the environment names.
 *
 * @module
 */

import { urlOf } from "./banner.ts";

/** Where a server listens. */
export interface ServerAddress {
  readonly hostname: string;
  readonly port: number;
}

/**
 * Sends a request to a server of this machine.
 *
 * @param address Where it listens.
 * @param path The path, with `/` at its beginning.
 * @param init The request.
 * @param read Reads the response; the connection is closed then.
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
  return await read(await fetch(urlOf(address).replace(/\/$/, "") + path, { ...init, client }));
}
