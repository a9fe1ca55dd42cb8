/**
 * The log: what the module itself has to say, as lines for people or as lines of JSON. What handlers print by `console`
 * is theirs, and stays as it is.
 *
 * @module
 */

import { escapeControls, formatError } from "./error_text.ts";
import { getTraceId } from "./trace_id.ts";

/** How bad something is. */
export type LogLevel = "info" | "warn" | "error";

/** What a line has besides its message. */
export interface LogDetails {
  /** What was thrown. */
  readonly error?: unknown;
  /** The id of the request that it is about. */
  readonly id?: string | undefined;
  /** What else a line of JSON has. */
  readonly fields?: Readonly<Record<string, unknown>>;
}

/** How many servers of this process log as JSON. */
let jsonLogs = 0;

/**
 * From now on all lines are JSON.
 *
 * @returns Ends that.
 */
export function enableJsonLog(): () => void {
  jsonLogs++;
  let isUsed = true;
  return () => {
    if (isUsed) jsonLogs--;
    isUsed = false;
  };
}

/**
 * Writes a line: errors and warnings to stderr, the others to stdout.
 *
 * @param level How bad it is.
 * @param message What happened; it may have text of a client in it.
 * @param details What the line has besides.
 */
export function writeLog(level: LogLevel, message: string, details: LogDetails = {}): void {
  const write = level === "info" ? "log" : level;
  if (jsonLogs > 0) return console[write](toJsonLine(level, message, details));
  const text = message.split("\n").map(escapeControls).join("\n");
  // One text and no format: what a client sent would be read as one.
  console[write]("error" in details ? `${text} ${formatError(details.error)}` : text);
}

/** A line of JSON: `time`, `level`, `message`, and where they are known `id`, `trace_id`, `error`. */
function toJsonLine(level: LogLevel, message: string, details: LogDetails): string {
  const { id, error, fields } = details;
  return JSON.stringify({
    ...{ time: new Date().toISOString(), level, message, id, trace_id: getTraceId(), ...fields },
    error: "error" in details ? formatError(error) : undefined,
  });
}
