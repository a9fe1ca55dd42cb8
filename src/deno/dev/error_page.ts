/**
 * The response of `routes dev` to a request whose handler failed: a page for browsers, JSON for other clients. It is
 * never sent in production.
 *
 * @module
 */

import type { ErrorDetails } from "./error_details.ts";
import { createHtmlPage, escapeHtml, isNavigation } from "./page/html.ts";
import { createReloadScript } from "./page/reload.ts";
import { getPathAndQuery } from "../../handler/error_report.ts";

/**
 * Creates the response.
 *
 * @param details The error.
 * @param request The request that failed.
 * @param version The version of the application that failed; the page reloads when it changes.
 */
export function createErrorResponse(details: ErrorDetails, request: Request, version: string): Response {
  if (isNavigation(request)) return createPage(details, request, version);
  const { name, message, stack, place } = details;
  const at = place === null ? {} : { file: `${place.file}:${place.line}:${place.column}`, frame: place.frame };
  return Response.json({ error: { name, message, ...at, stack } }, {
    status: 500,
    headers: { "cache-control": "no-store" },
  });
}

function createPage(
  { name, message, stack, place }: ErrorDetails,
  { method, url }: Request,
  version: string,
): Response {
  const at = place === null
    ? ""
    : `<p class="mono"><a href="${escapeHtml(getEditorUrl(place.path, place.line, place.column))}">${
      escapeHtml(`${place.file}:${place.line}:${place.column}`)
    }</a></p>
<pre class="frame" tabindex="0" role="group" aria-label="Code">${formatFrame(place.frame)}</pre>`;
  // Reloading the result of a form would submit the form again.
  const reloads = method === "GET";
  const hint = reloads ? " This page reloads when a project file changes." : "";
  const body = `<main class="error">
<p class="mono soft">${escapeHtml(`${method} ${getPathAndQuery(url)}`)}</p>
<h1>${escapeHtml(name)}</h1>
<p class="message">${escapeHtml(message)}</p>
${at}
${stack === "" ? "" : formatStack(stack, place === null)}
<p class="soft"><a href="/_routes">All routes</a>.${hint}</p>
</main>`;
  return createHtmlPage(500, `${name}: ${message}`, body, reloads ? createReloadScript(version) : "");
}

function formatFrame(frame: string): string {
  const lines = frame.split("\n").map((line) =>
    `<span${line.startsWith(">") ? ' class="here"' : ""}>${escapeHtml(line)}\n</span>`
  );
  return lines.join("");
}

function formatStack(stack: string, isOpen: boolean): string {
  return `<details${isOpen ? " open" : ""}><summary>Stack</summary><pre tabindex="0">${
    escapeHtml(stack)
  }</pre></details>`;
}

/** Returns a URL that opens the file in an editor; most editors for TypeScript support this scheme. */
function getEditorUrl(path: string, line: number, column: number): string {
  return `vscode://file${path.startsWith("/") ? "" : "/"}${encodeURI(path)}:${line}:${column}`;
}
