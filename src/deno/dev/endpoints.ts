/**
 * The endpoints of `routes dev` below `/_routes`. No route can have such a path: folders that start with an underscore
 * are private.
 *
 * @module
 */

import { getErrorMessage } from "../../log/error_text.ts";
import { writeLog } from "../../log/log.ts";
import { createDocsPage, createDocsScript, createDocumentResponse } from "../openapi/docs_page.ts";
import { createHtmlPage } from "./page/html.ts";
import { PAGE } from "./page/page.ts";
import { createPageScript } from "./page/script.ts";
import type { DevState, ResponsePart } from "./page/state.ts";
import { readForm, sendRequest } from "./send_request.ts";
import { METHODS } from "../../http/method.ts";

const DOCUMENT_PATH = "/_routes/openapi.json", DOCS_PATH = "/_routes/docs", SCRIPT_PATH = "/_routes/docs/scalar.js";

/** The parts of the server that the endpoints need. */
export interface DevHost {
  state(): Promise<DevState>;
  /** Returns the OpenAPI document, as JSON. */
  document(): Promise<string>;
  /** Returns the version, which changes with the application and with every start. */
  version(): string;
  address(): Deno.NetAddr;
}

/**
 * Answers a request to a path below `/_routes`.
 *
 * @returns `null` for every other path.
 */
export async function answerDevEndpoint(request: Request, host: DevHost): Promise<Response | null> {
  const path = /^[a-z]+:\/\/[^/]*(\/_routes(?:\/[^?#]*)?)(?:[?#]|$)/.exec(request.url)?.[1];
  if (path === undefined) return null;
  // A page of another site can make the browser send this request, and must not get an answer.
  const site = request.headers.get("sec-fetch-site");
  if (site !== null && site !== "same-origin" && site !== "none") return new Response(null, { status: 403 });
  const isSend = path === "/_routes/send";
  if (request.method !== (isSend ? "POST" : "GET")) {
    return new Response(null, { status: 405, headers: { allow: isSend ? "POST" : "GET" } });
  }
  if (path === "/_routes") return createHtmlPage(200, "Routes", PAGE, createPageScript(METHODS));
  if (path === "/_routes/version") return json({ version: host.version() });
  if (path === "/_routes/state") return json(await host.state());
  if (path === DOCUMENT_PATH) return await orExplain(async () => createDocumentResponse(await host.document()));
  if (path === DOCS_PATH) return createDocsPage({ document: DOCUMENT_PATH, script: SCRIPT_PATH });
  if (path === SCRIPT_PATH) return await orExplain(createDocsScript);
  if (isSend) return await answerSend(request, host);
  return new Response("Not Found", { status: 404 });
}

function json(value: unknown): Response {
  return Response.json(value, { headers: { "cache-control": "no-store" } });
}

async function orExplain(answer: () => Promise<Response>): Promise<Response> {
  try {
    return await answer();
  } catch (error) {
    writeLog("error", getErrorMessage(error));
    return new Response(getErrorMessage(error), { status: 500 });
  }
}

async function answerSend(request: Request, host: DevHost): Promise<Response> {
  // A form of another site cannot send JSON, nor name this site as its origin.
  const origin = request.headers.get("origin");
  const own = origin === null || URL.parse(origin)?.host === request.headers.get("host");
  if (!own || request.headers.get("content-type") !== "application/json") return new Response(null, { status: 403 });
  // What compresses a response may hold its first parts back.
  const headers = { "content-type": "application/x-ndjson", "cache-control": "no-store, no-transform" };
  try {
    const parts = sendRequest(readForm(await request.json()), host.address(), request.signal);
    return new Response(parts, { headers });
  } catch (error) {
    const part: ResponsePart = { type: "error", message: getErrorMessage(error) };
    return new Response(`${JSON.stringify(part)}\n`, { status: 400, headers });
  }
}
