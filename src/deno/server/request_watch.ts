/**
 * Records requests: what was asked for, what answered, and how long it took.
 *
 * @module
 */

import { getPathAndQuery } from "../../handler/error_report.ts";
import type { Route } from "../../handler/served_route.ts";
import { parseAddress } from "../../http/ip_address.ts";
import { getReceivedHeader, getReceivedStream } from "../../http/received_request.ts";
import { setRequestId } from "../../http/request_id.ts";
import { withBody } from "../../http/response_body.ts";
import { withHeader } from "../../http/response_header.ts";
import { getBodySize } from "../../http/response_shape.ts";
import { getTraceId } from "../../log/trace_id.ts";
import type { ConnectionInfo } from "../../scope/request_scope.ts";

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
  /** How many bytes the body of the request has, as the client declares it; `null` if it does not. */
  readonly bytesIn: number | null;
  /** What the cache had to do with it: `HIT`, `STALE`, `MISS`; `null` if nothing. */
  readonly cache: string | null;
  /**
   * The address of the client: the other end of the connection, or with `trustProxy` the last one of `X-Forwarded-For`,
   * which the proxy in front of the server appends. `null` for a Unix socket without it.
   */
  readonly ip: string | null;
  /** The `User-Agent` of the client. */
  readonly userAgent: string | null;
  /** The trace of OpenTelemetry that it belongs to, where that is on. */
  readonly traceId?: string | undefined;
}

/** Answers a request, as a handler does. */
export type Fetch = (request: Request, info: ConnectionInfo) => Response | Promise<Response>;

/** Watches requests. */
export interface RequestWatch {
  /** Notes the route of a request. */
  readonly matched: (route: Route, request: Request) => void;
  /** Wraps a handler so that its requests are watched. */
  readonly watch: (fetch: Fetch) => Fetch;
}

/** Options of {@linkcode watchRequests}. */
export interface WatchOptions {
  /** Whether a proxy in front of the server appends to `X-Forwarded-For`. Default: no. */
  readonly trustProxy?: boolean | undefined;
}

/** The ids that are accepted from clients: they are written into logs and sent back. */
const WELL_FORMED = /^[\w.:/+=@-]{1,128}$/;

/**
 * Creates the recorder of requests.
 *
 * @param report Called with each request when its response has been sent.
 * @param options What is recorded.
 */
export function watchRequests(
  report: (record: RequestRecord) => void,
  { trustProxy = false }: WatchOptions = {},
): RequestWatch {
  const routes = new WeakMap<Request, string>();
  const matched = (route: Route, request: Request) => void routes.set(request, route.id);
  const watch = (fetch: Fetch): Fetch => async (request, info) => {
    const time = Date.now(), start = performance.now();
    const { method, url } = request;
    const traceId = getTraceId();
    // The headers are gone when the request has ended.
    const sender = readSender(request, info, trustProxy);
    const given = getReceivedHeader(request, "x-request-id") ?? "";
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
        ...sender,
        traceId,
      })
    ).catch(() => {});
    return response;
  };
  return { matched, watch };
}

type Sender = Pick<RequestRecord, "bytesIn" | "ip" | "userAgent">;

function readSender(request: Request, info: ConnectionInfo, trustProxy: boolean): Sender {
  const forwarded = trustProxy ? getReceivedHeader(request, "x-forwarded-for")?.split(",").at(-1) : undefined;
  const address = parseAddress(forwarded ?? "") ?? parseAddress(info.remoteAddr?.hostname ?? "");
  return {
    bytesIn: getDeclaredSize(request),
    ip: address ?? null,
    userAgent: getReceivedHeader(request, "user-agent"),
  };
}

function getDeclaredSize(request: Request): number | null {
  const length = getReceivedHeader(request, "content-length");
  if (length !== null) return Number(length);
  const { method } = request;
  return method === "GET" || method === "HEAD" || getReceivedStream(request) === null ? 0 : null;
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
