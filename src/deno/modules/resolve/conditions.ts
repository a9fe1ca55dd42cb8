/**
 * The conditions by which a package offers one file or another, as Next.js sets them for a route handler.
 *
 * Next.js 16 sets `react-server`, `node`, `import` or `require`, and `development` or `production`. It sets `module` too,
 * for the sake of bundles: a package's ES module is then required as well as imported. Unbundled modules are run as
 * Node.js runs them, and so are found as Node.js finds them. `deno`, `worker`, `browser`, `edge-light` and `module-sync`
 * name builds that Next.js does not take for a route handler, and are not set.
 *
 * @see https://nodejs.org/api/packages.html#conditional-exports
 * @module
 */

import type { ImportMode } from "./import_request.ts";

/** The options of {@linkcode createConditions}. */
export interface ConditionOptions {
  /** Whether the application is being developed, which `NODE_ENV` says elsewhere. Default: `false`. */
  readonly isDevelopment?: boolean;
  /** More conditions, as `--conditions` of Node.js has them. */
  readonly custom?: readonly string[];
}

/** The conditions that hold, besides `default`. */
export interface Conditions {
  /**
   * The conditions that hold for what is asked of a package. The same set for the same question.
   *
   * @param mode Who asks.
   * @param name The name of the package.
   */
  getConditions(mode: ImportMode, name: string | undefined): ReadonlySet<string>;
}

/**
 * With `react-server` these lack what renders on a client. Nothing is rendered on a server by a route handler, while
 * packages import what is lacking: a bundler gives `undefined` for that or leaves out the module that says `"use client"`,
 * and without one the import fails.
 */
const WITHOUT_REACT_SERVER: ReadonlySet<string | undefined> = new Set(["react", "react-dom"]);

/**
 * Creates the conditions that hold for what a route handler imports.
 *
 * @param options What differs from a route handler in production.
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
