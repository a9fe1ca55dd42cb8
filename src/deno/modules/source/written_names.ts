/**
 * Reads the names that a CommonJS module exports from its source, if the module cannot be run.
 *
 * @module
 */

const ASSIGNED = /(?<![.\w$])(?:module\.)?exports\.([\p{ID_Start}$_][\p{ID_Continue}$]*)\s*=(?!=)/gu;
const DEFINED = /\bObject\.defineProperty\(\s*exports\s*,\s*["']([^"'\n]+)["']/g;
const OBJECT = /(?<![.\w$])module\.exports\s*=\s*\{/g;
/** The tokens of an object literal. */
const TOKEN =
  /\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|(["'`])(?:[^\\]|\\[\s\S])*?(?:\1|$)|[\p{ID_Start}$_][\p{ID_Continue}$]*|[\s\S]/uy;
const NAME = /^[\p{ID_Start}$_]/u;

/**
 * Returns the names in `exports.name = …` and `Object.defineProperty(exports, "name", …)`, and the keys of
 * `module.exports = { … }`. Other exports are not found.
 *
 * @param source The source of a CommonJS module.
 */
export function getWrittenNames(source: string): string[] {
  const names = new Set<string>();
  for (const [, name = ""] of source.matchAll(ASSIGNED)) names.add(name);
  for (const [, name = ""] of source.matchAll(DEFINED)) names.add(name);
  let done = 0;
  for (const match of source.matchAll(OBJECT)) {
    // A nested object was read with the outer one.
    if (match.index >= done) done = readKeys(source, match.index + match[0].length, names);
  }
  return [...names];
}

/** Reads the keys of an object literal, and returns its end. */
function readKeys(source: string, begin: number, names: Set<string>): number {
  let depth = 1;
  let isKey = true;
  TOKEN.lastIndex = begin;
  for (let token = TOKEN.exec(source); token !== null; token = TOKEN.exec(source)) {
    const [text, quote] = token;
    if (/^\s$|^\/[/*]/.test(text)) continue;
    if (depth === 1 && isKey) {
      if (quote !== undefined) names.add(text.slice(1, -1));
      else if (NAME.test(text)) names.add(text);
      // In `async GET() {}`, `get name() {}` and `*name() {}` the name comes next.
      isKey = /^(?:async|get|set|\*|\.)$/.test(text);
    }
    if (/^[{([]$/.test(text)) depth++;
    else if (/^[})\]]$/.test(text) && --depth === 0) break;
    else if (text === "," && depth === 1) isKey = true;
  }
  return TOKEN.lastIndex === 0 ? source.length : TOKEN.lastIndex;
}
