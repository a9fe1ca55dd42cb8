/**
 * The frame of the pages of `routes dev`: their style and their content security policy.
 *
 * @module
 */

import { createPageResponse } from "../../../http/html_page.ts";

/**
 * Creates a page that can run no other script than its own: what it shows comes from clients and from files.
 *
 * @param status The status of the response.
 * @param title The title, as text.
 * @param body The content, as HTML.
 * @param script Its script.
 */
export function createHtmlPage(status: number, title: string, body: string, script: string): Response {
  const nonce = crypto.randomUUID();
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="data:image/svg+xml,${encodeURIComponent(ICON)}">
<style nonce="${nonce}">${STYLE}</style>
</head>
<body>
${body}
<script type="module" nonce="${nonce}">${script}</script>
</body>
</html>
`;
  const policy = `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'; ` +
    "connect-src 'self'; img-src data:";
  return createPageResponse(html, policy, status);
}

/** Whether a browser asks for a page, rather than a script or another client for data. */
export function isNavigation({ headers }: Request): boolean {
  const mode = headers.get("sec-fetch-mode");
  return (headers.get("accept")?.includes("text/html") ?? false) && (mode === null || mode === "navigate");
}

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Escapes text for HTML. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => ESCAPES[char]!);
}

/** A path that forks. */
const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">
<rect width="32" height="32" rx="8" fill="#0a55c4"/>
<g fill="none" stroke="#fff" stroke-width="3" stroke-linecap="round"><path d="M9 16h4c6 0 3-7 10-7M13 16c6 0 3 7 10 7"/></g>
<g fill="#fff"><circle cx="8" cy="16" r="3.5"/><circle cx="24" cy="9" r="3.5"/><circle cx="24" cy="23" r="3.5"/></g>
</svg>`;

const STYLE = `
:root {
  color-scheme: light dark;
  --text: light-dark(#1b1f24, #e3e6ea);
  --soft: light-dark(#5a636e, #98a2ae);
  --ground: light-dark(#f5f6f8, #101317);
  --panel: light-dark(#ffffff, #181c21);
  --field: light-dark(#ffffff, #101317);
  --code: light-dark(#f5f6f8, #101317);
  --line: light-dark(#dfe3e8, #2b313a);
  --edge: light-dark(#868f9a, #6b7582);
  --link: light-dark(#0a55c4, #82b6ff);
  --good: light-dark(#0f6b37, #63d28e);
  --warn: light-dark(#855600, #e8b552);
  --bad: light-dark(#b3231b, #ff8f86);
  --on-link: light-dark(#ffffff, #0c1524);
  --mono: ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace;
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text);
  font: 14px/1.5 -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
header { display: flex; flex-wrap: wrap; align-items: baseline; gap: .5rem .75rem; padding: 1rem 1.25rem .75rem; }
#filter { flex: 1 1 18rem; max-width: 24rem; margin-left: auto; }
@media (max-width: 40rem) { #filter { max-width: none; } }
h1, h2, h3, p, ul { margin: 0; }
h1 { font-size: 1.25rem; letter-spacing: -.01em; }
h2 { font-size: .95rem; margin-bottom: .75rem; }
h3 { font-size: .8rem; font-weight: 600; color: var(--soft); margin: .75rem 0 .25rem; }
a { color: var(--link); }
.soft { color: var(--soft); }
.good { color: var(--good); } .warn { color: var(--warn); } .bad { color: var(--bad); }
.panes { display: grid; gap: 1rem; padding: 0 1.25rem 1.25rem; }
.panes > * { display: grid; gap: 1rem; align-content: start; min-width: 0; }
.panel { background: var(--panel); border: 1px solid var(--line); border-radius: 10px; padding: 1rem; min-width: 0; }
.panel:has(> table:first-child) { padding-top: 0; }
pre, code, input, textarea, select, .mono { font: 12.5px/1.5 var(--mono); }
pre { margin: 0; background: var(--code); border-radius: 6px; padding: .6rem .75rem; overflow: auto; tab-size: 2; }
pre.wrap { white-space: pre-wrap; overflow-wrap: anywhere; }
table { width: 100%; border-collapse: collapse; }
th { text-align: left; font-size: .8rem; font-weight: 600; color: var(--soft); padding: 0 .75rem .4rem 0; }
th { position: sticky; top: 0; background: var(--panel); }
td { padding: .35rem .75rem .35rem 0; vertical-align: top; overflow-wrap: anywhere; }
th:last-child, td:last-child { padding-right: 0; }
tbody { border-top: 1px solid var(--line); }
td.narrow { white-space: nowrap; width: 1%; }
td.number { text-align: right; }
td.under { padding-top: 0; }
td.under pre { max-height: 12rem; }
small { display: block; font: 11.5px/1.45 var(--mono); color: var(--soft); }
.line { display: block; font: 12px/1.6 var(--mono); }
.word { font: 12px/1.6 var(--mono); margin-right: .5rem; }
#routes { table-layout: fixed; }
#routes th { padding-top: .75rem; }
#routes td { vertical-align: baseline; }
#routes th:nth-child(1) { width: 42%; }
#routes th:nth-child(2) { width: 30%; }
#problems { list-style: none; padding: 0 1.25rem; }
#problems li { padding: .6rem 1rem; margin-bottom: .75rem; border: 1px solid; border-radius: 8px; overflow-wrap: anywhere; }
.outcome { display: flex; align-items: center; justify-content: space-between; gap: .75rem; margin-top: .9rem; }
.outcome:has(#status:empty) { display: none; }
#status { min-width: 0; overflow-wrap: anywhere; }
#answer pre { max-height: 16rem; }
.copy { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: .75rem; align-items: center; }
.copy:has(pre) { grid-template-columns: minmax(0, 1fr); justify-items: start; }
#copied:has(pre) { width: 100%; }
form { display: grid; gap: .75rem; }
form .row { display: grid; gap: .75rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 13rem), 1fr)); }
form .row.first { grid-template-columns: auto minmax(0, 1fr) auto; align-items: end; }
fieldset { border: 1px solid var(--line); border-radius: 8px; padding: .4rem .75rem .75rem; margin: 0; min-width: 0; }
legend { font-size: .8rem; font-weight: 600; color: var(--soft); padding: 0 .3rem; }
#fields { display: grid; gap: .75rem; }
#fields label { align-content: start; }
#fields:empty { display: none; }
#fields ul:empty { display: none; }
[aria-invalid=true] { border-color: var(--bad); }
label { display: grid; gap: .25rem; font-size: .8rem; font-weight: 600; color: var(--soft); }
input, textarea, select { color: var(--text); background: var(--field); border: 1px solid var(--edge);
  border-radius: 6px; padding: .4rem .6rem; min-width: 0; }
input, select { height: 2.2rem; }
textarea { width: 100%; height: 4.6rem; min-height: 2.2rem; resize: vertical; }
textarea:disabled { border-color: var(--line); background: var(--code); color: var(--soft); }
::placeholder { color: var(--soft); opacity: 1; }
button { font: inherit; font-weight: 600; cursor: pointer; height: 2.2rem; padding: 0 1.1rem; border: 0;
  border-radius: 6px; background: var(--link); color: var(--on-link); }
button.quiet { color: var(--text); background: none; border: 1px solid var(--edge); }
button.link { font: 600 13px/1.5 var(--mono); height: auto; background: none; padding: 0; color: var(--link);
  text-align: left; overflow-wrap: anywhere; }
button.link:hover { text-decoration: underline; }
tbody:has([aria-current]) { background: var(--code); box-shadow: -.5rem 0 var(--code), .5rem 0 var(--code); }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
.error { max-width: 62rem; margin: 0 auto; padding: 2.5rem 1.25rem; display: grid; gap: 1rem;
  grid-template-columns: minmax(0, 1fr); overflow-wrap: anywhere; }
.error pre { background: var(--panel); border: 1px solid var(--line); }
.error h1 { color: var(--bad); }
.message { font-size: 1.1rem; white-space: pre-wrap; }
.nearest { list-style: none; padding: 0; display: grid; gap: .6rem; }
.frame { padding: .75rem 0; }
.frame span { display: block; width: max-content; min-width: 100%; padding: 0 1rem; white-space: pre; }
.frame .here { background: light-dark(#fbe3e1, #46211f); }
summary { cursor: pointer; color: var(--soft); }
details pre { margin-top: .5rem; }
@media (min-width: 64rem) {
  .whole { height: 100vh; display: flex; flex-direction: column; }
  .panes { flex: 1; min-height: 0; grid-template-columns: minmax(0, 10fr) minmax(0, 11fr); grid-template-rows: 100%; }
  .panes { padding-bottom: 0; }
  .panes > * { overflow: auto; padding-bottom: 1.25rem; }
  /* The list keeps its frame while it is scrolled. */
  .panes > :first-child { overflow: hidden; grid-template-rows: minmax(0, auto); }
  .panes > :first-child .panel { overflow: auto; }
}
`;
