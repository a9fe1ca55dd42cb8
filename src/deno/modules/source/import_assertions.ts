/**
 * Replaces import assertions, the former syntax of import attributes. V8 and Deno no longer parse them, but Next.js
 * does, and some tools generate them.
 *
 * @module
 */

import { findSpecifiers } from "./module_specifiers.ts";

const ANY = /["'][^\S\r\n]*assert\s*\{/;
const ASSERT = /[^\S\r\n]*assert(?=\s*\{)/y;
/** Padded to the length of `assert`, so that no position moves. */
const WITH = "with  ";

/**
 * Replaces `assert { … }` after the specifier of a statement by `with { … }`. The options of `import()` are an object,
 * which can be parsed in either form.
 *
 * @param source JavaScript, JSX or TypeScript.
 */
export function replaceAssertions(source: string): string {
  if (!ANY.test(source)) return source;
  let text = "", done = 0;
  for (const { kind, end } of findSpecifiers(source)) {
    ASSERT.lastIndex = end;
    if (kind !== "statement" || !ASSERT.test(source)) continue;
    text += source.slice(done, ASSERT.lastIndex - WITH.length) + WITH;
    done = ASSERT.lastIndex;
  }
  return text + source.slice(done);
}
