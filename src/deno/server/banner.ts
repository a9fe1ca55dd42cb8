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

/** How many routes are printed when a server listens. */
const MAX_PRINTED = 100;

/**
 * Prints that a server listens, and its first routes.
 *
 * @param server The server.
 * @param log Its log format; with `json`, every line is JSON.
 * @param pages How many pages are not served.
 */
export function printBanner(
  { url, routes }: Pick<RouteServer<ListenAddress>, "url" | "routes">,
  log: LogFormat,
  pages = 0,
): void {
  if (log === "json") return writeLog("info", "Listening", { fields: { url, routes: routes.length, pages } });
  console.log(`Listening on ${url}\n${formatRoutes(routes.slice(0, MAX_PRINTED))}`);
  if (routes.length > MAX_PRINTED) console.log(`  and ${routes.length - MAX_PRINTED} more, which "routes list" prints`);
  if (pages > 0) console.log(`${pages} ${pages === 1 ? "page" : "pages"} left to Next`);
}

/** A line of the table of routes. */
interface ListedRoute extends RouteInfo {
  /** How it is rendered: `○ 15m 1y`. */
  readonly rendering?: string;
}

/**
 * Formats routes as a table, one line each: its methods, its URL pattern, and how it is rendered. OPTIONS and HEAD, which
 * nearly every route answers, are left out.
 */
export function formatRoutes(routes: readonly ListedRoute[]): string {
  const rows = routes.map(({ id, methods, rendering = "" }) => [formatMethods(methods), id, rendering] as const);
  const getWidth = (column: 0 | 1) => Math.max(...rows.map((row) => row[column].length));
  const [first, second] = [getWidth(0), getWidth(1)];
  return rows.map(([methods, id, rendering]) =>
    `  ${methods.padEnd(first)}  ${id.padEnd(second)}  ${rendering}`.trimEnd()
  ).join("\n");
}

function formatMethods(methods: readonly string[]): string {
  const isImplied = (method: string) => method === "OPTIONS" || (method === "HEAD" && methods.includes("GET"));
  return methods.filter((method) => !isImplied(method)).join(", ") || methods.join(", ") || "(not loaded)";
}
