/**
 * ES modules of a project that its modules require. They are loaded before who requires them, and run when they are
 * required.
 *
 * Deno's synchronous loader could load them as it does those of packages, but waits for good for files of a project while
 * others are being imported.
 *
 * @module
 */

import type { LoadKind } from "./load_kind.ts";
import { isInstalled } from "../resolve/module_address.ts";
import { toFileUrlOnly } from "../resolve/module_url.ts";
import { getRequired } from "./node_scope.ts";

/** What is asked of files. */
export interface DeferredModulesHost {
  /** The URL of the file that a file requires by a name; `undefined` if there is none. */
  findRequired(specifier: string, parent: string): string | undefined;
  getKind(url: string): LoadKind;
  readText(url: string): string;
}

/** The ES modules of a project that its modules require. */
export interface DeferredModules {
  /**
   * The ES modules that a file requires by literal names, itself or through CommonJS modules of the project.
   *
   * @param url The URL of the file, without query.
   * @returns Their URLs.
   */
  getDeferred(url: string): readonly string[];
  /** Takes modules that are loaded, by URL, as functions that give their namespaces. */
  add(modules: Readonly<Record<string, () => unknown>>): void;
  /** Whether a module is loaded. */
  has(url: string): boolean;
  /** Runs a loaded module, and gives what `require()` gives of it. */
  run(url: string): unknown;
}

/**
 * Creates a list of modules that is empty.
 *
 * @param host What is asked of files.
 */
export function createDeferredModules(host: DeferredModulesHost): DeferredModules {
  const loaded = new Map<string, () => unknown>();

  function getDeferred(url: string): readonly string[] {
    const found = new Set<string>(), seen = new Set([url]);
    if (isInstalled(url)) return [];
    // A set may grow while it is walked.
    for (const file of seen) {
      for (const specifier of getRequired(host.readText(file))) {
        const required = host.findRequired(specifier, file);
        if (required === undefined || isInstalled(required)) continue;
        const kind = host.getKind(required);
        if (kind === "commonjs" && !required.endsWith(".node")) seen.add(toFileUrlOnly(required));
        if (kind === "module") found.add(toFileUrlOnly(required));
      }
    }
    return [...found].filter((file) => file !== url);
  }

  return {
    getDeferred,
    add(modules) {
      for (const [url, get] of Object.entries(modules)) loaded.set(url, get);
    },
    has: (url) => loaded.has(url),
    run(url) {
      const namespace = loaded.get(url)?.() as Record<string, unknown>;
      // The name by which an ES module says what `require()` gives of it.
      return "module.exports" in namespace ? namespace["module.exports"] : namespace;
    },
  };
}
