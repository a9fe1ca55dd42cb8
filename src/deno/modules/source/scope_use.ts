/**
 * Whether a module may ask for the request scope, told from its source text. Carrying a scope along costs some of the
 * throughput, so while no loaded module can ask, no request pays.
 *
 * It must never say no where the answer is yes; a yes too many costs speed only.
 *
 * @module
 */

/**
 * What asks for the scope: its own names, the options of a cached `fetch()`, and a module that is imported while a request
 * runs.
 */
const ASKS =
  /\bnext\/(?:headers|cache|dist)\b|\bimport\s*\(|\brequire\b|@x\/routes|\\u|force-cache|\bfetchCache\b|\bnext\s*[:,}]|["']next["']/;
const SERVER = /["']next\/server(?:\.js)?["']/g;
const NAMED_IMPORT = /\b(?:import|export)\s*(?:type\s*)?\{([^}]*)\}\s*from\s*["']next\/server(?:\.js)?["']/g;
const SCOPED_NAME = /\b(?:after|connection|unstable_after|default)\b/;

/**
 * Reads a module's source.
 *
 * @param source Its text, TypeScript or JavaScript.
 */
export function mayUseScope(source: string): boolean {
  if (ASKS.test(source)) return true;
  const mentions = source.match(SERVER)?.length ?? 0;
  if (mentions === 0) return false;
  const imports = [...source.matchAll(NAMED_IMPORT)];
  // `import * as`, `export *` and the like may hand out any name.
  return imports.length < mentions || imports.some(([, names = ""]) => SCOPED_NAME.test(names));
}
