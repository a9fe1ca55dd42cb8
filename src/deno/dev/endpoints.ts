/**
 * The endpoints of `routes dev` below `/_routes`. No route can be there: folders that start with an underscore are private.
 *
 * @module
 */

import { getErrorMessage } from "../../log/error_text.ts";
import { createHtmlPage } from "./page/html.ts";
import { PAGE, SCRIPT } from "./page/page.ts";
import { askServer } from "../server/listen.ts";
import type { OutputLine } from "./console_capture.ts";
import type { RequestRecord } from "../server/request_log.ts";

/** A route as the page shows it. */
export interface ShownRoute {
  readonly id: string;
  readonly file: string;
  readonly methods: readonly string[];
  /** Its segment config, an export each: `revalidate = 60`. */
  readonly config: readonly string[];
  /** Why it cannot be loaded. */
  readonly error?: string;
}

/** A request as the page shows it. */
export interface ShownRequest extends RequestRecord {
  /** Identifies it. */
  readonly key: number;
  /** The output of `console` while it was answered. */
  readonly output: readonly OutputLine[];
}

/** The state that the page shows. */
export interface DevState {
  readonly routes: readonly ShownRoute[];
  /** The errors in the names of files. */
  readonly problems: readonly string[];
  /** The last requests, newest first. */
  readonly requests: readonly ShownRequest[];
}

/** The server, as the endpoints need it. */
export interface DevHost {
  state(): Promise<DevState>;
  /** Changes whenever the application does, and with every start. */
  version(): string;
  address(): Deno.NetAddr;
}

/** How much of a response is shown, and for how long an endless one is read. */
const MAX_SHOWN_BYTES = 256 * 1024, MAX_READ_MS = 5000;

/** How long to wait for the head of a response. */
const RESPONSE_TIMEOUT_MS = 30_000;

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
  if (path === "/_routes") return createHtmlPage(200, "Routes", PAGE, SCRIPT);
  if (path === "/_routes/version") return json({ version: host.version() });
  if (path === "/_routes/state") return json(await host.state());
  if (isSend) return await answerSend(request, host);
  return new Response("Not Found", { status: 404 });
}

function json(value: unknown, status = 200): Response {
  return Response.json(value, { status, headers: { "cache-control": "no-store" } });
}

async function answerSend(request: Request, host: DevHost): Promise<Response> {
  // A form of another site cannot send JSON, nor name this site as its origin.
  const origin = request.headers.get("origin");
  const own = origin === null || URL.parse(origin)?.host === request.headers.get("host");
  if (!own || request.headers.get("content-type") !== "application/json") return new Response(null, { status: 403 });
  try {
    return json(await send(readForm(await request.json()), host.address(), request.signal));
  } catch (error) {
    return json({ error: getErrorMessage(error) }, 400);
  }
}

interface RequestForm {
  readonly method: string;
  readonly path: string;
  /** A line each: `name: value`. */
  readonly headers: string;
  readonly body: string;
}

function readForm(value: unknown): RequestForm {
  const { method = "GET", path = "", headers = "", body = "" } = (value ?? {}) as Partial<RequestForm>;
  if ([method, path, headers, body].some((part) => typeof part !== "string")) {
    throw new TypeError("Cannot send: method, path, headers and body must be strings");
  }
  if (!path.startsWith("/")) throw new TypeError(`Cannot send to "${path}": expected a path that starts with "/"`);
  return { method, path, headers, body };
}

/** Sends a request to the server itself, so that the response is the one that clients get. */
async function send({ method, path, headers, body }: RequestForm, address: Deno.NetAddr, gone: AbortSignal) {
  const lines = headers.split("\n").map((line) => line.trim()).filter((line) => line !== "");
  const list = lines.map((line): [string, string] => {
    const colon = line.indexOf(":");
    if (colon < 1) throw new TypeError(`Cannot send header "${line}": expected "name: value"`);
    return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
  });
  const late = AbortSignal.timeout(RESPONSE_TIMEOUT_MS);
  const start = performance.now();
  try {
    const init = {
      method,
      headers: list,
      redirect: "manual" as const,
      signal: AbortSignal.any([gone, late]),
      ...(body === "" || method === "GET" || method === "HEAD" ? {} : { body }),
    };
    return await askServer(address, path, init, async (response) => {
      const { text, note } = await readSome(response);
      const { status, headers: received } = response;
      return { status, headers: [...received], body: text, note, duration: performance.now() - start };
    });
  } catch (error) {
    if (!late.aborted) throw error;
    throw new Error(`No answer in ${RESPONSE_TIMEOUT_MS / 1000} s`);
  }
}

async function readSome({ body }: Response): Promise<{ text: string; note: string }> {
  if (body === null) return { text: "", note: "" };
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let text = "", bytes = 0, note = "";
  const timer = setTimeout(() => {
    note = " (still streaming, cut after 5 s)";
    reader.cancel().catch(() => {});
  }, MAX_READ_MS);
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      text += decoder.decode(part.value, { stream: true });
      bytes += part.value.byteLength;
      if (bytes < MAX_SHOWN_BYTES) continue;
      note = " (cut after 256 KiB)";
      await reader.cancel();
      break;
    }
  } catch {
    note = " (connection lost)";
  } finally {
    clearTimeout(timer);
  }
  return { text: text + decoder.decode(), note };
}
