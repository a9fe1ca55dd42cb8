/**
 * JSON with comments, as configuration files have it.
 *
 * @module
 */

import { readFileSync } from "node:fs";

const NOT_JSON = /("(?:\\.|[^"\\])*")|\/\/[^\n]*|\/\*[\s\S]*?\*\/|,(?=\s*[}\]])/g;

/**
 * Reads a file of JSON; comments and commas at the end are usual in these files, and not JSON.
 *
 * @param file The path of the file.
 * @returns `undefined` if there is no such file, or nothing in it.
 * @throws {SyntaxError} If it is not JSON; the message names the file.
 */
export function readJsonc(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
  const bare = text.replace(/^\ufeff/, "").replace(NOT_JSON, (_, string = "") => string)
    // A comment may have stood between the comma and the bracket.
    .replace(NOT_JSON, (_, string = "") => string);
  try {
    return bare.trim() === "" ? undefined : JSON.parse(bare) ?? undefined;
  } catch (cause) {
    throw new SyntaxError(`Cannot read "${file}": ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}
