/**
 * Configuration files: JSON with comments and trailing commas.
 *
 * @module
 */

import { readFileSync } from "node:fs";
import { parse } from "@std/jsonc";
import { getErrorMessage } from "../../../log/error_text.ts";

/** Only white space and comments, which `parse()` treats as a truncated file. */
const BLANK = /^(?:\s|\/\/[^\n]*(?:\n|$)|\/\*(?:[^*]|\*(?!\/))*\*\/)*$/;

/**
 * Reads a configuration file.
 *
 * @param file The path of the file.
 * @returns The value, or `undefined` if the file cannot be read, is blank, or is `null`.
 * @throws {SyntaxError} If it is not JSON; the message names the file.
 */
export function readJsonc(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, "utf8").replace(/^\ufeff/, "");
  } catch {
    return undefined;
  }
  if (BLANK.test(text)) return undefined;
  try {
    return parse(text) ?? undefined;
  } catch (cause) {
    const reason = getErrorMessage(cause).replace(/^Cannot parse JSONC: /, "");
    throw new SyntaxError(`Cannot read "${file}": ${reason}`, { cause });
  }
}
