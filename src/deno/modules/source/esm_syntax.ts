/**
 * Whether a text is an ES module, where neither the file's name nor a manifest says so.
 *
 * @module
 */

import { Script } from "node:vm";
import { hasModuleStatement } from "./module_statement.ts";

/** Without one of these words nothing in a text is particular to ES modules. */
const MODULE_WORD = /\b(?:import|export|await)\b/;

/** What Node.js gives every CommonJS module. */
const PARAMETERS = "exports, require, module, __filename, __dirname";

/**
 * Whether a text can only be an ES module: it is not valid CommonJS, and has `import` or `export` statements,
 * `import.meta`, or `await` outside of functions. This is what Node.js calls syntax detection.
 *
 * V8's own parser decides what is valid CommonJS, so that neither comments nor strings mislead. JSX is not valid, and is
 * then searched for statements.
 *
 * @param source The text, in JavaScript or JSX.
 * @see https://nodejs.org/api/packages.html#syntax-detection
 */
export function isEsmSyntax(source: string): boolean {
  if (!MODULE_WORD.test(source)) return false;
  const text = source.replace(/^\ufeff?#!.*/, "");
  if (isValid(text, "function")) return false;
  return hasModuleStatement(text) || isValid(text, "async function");
}

/** Whether a text may be the body of a function. It is compiled, and not run. */
function isValid(text: string, kind: "function" | "async function"): boolean {
  try {
    // No parentheses around it: V8 would compile it at once, and not only parse it.
    new Script(`${kind} module_(${PARAMETERS}) {${text}\n}`);
    return true;
  } catch {
    return false;
  }
}
