/**
 * The content of the page at `/_routes`. Its script shows the state.
 *
 * @module
 */

/** The content of the page, as HTML. */
export const PAGE = `<div class="whole">
<header>
<h1>Routes</h1>
<p id="summary" class="soft" role="status">Loading</p>
<nav aria-label="API"><a href="/_routes/docs">API reference</a> <a href="/_routes/openapi.json">OpenAPI</a></nav>
<input id="filter" type="search" placeholder="Filter routes" aria-label="Filter routes" spellcheck="false" autocomplete="off">
</header>
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
<button id="submit" title="Ctrl+Enter">Send</button>
</div>
<div id="fields"></div>
<div class="row">
<label>Headers <textarea id="headers" placeholder="name: value, one a line" spellcheck="false"></textarea></label>
<label>Body <textarea id="body" spellcheck="false"></textarea></label>
</div>
<div class="copy">
<button id="copy" type="button" class="quiet">Copy as curl</button>
<div id="copied" class="soft" role="status"></div>
</div>
</form>
<div class="outcome">
<p id="status" role="status"></p>
<button id="cancel" type="button" class="quiet" title="Escape" hidden>Cancel</button>
</div>
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
