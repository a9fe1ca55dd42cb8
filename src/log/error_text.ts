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
  return escapeAllButBreaks(removeCallers(text)).replaceAll(/\n(?! {4})/g, "\n    ");
}

const THIS_MODULE = "log/error_text.ts";

/**
 * The URL of this package's modules; `undefined` in a bundle, where they have the URL of the project's code. Bundlers would
 * replace a `new URL()` by an asset.
 */
const OWN_MODULES = import.meta.url.endsWith(`/src/${THIS_MODULE}`)
  ? import.meta.url.slice(0, -THIS_MODULE.length)
  : undefined;

/**
 * Removes how this package and Deno came to call the project, the same lines in every stack. Calls that the project made
 * are kept.
 */
function removeCallers(text: string): string {
  if (OWN_MODULES === undefined) return text;
  let isBelowProject = false;
  const kept: string[] = [];
  for (const line of text.split("\n")) {
    // `inspect()` replaces calls that are also those of the cause, which has them below.
    const isCall = /^\s+(?:at|\.\.\. \d+ lines matching) /.test(line);
    const isOwn = line.includes(OWN_MODULES) || /\(ext:|^\s+(?:at async Promise|\.\.)\./.test(line);
    if (!isCall || !isOwn || !isBelowProject) kept.push(line);
    // The brace begins the properties of the error.
    else if (line.endsWith(" {")) kept[kept.length - 1] += " {";
    isBelowProject = isCall && (isBelowProject || !isOwn);
  }
  return kept.join("\n");
}

/** Returns the message of a thrown value, which may not be an error. */
export function getErrorMessage(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
