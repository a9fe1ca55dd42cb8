/**
 * Loads files for `require()`.
 *
 * With a load hook, Deno does not load the imports of a required ES module. So a required ES module is replaced by a
 * line of CommonJS that calls Deno's own synchronous loader, or that runs a module that was loaded earlier.
 *
 * @module
 */

import { createAsset } from "./asset_module.ts";
import { isInstalled } from "../resolve/module_address.ts";
import { BRIDGE } from "./module_bridge.ts";
import type { ModuleFormat } from "../resolve/module_format.ts";
import { hasModuleStatement } from "../source/module_statement.ts";
import { stripTypes } from "../source/typescript_source.ts";

/** A required file. */
export interface RequiredFile {
  /** The URL of the file, without query. */
  readonly url: string;
  readonly format: ModuleFormat;
  /** Returns the text of the file; not called if the file is not text. */
  readonly text: () => string;
  readonly bytes: () => Uint8Array;
  /** Whether `next.config` imports the file as text. */
  readonly isText: boolean;
  /** Returns the text that Deno transpiles the file to, or `null`. */
  readonly transpiled: () => string | null;
  /** Whether the file is an ES module that is already loaded, and runs at its first `require()`. */
  readonly isDeferred: boolean;
}

/** The result of a load hook. */
export interface LoadedSource {
  readonly format: "commonjs" | "json";
  readonly source: string;
}

const EXTENSION_OF_ADDONS = `require.extensions[".node"](module, __filename);\n`;
const EXTENSION_OF_MODULES =
  `${BRIDGE}.loadSynchronously(() => require.extensions[".mjs"](module, __filename), __filename);\n`;

/**
 * Loads a required file.
 *
 * @param file The file.
 * @throws {SyntaxError} If it is TypeScript of a package, and cannot be parsed.
 */
export function loadRequired(file: RequiredFile): LoadedSource {
  const { url, format } = file;
  switch (format) {
    case "addon":
      return toCommonJs(EXTENSION_OF_ADDONS);
    case "json":
      return { format: "json", source: file.text().replace(/^\ufeff/, "") };
    case "asset":
      return toCommonJs(`module.exports = ${JSON.stringify(createAsset(url, file.bytes, file.isText))};\n`);
    case "commonjs":
      return toCommonJs(file.text());
    case "typescript":
      if (!isEsmTypeScript(url, file.text())) return toCommonJs(getTypeScript(file));
      return loadEsModule(file);
    default:
      return loadEsModule(file);
  }
}

function loadEsModule({ url, isDeferred }: RequiredFile): LoadedSource {
  return toCommonJs(
    isDeferred ? `module.exports = ${BRIDGE}.runDeferred(${JSON.stringify(url)});\n` : EXTENSION_OF_MODULES,
  );
}

function getTypeScript({ url, text, transpiled }: RequiredFile): string {
  return isInstalled(url) ? stripTypes(text(), url) : transpiled() ?? text();
}

/**
 * Whether a TypeScript file compiles to an ES module.
 *
 * @param url The URL of the file, without query.
 * @param text Its text.
 */
export function isEsmTypeScript(url: string, text: string): boolean {
  if (/\.[cm]ts$/.test(url)) return url.endsWith(".mts");
  return hasModuleStatement(text) || !/\b(?:module\.exports|exports\.[\w$]+|export)\s*=/.test(text);
}

function toCommonJs(source: string): LoadedSource {
  return { format: "commonjs", source };
}
