/**
 * Logs the errors of a project to the terminal: new ones with code and stack, repeated ones in one line. Otherwise a
 * broken file that many routes import, or a page that polls, would flood the terminal.
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
   * @param what The failure: `GET /users failed`.
   * @param error The thrown value.
   */
  write(what: string, error: unknown): void;
  /** Forgets all errors, so that each is logged in full after a change. */
  clear(): void;
}

/** The maximum number of remembered errors, because messages may differ with every request. */
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
