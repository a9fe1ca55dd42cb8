/**
 * Detects client modules: those that start with a `"use client"` directive.
 *
 * @module
 */

/** A gap, or a string in the directives at the top of a module. */
const TOKEN = /[\s;\ufeff]+|\/\/[^\n]*|\/\*[\s\S]*?\*\/|(["'])((?:(?!\1)[^\\\n]|\\.)*)\1/y;
/** The end of a statement. An operator may follow a string, which then is not a directive. */
const END = /[^\S\n]*(?:[;\n]|\/[/*]|$)/y;

/**
 * Whether a module starts with the directive. Comments and other directives may precede it.
 *
 * @param source JavaScript, JSX or TypeScript.
 */
export function isClientModule(source: string): boolean {
  if (!source.includes("use client")) return false;
  TOKEN.lastIndex = /^\ufeff?(?:#!.*)?/.exec(source)![0].length;
  for (let token = TOKEN.exec(source); token !== null; token = TOKEN.exec(source)) {
    if (token[2] === undefined) continue;
    END.lastIndex = TOKEN.lastIndex;
    if (!END.test(source)) return false;
    if (token[2] === "use client") return true;
  }
  return false;
}
