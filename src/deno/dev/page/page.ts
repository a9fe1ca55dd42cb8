/**
 * The page at `/_routes` of `routes dev`: its HTML and its script.
 *
 * @module
 */

/** The content of the page; the script fills it. */
export const PAGE = `<div class="whole">
<header><h1>Routes</h1><p id="summary" class="soft" role="status">Loading</p></header>
<ul id="problems" class="bad" aria-label="Problems"></ul>
<main class="panes">
<div>
<section class="panel">
<table id="routes" aria-label="Routes">
<thead><tr><th scope="col">Route</th><th scope="col">Methods</th><th scope="col">Segment config</th></tr></thead>
</table>
</section>
</div>
<div>
<section class="panel" aria-labelledby="send">
<h2 id="send">Send a request</h2>
<form id="form" aria-labelledby="send">
<div class="row first">
<label>Method <select id="method"></select></label>
<label>Path <input id="path" value="/" required spellcheck="false" autocomplete="off"></label>
<button title="Ctrl+Enter">Send</button>
</div>
<div class="row">
<label>Headers <textarea id="headers" placeholder="name: value, one a line" spellcheck="false"></textarea></label>
<label>Body <textarea id="body" spellcheck="false"></textarea></label>
</div>
</form>
<p id="status" role="status"></p>
<div id="answer"></div>
</section>
<section class="panel" aria-labelledby="last">
<h2 id="last">Last requests</h2>
<p id="none" class="soft" hidden>No requests yet.</p>
<table id="requests" aria-labelledby="last" hidden>
<thead><tr><th scope="col">Time</th><th scope="col">Request</th><th scope="col">Status</th><th scope="col">Took</th><th scope="col">Cache</th></tr></thead>
</table>
</section>
</div>
</main>
</div>`;

/** The script of the page. All it shows is set as text, never as HTML. */
export const SCRIPT = `
const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "QUERY"];
const CACHE_TONES = { HIT: "good", STALE: "warn" };
const LEVEL_TONES = { error: "bad", warn: "warn" };
const $ = (id) => document.getElementById(id);
const element = (name, props = {}, ...children) => {
  const made = Object.assign(document.createElement(name), props);
  made.append(...children);
  return made;
};
const cell = (className, ...children) => element("td", { className }, ...children);
const tone = (status) => status >= 500 ? "bad" : status >= 400 ? "warn" : "good";
const word = (text, className) => element("span", { className: "word " + className }, text);
const under = (child, colSpan) => element("tr", {}, element("td", { className: "under", colSpan }, child));
// What is too long for its box is scrolled, by the keyboard too.
const box = (text, label) => element("pre", { className: "wrap", tabIndex: 0, role: "group", ariaLabel: label }, text);

$("method").append(...METHODS.map((name) => element("option", {}, name)));

function fitBody() {
  const method = $("method").value;
  $("body").disabled = method === "GET" || method === "HEAD";
  $("body").placeholder = $("body").disabled ? method + " has no body" : "";
}

function methodWords(methods) {
  // Most routes have these two, of themselves.
  const quiet = ["HEAD", "OPTIONS"];
  const order = [...METHODS.filter((name) => !quiet.includes(name)), ...quiet];
  const sorted = methods.toSorted((one, other) => order.indexOf(one) - order.indexOf(other));
  return sorted.flatMap((name) => [word(name, quiet.includes(name) ? "soft" : ""), " "]);
}

function pickRoute({ id, methods }) {
  $("path").value = id;
  $("method").value = METHODS.find((name) => methods.includes(name)) ?? "GET";
  fitBody();
  $("path").focus();
  // The first parameter is what is typed over.
  const [param] = id.match(/\\[+[^\\]]*\\]+/) ?? [];
  if (param !== undefined) $("path").setSelectionRange(id.indexOf(param), id.indexOf(param) + param.length);
}

function showRoutes({ routes, problems }) {
  const broken = routes.filter(({ error }) => error !== undefined).length;
  $("summary").textContent = routes.length + (routes.length === 1 ? " route" : " routes") +
    (broken === 0 ? "" : ", " + broken + " broken");
  $("problems").replaceChildren(...problems.map((text) => element("li", {}, text)));
  const focused = document.activeElement?.dataset.route;
  for (const old of [...$("routes").tBodies]) old.remove();
  $("routes").append(...routes.map((route) => {
    const pick = element("button", { type: "button", className: "link", title: "Fill the form" }, route.id);
    pick.dataset.route = route.id;
    pick.addEventListener("click", () => pickRoute(route));
    const methods = route.error === undefined ? methodWords(route.methods) : [word("broken", "bad")];
    const row = element("tr", {}, cell("", pick, element("small", {}, route.file)), cell("", ...methods),
      cell("", ...route.config.map((text) => element("span", { className: "line" }, text))));
    const shown = element("tbody", {}, row);
    if (route.error !== undefined) shown.append(under(box(route.error, "Error"), 3));
    return shown;
  }));
  if (focused !== undefined) [...$("routes").querySelectorAll("button")].find(({ dataset }) => dataset.route === focused)?.focus();
}

const known = new Map();

function showRequests(requests) {
  // A restarted server counts from 0 again.
  const nameOf = ({ key, time }) => key + " " + time;
  const kept = new Set(requests.map(nameOf));
  for (const [name, { body }] of known) if (!kept.has(name)) { body.remove(); known.delete(name); }
  for (const request of requests.toReversed()) {
    if (!known.has(nameOf(request))) known.set(nameOf(request), addRequest(request));
    const { body, output } = known.get(nameOf(request));
    // More may be printed when the response has long been sent.
    const more = request.output.slice(output.childElementCount);
    output.append(...more.map(({ level, text }) => element("div", { className: LEVEL_TONES[level] ?? "" }, text || " ")));
    if (more.length > 0 && !output.isConnected) body.append(under(output, 5));
  }
  $("none").hidden = requests.length > 0;
  $("requests").hidden = requests.length === 0;
}

function addRequest({ time, method, path, status, duration, cache }) {
  const body = element("tbody", {}, element("tr", {},
    cell("narrow mono soft", new Date(time).toLocaleTimeString([], { hour12: false })),
    cell("mono", method + " " + path),
    cell("narrow mono " + tone(status), String(status)),
    cell("narrow mono", Math.round(duration) + " ms"),
    cell("narrow mono " + (CACHE_TONES[cache] ?? "soft"), cache ?? "")));
  $("requests").tHead.after(body);
  return { body, output: box("", "Console") };
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
    $("summary").textContent = "The server is not responding; it may be restarting";
    shown = "";
  }
}

function showAnswer(method, path, { status, duration, headers, body, note }) {
  $("status").replaceChildren(element("strong", { className: tone(status) }, String(status)), " ",
    element("span", { className: "mono" }, method + " " + path), " in " + Math.round(duration) + " ms" + note);
  const list = headers.map(([name, value]) => name + ": " + value).join("\\n");
  $("answer").replaceChildren(element("h3", {}, "Response headers"), box(list, "Response headers"),
    element("h3", {}, "Response body"), body === "" ? element("p", { className: "soft" }, "Empty") : box(body, "Response body"));
}

let sent = 0;

async function send() {
  const [method, path, headers, body] = ["method", "path", "headers", "body"].map((id) => $(id).value);
  const number = ++sent;
  $("status").textContent = "Sending";
  $("answer").replaceChildren();
  try {
    const response = await fetch("/_routes/send", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ method, path, headers, body }),
    });
    const result = await response.json();
    if (result.error !== undefined) throw new Error(result.error);
    // An answer that comes late does not take the place of what was sent after it.
    if (number === sent) showAnswer(method, path, result);
  } catch (error) {
    if (number === sent) $("status").replaceChildren(element("span", { className: "bad" }, error.message));
  }
  await refresh();
}

$("method").addEventListener("change", fitBody);
$("form").addEventListener("submit", (event) => {
  event.preventDefault();
  send();
});
$("form").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) $("form").requestSubmit();
});
document.addEventListener("visibilitychange", () => document.hidden || refresh());

fitBody();
await refresh();
setInterval(() => document.hidden || refresh(), 1000);
`;
