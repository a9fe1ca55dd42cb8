/**
 * The ES modules of a project that are required. They are loaded before the module that requires them, and run by the
 * call of `require()`.
 *
 * Deno's synchronous loader could load them as it does those of packages, but it deadlocks on files of a project while
 * other files are being imported.
 *
 * @module
 */

import type { LoadKind } from "./load_kind.ts";
import { isInstalled } from "../resolve/module_address.ts";
import { toFileUrlOnly } from "../resolve/module_url.ts";
import { getRequired } from "./node_scope.ts";

/** The dependencies of {@linkcode createDeferredModules}. */
export interface DeferredModulesHost {
  /** Finds the URL of a required file; `undefined` for a missing one. */
  findRequired(specifier: string, parent: string): string | undefined;
  /** Returns how a file is loaded; `client` if it is replaced because it is a client module. */
  getKind(url: string): LoadKind | "client";
  readText(url: string): string;
}

/** The ES modules of a project that are required. */
export interface DeferredModules {
  /**
   * Returns the URLs of the ES modules that a file requires by literal names, directly or through CommonJS modules of
   * the project.
   *
   * @param url The URL of the file, without query.
   */
  getDeferred(url: string): readonly string[];
  /** Adds loaded modules, by URL, as functions that return their namespaces. */
  add(modules: Readonly<Record<string, () => unknown>>): void;
  /** Whether a module is loaded. */
  has(url: string): boolean;
  /** Runs a loaded module, and returns the result of `require()`. */
  run(url: string): unknown;
}

/**
 * Creates an empty list of modules.
 *
 * @param host Gives access to files.
 */
export function createDeferredModules(host: DeferredModulesHost): DeferredModules {
  const loaded = new Map<string, () => unknown>();

  function getDeferred(url: string): readonly string[] {
    const modules = new Set<string>(), seen = new Set([url]);
    if (isInstalled(url) || host.getKind(url) === "client") return [];
    // A set may grow while it is walked.
    for (const file of seen) {
      for (const specifier of getRequired(host.readText(file))) {
        const required = host.findRequired(specifier, file);
        if (required === undefined || isInstalled(required)) continue;
        const kind = host.getKind(required);
        if (kind === "commonjs" && !required.endsWith(".node")) seen.add(toFileUrlOnly(required));
        if (kind === "module") modules.add(toFileUrlOnly(required));
      }
    }
    return [...modules].filter((file) => file !== url);
  }

  return {
    getDeferred,
    add(modules) {
      for (const [url, get] of Object.entries(modules)) loaded.set(url, get);
    },
    has: (url) => loaded.has(url),
    run(url) {
      const namespace = loaded.get(url)?.() as Record<string, unknown>;
      // An ES module may define the result of `require()` with the export name "module.exports".
      return "module.exports" in namespace ? namespace["module.exports"] : namespace;
    },
  };
}
