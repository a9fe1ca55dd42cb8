/**
 * Tells code from text that only looks like it.
 *
 * @module
 */

import { findModuleStatements } from "./module_statement.ts";

/**
 * Which positions are statements of an ES module, and not in a string, a template or a comment.
 *
 * @param source JavaScript.
 * @param positions Where `import` or `export` stands, in ascending order.
 */
export function getCodePositions(source: string, positions: readonly number[]): ReadonlySet<number> {
  const wanted = new Set(positions), found = new Set<number>();
  const last = positions.at(-1) ?? -1;
  for (const at of findModuleStatements(source)) {
    if (at > last) break;
    if (wanted.has(at)) found.add(at);
  }
  return found;
}
