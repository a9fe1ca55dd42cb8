/**
 * Resolves a path, with or without an extension, to a file, the way bundlers do.
 *
 * The order is: the file itself, its TypeScript source (`./db.js` for `db.ts`), the path with an extension added, and
 * the `package.json` or `index` of the folder.
 *
 * The extensions of a project are tried in the order of Next.js 16 with Turbopack: `.tsx`, `.ts`, `.jsx`, `.js`,
 * `.mjs`, `.json`. Those of a package in `node_modules` start with the ones that Node.js tries, `.js`, `.json` and
 * `.node`, because packages ship their sources next to the compiled files.
 *
 * @module
 */

import type { ModuleFileSystem } from "./file_system.ts";
import { isInNodeModules } from "./module_url.ts";
import type { ManifestReader, PackageManifest } from "./package_manifest.ts";

/** The extensions that an import of a project file may omit, in order of preference. */
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

/** The extensions that an import of a package's file may omit, in order of preference. */
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

/** The extensions of sources by the extension of the compiled file. */
const SOURCES: Readonly<Record<string, readonly string[]>> = {
  ".js": [".ts", ".tsx"],
  ".jsx": [".tsx"],
  ".mjs": [".mts"],
  ".cjs": [".cts"],
};

/** Resolves paths to files. */
export interface FileResolver {
  /**
   * Finds the file of a path.
   *
   * @param url The URL of a file or folder, with or without an extension, without query. A trailing slash means the
   * folder.
   * @returns `undefined` for a path without a file.
   */
  findFile(url: string): string | undefined;
  /**
   * Finds the file that an import of a folder means.
   *
   * @param folder A URL with a trailing slash.
   * @returns `undefined` for a folder without such a file.
   */
  findInFolder(folder: string): string | undefined;
}

/**
 * Creates a file resolver.
 *
 * @param files The file system.
 * @param manifests Reads the `package.json` of folders.
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
    const manifest = manifests.getManifest(folder);
    for (const entry of manifest === undefined ? [] : getEntryPoints(manifest)) {
      const url = new URL(entry, folder).href;
      // An entry point may be a folder, but not the package's own folder.
      const file = url === folder ? undefined : findExactFile(url.replace(/\/$/, "")) ?? findWithEnding(toIndex(url));
      if (file !== undefined) return file;
    }
    return findWithEnding(`${folder}index`);
  }
}

/**
 * Returns the entry points of a package without `exports`, in order of preference.
 *
 * Next.js prefers `module` to `main` for a route handler, because that makes smaller bundles. Unbundled, `main` is what
 * the package was tested with, and what `require()` loads: preferring it avoids two instances of the package.
 */
function getEntryPoints({ main, module }: PackageManifest): string[] {
  return [main, module].filter((entry) => entry !== undefined).map((entry) => `./${entry.replace(/^\/+/, "")}`);
}

function toIndex(folder: string): string {
  return `${folder.replace(/\/$/, "")}/index`;
}
