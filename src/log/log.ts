/**
 * The log of the module itself, as plain text or as JSON lines. Output of route handlers through `console` is not changed.
 *
 * @module
 */

import { escapeControls, formatError } from "./error_text.ts";
import { getTraceId } from "./trace_id.ts";

/** The severity of a log line. */
export type LogLevel = "info" | "warn" | "error";

/** The details of a log line besides its message. */
export interface LogDetails {
  readonly error?: unknown;
  /** The id of the request that the line is about. */
  readonly id?: string | undefined;
  /** Further properties of a JSON line. */
  readonly fields?: Readonly<Record<string, unknown>>;
}

/** How many servers of this process log JSON lines. */
let jsonLogs = 0;

/**
 * Switches the log to JSON lines.
 *
 * @returns A function that switches back.
 */
export function enableJsonLog(): () => void {
  jsonLogs++;
  let isEnabled = true;
  return () => {
    if (isEnabled) jsonLogs--;
    isEnabled = false;
  };
}

/**
 * Writes a line to the log: errors and warnings to stderr, others to stdout.
 *
 * @param level The severity.
 * @param message The message; it may contain text of a client.
 * @param details Further details of the line.
 */
export function writeLog(level: LogLevel, message: string, details: LogDetails = {}): void {
  const write = level === "info" ? "log" : level;
  if (jsonLogs > 0) return console[write](toJsonLine(level, message, details));
  const text = message.split("\n").map(escapeControls).join("\n");
  // A single argument: `console` would read a message with text of a client as a format string.
  console[write]("error" in details ? `${text} ${formatError(details.error)}` : text);
}

/** Formats a JSON line: `time`, `level`, `message` and, if known, `id`, `trace_id` and `error`. */
function toJsonLine(level: LogLevel, message: string, details: LogDetails): string {
  const { id, error, fields } = details;
  return JSON.stringify({
    time: new Date().toISOString(),
    level,
    message,
    id,
    trace_id: getTraceId(),
    ...fields,
    error: "error" in details ? formatError(error) : undefined,
  });
}
