/**
 * The built-in modules of Node.js, which Deno has too.
 *
 * @module
 */

import { builtinModules } from "node:module";

/** Built in only with the prefix `node:`; without it they are packages, regardless of Deno's own list. */
const WITH_SCHEME_ONLY: ReadonlySet<string> = new Set(["sea", "sqlite", "test", "test/reporters"]);

const NAMES: ReadonlySet<string> = new Set(
  builtinModules.filter((name) => !name.includes(":") && !WITH_SCHEME_ONLY.has(name)),
);

/**
 * Returns the specifier of a built-in module with its `node:` prefix.
 *
 * @param specifier The imported specifier: `fs`, `node:fs`. `punycode/`, with a slash, is a package.
 * @returns `undefined` if the module is not built in.
 */
export function toBuiltin(specifier: string): string | undefined {
  if (specifier.startsWith("node:")) return specifier;
  return NAMES.has(specifier) ? `node:${specifier}` : undefined;
}
