/**
 * Picks the file of a package that Deno has resolved by the conditions of Next.js.
 *
 * Deno always resolves packages with the condition `deno`, and there is no option to change that. But only Deno knows
 * where the packages in its own cache are, and which version to use.
 *
 * @module
 */

import type { Conditions } from "./conditions.ts";
import type { ModuleFileSystem } from "./file_system.ts";
import type { ImportMode } from "./import_request.ts";
import { getCachedPackage } from "./module_address.ts";
import { resolveExports } from "./package_exports.ts";

/** `npm:@scope/name@1.2.3/sub/path` */
const NPM = /^npm:\/?(?:@[^/]+\/)?[^/@]+(?:@[^/]*)?(.*)$/;
/** The name of a package at the end of a folder's URL, before its version if it has one. */
const NAME = /\/((?:@[^/]+\/)?[^/]+?)(?:\/\d+\.\d+\.\d+[^/]*)?\/$/;
const INSTALLED = /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+\/)/;

/** A package that Deno has resolved. */
export interface FoundPackage {
  /** The imported specifier: `npm:zod@4/mini` or `zod/mini`. */
  readonly specifier: string;
  /** The URL that Deno has resolved it to. */
  readonly url: string;
  readonly files: ModuleFileSystem;
  readonly conditions: Conditions;
  readonly mode: ImportMode;
}

/**
 * Finds the file that a package exports.
 *
 * @param found The package that Deno has resolved.
 * @returns The URL from Deno, unless the `exports` of the package select another file.
 */
export function findExportedFile({ specifier, url, files, conditions, mode }: FoundPackage): string {
  const folder = getCachedPackage(url) ?? INSTALLED.exec(url)?.[1];
  if (folder === undefined) return url;
  const exports = readExports(`${folder}package.json`, files);
  if (exports === undefined || exports === null) return url;
  const subpath = NPM.exec(specifier)?.[1] ?? specifier.replace(/^(?:@[^/]+\/)?[^/]+/, "");
  const name = NAME.exec(folder)?.[1];
  const target = resolveExports(exports, `.${subpath}`.replace(/\/$/, ""), conditions.getConditions(mode, name));
  const targets = target.kind === "found" ? target.targets : [];
  return targets.map((path) => new URL(path, folder).href).find((file) => file === url || files.isFile(file)) ?? url;
}

const exportsByUrl = new Map<string, unknown>();

function readExports(url: string, files: ModuleFileSystem): unknown {
  if (exportsByUrl.has(url)) return exportsByUrl.get(url);
  let exports: unknown;
  try {
    exports = JSON.parse(files.readText(url) ?? "{}").exports;
  } catch {
    exports = undefined;
  }
  exportsByUrl.set(url, exports);
  return exports;
}
