/**
 * The page at `/_routes` of `routes dev`: its HTML and its script.
 *
 * @module
 */

/** The content of the page; the script fills it. */
export const PAGE = `<main>
<h1>Routes</h1>
<p id="summary" class="soft" role="status">Loading</p>
<ul id="problems" class="bad"></ul>
<table>
<thead><tr><th scope="col">Methods</th><th scope="col">Route</th><th scope="col">Segment config</th><th scope="col">File</th></tr></thead>
<tbody id="routes"></tbody>
</table>

<h2 id="try">Send a request</h2>
<form id="form" aria-labelledby="try">
<div class="row">
<label>Method <select id="method"></select></label>
<label class="wide">Path <input id="path" value="/" required spellcheck="false" autocomplete="off"></label>
<button>Send</button>
</div>
<div class="row">
<label class="wide">Headers, one a line <textarea id="headers" placeholder="content-type: application/json" spellcheck="false"></textarea></label>
<label class="wide">Body <textarea id="body" spellcheck="false"></textarea></label>
</div>
</form>
<div id="answer" aria-live="polite"></div>

<h2>The last requests</h2>
<table>
<thead><tr><th scope="col">Time</th><th scope="col">Request</th><th scope="col">Status</th><th scope="col">Took</th><th scope="col">Cache</th><th scope="col">Console</th></tr></thead>
<tbody id="requests"></tbody>
</table>
</main>`;

/** The script of the page. All it shows is set as text, never as HTML. */
export const SCRIPT = `
const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "QUERY"];
const $ = (id) => document.getElementById(id);
const element = (name, props = {}, ...children) => {
  const made = Object.assign(document.createElement(name), props);
  made.append(...children);
  return made;
};
const cell = (text, className = "mono") => element("td", { className }, text);
const tone = (status) => status >= 500 ? "bad" : status >= 400 ? "warn" : "good";

$("method").append(...METHODS.map((name) => element("option", {}, name)));

function showRoutes({ routes, problems }) {
  $("summary").textContent = routes.length + (routes.length === 1 ? " route" : " routes");
  $("problems").replaceChildren(...problems.map((text) => element("li", {}, text)));
  $("routes").replaceChildren(...routes.map((route) => {
    const pick = element("button", { type: "button", className: "link", title: "Fill the form" }, route.id);
    pick.addEventListener("click", () => {
      $("path").value = route.id;
      $("method").value = METHODS.find((name) => route.methods.includes(name)) ?? "GET";
      $("path").focus();
    });
    const methods = route.error === undefined ? cell(route.methods.join(" ")) : cell("broken", "bad");
    const file = cell(route.file);
    if (route.error !== undefined) file.append(element("pre", { className: "bad" }, route.error));
    return element("tr", {}, methods, element("td", {}, pick), cell(route.config.join(", ")), file);
  }));
}

const rows = new Map();

function showRequests(requests) {
  const kept = new Set(requests.map(({ key }) => key));
  for (const [key, { row }] of rows) if (!kept.has(key)) { row.remove(); rows.delete(key); }
  for (const request of requests.toReversed()) {
    const lines = request.output.map(({ level, text }) => level + "  " + text).join("\\n");
    const known = rows.get(request.key);
    if (known?.lines === lines) continue;
    const output = cell("");
    if (lines !== "") {
      const count = request.output.length + (request.output.length === 1 ? " line" : " lines");
      output.append(element("details", { open: known?.row.querySelector("details")?.open ?? false },
        element("summary", {}, count), element("pre", {}, lines)));
    }
    const row = element("tr", {},
      cell(new Date(request.time).toLocaleTimeString()),
      cell(request.method + " " + request.path),
      cell(String(request.status), "mono " + tone(request.status)),
      cell(Math.round(request.duration) + " ms"),
      cell(request.cache ?? ""),
      output);
    if (known === undefined) $("requests").prepend(row);
    else known.row.replaceWith(row);
    rows.set(request.key, { row, lines });
  }
}

let shown = "";

async function refresh() {
  try {
    const state = await (await fetch("/_routes/state")).json();
    const routes = JSON.stringify([state.routes, state.problems]);
    if (routes !== shown) showRoutes(state);
    shown = routes;
    showRequests(state.requests);
  } catch {
    $("summary").textContent = "The server does not answer; it may be restarting";
    shown = "";
  }
}

$("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const answer = $("answer");
  const request = { method: $("method").value, path: $("path").value, headers: $("headers").value, body: $("body").value };
  try {
    const response = await fetch("/_routes/send", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(request),
    });
    const result = await response.json();
    if (result.error !== undefined) throw new Error(result.error);
    const { status, duration, headers, body, note } = result;
    const line = element("p", {}, element("strong", { className: tone(status) }, String(status)),
      " in " + Math.round(duration) + " ms" + note);
    const text = headers.map(([name, value]) => name + ": " + value).join("\\n");
    answer.replaceChildren(line, element("pre", {}, text), element("pre", { tabIndex: 0 }, body));
  } catch (error) {
    answer.replaceChildren(element("p", { className: "bad" }, error.message));
  }
  await refresh();
});

await refresh();
setInterval(() => document.hidden || refresh(), 1000);
`;
