/**
 * Resolves the imports of project files without hooks, for a build.
 *
 * @module
 */

import { statSync } from "node:fs";
import { dirname, fromFileUrl, toFileUrl } from "@std/path";
import { findCandidates } from "./tsconfig_paths.ts";
import { SOURCE_URL } from "../own_package.ts";

const EXTENSIONS = [".ts", ".tsx", ".mts", ".js", ".jsx", ".mjs", ".json", "/index.ts", "/index.tsx", "/index.js"];

/**
 * Finds the file of an import in a project file.
 *
 * @param specifier The imported specifier.
 * @param parent The URL of the importing file.
 * @returns The URL of the file, or `null` if Deno finds it by itself.
 */
export function findProjectFile(specifier: string, parent: string): string | null {
  if (!parent.startsWith("file:") || isInPackage(parent) || parent.startsWith(SOURCE_URL)) return null;
  if (/^\.\.?(?:\/|$)/.test(specifier)) return completeUrl(new URL(specifier, parent).href);
  if (!isBare(specifier)) return null;
  for (const path of findCandidates(specifier, dirname(fromFileUrl(parent)))) {
    const url = toFileUrl(path).href;
    if (isFile(url)) return url;
    const completed = completeUrl(url);
    if (completed !== null) return completed;
  }
  return null;
}

function isInPackage(url: string): boolean {
  return url.includes("/node_modules/");
}

/**
 * Completes a URL that lacks its extension, or has the extension of the compiled file.
 *
 * @param href The URL.
 * @returns The URL of the file, or `null` if the given URL is a file itself, or no file was found.
 */
export function completeUrl(href: string): string | null {
  if (isFile(href)) return null;
  const source = /\.([cm]?)js(x?)$/.exec(href);
  const compiled = source === null ? [] : [href.replace(/js(x?)$/, "ts$1"), href.replace(/jsx?$/, "tsx")];
  const bare = href.replace(/\/$/, "");
  return [...compiled, ...EXTENSIONS.map((extension) => bare + extension)].find(isFile) ?? null;
}

/** Whether a specifier is a name, as opposed to a path or a URL. */
function isBare(specifier: string): boolean {
  return !/^[./#]|^[a-z][a-z+.-]*:/i.test(specifier);
}

function isFile(url: string): boolean {
  return statSync(new URL(url), { throwIfNoEntry: false })?.isFile() ?? false;
}
