/**
 * The address of the client, as far as it can be trusted.
 *
 * @module
 */

import { BlockList, isIP } from "node:net";
import { parseAddress } from "../http/ip_address.ts";
import { getScope } from "../scope/current_scope.ts";

/** Options of {@linkcode clientAddress}. */
export interface ClientAddressOptions {
  /**
   * The addresses of the proxies in front of the server, each an address or a network: `"10.0.0.0/8"`, `"::1"`; `"unix"`
   * for a proxy that connects to a Unix socket. Only what they append to `X-Forwarded-For` is used. Default: none.
   */
  proxies?: readonly string[];
}

/** The number of addresses of `X-Forwarded-For` that are read, from its end. */
const MAX_HOPS = 32;

/** The key of requests without a connection, as in a test. */
const IN_PROCESS = "in process";
/** The proxy that connects to a Unix socket, which has no address. */
const UNIX = "unix";

/**
 * Creates a function that returns the address of the client: an IPv4 address, or the `/64` network of an IPv6 address,
 * because that is what one client has.
 *
 * It is the other end of the connection. If that is one of `proxies`, it is the last address of `X-Forwarded-For` that
 * is not: each proxy appends the address it sees, so what a client writes into the header stands further to the left,
 * where nothing is read. Requests without a connection, as in a test, all have the same address.
 *
 * @param options The proxies in front of the server.
 * @returns The function. It throws a `TypeError` on a server that does not expose the connection, such as Next.js, and on
 * a Unix socket without `"unix"` in `proxies`.
 * @throws {TypeError} If a proxy is not an address or a network.
 *
 * @example
 * ```ts
 * import { clientAddress, rateLimit } from "@x/routes/middleware";
 *
 * const limit = rateLimit({ limit: 100, window: 60, key: clientAddress({ proxies: ["10.0.0.0/8"] }) });
 * ```
 */
export function clientAddress({ proxies = [] }: ClientAddressOptions = {}): (request: Request) => string {
  const trusted = new BlockList();
  for (const proxy of proxies) if (proxy !== UNIX) addNetwork(trusted, proxy);
  const isTrusted = (address: string) => trusted.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");

  return (request) => {
    const { transport, hostname = "" } = getPeer() ?? {};
    let client = parseAddress(hostname);
    if (client === undefined && transport !== UNIX) return IN_PROCESS;
    if (client === undefined && !proxies.includes(UNIX)) throw createSocketError();
    const isProxy = client === undefined || isTrusted(client);
    const hops = isProxy ? request.headers.get("x-forwarded-for")?.split(",").slice(-MAX_HOPS) ?? [] : [];
    while (hops.length > 0 && (client === undefined || isTrusted(client))) {
      const hop = parseAddress(hops.pop()!);
      if (hop === undefined) break;
      client = hop;
    }
    if (client === undefined) return UNIX;
    return isIP(client) === 6 ? toNetwork(client) : client;
  };
}

/** Returns the other end of the connection, if there is a connection. */
function getPeer(): { readonly transport?: string; readonly hostname?: string } | undefined {
  const scope = getScope();
  if (scope !== undefined || "Deno" in globalThis) return scope?.info?.remoteAddr;
  throw new TypeError(
    "Cannot get the client's address: this server does not expose the connection, pass your own key to rateLimit()",
  );
}

/** All clients would share one limit. */
function createSocketError(): TypeError {
  return new TypeError(
    'Cannot get the client\'s address: the server listens on a Unix socket, add "unix" to the proxies of clientAddress()',
  );
}

function addNetwork(list: BlockList, network: string): void {
  const [, address = "", bits] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(network) ?? [];
  const version = isIP(address), most = version === 6 ? 128 : 32;
  if (version === 0 || Number(bits ?? most) > most) {
    throw new TypeError(`Cannot trust proxy "${network}": expected an address or a network such as "10.0.0.0/8"`);
  }
  list.addSubnet(address, Number(bits ?? most), version === 6 ? "ipv6" : "ipv4");
}

/** Returns the `/64` network of an IPv6 address, which is written in one way only. */
function toNetwork(address: string): string {
  const [before = "", after = ""] = new URL(`http://[${address}]`).hostname.slice(1, -1).split("::");
  const head = before.split(":").filter(Boolean), tail = after.split(":").filter(Boolean);
  const groups = [...head, ...Array<string>(8 - head.length - tail.length).fill("0"), ...tail];
  return `${groups.slice(0, 4).join(":")}::/64`;
}
