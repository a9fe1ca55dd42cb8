/**
 * Import assertions, the form that import attributes had before: V8 and Deno do not parse them any more, while Next.js does,
 * and tools have written them into the files that they generate.
 *
 * @module
 */

import { findSpecifiers } from "./module_specifiers.ts";

const ANY = /["'][^\S\r\n]*assert\s*\{/;
const ASSERT = /[^\S\r\n]*assert(?=\s*\{)/y;
/** As long as the word that it replaces: no position moves. */
const WITH = "with  ";

/**
 * Replaces `assert { … }` behind what a statement imports by `with { … }`. The options of `import()` are an object, which is
 * parsed in either form.
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
