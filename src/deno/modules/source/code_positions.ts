/**
 * Tells code from text in strings, templates and comments that looks like code.
 *
 * @module
 */

import { findModuleStatements } from "./module_statement.ts";

/**
 * Returns the positions that are statements of an ES module, as opposed to text in a string, a template or a comment.
 *
 * @param source JavaScript.
 * @param positions The positions of `import` and `export`, in ascending order.
 */
export function getCodePositions(source: string, positions: readonly number[]): ReadonlySet<number> {
  const wanted = new Set(positions), statements = new Set<number>();
  const last = positions.at(-1) ?? -1;
  for (const at of findModuleStatements(source)) {
    if (at > last) break;
    if (wanted.has(at)) statements.add(at);
  }
  return statements;
}
