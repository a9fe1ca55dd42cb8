/**
 * TypeScript that Deno does not transpile: in packages, and with `import x = require("…")`.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { stripTypeScriptTypes } from "node:module";

/** `import x = require("…")`, which is `const  x = require("…")`: no position moves. */
const IMPORT_EQUALS = /^([ \t]*(?:export[ \t]+)?)import(?=[ \t]+[\w$]+[ \t]*=[ \t]*require[ \t]*\()/gm;
const SOURCE_MAP = /(?<=\/\/# sourceMappingURL=data:application\/json;base64,)[\w+/=]+(?=\s*$)/;

/**
 * Whether a text imports in the way of TypeScript for CommonJS.
 *
 * @param source TypeScript.
 */
export function hasImportEquals(source: string): boolean {
  return source.includes("require") && source.search(IMPORT_EQUALS) !== -1;
}

/**
 * Turns TypeScript into JavaScript: enums, namespaces and parameter properties as well, but no JSX and no decorators of
 * before the standard. The positions of stack traces stay those of the file.
 *
 * @param source TypeScript.
 * @param url The URL of the file.
 * @throws {SyntaxError} If it is not TypeScript.
 */
export function stripTypes(source: string, url: string): string {
  const text = stripTypeScriptTypes(source.replace(IMPORT_EQUALS, "$1const "), { mode: "transform", sourceMap: true });
  return replaceSourceOfMap(text, url);
}

/**
 * Names another file as the one that a transpiled text was made of.
 *
 * @param text JavaScript with an inline source map at its end.
 * @param url The URL of the file.
 * @param source The text of the file.
 */
export function replaceSourceOfMap(text: string, url: string, source?: string): string {
  return text.replace(SOURCE_MAP, (map) => {
    const json = JSON.parse(Buffer.from(map, "base64").toString());
    const sourcesContent = source === undefined ? json.sourcesContent : [source];
    return Buffer.from(JSON.stringify({ ...json, sources: [url], sourcesContent })).toString("base64");
  });
}
