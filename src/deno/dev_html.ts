/**
 * The frame of the pages of `routes dev`: their style, and what they may do.
 *
 * @module
 */

/**
 * Makes a page. Its script is the one given here and no other: what a page shows comes from clients and from files.
 *
 * @param status The status of the response.
 * @param title The title, as text.
 * @param body The content, as HTML.
 * @param script Its script.
 */
export function htmlPage(status: number, title: string, body: string, script: string): Response {
  const nonce = crypto.randomUUID();
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="data:,">
<style nonce="${nonce}">${STYLE}</style>
</head>
<body>
${body}
<script type="module" nonce="${nonce}">${script}</script>
</body>
</html>
`;
  const policy = `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'; ` +
    "connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
  return new Response(html, {
    status,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      "content-security-policy": policy,
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
    },
  });
}

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text as HTML. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => ESCAPES[char]!);
}

const STYLE = `
:root {
  color-scheme: light dark;
  --text: light-dark(#1c1e21, #e4e6e9);
  --soft: light-dark(#5d6570, #9aa3ae);
  --ground: light-dark(#ffffff, #15181c);
  --panel: light-dark(#f4f5f7, #1e2227);
  --line: light-dark(#d9dde2, #343a42);
  --link: light-dark(#0b57c2, #7db4ff);
  --good: light-dark(#11703a, #5fd08b);
  --warn: light-dark(#8a5a00, #e8b24a);
  --bad: light-dark(#b3261e, #ff8a80);
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 76rem; margin: 0 auto; padding: 1.5rem; }
h1 { font-size: 1.3rem; margin: 0 0 .5rem; }
h2 { font-size: 1.05rem; margin: 2rem 0 .5rem; }
a { color: var(--link); }
p { margin: .5rem 0; }
.soft { color: var(--soft); }
.message { font-size: 1.1rem; color: var(--bad); overflow-wrap: anywhere; }
pre, code, input, textarea, select, td.mono { font: 13px/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
pre { background: var(--panel); border: 1px solid var(--line); border-radius: 6px; padding: .8rem; overflow: auto; }
table { width: 100%; border-collapse: collapse; }
th { text-align: left; font-weight: 600; color: var(--soft); font-size: .85rem; }
th, td { padding: .35rem .6rem .35rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
td { overflow-wrap: anywhere; }
.good { color: var(--good); } .warn { color: var(--warn); } .bad { color: var(--bad); }
button, select, input, textarea {
  color: inherit; background: var(--panel); border: 1px solid var(--line); border-radius: 6px; padding: .4rem .6rem;
}
button { font: inherit; cursor: pointer; }
button.link { background: none; border: 0; padding: 0; color: var(--link); text-decoration: underline; text-align: left;
  font: 13px/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
form { display: grid; gap: .6rem; }
form .row { display: flex; gap: .6rem; flex-wrap: wrap; align-items: end; }
label { display: grid; gap: .2rem; font-size: .85rem; color: var(--soft); }
label.wide { flex: 1; min-width: 14rem; }
textarea { width: 100%; min-height: 4.5rem; resize: vertical; }
`;
