/**
 * The URL of the client's original request, as a reverse proxy reports it.
 *
 * @module
 */

import { getReceivedHeader } from "../../http/received_request.ts";

/**
 * Reads the URL that the client requested from `X-Forwarded-Proto` and `X-Forwarded-Host`. Any client can send these
 * headers, so they are read only behind a reverse proxy that is known to set them.
 *
 * @param request The request as received.
 * @returns The URL, not yet validated or canonical, and its host.
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

/** Returns the first value of a list to which each proxy appends: the one closest to the client. */
function getFirst(list: string | null): string | undefined {
  return list?.split(",", 1)[0]?.trim() || undefined;
}
