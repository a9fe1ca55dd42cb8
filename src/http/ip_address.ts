/**
 * Addresses of clients, as proxies write them.
 *
 * @module
 */

import { getBuiltinModule } from "node:process";

/**
 * Reads an address of `X-Forwarded-For`, which some proxies write with a port, and IPv6 in brackets. An IPv4 address that
 * is written as IPv6, `::ffff:192.0.2.1`, is the same client.
 *
 * @returns `undefined` if the text is not an address.
 */
export function parseAddress(text: string): string | undefined {
  const trimmed = text.trim();
  const [, inBrackets, withPort] = /^(?:\[([^\]]*)\](?::\d+)?|([\d.]+):\d+)$/.exec(trimmed) ?? [];
  const address = (inBrackets ?? withPort ?? trimmed).replace(/^::ffff:(?=[\d.]+$)/i, "").replace(/%.*$/s, "");
  return getBuiltinModule("node:net").isIP(address) === 0 ? undefined : address;
}
