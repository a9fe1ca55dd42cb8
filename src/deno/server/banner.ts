/**
 * The lines that a server prints when it listens.
 *
 * @module
 */

import { writeLog } from "../../log/log.ts";
import type { LogFormat } from "./request_log.ts";
import type { RouteInfo } from "./app.ts";
import type { RouteServer } from "./http_server.ts";
import type { ListenAddress } from "./lasting_listener.ts";

/**
 * Prints that a server listens.
 *
 * @param server The server.
 * @param log How it logs: with JSON, every line is JSON from the first one on.
 * @param pages How many pages are not served.
 */
export function printBanner({ url, routes }: RouteServer<ListenAddress>, log: LogFormat, pages = 0): void {
  if (log === "json") return writeLog("info", "Listening", { fields: { url, routes: routes.length, pages } });
  console.log(`Listening on ${url}\n${formatRoutes(routes)}`);
  if (pages > 0) console.log(`${pages} ${pages === 1 ? "page" : "pages"} left to Next`);
}

/**
 * Formats routes as a table, one line each: its methods and its URL pattern. OPTIONS and HEAD, which nearly every route
 * answers, are left out.
 */
export function formatRoutes(routes: readonly RouteInfo[]): string {
  const rows = routes.map(({ id, methods }) => [formatMethods(methods), id] as const);
  const width = Math.max(...rows.map(([methods]) => methods.length));
  return rows.map(([methods, id]) => `  ${methods.padEnd(width)}  ${id}`).join("\n");
}

function formatMethods(methods: readonly string[]): string {
  const isImplied = (method: string) => method === "OPTIONS" || (method === "HEAD" && methods.includes("GET"));
  return methods.filter((method) => !isImplied(method)).join(", ") || methods.join(", ") || "(not loaded)";
}
