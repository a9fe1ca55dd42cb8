/**
 * The log of requests: how their records are printed.
 *
 * @module
 */

import type { RequestRecord } from "./request_watch.ts";

/** How requests are logged: a line for people, a JSON object a line, or not at all. */
export type LogFormat = "pretty" | "json" | "off";

/**
 * Creates the function that prints records.
 *
 * @param format How they are printed.
 * @param sample Which part of the requests is printed, from 0 to 1; those with a status of 500 and more always are.
 * @param random Returns a random number from 0 to 1.
 */
export function requestLogger(
  format: LogFormat,
  sample: number = 1,
  random: () => number = Math.random,
): ((record: RequestRecord) => void) | undefined {
  if (format === "off") return undefined;
  const print = format === "json"
    ? (record: RequestRecord) => console.log(jsonLine(record))
    : (record: RequestRecord) => console.log(...prettyLine(record));
  if (sample >= 1) return print;
  return (record) => {
    if (record.status >= 500 || random() < sample) print(record);
  };
}

/** Formats a record as a line of JSON; `duration` has microseconds. */
export function jsonLine({ time, duration, bytesIn, userAgent, traceId, ...rest }: RequestRecord): string {
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
