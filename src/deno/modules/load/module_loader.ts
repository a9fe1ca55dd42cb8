/**
 * Loads the ES modules of a project and of packages, and generates the modules that wrap other files.
 *
 * A module that Deno would load in the same way is left to Deno, which caches its compiled code.
 *
 * @module
 */

import { readFileSync } from "node:fs";
import { fromFileUrl } from "@std/path";
import { createAsset, createJsonModule, createWasmInstance, createWasmModule } from "./asset_module.ts";
import { getCodePositions } from "../source/code_positions.ts";
import { createWrapper, parseWrappedNames } from "./commonjs_wrapper.ts";
import { replaceAssertions } from "../source/import_assertions.ts";
import { type ImportedNames, readImportedNames, replaceNamespaceImports } from "../source/imported_names.ts";
import { mayHaveJsx, transpileJsx } from "../source/jsx_source.ts";
import type { LoadedSources } from "./loaded_sources.ts";
import { type GeneratedAddress, isInstalled, toSourceUrl } from "../resolve/module_address.ts";
import type { ModuleReader } from "../resolve/module_reader.ts";
import { toFileUrlOnly } from "../resolve/module_url.ts";
import {
  createScopeModule,
  getNodeNames,
  getNodeNamesInPackage,
  mayUseNodeScope,
  mayUseNodeScopeInPackage,
} from "./node_scope.ts";
import { hasImportEquals, stripTypes } from "../source/typescript_source.ts";
import { getWrittenNames } from "../source/written_names.ts";

/** The dependencies of {@linkcode createModuleLoader}. */
export interface ModuleLoaderHost {
  readonly reader: ModuleReader;
  readonly sources: LoadedSources;
  /** Whether an import of a file resolves to a CommonJS module. */
  isCommonJs(specifier: string, parent: string): boolean;
  /** Returns the URLs of the ES modules of the project that a file requires by literal names. */
  getDeferred(url: string): readonly string[];
  /** Creates the replacement of a client module that is an ES module. */
  loadClient(url: string): string;
  /** Returns the names that a CommonJS module exports; runs the module. */
  readNames(generatedUrl: string): readonly string[];
  /** Returns the module that JSX is imported from, unless the file specifies it. */
  jsxImportSource(url: string): string;
  /** Whether a file is imported as text. */
  isText(url: string): boolean;
  /** Whether a file may have the directive `"use cache"`. */
  mayUseCache(url: string, source: string): boolean;
  /** Wraps the functions of a module that have the directive. */
  wrapCached(url: string, source: string, code: string): string;
}

/** Loads modules. */
export interface ModuleLoader {
  /**
   * Loads an ES module.
   *
   * @param url Its URL.
   * @param isPrepared Whether Deno has read the module already, and can load it without a source.
   * @param loadByDeno Loads a module the way Deno does; returns `null` if Deno cannot read or parse it, or loads it in
   * another way.
   * @returns The source, or `null` if Deno should load the URL that `loadByDeno` was last called with.
   */
  load(url: string, isPrepared: boolean, loadByDeno: (url: string) => string | null): string | null;
  /** Creates the source of a generated module. */
  generate(url: string, address: GeneratedAddress): string;
  /**
   * Returns the names that a module imports from another one.
   *
   * @param parent The URL of the module.
   * @param specifier The specifier of the other one.
   * @returns `undefined` if unknown.
   */
  getImported(parent: string, specifier: string): ImportedNames | undefined;
}

/**
 * Creates a loader.
 *
 * @param host Its dependencies.
 */
export function createModuleLoader(host: ModuleLoaderHost): ModuleLoader {
  const { reader, sources } = host;
  /** The imports of the modules, by the URL of their file; only the version of a file that was last loaded. */
  const imports = new Map<string, { readonly url: string; readonly asked: ReadonlyMap<string, ImportedNames> }>();

  function load(url: string, isPrepared: boolean, loadByDeno: (url: string) => string | null): string | null {
    const source = toSourceUrl(url);
    const file = toFileUrlOnly(source);
    const written = reader.take(file);
    sources.add(file, written);
    const text = replaceAssertions(written);
    const asked = readImportedNames(text);
    imports.set(file, { url, asked });
    // Deno cannot parse the source that was replaced.
    const isHooked = source !== url || text !== written;
    const transpiled = transpile({ url, file, text, isHooked }, loadByDeno);
    const mayUseCache = host.mayUseCache(file, text);
    if (transpiled === undefined) {
      if (mayUseCache) throw createUnreadableError(file);
      return null;
    }
    let code = transpiled;
    const isReplaced = (specifier: string) => host.isCommonJs(specifier, file);
    const hasNamespaces = asked.entries().some(([specifier, { namespaces }]) =>
      namespaces.length > 0 && isReplaced(specifier)
    );
    const isPackage = isInstalled(file);
    const hasScope = isPackage ? mayUseNodeScopeInPackage(text) : mayUseNodeScope(text);
    if (!isPrepared || hasNamespaces || hasScope || mayUseCache) code ??= isJavaScript(file) ? text : loadByDeno(url);
    if (code === null) return null;
    if (mayUseCache) code = host.wrapCached(file, text, code);
    if (hasNamespaces) {
      const original = code;
      code = replaceNamespaceImports(original, isReplaced, (positions) => getCodePositions(original, positions));
    }
    const getNames = isPackage ? getNodeNamesInPackage : getNodeNames;
    const names = hasScope ? getNames(code) : [];
    // Imports are hoisted: appending one changes no position, and keeps directives first.
    return names.length === 0 && !hasCreateRequire(text, hasScope && !isPackage)
      ? code
      : `${code}\n;import { ${names.join(", ")} } from ${JSON.stringify(`x-routes-scope::${url}`)};\n`;
  }

  /** Whether Deno returns the text of a file unchanged. */
  function isJavaScript(file: string): boolean {
    return /\.m?js$/.test(file);
  }

  /** Required modules must be loaded first, even if they are required by a function of `createRequire()`. */
  function hasCreateRequire(text: string, hasScope: boolean): boolean {
    return hasScope && text.includes("createRequire");
  }

  function transpile(
    { url, file, text, isHooked }: {
      readonly url: string;
      readonly file: string;
      readonly text: string;
      readonly isHooked: boolean;
    },
    loadByDeno: (url: string) => string | null,
  ): string | null | undefined {
    if (mayHaveJsx(file, text) && (!isInstalled(file) || /x$/.test(file))) {
      const transpiled = isHooked ? null : loadByDeno(url);
      const importSource = () => host.jsxImportSource(file);
      return transpileJsx({ url: file, source: text, importSource, transpile: loadByDeno, transpiled });
    }
    const isTypeScript = /\.[cm]?tsx?$/.test(file);
    if (isTypeScript && (isHooked || hasImportEquals(text))) return stripTypes(text, file);
    return isHooked ? text : null;
  }

  function generate(url: string, { kind, details, url: source }: GeneratedAddress): string {
    const file = toFileUrlOnly(source);
    switch (kind) {
      case "commonjs": {
        const { mode, names, isAll } = parseWrappedNames(details);
        const deferred = host.getDeferred(file);
        if (!isAll) return createWrapper(url, names, mode, deferred);
        // The ES modules that it requires are loaded later, so it cannot run now.
        const all = deferred.length === 0 ? host.readNames(url) : getWrittenNames(reader.peek(file));
        // A module that imports all names may import the namespace as well: `import * as x` next to `import()`.
        return createWrapper(url, [...names, ...all], mode, deferred);
      }
      case "client":
        return host.loadClient(file);
      case "scope":
        return createScopeModule(source, host.getDeferred(file));
      case "json": {
        const text = reader.take(file);
        sources.add(file, text);
        return createJsonModule(text, fromFileUrl(file));
      }
      case "wasm":
        return createWasmInstance(readBytes(file));
      case "wasm-module":
        return createWasmModule(readBytes(file));
      case "asset":
        return `export default ${JSON.stringify(createAsset(file, () => readBytes(file), host.isText(file)))};\n`;
    }
  }

  function readBytes(file: string): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(readFileSync(new URL(file)));
    sources.add(file, bytes);
    return bytes;
  }

  return {
    load,
    generate,
    getImported(parent, specifier) {
      const latest = imports.get(toFileUrlOnly(toSourceUrl(parent)));
      return latest?.url === parent ? latest.asked.get(specifier) : undefined;
    },
  };
}

function createUnreadableError(file: string): Error {
  return new Error(
    `Cannot cache the functions of "${
      fromFileUrl(file)
    }": it has JSX, which Deno transpiles in the folder for temporary files; ` +
      "add --allow-read and --allow-write for that folder, or move the functions to a file without JSX",
  );
}
