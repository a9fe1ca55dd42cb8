/**
 * Loads ES modules of a project and of packages, and generates those that stand for other files.
 *
 * A module that Deno would load in the same way is left to Deno, which keeps its compiled code.
 *
 * @module
 */

import { readFileSync } from "node:fs";
import { fromFileUrl } from "@std/path";
import { createAsset, createJsonModule, createWasmInstance, createWasmModule } from "./asset_module.ts";
import { getCodePositions } from "./code_positions.ts";
import { createWrapper, parseWrappedNames } from "./commonjs_wrapper.ts";
import { type ImportedNames, readImportedNames, replaceNamespaceImports } from "./imported_names.ts";
import { mayHaveJsx, transpileJsx } from "./jsx_source.ts";
import type { LoadedSources } from "./loaded_sources.ts";
import { type GeneratedAddress, isInstalled, toSourceUrl } from "./module_address.ts";
import type { ModuleReader } from "./module_reader.ts";
import { toFileUrlOnly } from "./module_url.ts";
import {
  createScopeModule,
  getNodeNames,
  getNodeNamesInPackage,
  mayUseNodeScope,
  mayUseNodeScopeInPackage,
} from "./node_scope.ts";
import { hasImportEquals, stripTypes } from "./typescript_source.ts";
import { getWrittenNames } from "./written_names.ts";

/** What the loader asks of the rest. */
export interface ModuleLoaderHost {
  readonly reader: ModuleReader;
  readonly sources: LoadedSources;
  /** Whether an import of a file leads to a CommonJS module. */
  isCommonJs(specifier: string, parent: string): boolean;
  /** The ES modules of the project that a file requires by literal names, as URLs. */
  getDeferred(url: string): readonly string[];
  /** The names that a CommonJS module exports; it runs for that. */
  readNames(generatedUrl: string): readonly string[];
  /** The module that JSX is imported from, where the file does not say. */
  jsxImportSource(url: string): string;
  /** Whether a file is imported as text. */
  isText(url: string): boolean;
}

/** Loads modules. */
export interface ModuleLoader {
  /**
   * Loads an ES module.
   *
   * @param url Its URL.
   * @param isPrepared Whether Deno has read the module already, and can load it without being handed a text.
   * @param loadByDeno Loads as Deno would; `null` for what it cannot read or parse, or loads in another way.
   * @returns The text, or `null` where Deno is to load what it was asked for last.
   */
  load(url: string, isPrepared: boolean, loadByDeno: (url: string) => string | null): string | null;
  /** The text of a generated module. */
  generate(url: string, address: GeneratedAddress): string;
  /**
   * What a module asks of another one.
   *
   * @param parent The URL of the module.
   * @param specifier The other one as it is imported.
   * @returns `undefined` if that is not known.
   */
  getAsked(parent: string, specifier: string): ImportedNames | undefined;
}

/**
 * Creates a loader.
 *
 * @param host What it asks of the rest.
 */
export function createModuleLoader(host: ModuleLoaderHost): ModuleLoader {
  const { reader, sources } = host;
  /** What the modules import, by the URL of their file; of each only what was loaded last. */
  const imports = new Map<string, { readonly url: string; readonly asked: ReadonlyMap<string, ImportedNames> }>();

  function load(url: string, isPrepared: boolean, loadByDeno: (url: string) => string | null): string | null {
    const source = toSourceUrl(url);
    const file = toFileUrlOnly(source);
    const text = reader.take(file);
    sources.add(file, text);
    const asked = readImportedNames(text);
    imports.set(file, { url, asked });
    const transpiled = transpile({ url, file, text, isHooked: source !== url }, loadByDeno);
    if (transpiled === undefined) return null;
    let code = transpiled;
    const isReplaced = (specifier: string) => host.isCommonJs(specifier, file);
    const hasNamespaces = asked.entries().some(([specifier, { namespaces }]) =>
      namespaces.length > 0 && isReplaced(specifier)
    );
    const isPackage = isInstalled(file);
    const hasScope = isPackage ? mayUseNodeScopeInPackage(text) : mayUseNodeScope(text);
    if (!isPrepared || hasNamespaces || hasScope) code ??= isJavaScript(file) ? text : loadByDeno(url);
    if (code === null) return null;
    if (hasNamespaces) {
      const all = code;
      code = replaceNamespaceImports(all, isReplaced, (positions) => getCodePositions(all, positions));
    }
    const names = !hasScope ? [] : isPackage ? getNodeNamesInPackage(code) : getNodeNames(code);
    // An import at the end is hoisted: no position moves, and directives stay first.
    return names.length === 0 && !hasCreateRequire(text, hasScope && !isPackage)
      ? code
      : `${code}\n;import { ${names.join(", ")} } from ${JSON.stringify(`x-routes-scope::${url}`)};\n`;
  }

  /** What Deno would hand over as it is. */
  function isJavaScript(file: string): boolean {
    return /\.m?js$/.test(file);
  }

  /** Modules that are required have to be loaded before, whoever made the function. */
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
      const given = isHooked ? null : loadByDeno(url);
      const importSource = () => host.jsxImportSource(file);
      return transpileJsx({ url: file, source: text, importSource, transpile: loadByDeno, given });
    }
    const isTypeScript = /\.[cm]?tsx?$/.test(file);
    if (isTypeScript && (isHooked || hasImportEquals(text))) return stripTypes(text, file);
    return isHooked ? text : null;
  }

  function generate(url: string, { kind, details, url: source }: GeneratedAddress): string {
    const file = toFileUrlOnly(source);
    switch (kind) {
      case "commonjs": {
        const { mode, names } = parseWrappedNames(details);
        const deferred = host.getDeferred(file);
        if (names !== "all") return createWrapper(url, names, mode, deferred);
        // What it requires is loaded before it runs, and so after this.
        const all = deferred.length === 0 ? host.readNames(url) : getWrittenNames(reader.peek(file));
        return createWrapper(url, all, mode, deferred);
      }
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
    getAsked(parent, specifier) {
      const known = imports.get(toFileUrlOnly(toSourceUrl(parent)));
      return known?.url === parent ? known.asked.get(specifier) : undefined;
    },
  };
}
