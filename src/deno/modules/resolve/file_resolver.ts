/**
 * The file that a path means, with or without ending, as bundlers find it.
 *
 * In this order: the file itself, the TypeScript of which it will be the JavaScript (`./db.js` for `db.ts`), the file
 * with an ending, and the folder's `package.json` or its `index`.
 *
 * The endings of a project are tried in the order of Next.js 16 with Turbopack: `.tsx`, `.ts`, `.jsx`, `.js`, `.mjs`,
 * `.json`. Those of a package in `node_modules` begin with what Node.js tries, `.js`, `.json` and `.node`, as packages
 * ship their sources beside what they were compiled to.
 *
 * @module
 */

import type { ModuleFileSystem } from "./file_system.ts";
import { isInNodeModules } from "./module_url.ts";
import type { ManifestReader, PackageManifest } from "./package_manifest.ts";

/** The endings that a file of the project may be imported without, best first. */
export const PROJECT_ENDINGS: readonly string[] = [
  ".tsx",
  ".ts",
  ".jsx",
  ".js",
  ".mjs",
  ".json",
  // Bundlers do not try these.
  ".mts",
  ".cts",
  ".cjs",
  ".node",
  ".wasm",
];

/** The endings that a file of a package may be imported without, best first. */
export const PACKAGE_ENDINGS: readonly string[] = [
  ".js",
  ".json",
  ".node",
  ".mjs",
  ".cjs",
  ".jsx",
  ".ts",
  ".tsx",
  ".mts",
  ".cts",
  ".wasm",
];

/** What is written in an import, and what it is compiled from. */
const SOURCES: Readonly<Record<string, readonly string[]>> = {
  ".js": [".ts", ".tsx"],
  ".jsx": [".tsx"],
  ".mjs": [".mts"],
  ".cjs": [".cts"],
};

/** Finds files. */
export interface FileResolver {
  /**
   * The file that a URL means.
   *
   * @param url The URL of a file or folder, with or without ending, without query. With a slash at its end it means the
   * folder.
   * @returns `undefined` if there is none.
   */
  findFile(url: string): string | undefined;
  /**
   * The file that a folder means.
   *
   * @param folder A URL that ends with a slash.
   * @returns `undefined` if there is none.
   */
  findInFolder(folder: string): string | undefined;
}

/**
 * Creates a resolver of files.
 *
 * @param files Where the files are.
 * @param manifests Their `package.json`.
 */
export function createFileResolver(files: ModuleFileSystem, manifests: ManifestReader): FileResolver {
  return { findFile, findInFolder };

  function findFile(url: string): string | undefined {
    if (url.endsWith("/")) return findInFolder(url);
    return findExactFile(url) ?? findInFolder(`${url}/`);
  }

  function findExactFile(url: string): string | undefined {
    if (files.isFile(url)) return url;
    const written = /\.[cm]?jsx?$/.exec(url)?.[0];
    const sources = written === undefined ? [] : SOURCES[written] ?? [];
    const stem = written === undefined ? url : url.slice(0, -written.length);
    return sources.map((ending) => stem + ending).find((file) => files.isFile(file)) ?? findWithEnding(url);
  }

  function findWithEnding(url: string): string | undefined {
    for (const ending of isInNodeModules(url) ? PACKAGE_ENDINGS : PROJECT_ENDINGS) {
      const file = url + ending;
      if (files.isFile(file)) return file;
    }
    return undefined;
  }

  function findInFolder(folder: string): string | undefined {
    if (!files.isFolder(folder)) return undefined;
    const manifest = manifests.at(folder);
    for (const entry of manifest === undefined ? [] : getEntryPoints(manifest)) {
      const url = new URL(entry, folder).href;
      // An entry may name a folder, but not the folder that it is the entry of.
      const file = url === folder ? undefined : findExactFile(url.replace(/\/$/, "")) ?? findWithEnding(toIndex(url));
      if (file !== undefined) return file;
    }
    return findWithEnding(`${folder}index`);
  }
}

/**
 * What a package without `exports` names as its module, best first.
 *
 * Next.js takes `module` before `main` for a route handler, because a bundle is smaller for it. Unbundled, `main` is what
 * the package was tested with, and what CommonJS gets, so that there are not two instances of it.
 */
function getEntryPoints({ main, module }: PackageManifest): string[] {
  return [main, module].filter((entry) => entry !== undefined).map((entry) => `./${entry.replace(/^\/+/, "")}`);
}

function toIndex(folder: string): string {
  return `${folder.replace(/\/$/, "")}/index`;
}
