/**
 * The modules that Node.js brings, and Deno with it.
 *
 * @module
 */

import { builtinModules } from "node:module";

/** These are built in only with `node:`; without it they are packages, whatever Deno's own list says. */
const WITH_SCHEME_ONLY: ReadonlySet<string> = new Set(["sea", "sqlite", "test", "test/reporters"]);

const NAMES: ReadonlySet<string> = new Set(
  builtinModules.filter((name) => !name.includes(":") && !WITH_SCHEME_ONLY.has(name)),
);

/**
 * The specifier of a module that is built in, with `node:`.
 *
 * @param specifier What is imported: `fs`, `node:fs`. `punycode/`, with a slash, is a package.
 * @returns `undefined` if it is not built in.
 */
export function toBuiltin(specifier: string): string | undefined {
  if (specifier.startsWith("node:")) return specifier;
  return NAMES.has(specifier) ? `node:${specifier}` : undefined;
}
