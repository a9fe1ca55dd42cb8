/**
 * The file of a project that an import means, where it is not resolved by hooks: for a build.
 *
 * @module
 */

import { statSync } from "node:fs";
import { dirname, fromFileUrl, toFileUrl } from "@std/path";
import { findCandidates } from "./tsconfig_paths.ts";
import { SOURCE_URL } from "../own_package.ts";

/** Where this package's own modules are. */

const EXTENSIONS = [".ts", ".tsx", ".mts", ".js", ".jsx", ".mjs", ".json", "/index.ts", "/index.tsx", "/index.js"];

/**
 * The file that an import of a project's file means.
 *
 * @param specifier What is imported.
 * @param parent The URL of the importing file.
 * @returns The URL of the file, or `null` where Deno finds it itself.
 */
export function findProjectFile(specifier: string, parent: string): string | null {
  if (!parent.startsWith("file:") || isInPackage(parent) || parent.startsWith(SOURCE_URL)) return null;
  if (/^\.\.?(?:\/|$)/.test(specifier)) return completeUrl(new URL(specifier, parent).href);
  if (!isBare(specifier)) return null;
  for (const path of findCandidates(specifier, dirname(fromFileUrl(parent)))) {
    const url = toFileUrl(path).href;
    if (isFile(url)) return url;
    const found = completeUrl(url);
    if (found !== null) return found;
  }
  return null;
}

function isInPackage(url: string): boolean {
  return url.includes("/node_modules/");
}

/**
 * The file that is meant by a URL without its ending, or with the ending it has once compiled.
 *
 * @param href The URL.
 * @returns The URL of the file, or `null` if it is a file itself, or means none.
 */
export function completeUrl(href: string): string | null {
  if (isFile(href)) return null;
  const source = /\.([cm]?)js(x?)$/.exec(href);
  const compiled = source === null ? [] : [href.replace(/js(x?)$/, "ts$1"), href.replace(/jsx?$/, "tsx")];
  const bare = href.replace(/\/$/, "");
  return [...compiled, ...EXTENSIONS.map((extension) => bare + extension)].find(isFile) ?? null;
}

/** A name, neither a path nor a URL. */
function isBare(specifier: string): boolean {
  return !/^[./#]|^[a-z][a-z+.-]*:/i.test(specifier);
}

function isFile(url: string): boolean {
  return statSync(new URL(url), { throwIfNoEntry: false })?.isFile() ?? false;
}
