/**
 * What a proxy in front says of the request as the client made it.
 *
 * @module
 */

import { getReceivedHeader } from "../../http/received_request.ts";

/**
 * The URL that the client asked for, by `X-Forwarded-Proto` and `X-Forwarded-Host`. Whoever can reach the server can send
 * these; they are read only where a proxy in front is known to set them.
 *
 * @param request The request as received.
 * @returns The URL, neither validated nor canonical yet, and the host that it names.
 */
export function readForwardedUrl(request: Request): { url: string; host: string | null } {
  const { url } = request;
  const [, scheme = "http", authority = "", rest = ""] = /^([a-z]+):\/\/([^/?#]*)(.*)$/s.exec(url) ?? [];
  const proto = getFirst(getReceivedHeader(request, "x-forwarded-proto"))?.toLowerCase();
  const own = getReceivedHeader(request, "host");
  const host = getFirst(getReceivedHeader(request, "x-forwarded-host")) ?? own;
  const shown = proto === "http" || proto === "https" ? proto : scheme;
  return { url: `${shown}://${host ?? authority}${rest}`, host };
}

/** The client's side of a list that each proxy appends to. */
function getFirst(list: string | null): string | undefined {
  return list?.split(",", 1)[0]?.trim() || undefined;
}
