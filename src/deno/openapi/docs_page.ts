/**
 * The docs page: an OpenAPI document, rendered by Scalar.
 *
 * @module
 */

import { createPageResponse } from "../../http/html_page.ts";
import { loadScalar } from "./scalar.ts";

/** The places that a docs page refers to, as paths of its own origin. */
export interface DocsPagePlaces {
  /** The path of the document. */
  readonly document: string;
  /** The path of Scalar's bundle. */
  readonly script: string;
}

/** Fonts, sharing and AI would need other servers. */
const SETTINGS = {
  withDefaultFonts: false,
  telemetry: false,
  showDeveloperTools: "never",
  hideClientButton: true,
  agent: { disabled: true },
  mcp: { disabled: true },
};

/**
 * Creates the page. Its policy allows no other script than Scalar's, and no connection to another origin.
 *
 * @param places The URLs that the page refers to.
 */
export function createDocsPage({ document, script }: DocsPagePlaces): Response {
  const nonce = crypto.randomUUID();
  const settings = JSON.stringify({ url: document, ...SETTINGS }).replaceAll("<", "\\u003c");
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>API reference</title>
</head>
<body>
<div id="reference">The API reference cannot be loaded: the log of the server says why.</div>
<script nonce="${nonce}" src="${script.replaceAll('"', "%22")}"></script>
<script nonce="${nonce}">Scalar.createApiReference("#reference", ${settings});</script>
</body>
</html>
`;
  // Scalar sets styles in elements of its own.
  const policy = `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'unsafe-inline'; connect-src 'self'; ` +
    "img-src 'self' data:; font-src 'self' data:";
  return createPageResponse(html, policy);
}

/**
 * Creates the response with Scalar's bundle.
 *
 * @param root The project's folder. Default: the current one.
 * @throws {Error} If Scalar cannot be loaded.
 */
export async function createDocsScript(root?: string): Promise<Response> {
  return new Response(await loadScalar(root), {
    headers: {
      "content-type": "text/javascript; charset=utf-8",
      "cache-control": "no-cache",
      "x-content-type-options": "nosniff",
    },
  });
}

/**
 * Creates the response with a document.
 *
 * @param text The document, as JSON.
 */
export function createDocumentResponse(text: string): Response {
  return new Response(text, {
    headers: {
      "content-type": "application/json",
      "cache-control": "no-cache",
      "x-content-type-options": "nosniff",
    },
  });
}
