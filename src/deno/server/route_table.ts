/**
 * The routes as lines of text.
 *
 * @module
 */

import type { RouteInfo } from "./app.ts";

/** One line a route: its methods, its URL pattern. OPTIONS and HEAD, which nearly every route answers, are left out. */
export function routeTable(routes: readonly RouteInfo[]): string {
  const rows = routes.map(({ id, methods }) => [shownMethods(methods), id] as const);
  const width = Math.max(...rows.map(([methods]) => methods.length));
  return rows.map(([methods, id]) => `  ${methods.padEnd(width)}  ${id}`).join("\n");
}

function shownMethods(methods: readonly string[]): string {
  const implied = (method: string) => method === "OPTIONS" || (method === "HEAD" && methods.includes("GET"));
  return methods.filter((method) => !implied(method)).join(", ") || methods.join(", ") || "(not loaded)";
}
