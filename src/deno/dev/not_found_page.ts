/**
 * The response of `routes dev` to a path that no route has: a page for browsers, and for all others what production sends.
 *
 * @module
 */

import { findNearestRoutes } from "./nearest_routes.ts";
import { createHtmlPage, escapeHtml, isNavigation } from "./page/html.ts";
import { createReloadScript } from "./page/reload.ts";
import { toFragment } from "./page/request_text.ts";
import { getPathAndQuery } from "../../handler/error_report.ts";
import type { RouteEntry } from "../../routing/manifest.ts";

/** The application that has no such route. */
export interface NotFoundOptions {
  readonly routes: readonly RouteEntry[];
  /** The path that all routes live under. */
  readonly basePath: string;
  /** Its version; the page reloads when it changes. */
  readonly version: string;
}

/** Creates the response. */
export function createNotFoundResponse(request: Request, { routes, basePath, version }: NotFoundOptions): Response {
  if (!isNavigation(request)) return new Response("Not Found", { status: 404 });
  const path = getPathAndQuery(request.url).replace(/[?#].*$/s, "");
  const isBelow = path === basePath || path.startsWith(`${basePath}/`);
  const nearest = findNearestRoutes(isBelow ? path.slice(basePath.length) : path, routes);
  const reloads = request.method === "GET";
  const body = `<main class="error">
<p class="mono soft">${escapeHtml(`${request.method} ${getPathAndQuery(request.url)}`)}</p>
<h1>404 Not Found</h1>
<p class="message">No route has this path.</p>
${nearest.length === 0 ? "" : formatNearest(nearest, basePath)}
<p class="soft"><a href="/_routes">All routes</a>.${
    reloads ? " This page reloads when a project file changes." : ""
  }</p>
</main>`;
  return createHtmlPage(404, "404 Not Found", body, reloads ? createReloadScript(version) : "");
}

/**
 * Returns the URL pattern of a route as clients ask for it.
 *
 * @param basePath The path that all routes live under.
 * @param id The URL pattern.
 */
export function getRoutePath(basePath: string, id: string): string {
  return basePath !== "" && id === "/" ? basePath : `${basePath}${id}`;
}

function formatNearest(routes: readonly RouteEntry[], basePath: string): string {
  const items = routes.map(({ id, file, segments }) => {
    const path = getRoutePath(basePath, id);
    // A path with params is completed in the form.
    const isStatic = segments.every(({ kind }) => kind === "static");
    const href = isStatic ? path : `/_routes${toFragment("GET", path)}`;
    return `<li><a class="mono" href="${escapeHtml(href)}">${escapeHtml(path)}</a><small>${
      escapeHtml(file)
    }</small></li>`;
  });
  return `<section aria-labelledby="nearest">
<h2 id="nearest">Nearest routes</h2>
<ul class="nearest">
${items.join("\n")}
</ul>
</section>`;
}
