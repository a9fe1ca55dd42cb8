/**
 * Records and logs requests.
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

/** The format of the request log: a readable line, a line of JSON, or nothing. */
export type LogFormat = "pretty" | "json" | "off";

/** The record of an answered request. */
export interface RequestRecord {
  /** The `x-request-id`: that of the handler, or else that of the client if it is well-formed, or else a random one. */
  readonly id: string;
  /** When the request was received, in milliseconds since 1970. */
  readonly time: number;

  readonly method: string;
  /** The path and query as sent. */
  readonly path: string;
  /** The URL pattern of the route: `/users/[id]`; `null` if no route matched. */
  readonly route: string | null;

  readonly status: number;
  /** The time until the response was sent, in milliseconds. */
  readonly duration: number;
  /** The size of the response body in bytes; `null` if unknown. */
  readonly bytes: number | null;
  /** The state of the cache entry: `HIT`, `STALE` or `MISS`; `null` if the response is not cached. */
  readonly cache: string | null;
  /** The id of the OpenTelemetry trace, if tracing is on. */
  readonly traceId?: string | undefined;
}

/** Answers a request. */
export type Fetch = (request: Request, info: ConnectionInfo) => Response | Promise<Response>;

/** Records requests. */
export interface RequestWatch {
  /** Records the route of a request. */
  readonly matched: (route: Route, request: Request) => void;
  /** Wraps a handler so that its requests are recorded. */
  readonly watch: (fetch: Fetch) => Fetch;
}

/** The request ids that are accepted from clients, because they are logged and sent back. */
const WELL_FORMED = /^[\w.:/+=@-]{1,128}$/;

/**
 * Creates the recorder of requests.
 *
 * @param report Called with each request when its response has been sent.
 */
export function watchRequests(report: (record: RequestRecord) => void): RequestWatch {
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
      report({
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
export function createRequestLogger(format: LogFormat): ((record: RequestRecord) => void) | undefined {
  if (format === "off") return undefined;
  return format === "json"
    ? (record) => console.log(toJsonLine(record))
    : (record) => console.log(...toPrettyLine(record));
}

/** Formats a record as a line of JSON; `duration` has microseconds. */
export function toJsonLine({ time, duration, traceId, ...rest }: RequestRecord): string {
  return JSON.stringify({
    time: new Date(time).toISOString(),
    level: "info",
    ...rest,
    duration: Math.round(duration * 1000) / 1000,
    trace_id: traceId,
  });
}

/** Formats a record for `routes dev`, as arguments of `console.log`: `GET /api/hello?x=1 200 in 8ms`. */
export function toDevLine({ method, path, status, duration }: RequestRecord): string[] {
  return [
    `${toPrintable(method)} ${toPrintable(path)} %c${status}%c in ${formatDuration(duration)}`,
    getColor(status),
    "",
  ];
}

/** Formats a record as a readable line: that of `routes dev`, and the route, the size, the cache state and the id. */
export function toPrettyLine(record: RequestRecord): string[] {
  const [line = "", ...colors] = toDevLine(record);
  const { route, bytes, cache, id } = record;
  const size = bytes === null ? "-" : `${bytes} B`;
  return [`${line}%c ${route ?? "-"} ${size} ${cache ?? "-"} ${id}`, ...colors, "color: gray"];
}

function formatDuration(ms: number): string {
  return ms < 2000 ? `${Math.round(ms)}ms` : `${(ms / 1000).toFixed(1)}s`;
}

function getColor(status: number): string {
  if (status >= 500) return "color: red";
  return status >= 400 ? "color: yellow" : "color: green";
}

/** Escapes control characters and format specifiers of `console.log`, so that a client cannot control the terminal. */
function toPrintable(text: string): string {
  return text.replace(/[^\x20-\x7e]/gu, (char) => `\\u{${char.codePointAt(0)!.toString(16)}}`).replaceAll("%", "%%");
}
