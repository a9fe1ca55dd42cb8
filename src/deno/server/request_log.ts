/**
 * Logs requests.
 *
 * @module
 */

import type { RequestRecord } from "./request_watch.ts";

/** The format of the request log: a readable line, a line of JSON, or nothing. */
export type LogFormat = "pretty" | "json" | "off";

/**
 * Creates the function that prints records.
 *
 * @param format The format.
 * @param sample The part of the requests to print, from 0 to 1; those with a status from 500 are always printed.
 * @param random Returns a random number from 0 to 1.
 */
export function createRequestLogger(
  format: LogFormat,
  sample: number = 1,
  random: () => number = Math.random,
): ((record: RequestRecord) => void) | undefined {
  if (format === "off") return undefined;
  const print = format === "json"
    ? (record: RequestRecord) => console.log(toJsonLine(record))
    : (record: RequestRecord) => console.log(...toPrettyLine(record));
  if (sample >= 1) return print;
  return (record) => {
    if (record.status >= 500 || random() < sample) print(record);
  };
}

/** Formats a record as a line of JSON; `duration` has microseconds. */
export function toJsonLine({ time, duration, bytesIn, userAgent, traceId, ...rest }: RequestRecord): string {
  return JSON.stringify({
    time: new Date(time).toISOString(),
    level: rest.status >= 500 ? "error" : "info",
    ...rest,
    duration: Math.round(duration * 1000) / 1000,
    bytes_in: bytesIn,
    user_agent: userAgent,
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
