/**
 * Determines how ES modules import files.
 *
 * @module
 */

import { isInstalled } from "../resolve/module_address.ts";
import type { ModuleFinder } from "../resolve/module_finder.ts";
import type { ModuleReader } from "../resolve/module_reader.ts";
import { toFileUrlOnly } from "../resolve/module_url.ts";
import { isEsmTypeScript } from "./required_module.ts";

/**
 * How a file is imported: as an ES module, as an ES module under a URL that makes Deno call the load hook (`hooked`),
 * as a CommonJS module that is required, or as a module that is generated for it. `wasm` is the instance of a
 * WebAssembly module, `wasm-module` the module.
 */
export type LoadKind = "module" | "hooked" | "commonjs" | "json" | "wasm" | "wasm-module" | "asset";

/** The dependencies of {@linkcode createLoadKinds}. */
export interface LoadKindHost {
  finder(): ModuleFinder;
  reader(): ModuleReader;
  /** Whether a file is imported as text. */
  isText(url: string): boolean;
}

/** Determines how files are imported. */
export interface LoadKinds {
  /**
   * Returns how a file is imported.
   *
   * @param url The URL of the file, with its query.
   */
  getKind(url: string): LoadKind;
  /** Whether Node.js treats a file of a package as an ES module, by its name or its manifest. */
  isNodeModule(url: string): boolean;
  /** Clears the cache after files have changed. */
  forget(): void;
}

/**
 * Creates a cache of how files are imported.
 *
 * @param host Finds and reads files.
 */
export function createLoadKinds(host: LoadKindHost): LoadKinds {
  const kinds = new Map<string, LoadKind>();

  function isNodeModule(url: string): boolean {
    // With an empty text, only the name and the manifest decide.
    return isInstalled(url) && host.finder().getFormat(url, "") === "module";
  }

  function findKind(url: string, file: string): LoadKind {
    if (host.isText(file)) return "asset";
    const text = () => host.reader().peek(file);
    const format = host.finder().getFormat(file, /\.js$|\/[^/.]*$/.test(file) ? text() : undefined);
    switch (format) {
      case "commonjs":
      case "addon":
        return "commonjs";
      case "json":
      case "asset":
        return format;
      case "wasm":
        return url.endsWith("?module") ? "wasm-module" : "wasm";
      case "module":
        return isInstalled(file) && !isNodeModule(file) ? "hooked" : "module";
      case "typescript":
        if (!/x$/.test(file) && !isEsmTypeScript(file, text())) return "commonjs";
        return isInstalled(file) ? "hooked" : "module";
    }
  }

  return {
    getKind(url) {
      const file = toFileUrlOnly(url);
      const key = /\.wasm\?/.test(url) ? url : file;
      let kind = kinds.get(key);
      if (kind === undefined) kinds.set(key, kind = findKind(url, file));
      return kind;
    },
    isNodeModule,
    forget: () => kinds.clear(),
  };
}
