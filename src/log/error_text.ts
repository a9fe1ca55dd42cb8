/**
 * What was thrown, as text for a log: whole, and unable to pass for lines of its own.
 *
 * @module
 */

import { inspect } from "node:util";

/** Controls could move the cursor of a terminal, or hide what was there. Line breaks are kept: see {@linkcode formatError}. */
// deno-lint-ignore no-control-regex -- controls are what is escaped
const CONTROL = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]/g;

/** Escapes the controls of a text, line breaks included, so that it is one line. */
export function escapeControls(text: string): string {
  return escapeAllButBreaks(text).replaceAll("\n", "\\n");
}

function escapeAllButBreaks(text: string): string {
  return text.replace(CONTROL, (char) => char === "\t" ? "\t" : `\\u{${char.charCodeAt(0).toString(16)}}`);
}

/**
 * Formats what was thrown: message, stack, causes, and what else an error carries. A message may have text of a client
 * in it (`JSON.parse` quotes it), so each further line is indented.
 *
 * @param thrown What was thrown; it need not be an error, and some objects are no text at all.
 */
export function formatError(thrown: unknown): string {
  let text: string;
  try {
    text = typeof thrown === "string" ? thrown : inspect(thrown, { colors: false, depth: 4 });
  } catch {
    text = `a value that cannot be shown (${typeof thrown})`;
  }
  return escapeAllButBreaks(text).replaceAll(/\n(?! {4})/g, "\n    ");
}
