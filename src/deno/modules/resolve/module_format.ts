/**
 * The module format of a file.
 *
 * @module
 */

import { isEsmSyntax } from "../source/esm_syntax.ts";
import type { ModuleFileSystem } from "./file_system.ts";
import { getFileName, toFileUrlOnly } from "./module_url.ts";
import type { ManifestReader } from "./package_manifest.ts";

/**
 * How a file is loaded: as an ES module or a CommonJS module in JavaScript, as JSON, as WebAssembly, as a native addon
 * of Node.js, as TypeScript or JSX that has to be transpiled first, or as a file that only a bundler can import, such
 * as CSS or an image.
 */
export type ModuleFormat = "module" | "commonjs" | "json" | "wasm" | "addon" | "typescript" | "asset";

/** The formats by extension. A `.js` file may be an ES module or CommonJS. */
const FORMATS: ReadonlyMap<string, ModuleFormat> = new Map([
  ["mjs", "module"],
  ["cjs", "commonjs"],
  ["json", "json"],
  ["wasm", "wasm"],
  ["node", "addon"],
  ["ts", "typescript"],
  ["mts", "typescript"],
  ["cts", "typescript"],
  ["tsx", "typescript"],
  ["jsx", "typescript"],
]);

/**
 * Returns the format of a file as Node.js determines it: by its extension, the `type` of the nearest `package.json` and
 * the syntax.
 *
 * Unlike in Node.js, but as in bundlers, the syntax also decides if the `type` is `commonjs`: packages provide ES
 * modules through the field `module` or the condition `import` without changing the `type` for them.
 *
 * @param url The URL of the file; a query is ignored.
 * @param files The file system.
 * @param manifests Reads the `package.json` of folders.
 * @param source The text of the file, if it has been read already.
 * @see https://nodejs.org/api/packages.html#determining-module-system
 */
export function getModuleFormat(
  url: string,
  files: ModuleFileSystem,
  manifests: ManifestReader,
  source?: string,
): ModuleFormat {
  const file = toFileUrlOnly(url);
  const name = getFileName(file);
  const ending = name.slice(name.lastIndexOf(".") + 1);
  // A file without an extension is a command of a package, in `bin`.
  const isScript = ending === "js" || !name.includes(".");
  if (!isScript) return FORMATS.get(ending) ?? "asset";
  if (manifests.getScope(file)?.type === "module") return "module";
  return isEsmSyntax(source ?? files.readText(file) ?? "") ? "module" : "commonjs";
}
