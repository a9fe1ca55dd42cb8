/**
 * Where a server listens, by its flags: a port or a Unix socket, with or without TLS.
 *
 * @module
 */

import { type Flags, type FlagValues, UsageError } from "../process/arguments.ts";
import { getSetting, readFileMode, readPort } from "./flag_values.ts";
import type { ListenOptions, UnixListenOptions } from "./http_server.ts";
import { readCertificate } from "./tls.ts";

/** Where a server listens. */
export interface Endpoint {
  /** The port to listen on, 0 for a free one. */
  readonly port: number | undefined;
  /** The address to listen on. */
  readonly hostname: string | undefined;
  /** The path of the Unix socket to listen on instead of a port. */
  readonly unix: string | undefined;
  /** The permissions of the socket. */
  readonly unixMode: number | undefined;
  /** The file with the certificate chain of TLS. */
  readonly tlsCert: string | undefined;
  /** The file with its private key. */
  readonly tlsKey: string | undefined;
}

/** The flags that say where a server listens. */
export const ENDPOINT_FLAGS = {
  port: { short: "p", value: "N", help: "The port to listen on.", env: "PORT", default: "8000" },
  hostname: { short: "H", value: "HOST", help: "The address to listen on.", env: "HOSTNAME", default: "0.0.0.0" },
  unix: { value: "PATH", help: "Listen on a Unix socket instead of a port.", env: "UNIX_SOCKET" },
  "unix-mode": { value: "MODE", help: "The permissions of the socket.", default: "660" },
  "tls-cert": { value: "FILE", help: "Serve HTTPS with the certificate chain in this PEM file.", env: "TLS_CERT" },
  "tls-key": { value: "FILE", help: "The PEM file with the private key of the certificate.", env: "TLS_KEY" },
} as const satisfies Flags;

/** The values of {@linkcode ENDPOINT_FLAGS}. */
export type EndpointFlagValues = FlagValues<typeof ENDPOINT_FLAGS>;

/**
 * Reads where a server listens. A port that is given as a flag overrides a socket of the environment.
 *
 * @param values The parsed values.
 * @throws {UsageError} If a value is invalid, or two of them contradict each other.
 */
export function readEndpoint(values: EndpointFlagValues): Endpoint {
  const getText = (name: keyof EndpointFlagValues) => getSetting(ENDPOINT_FLAGS, values, name)?.text;
  const hasPort = values.port !== undefined || values.hostname !== undefined;
  if (hasPort && values.unix !== undefined) {
    throw new UsageError("Cannot listen on a port and on a Unix socket: leave out --unix, or --port and --hostname");
  }
  const unix = hasPort ? undefined : getText("unix");
  const tlsCert = getText("tls-cert"), tlsKey = getText("tls-key");
  if ((tlsCert === undefined) !== (tlsKey === undefined)) {
    const missing = tlsCert === undefined ? "the certificate (--tls-cert, TLS_CERT)" : "the key (--tls-key, TLS_KEY)";
    throw new UsageError(`Cannot serve HTTPS: ${missing} is missing`);
  }
  if (unix !== undefined && tlsCert !== undefined) {
    throw new UsageError("Cannot serve HTTPS on a Unix socket: leave out --tls-cert and --tls-key, or --unix");
  }
  return {
    port: readPort(getSetting(ENDPOINT_FLAGS, values, "port")),
    hostname: getText("hostname"),
    unix,
    unixMode: readFileMode(getSetting(ENDPOINT_FLAGS, values, "unix-mode")),
    tlsCert,
    tlsKey,
  };
}

/**
 * Converts an endpoint to the options of a server.
 *
 * @throws {Error} If a file of TLS cannot be read; the message says how to fix it.
 */
export async function toListenOptions(endpoint: Endpoint): Promise<ListenOptions | UnixListenOptions> {
  const { port, hostname, unix, unixMode, tlsCert, tlsKey } = endpoint;
  if (unix !== undefined) return { path: unix, mode: unixMode };
  if (tlsCert === undefined || tlsKey === undefined) return { port, hostname };
  return { port, hostname, ...await readCertificate({ cert: tlsCert, key: tlsKey }) };
}
