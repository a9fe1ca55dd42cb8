/**
 * Transpiles the TypeScript that Deno does not: in packages, and with `import x = require("…")`.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { stripTypeScriptTypes } from "node:module";

/** `import x = require("…")`, to be replaced by `const  x = require("…")`, which moves no position. */
const IMPORT_EQUALS = /^([ \t]*(?:export[ \t]+)?)import(?=[ \t]+[\w$]+[ \t]*=[ \t]*require[ \t]*\()/gm;
const SOURCE_MAP = /(?<=\/\/# sourceMappingURL=data:application\/json;base64,)[\w+/=]+(?=\s*$)/;

/**
 * Whether a source has a CommonJS import of TypeScript: `import x = require("…")`.
 *
 * @param source TypeScript.
 */
export function hasImportEquals(source: string): boolean {
  return source.includes("require") && source.search(IMPORT_EQUALS) !== -1;
}

/**
 * Transpiles TypeScript to JavaScript, including enums, namespaces and parameter properties, but without JSX and legacy
 * decorators. Stack traces have the positions in the original file.
 *
 * @param source TypeScript.
 * @param url The URL of the file.
 * @throws {SyntaxError} If it is not valid TypeScript.
 */
export function stripTypes(source: string, url: string): string {
  const text = stripTypeScriptTypes(source.replace(IMPORT_EQUALS, "$1const "), { mode: "transform", sourceMap: true });
  return replaceSourceOfMap(text, url);
}

/**
 * Replaces the source file in the source map of transpiled code.
 *
 * @param text JavaScript with an inline source map at its end.
 * @param url The URL of the source file.
 * @param source The content of the source file. Default: the one in the source map.
 */
export function replaceSourceOfMap(text: string, url: string, source?: string): string {
  return text.replace(SOURCE_MAP, (map) => {
    const json = JSON.parse(Buffer.from(map, "base64").toString());
    const sourcesContent = source === undefined ? json.sourcesContent : [source];
    return Buffer.from(JSON.stringify({ ...json, sources: [url], sourcesContent })).toString("base64");
  });
}
