/**
 * Who may ask `routes dev`: a page of another site can make its own name lead to this machine (DNS rebinding), and the
 * development server tells of code.
 *
 * @module
 */

import { getReceivedHeader } from "../../http/native.ts";

/**
 * Makes the check: `localhost`, names below it and addresses may ask, and the names that are listed.
 *
 * @param names Other names; `.example.test` stands for all names below it.
 * @returns Answers a request that is refused, or `null`.
 */
export function checkHost(names: readonly string[]): (request: Request) => Response | null {
  return (request) => {
    const host = getReceivedHeader(request, "host") ?? URL.parse(request.url)?.host ?? "";
    const name = host.toLowerCase().replace(/:\d*$/, "");
    if (isLocal(name) || names.some((allowed) => fits(name, allowed.toLowerCase()))) return null;
    const isName = /^[\w.-]+$/.test(name);
    const fix = isName ? `add --allow-host ${name}` : "this Host header names none";
    const shown = isName ? `"${name}"` : "the request";
    return new Response(`Cannot serve ${shown}: routes dev answers localhost and addresses, ${fix}\n`, { status: 403 });
  };
}

function isLocal(name: string): boolean {
  return name === "localhost" || name.endsWith(".localhost") || /^\d{1,3}(?:\.\d{1,3}){3}$/.test(name) ||
    /^\[[\da-f:.]+\]$/.test(name);
}

function fits(name: string, allowed: string): boolean {
  return allowed.startsWith(".") ? name.endsWith(allowed) : name === allowed;
}
