/**
 * The hosts that `routes dev` answers. A page of another site can resolve its own name to this machine (DNS rebinding),
 * and the development server shows code.
 *
 * @module
 */

import { getReceivedHeader } from "../../http/received_request.ts";

/**
 * Creates a check that accepts `localhost`, its subdomains, IP addresses, and the listed names.
 *
 * @param names Other names; `.example.test` matches all its subdomains.
 * @returns A function that returns the response for a refused request, or `null`.
 */
export function checkHost(names: readonly string[]): (request: Request) => Response | null {
  return (request) => {
    const host = getReceivedHeader(request, "host") ?? URL.parse(request.url)?.host ?? "";
    const name = host.toLowerCase().replace(/:\d*$/, "");
    if (isLocal(name) || names.some((allowed) => matchesHost(name, allowed.toLowerCase()))) return null;
    const isName = /^[\w.-]+$/.test(name);
    const message = isName
      ? `Cannot serve host "${name}": it is not an allowed host, add --allow-host ${name}`
      : "Cannot serve the request: its Host header is not a host name or an address";
    return new Response(`${message}\n`, { status: 403 });
  };
}

function isLocal(name: string): boolean {
  return name === "localhost" || name.endsWith(".localhost") || /^\d{1,3}(?:\.\d{1,3}){3}$/.test(name) ||
    /^\[[\da-f:.]+\]$/.test(name);
}

function matchesHost(name: string, allowed: string): boolean {
  return allowed.startsWith(".") ? name.endsWith(allowed) : name === allowed;
}
