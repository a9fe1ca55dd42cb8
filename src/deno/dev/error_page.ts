/**
 * The answer of `routes dev` where a handler failed: a page for a browser, JSON for all others. Production never sends it.
 *
 * @module
 */

import type { ErrorDetails } from "./error_details.ts";
import { escapeHtml, htmlPage } from "./page/html.ts";
import { getPathAndQuery } from "../../handler/error_report.ts";

/**
 * Makes the response.
 *
 * @param details What is told of the error.
 * @param request The request that failed.
 * @param version That of the application which failed; the page loads again when it is another one.
 */
export function errorResponse(details: ErrorDetails, request: Request, version: string): Response {
  const wantsPage = request.headers.get("accept")?.includes("text/html") ?? false;
  if (wantsPage) return pageOf(details, request, version);
  const { name, message, stack, place } = details;
  const at = place === null ? {} : { file: `${place.file}:${place.line}:${place.column}`, frame: place.frame };
  return Response.json({ error: { name, message, ...at, stack } }, {
    status: 500,
    headers: { "cache-control": "no-store" },
  });
}

function pageOf({ name, message, stack, place }: ErrorDetails, { method, url }: Request, version: string): Response {
  const at = place === null
    ? ""
    : `<p class="mono"><a href="${escapeHtml(editorUrl(place.path, place.line, place.column))}">${
      escapeHtml(`${place.file}:${place.line}:${place.column}`)
    }</a></p>
<pre class="frame" tabindex="0" role="group" aria-label="Code">${frameOf(place.frame)}</pre>`;
  // To load again what a form sent would send it again.
  const reloads = method === "GET";
  const hint = reloads ? " This page loads again when a file of the project changes." : "";
  const body = `<main class="error">
<p class="mono soft">${escapeHtml(`${method} ${getPathAndQuery(url)}`)}</p>
<h1>${escapeHtml(name)}</h1>
<p class="message">${escapeHtml(message)}</p>
${at}
${stack === "" ? "" : stackOf(stack, place === null)}
<p class="soft"><a href="/_routes">All routes</a>.${hint}</p>
</main>`;
  return htmlPage(500, `${name}: ${message}`, body, reloads ? reloadAfter(version) : "");
}

function frameOf(frame: string): string {
  const lines = frame.split("\n").map((line) =>
    `<span${line.startsWith(">") ? ' class="here"' : ""}>${escapeHtml(line)}\n</span>`
  );
  return lines.join("");
}

function stackOf(stack: string, isOpen: boolean): string {
  return `<details${isOpen ? " open" : ""}><summary>Stack</summary><pre tabindex="0">${
    escapeHtml(stack)
  }</pre></details>`;
}

/** Opens the file in an editor; most that are used for TypeScript know this scheme. */
function editorUrl(path: string, line: number, column: number): string {
  return `vscode://file${path.startsWith("/") ? "" : "/"}${encodeURI(path)}:${line}:${column}`;
}

/** Loads the page again when something has changed; the server may be restarting meanwhile. */
function reloadAfter(version: string): string {
  return `
setInterval(async () => {
  try {
    const { version } = await (await fetch("/_routes/version")).json();
    if (version !== ${JSON.stringify(version)}) location.reload();
  } catch {}
}, 500);
`;
}
