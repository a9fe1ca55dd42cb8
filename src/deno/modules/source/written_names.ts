/**
 * The names that a CommonJS module exports, read from its text, where it cannot be run to tell them.
 *
 * @module
 */

const ASSIGNED = /(?<![.\w$])(?:module\.)?exports\.([\p{ID_Start}$_][\p{ID_Continue}$]*)\s*=(?!=)/gu;
const DEFINED = /\bObject\.defineProperty\(\s*exports\s*,\s*["']([^"'\n]+)["']/g;
const OBJECT = /(?<![.\w$])module\.exports\s*=\s*\{/g;
/** What a literal is made of, besides single characters. */
const TOKEN =
  /\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|(["'`])(?:[^\\]|\\[\s\S])*?(?:\1|$)|[\p{ID_Start}$_][\p{ID_Continue}$]*|[\s\S]/uy;
const NAME = /^[\p{ID_Start}$_]/u;

/**
 * Reads the names: of `exports.name = …`, of `Object.defineProperty(exports, "name", …)`, and the keys of
 * `module.exports = { … }`. Others are not found.
 *
 * @param source The text of a CommonJS module.
 */
export function getWrittenNames(source: string): string[] {
  const names = new Set<string>();
  for (const [, name = ""] of source.matchAll(ASSIGNED)) names.add(name);
  for (const [, name = ""] of source.matchAll(DEFINED)) names.add(name);
  let done = 0;
  for (const match of source.matchAll(OBJECT)) {
    // An object in another one was read with it.
    if (match.index >= done) done = readKeys(source, match.index + match[0].length, names);
  }
  return [...names];
}

/** Reads the keys of an object literal; gives where it ends. */
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
      // `async GET() {}`, `get name() {}` and `*name() {}` have the name behind.
      isKey = /^(?:async|get|set|\*|\.)$/.test(text);
    }
    if (/^[{([]$/.test(text)) depth++;
    else if (/^[})\]]$/.test(text) && --depth === 0) break;
    else if (text === "," && depth === 1) isKey = true;
  }
  return TOKEN.lastIndex === 0 ? source.length : TOKEN.lastIndex;
}
