/**
 * The answer of `routes dev` where a handler failed: a page for a browser, JSON for all others. Production never sends it.
 *
 * @module
 */

import type { ErrorDetails } from "./error_details.ts";
import { escapeHtml, htmlPage } from "./dev_html.ts";

/**
 * Makes the response.
 *
 * @param details What is told of the error.
 * @param request The request that failed.
 */
export function errorResponse(details: ErrorDetails, request: Request): Response {
  const wantsPage = request.headers.get("accept")?.includes("text/html") ?? false;
  if (wantsPage) return htmlPage(500, `${details.name}: ${details.message}`, pageOf(details), RELOAD);
  const { name, message, stack, place } = details;
  const at = place === null ? {} : { file: `${place.file}:${place.line}:${place.column}`, frame: place.frame };
  return Response.json({ error: { name, message, ...at, stack } }, {
    status: 500,
    headers: { "cache-control": "no-store" },
  });
}

function pageOf({ name, message, stack, place }: ErrorDetails): string {
  const at = place === null
    ? ""
    : `<p><a href="${escapeHtml(editorUrl(place.path, place.line, place.column))}">${
      escapeHtml(`${place.file}:${place.line}:${place.column}`)
    }</a></p><pre class="frame">${escapeHtml(place.frame)}</pre>`;
  return `<main>
<h1>${escapeHtml(name)}</h1>
<p class="message">${escapeHtml(message)}</p>
${at}
<details><summary>Stack</summary><pre>${escapeHtml(stack)}</pre></details>
<p><a href="/_routes">All routes</a>. This page loads again when a file of the project changes.</p>
</main>`;
}

/** Opens the file in an editor; most that are used for TypeScript know this scheme. */
function editorUrl(path: string, line: number, column: number): string {
  return `vscode://file${path.startsWith("/") ? "" : "/"}${encodeURI(path)}:${line}:${column}`;
}

/** Loads the page again when something has changed; the server may be restarting meanwhile. */
const RELOAD = `
let known;
setInterval(async () => {
  try {
    const { version } = await (await fetch("/_routes/version")).json();
    if (known !== undefined && known !== version) location.reload();
    known = version;
  } catch {}
}, 500);
`;
