/**
 * The log of requests: the record of each, and how it is printed.
 *
 * @module
 */

import { getBodySize } from "../../http/response_shape.ts";
import { setRequestId } from "../../http/request_id.ts";
import { withBody } from "../../http/response_body.ts";
import { withHeader } from "../../http/response_header.ts";
import { getPathAndQuery } from "../../handler/error_report.ts";
import type { Route } from "../../handler/served_route.ts";
import { getTraceId } from "../../log/trace_id.ts";
import type { ConnectionInfo } from "../../scope/request_scope.ts";

/** How requests are logged: a line for people, a JSON object a line, or not at all. */
export type LogFormat = "pretty" | "json" | "off";

/** A request that was answered. */
export interface RequestRecord {
  /** Its `x-request-id`: the handler's own, else the client's if that is well-formed, else a random one. */
  readonly id: string;
  /** When it came, in milliseconds since 1970. */
  readonly time: number;
  /** Its method. */
  readonly method: string;
  /** Its path and query as sent. */
  readonly path: string;
  /** The URL pattern of the route that answered: `/users/[id]`; `null` if none did. */
  readonly route: string | null;
  /** The status of the response. */
  readonly status: number;
  /** How long it took until the response was sent, in milliseconds. */
  readonly duration: number;
  /** How many bytes the body had; `null` if that is not known. */
  readonly bytes: number | null;
  /** What the cache had to do with it: `HIT`, `STALE`, `MISS`; `null` if nothing. */
  readonly cache: string | null;
  /** The trace of OpenTelemetry that it belongs to, where that is on. */
  readonly traceId?: string | undefined;
}

/** Answers a request, as a handler does. */
export type Fetch = (request: Request, info: ConnectionInfo) => Response | Promise<Response>;

/** Watches requests. */
export interface RequestWatch {
  /** Records the route of a request. */
  readonly matched: (route: Route, request: Request) => void;
  /** Wraps a handler so that its requests are recorded. */
  readonly watch: (fetch: Fetch) => Fetch;
}

/** The ids that are accepted from clients: they are written into logs and sent back. */
const WELL_FORMED = /^[\w.:/+=@-]{1,128}$/;

/**
 * Creates the recorder of requests.
 *
 * @param tell Called with each request when its response has been sent.
 */
export function watchRequests(tell: (record: RequestRecord) => void): RequestWatch {
  const routes = new WeakMap<Request, string>();
  const matched = (route: Route, request: Request) => void routes.set(request, route.id);
  const watch = (fetch: Fetch): Fetch => async (request, info) => {
    const time = Date.now(), start = performance.now();
    const { method, url } = request;
    const traceId = getTraceId();
    const given = request.headers.get("x-request-id") ?? "";
    const known = WELL_FORMED.test(given) ? given : crypto.randomUUID();
    setRequestId(request, known);
    const answered = await fetch(request, info);
    const own = answered.headers.get("x-request-id") ?? "";
    const id = WELL_FORMED.test(own) ? own : known;
    const { response, bytes } = withCountedBody(withHeader(answered, "x-request-id", id), method);
    const { status, headers } = response;
    const cache = headers.get("x-nextjs-cache");
    info.completed.finally(() =>
      tell({
        id,
        time,
        method,
        path: getPathAndQuery(url),
        route: routes.get(request) ?? null,
        status,
        duration: performance.now() - start,
        bytes: bytes(),
        cache,
        traceId,
      })
    ).catch(() => {});
    return response;
  };
  return { matched, watch };
}

/** Counts the bytes of a stream while it is sent. */
function withCountedBody(response: Response, method: string): { response: Response; bytes: () => number | null } {
  const size = method === "HEAD" ? 0 : getBodySize(response);
  if (size !== null || response.body === null || response.bodyUsed) return { response, bytes: () => size };
  let bytes = 0;
  const counting = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      bytes += chunk.byteLength;
      controller.enqueue(chunk);
    },
  });
  return { response: withBody(response, response.body.pipeThrough(counting)), bytes: () => bytes };
}

/** Creates the function that prints records. */
export function requestLogger(format: LogFormat): ((record: RequestRecord) => void) | undefined {
  if (format === "off") return undefined;
  return format === "json" ? (record) => console.log(jsonLine(record)) : (record) => console.log(...prettyLine(record));
}

/** Formats a record as a line of JSON; `duration` has microseconds. */
export function jsonLine({ time, duration, traceId, ...rest }: RequestRecord): string {
  return JSON.stringify({
    time: new Date(time).toISOString(),
    level: "info",
    ...rest,
    duration: Math.round(duration * 1000) / 1000,
    trace_id: traceId,
  });
}

/** A record as the line of `routes dev`: `GET /api/hello?x=1 200 in 8ms`; the arguments of `console.log`. */
export function devLine({ method, path, status, duration }: RequestRecord): string[] {
  return [`${printable(method)} ${printable(path)} %c${status}%c in ${shownDuration(duration)}`, colorOf(status), ""];
}

/** A record as a line for people: what `routes dev` prints, the route, the size, the cache and the id. */
export function prettyLine(record: RequestRecord): string[] {
  const [line = "", ...colors] = devLine(record);
  const { route, bytes, cache, id } = record;
  const size = bytes === null ? "-" : `${bytes} B`;
  return [`${line}%c ${route ?? "-"} ${size} ${cache ?? "-"} ${id}`, ...colors, "color: gray"];
}

function shownDuration(ms: number): string {
  return ms < 2000 ? `${Math.round(ms)}ms` : `${(ms / 1000).toFixed(1)}s`;
}

function colorOf(status: number): string {
  return status >= 500 ? "color: red" : status >= 400 ? "color: yellow" : "color: green";
}

/** Escapes control characters, and what `console.log` takes for a format: a client must not write to the terminal. */
function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/gu, (char) => `\\u{${char.codePointAt(0)!.toString(16)}}`).replaceAll("%", "%%");
}
