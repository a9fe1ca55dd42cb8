/**
 * What `require()` loads.
 *
 * With a load hook Deno loads no imports of an ES module that is required. So a required ES module becomes a line of
 * CommonJS that calls Deno's own synchronous loader, or that runs a module which was loaded beforehand.
 *
 * @module
 */

import { createAsset } from "./asset_module.ts";
import { isInstalled } from "../resolve/module_address.ts";
import { BRIDGE } from "./module_bridge.ts";
import type { ModuleFormat } from "../resolve/module_format.ts";
import { hasModuleStatement } from "../source/module_statement.ts";
import { stripTypes } from "../source/typescript_source.ts";

/** A file that is required. */
export interface RequiredFile {
  /** Its URL, without query. */
  readonly url: string;
  readonly format: ModuleFormat;
  /** Its text; not read of what is not text. */
  readonly text: () => string;
  readonly bytes: () => Uint8Array;
  /** Whether `next.config` says that it is text. */
  readonly isText: boolean;
  /** Its text as Deno transpiles it, or `null`. */
  readonly transpiled: () => string | null;
  /** Whether it is an ES module that is loaded already, to be run by its first `require()`. */
  readonly isDeferred: boolean;
}

/** What a load hook answers. */
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
 * @throws {SyntaxError} If it is TypeScript of a package that cannot be parsed.
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
 * Whether TypeScript is an ES module once it is JavaScript.
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
