/**
 * Formats thrown values for a log: completely, and so that their text cannot pass for separate log lines.
 *
 * @module
 */

import { inspect } from "node:util";

/** Control characters could move the cursor of a terminal or hide text. Line breaks are kept: see {@linkcode formatError}. */
// deno-lint-ignore no-control-regex -- the expression looks for control characters
const CONTROL = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]/g;

/** Escapes the control characters of a text, including line breaks, so that it is one line. */
export function escapeControls(text: string): string {
  return escapeAllButBreaks(text).replaceAll("\n", "\\n");
}

function escapeAllButBreaks(text: string): string {
  return text.replace(CONTROL, (char) => char === "\t" ? "\t" : `\\u{${char.charCodeAt(0).toString(16)}}`);
}

/**
 * Formats a thrown value: the message, stack, causes and other properties of an error. A message may contain text of a
 * client (`JSON.parse` quotes it), so every line but the first is indented.
 *
 * @param thrown The thrown value; it may not be an error, or may not be convertible to a string.
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

/** Returns the message of a thrown value, which may not be an error. */
export function getErrorMessage(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
