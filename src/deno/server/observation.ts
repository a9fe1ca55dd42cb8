/**
 * Observes the requests of a server: for the log, for metrics, and for a function of the program.
 *
 * @module
 */

import type { RequestHandlerHost } from "../../handler/handler_options.ts";
import { writeLog } from "../../log/log.ts";
import { createMetrics, type Metrics } from "./metrics.ts";
import { createRequestLogger, type LogFormat } from "./request_log.ts";
import { type Fetch, type RequestRecord, type RequestWatch, watchRequests } from "./request_watch.ts";

/** Options of {@linkcode observeRequests}. */
export interface ObservationOptions {
  /**
   * How requests are logged on stdout: a line for people (`pretty`), one JSON object a line (`json`: `id`, `time`,
   * `level`, `method`, `path`, `route`, `status`, `duration` in ms, `bytes`, `bytes_in`, `cache`, `ip`, `user_agent`,
   * `trace_id`), or not at all. Default: `off`. Where they are, responses carry `x-request-id`.
   */
  log?: LogFormat | undefined;
  /** Which part of the requests is logged, from 0 to 1. Those with a status of 500 and more always are. Default: 1. */
  logSample?: number | undefined;
  /**
   * Called with each request when its response has been sent, as for a log of the program's own. Responses carry
   * `x-request-id` then. An error that it throws is logged.
   */
  onResponse?: ((record: RequestRecord) => void) | undefined;
}

/** What the observation depends on besides. */
export interface ServerContext {
  /** The path of metrics, if they are measured. */
  readonly metrics?: boolean | string | undefined;
  /** Whether a proxy in front of the server says what the address of a client is. */
  readonly trustProxy?: boolean | undefined;
}

/** How the requests of a server are observed. */
export interface Observation {
  /** The hooks of the handler; empty if requests are not observed. */
  readonly hooks: Pick<RequestHandlerHost, "onMatch" | "onCached">;
  /** Wraps a handler so that its requests are observed; returns it unchanged if they are not. */
  readonly watch: (fetch: Fetch) => Fetch;
  /** The metrics, if they are asked for. */
  readonly metrics: Metrics | undefined;
}

/**
 * Prepares the observation of requests.
 *
 * @param options The observers.
 * @param server The server.
 */
export function observeRequests(options: ObservationOptions, server: ServerContext): Observation {
  const { metrics: path = false } = server;
  const metrics = path === false ? undefined : createMetrics();
  const watches = [createRecorder(options, server), metrics].filter((watch) => watch !== undefined);
  if (watches.length === 0) return { hooks: {}, watch: (fetch) => fetch, metrics };
  const onMatch: RequestHandlerHost["onMatch"] = (route, request) => {
    for (const { matched } of watches) matched(route, request);
  };
  const watch = (fetch: Fetch) => watches.reduce((watched, one) => one.watch(watched), fetch);
  return { hooks: { onMatch, onCached: metrics?.onCached }, watch, metrics };
}

/** Creates the recorder for the log and the program, if one of them is set. */
function createRecorder(
  { log = "off", logSample, onResponse }: ObservationOptions,
  { trustProxy }: ServerContext,
): RequestWatch | undefined {
  const observers = [createRequestLogger(log, logSample), guard(onResponse)].filter((one) => one !== undefined);
  if (observers.length === 0) return undefined;
  const report = (record: RequestRecord) => {
    for (const observe of observers) observe(record);
  };
  return watchRequests(report, { trustProxy });
}

/** A function of the program may fail, also later. */
function guard(onResponse: ObservationOptions["onResponse"]): ObservationOptions["onResponse"] {
  if (onResponse === undefined) return undefined;
  return async (record) => {
    try {
      await onResponse(record);
    } catch (error) {
      writeLog("error", `${record.method} ${record.path}: onResponse failed:`, { error, id: record.id });
    }
  };
}
