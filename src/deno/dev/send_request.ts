/**
 * Sends the request of the form at `/_routes` to the server itself, so that the response is the one that clients get,
 * and streams the response to the page.
 *
 * @module
 */

import { getErrorMessage } from "../../log/error_text.ts";
import { askServer } from "../server/listen.ts";
import type { RequestForm, ResponsePart } from "./page/state.ts";

/** The maximum size of a shown body. */
const MAX_SHOWN_BYTES = 256 * 1024;

/**
 * Reads the form.
 *
 * @param value The form, as parsed JSON.
 * @throws {TypeError} If it is not a request of this server.
 */
export function readForm(value: unknown): RequestForm {
  const { method = "GET", path = "", headers = "", body = "" } = (value ?? {}) as Partial<RequestForm>;
  if ([method, path, headers, body].some((part) => typeof part !== "string")) {
    throw new TypeError("Cannot send: method, path, headers and body must be strings");
  }
  if (!path.startsWith("/")) throw new TypeError(`Cannot send to "${path}": expected a path that starts with "/"`);
  return { method, path, headers, body };
}

/**
 * Sends the request.
 *
 * @param form The request.
 * @param address The address that the server listens on.
 * @param signal Ends the request.
 * @returns The response, each {@linkcode ResponsePart} as a line of JSON.
 * @throws {TypeError} If the method or a header is invalid.
 */
export function sendRequest(form: RequestForm, address: Deno.NetAddr, signal: AbortSignal): ReadableStream<Uint8Array> {
  const { method, path, body } = form;
  const canceled = new AbortController();
  const init: RequestInit = {
    method,
    headers: readHeaders(form.headers),
    redirect: "manual",
    ...(body === "" || method === "GET" || method === "HEAD" ? {} : { body }),
  };
  new Request("http://localhost/", init);
  const encoder = new TextEncoder();
  return new ReadableStream({
    async start(controller) {
      const start = performance.now();
      const write = (part: ResponsePart) => controller.enqueue(encoder.encode(`${JSON.stringify(part)}\n`));
      try {
        await askServer(
          address,
          path,
          { ...init, signal: AbortSignal.any([signal, canceled.signal]) },
          (response) => readResponse(response, start, write),
        );
      } catch (error) {
        if (canceled.signal.aborted) return;
        write({ type: "error", message: getErrorMessage(error) });
      }
      controller.close();
    },
    cancel: () => canceled.abort(),
  });
}

function readHeaders(lines: string): [name: string, value: string][] {
  return lines.split("\n").map((line) => line.trim()).filter((line) => line !== "").map((line) => {
    const colon = line.indexOf(":");
    if (colon < 1) throw new TypeError(`Cannot send header "${line}": expected "name: value"`);
    return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
  });
}

async function readResponse(
  { status, headers, body }: Response,
  start: number,
  write: (part: ResponsePart) => void,
): Promise<void> {
  write({ type: "head", status, headers: [...headers] });
  const decoder = new TextDecoder();
  let bytes = 0, note = "";
  for await (const chunk of body ?? []) {
    write({ type: "body", text: decoder.decode(chunk, { stream: true }) });
    bytes += chunk.byteLength;
    if (bytes < MAX_SHOWN_BYTES) continue;
    note = " (cut after 256 KiB)";
    break;
  }
  // A character that was cut in the middle.
  const rest = decoder.decode();
  if (rest !== "") write({ type: "body", text: rest });
  write({ type: "end", duration: performance.now() - start, note });
}
