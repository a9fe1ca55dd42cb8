/**
 * Detects from its source whether a module may use the request scope. Entering a scope costs some throughput, so
 * requests skip it while no loaded module can use it.
 *
 * False positives only cost speed; a false negative would break `cookies()` and the like.
 *
 * @module
 */

/**
 * The code that uses the scope: its own names, the options of a cached `fetch()`, and a module that is imported during
 * a request.
 */
const ASKS =
  /\bnext\/(?:headers|cache|dist)\b|\bimport\s*\(|\brequire\b|@x\/routes|\\u|force-cache|\bfetchCache\b|\bnext\s*[:,}]|["']next["']/;
const SERVER = /["']next\/server(?:\.js)?["']/g;
const NAMED_IMPORT = /\b(?:import|export)\s*(?:type\s*)?\{([^}]*)\}\s*from\s*["']next\/server(?:\.js)?["']/g;
const SCOPED_NAME = /\b(?:after|connection|unstable_after|default)\b/;

/**
 * Whether a module may use the request scope.
 *
 * @param source TypeScript or JavaScript.
 */
export function mayUseScope(source: string): boolean {
  if (ASKS.test(source)) return true;
  const mentions = source.match(SERVER)?.length ?? 0;
  if (mentions === 0) return false;
  const imports = [...source.matchAll(NAMED_IMPORT)];
  // `import * as`, `export *` and the like may use any name.
  return imports.length < mentions || imports.some(([, names = ""]) => SCOPED_NAME.test(names));
}
