/**
 * What `routes dev` serves below `/_routes`, where no route can be: folders that begin with an underscore are private.
 *
 * @module
 */

import { htmlPage } from "./page/html.ts";
import { PAGE, SCRIPT } from "./page/page.ts";
import { askServer } from "../server/loopback.ts";
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
  /** Tells it from all others. */
  readonly key: number;
  /** What was printed while it was answered. */
  readonly output: readonly OutputLine[];
}

/** What the page shows. */
export interface DevState {
  readonly routes: readonly ShownRoute[];
  /** What is wrong with the names of files. */
  readonly problems: readonly string[];
  /** The last requests, newest first. */
  readonly requests: readonly ShownRequest[];
}

/** What the endpoints need of the server. */
export interface DevHost {
  state(): Promise<DevState>;
  /** Changes whenever the application does, and with every start. */
  version(): string;
  /** Where the server listens. */
  address(): Deno.NetAddr;
}

/** How much of a response is shown, in bytes, and how long one that does not end is read, in milliseconds. */
const SHOWN_BYTES = 256 * 1024, READ_FOR = 5000;

/** How long the head of a response is waited for, in milliseconds. */
const WAITED_FOR = 30_000;

/**
 * Answers a request for what is below `/_routes`.
 *
 * @returns `null` for every other path.
 */
export async function answerDevEndpoint(request: Request, host: DevHost): Promise<Response | null> {
  const path = /^[a-z]+:\/\/[^/]*(\/_routes(?:\/[^?#]*)?)(?:[?#]|$)/.exec(request.url)?.[1];
  if (path === undefined) return null;
  // A page of another site may make a browser ask, and must not be told.
  const site = request.headers.get("sec-fetch-site");
  if (site !== null && site !== "same-origin" && site !== "none") return new Response(null, { status: 403 });
  const isSend = path === "/_routes/send";
  if (request.method !== (isSend ? "POST" : "GET")) {
    return new Response(null, { status: 405, headers: { allow: isSend ? "POST" : "GET" } });
  }
  if (path === "/_routes") return htmlPage(200, "Routes", PAGE, SCRIPT);
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
    return json(await send(readWanted(await request.json()), host.address(), request.signal));
  } catch (error) {
    return json({ error: error instanceof Error ? error.message : String(error) }, 400);
  }
}

interface Wanted {
  readonly method: string;
  readonly path: string;
  /** A line each: `name: value`. */
  readonly headers: string;
  readonly body: string;
}

function readWanted(value: unknown): Wanted {
  const { method = "GET", path = "", headers = "", body = "" } = (value ?? {}) as Partial<Wanted>;
  if ([method, path, headers, body].some((part) => typeof part !== "string")) {
    throw new TypeError("Cannot send: method, path, headers and body are texts");
  }
  if (!path.startsWith("/")) throw new TypeError(`Cannot send to "${path}": a path begins with "/"`);
  return { method, path, headers, body };
}

/** Sends a request to the server itself, so that the answer is what a client gets. */
async function send({ method, path, headers, body }: Wanted, address: Deno.NetAddr, gone: AbortSignal) {
  const lines = headers.split("\n").map((line) => line.trim()).filter((line) => line !== "");
  const list = lines.map((line): [string, string] => {
    const colon = line.indexOf(":");
    if (colon < 1) throw new TypeError(`Cannot send header "${line}": write "name: value"`);
    return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
  });
  const late = AbortSignal.timeout(WAITED_FOR);
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
    throw new Error(`No answer in ${WAITED_FOR / 1000} s`);
  }
}

async function readSome({ body }: Response): Promise<{ text: string; note: string }> {
  if (body === null) return { text: "", note: "" };
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let text = "", bytes = 0, note = "";
  const timer = setTimeout(() => {
    note = ", which does not end; cut after 5 s";
    reader.cancel().catch(() => {});
  }, READ_FOR);
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      text += decoder.decode(part.value, { stream: true });
      bytes += part.value.byteLength;
      if (bytes < SHOWN_BYTES) continue;
      note = ", cut after 256 KiB";
      await reader.cancel();
      break;
    }
  } catch {
    note = ", which broke off";
  } finally {
    clearTimeout(timer);
  }
  return { text: text + decoder.decode(), note };
}
