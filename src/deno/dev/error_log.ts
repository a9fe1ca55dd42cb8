/**
 * Logs the errors of a project to the terminal: a new one with its code and stack, a repeated one in a line. A broken file
 * that many routes import, or a page that polls, would fill the terminal otherwise.
 *
 * @module
 */

import { writeLog } from "../../log/log.ts";
import { describeError, type ErrorDetails, formatError } from "./error_details.ts";

/** The log of the errors of a project. */
export interface ErrorLog {
  /**
   * Logs an error.
   *
   * @param what What failed: `GET /users failed`.
   * @param error The thrown value.
   */
  write(what: string, error: unknown): void;
  /** Forgets all errors: each is new after a change. */
  clear(): void;
}

/** How many errors are remembered; messages may differ with every request. */
const MAX_ERRORS = 100;

/**
 * Creates the log.
 *
 * @param root The project's folder.
 */
export function createErrorLog(root: string): ErrorLog {
  const counts = new Map<string, number>();
  return {
    write(what, error) {
      const details = describeError(error, root);
      const text = formatError(details);
      const count = (counts.get(text) ?? 0) + 1;
      counts.delete(text);
      counts.set(text, count);
      if (counts.size > MAX_ERRORS) counts.delete(counts.keys().next().value!);
      writeLog("error", `${what}: ${count === 1 ? text : `${summarize(details)} (the same error, ${count} times)`}`);
    },
    clear: () => counts.clear(),
  };
}

function summarize({ name, message, place }: ErrorDetails): string {
  const [firstLine = ""] = message.split("\n");
  const at = place === null ? "" : ` at ${place.file}:${place.line}:${place.column}`;
  return `${name}: ${firstLine}${at}`;
}
