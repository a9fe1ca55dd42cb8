/**
 * What a server says when it listens.
 *
 * @module
 */

import { writeLog } from "../../log/log.ts";
import type { LogFormat } from "./request_log.ts";
import { routeTable } from "./route_table.ts";
import type { RouteServer } from "./http_server.ts";

/**
 * Says that a server listens.
 *
 * @param server The server.
 * @param log How it logs: who reads JSON reads JSON from the first line on.
 * @param pages How many pages are not served.
 */
export function printBanner({ addr, routes }: RouteServer, log: LogFormat, pages = 0): void {
  const url = urlOf(addr);
  if (log === "json") return writeLog("info", "Listening", { fields: { url, routes: routes.length, pages } });
  console.log(`Listening on ${url}\n${routeTable(routes)}`);
  if (pages > 0) console.log(`${pages} ${pages === 1 ? "page" : "pages"} left to Next`);
}

/** The URL to open for an address to listen on. */
export function urlOf({ hostname, port }: Pick<Deno.NetAddr, "hostname" | "port">): string {
  const everywhere = hostname === "0.0.0.0" || hostname === "::";
  const host = everywhere ? "localhost" : hostname.includes(":") ? `[${hostname}]` : hostname;
  return `http://${host}:${port}/`;
}
