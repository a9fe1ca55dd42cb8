/**
 * Detects ES modules by their syntax, if neither the file's name nor a manifest decides.
 *
 * @module
 */

import { getBuiltinModule } from "node:process";
import { hasModuleStatement } from "./module_statement.ts";

/** A text without any of these words has no ES module syntax. */
const MODULE_WORD = /\b(?:import|export|await)\b/;

/** The parameters of the function that Node.js wraps a CommonJS module in. */
const PARAMETERS = "exports, require, module, __filename, __dirname";

/**
 * Whether a text can only be an ES module: it is not valid CommonJS, and has `import` or `export` statements,
 * `import.meta`, or `await` outside of functions. This is what Node.js calls syntax detection.
 *
 * V8's own parser decides what is valid CommonJS, so comments and strings do not mislead it. JSX is not valid; a text
 * with it is searched for statements.
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

/** Whether a text is valid as the body of a function. It is compiled, but not run. */
function isValid(text: string, kind: "function" | "async function"): boolean {
  try {
    // Without parentheses, which would make V8 compile the function eagerly instead of only parsing it.
    new (getBuiltinModule("node:vm").Script)(`${kind} module_(${PARAMETERS}) {${text}\n}`);
    return true;
  } catch {
    return false;
  }
}
