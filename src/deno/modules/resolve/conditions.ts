/**
 * The conditions of `exports` and `imports` in a `package.json`, as Next.js sets them for a route handler.
 *
 * Next.js 16 sets `react-server`, `node`, `import` or `require`, and `development` or `production`. It also sets
 * `module` for the sake of bundles, where a package's ES module may be required as well as imported. Unbundled modules
 * run the way Node.js runs them, so they are also found the way Node.js finds them, without `module`. `deno`, `worker`,
 * `browser`, `edge-light` and `module-sync` name builds that Next.js does not use for a route handler, and are not set.
 *
 * @see https://nodejs.org/api/packages.html#conditional-exports
 * @module
 */

import type { ImportMode } from "./import_request.ts";

/** The options of {@linkcode createConditions}. */
export interface ConditionOptions {
  /** Whether the application runs in development, which `NODE_ENV` determines elsewhere. Default: `false`. */
  readonly isDevelopment?: boolean;
  /** Additional conditions, like those of `--conditions` in Node.js. */
  readonly custom?: readonly string[];
}

/** The active conditions, besides `default`. */
export interface Conditions {
  /**
   * Returns the active conditions for a package. The same arguments return the same set.
   *
   * @param mode Whether the package is imported or required.
   * @param name The name of the package.
   */
  getConditions(mode: ImportMode, name: string | undefined): ReadonlySet<string>;
}

/**
 * Their `react-server` builds lack the client rendering APIs. A route handler renders nothing on the server, but
 * packages import those names: a bundler replaces them by `undefined`, or leaves out the module with `"use client"`,
 * while without a bundler the import fails.
 */
const WITHOUT_REACT_SERVER: ReadonlySet<string | undefined> = new Set(["react", "react-dom"]);

/**
 * Creates the conditions for the imports of a route handler.
 *
 * @param options The differences from a route handler in production.
 */
export function createConditions({ isDevelopment = false, custom = [] }: ConditionOptions = {}): Conditions {
  const always = [...custom, "node", isDevelopment ? "development" : "production"];
  const setsFor = (mode: ImportMode) => ({
    react: new Set([...always, mode]),
    others: new Set([...always, mode, "react-server"]),
  });
  const sets = { import: setsFor("import"), require: setsFor("require") };
  return {
    getConditions: (mode, name) => WITHOUT_REACT_SERVER.has(name) ? sets[mode].react : sets[mode].others,
  };
}
