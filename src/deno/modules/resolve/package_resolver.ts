/**
 * Resolves the names of installed packages to files.
 *
 * @module
 */

import type { Conditions } from "./conditions.ts";
import type { FileResolver } from "./file_resolver.ts";
import type { ModuleFileSystem } from "./file_system.ts";
import type { ImportMode } from "./import_request.ts";
import { getFolder, getParentFolder, getRelativeUrls } from "./module_url.ts";
import { resolveExports, type Target } from "./package_exports.ts";
import type { ManifestReader, PackageManifest } from "./package_manifest.ts";

/** The name of a package and a subpath of it. */
export interface PackageName {
  /** `zod`, `@scope/name`. */
  readonly name: string;
  /** `.` for the package itself, otherwise `./` and the rest, including a trailing slash. */
  readonly subpath: string;
}

/** The reason why no file of a package was found. */
export type PackageFailure =
  /** No `node_modules` has it. */
  | { readonly reason: "not installed" }
  /** It is a link to a folder without read access. */
  | { readonly reason: "no access"; readonly folder: string }
  /** It has no `exports`, and the file does not exist. */
  | { readonly reason: "no file"; readonly manifest: PackageManifest | undefined }
  /** Its `exports` do not have the name. */
  | { readonly reason: "not exported"; readonly manifest: PackageManifest; readonly target: Target }
  /** Its `exports` map the name to files that do not exist. */
  | { readonly reason: "no target"; readonly manifest: PackageManifest; readonly targets: readonly string[] };

/** The URL of a file, or the reason why none was found. */
export type PackageResult = { readonly url: string } | PackageFailure;

/** Finds the files of packages. */
export interface PackageResolver {
  /**
   * Finds the file of a package.
   *
   * @param name The name and the subpath.
   * @param parent The URL of the importing file, without query.
   * @param mode Whether the package is imported or required.
   * @throws {ModuleResolveError} If a `package.json` is not JSON.
   */
  findInPackage(name: PackageName, parent: string, mode: ImportMode): PackageResult;
  /**
   * Finds the first of some paths of a package that is a file.
   *
   * @param targets Paths starting with `./`.
   * @param manifest The package.
   */
  findTarget(targets: readonly string[], manifest: PackageManifest): string | undefined;
}

/** The dependencies of a {@linkcode PackageResolver}. */
export interface PackageResolverContext {
  readonly files: ModuleFileSystem;
  readonly manifests: ManifestReader;
  readonly fileResolver: FileResolver;
  readonly conditions: Conditions;
}

/**
 * Splits a bare specifier into the name of the package and the subpath.
 *
 * @param specifier A bare specifier, without query: `zod/v4`, `.prisma/client`, `punycode/`.
 */
export function parsePackageName(specifier: string): PackageName {
  const name = /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier;
  return { name, subpath: `.${specifier.slice(name.length)}` };
}

/**
 * Whether a package may have a name. `.prisma` is valid: Prisma generates it.
 *
 * @param name The name.
 */
export function isPackageName(name: string): boolean {
  return /^(?:@[^\s/\\%?#:@]+\/)?[^\s/\\%?#:@][^\s/\\%?#:]*$/.test(name);
}

/** The failure if no `node_modules` has the package. */
export const NOT_INSTALLED: PackageFailure = { reason: "not installed" };

/**
 * Creates a resolver of packages.
 *
 * If the package that the importing file belongs to has that name and `exports`, it is used. Otherwise the package is
 * looked for in the `node_modules` of the file's folder and of all folders above. The field `browser` is ignored.
 *
 * @param context The file system and its readers.
 * @see https://nodejs.org/api/esm.html#resolution-algorithm-specification
 */
export function createPackageResolver(context: PackageResolverContext): PackageResolver {
  const { files, manifests, fileResolver, conditions } = context;
  const nodeModules = new Map<string, readonly string[]>();
  const results = { import: new Map<string, PackageResult>(), require: new Map<string, PackageResult>() };

  function findInPackage(name: PackageName, parent: string, mode: ImportMode): PackageResult {
    const scope = manifests.getScope(parent);
    if (scope?.exports !== undefined && scope.name === name.name) return findExport(scope, name.subpath, mode);
    let failure = NOT_INSTALLED;
    for (const folder of getNodeModules(getFolder(parent))) {
      const result = findInFolder(`${folder}${name.name}/`, name.subpath, mode);
      if (result === undefined) continue;
      // A folder without the file may be the remains of a package; but `exports` without the name are conclusive.
      if ("url" in result || result.reason !== "no file") return result;
      if (failure === NOT_INSTALLED || result.manifest !== undefined) failure = result;
    }
    return failure;
  }

  /** Returns the `node_modules` of a folder and of its parents, the nearest first. */
  function getNodeModules(folder: string): readonly string[] {
    let folders = nodeModules.get(folder);
    if (folders === undefined) {
      const parent = getParentFolder(folder);
      const outer = parent === undefined ? [] : getNodeModules(parent);
      const nearest = folder.endsWith("/node_modules/") ? folder : `${folder}node_modules/`;
      folders = outer[0] !== nearest && files.isFolder(nearest) ? [nearest, ...outer] : outer;
      nodeModules.set(folder, folders);
    }
    return folders;
  }

  /** Finds the file of a package in a `node_modules`; `undefined` if the package is not in it. */
  function findInFolder(folder: string, subpath: string, mode: ImportMode): PackageResult | undefined {
    const cached = results[mode];
    const key = folder + subpath;
    let result = cached.get(key);
    if (result === undefined) {
      if (!files.isFolder(folder)) return undefined;
      // Use the real folder of a linked package: its own dependencies are above that.
      const real = files.realUrl?.(folder) ?? folder;
      if (real !== folder && !files.isFolder(real)) return { reason: "no access", folder: real };
      result = findInside(real, subpath, mode);
      // Failures are not cached: the names may come from requests, which could ask for any number of them.
      if ("url" in result) cached.set(key, result);
    }
    return result;
  }

  function findInside(folder: string, subpath: string, mode: ImportMode): PackageResult {
    const manifest = manifests.getManifest(folder);
    // `punycode/` is the package, not the built-in module.
    if (manifest?.exports !== undefined) return findExport(manifest, subpath === "./" ? "." : subpath, mode);
    const urls = subpath === "." ? [folder] : getRelativeUrls(subpath, folder);
    for (const url of urls) {
      const file = fileResolver.findFile(url);
      if (file !== undefined) return { url: file };
    }
    return { reason: "no file", manifest };
  }

  function findExport(manifest: PackageManifest, subpath: string, mode: ImportMode): PackageResult {
    const target = resolveExports(manifest.exports, subpath, conditions.getConditions(mode, manifest.name));
    if (target.kind !== "found") return { reason: "not exported", manifest, target };
    const url = findTarget(target.targets, manifest);
    return url === undefined ? { reason: "no target", manifest, targets: target.targets } : { url };
  }

  function findTarget(targets: readonly string[], { folder }: PackageManifest): string | undefined {
    for (const target of targets) {
      const file = fileResolver.findFile(new URL(target, folder).href);
      if (file !== undefined) return file;
    }
    return undefined;
  }

  return { findInPackage, findTarget };
}
