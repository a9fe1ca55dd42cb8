/**
 * The file of an installed package that a name means.
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

/** A package, and what is meant in it. */
export interface PackageName {
  /** `zod`, `@scope/name`. */
  readonly name: string;
  /** `.` for the package itself, else `./` and the rest; it keeps a slash at the end. */
  readonly subpath: string;
}

/** Why no file of a package is meant. */
export type PackageFailure =
  /** No `node_modules` has it. */
  | { readonly reason: "not installed" }
  /** It is a link to a folder that may not be read. */
  | { readonly reason: "no access"; readonly folder: string }
  /** It has no `exports`, and not the file. */
  | { readonly reason: "no file"; readonly manifest: PackageManifest | undefined }
  /** Its `exports` do not have the name. */
  | { readonly reason: "not exported"; readonly manifest: PackageManifest; readonly target: Target }
  /** Its `exports` lead to files that it does not have. */
  | { readonly reason: "no target"; readonly manifest: PackageManifest; readonly targets: readonly string[] };

/** The URL of a file, or why there is none. */
export type PackageResult = { readonly url: string } | PackageFailure;

/** Finds packages. */
export interface PackageResolver {
  /**
   * Finds the file that a name means.
   *
   * @param name The name.
   * @param parent The URL of the importing file, without query.
   * @param mode Who asks.
   * @throws {ModuleResolveError} If a `package.json` is not JSON.
   */
  findInPackage(name: PackageName, parent: string, mode: ImportMode): PackageResult;
  /**
   * Finds the first of the paths of a package that is a file.
   *
   * @param targets Paths that begin with `./`.
   * @param manifest The package.
   */
  findTarget(targets: readonly string[], manifest: PackageManifest): string | undefined;
}

/** What the resolver needs. */
export interface PackageResolverContext {
  /** Where the files are. */
  readonly files: ModuleFileSystem;
  /** Their `package.json`. */
  readonly manifests: ManifestReader;
  /** What finds a file without its ending. */
  readonly fileResolver: FileResolver;
  /** The conditions of `exports`. */
  readonly conditions: Conditions;
}

/**
 * Splits the name of a package from what is meant in it.
 *
 * @param specifier A bare specifier, without query: `zod/v4`, `.prisma/client`, `punycode/`.
 */
export function parsePackageName(specifier: string): PackageName {
  const name = /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier;
  return { name, subpath: `.${specifier.slice(name.length)}` };
}

/**
 * Whether there can be a package of a name. `.prisma` can be, which a program generates.
 *
 * @param name The name.
 */
export function isPackageName(name: string): boolean {
  return /^(?:@[^\s/\\%?#:@]+\/)?[^\s/\\%?#:@][^\s/\\%?#:]*$/.test(name);
}

/** No `node_modules` has the package. */
export const NOT_INSTALLED: PackageFailure = { reason: "not installed" };

/**
 * Creates a resolver of packages.
 *
 * A package is looked for in the `node_modules` of the importing file's folder and of all folders above, after the
 * package itself that the file belongs to, if it has `exports` and that name. The field `browser` is ignored.
 *
 * @param context Where the files are.
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
      // A folder without the file may be what is left of a package; a list that lacks it is an answer.
      if ("url" in result || result.reason !== "no file") return result;
      if (failure === NOT_INSTALLED || result.manifest !== undefined) failure = result;
    }
    return failure;
  }

  /** The `node_modules` of a folder and of those above, nearest first. */
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

  /** The result of a package in a `node_modules`, or `undefined` if it is not there. */
  function findInFolder(folder: string, subpath: string, mode: ImportMode): PackageResult | undefined {
    const cached = results[mode];
    const key = folder + subpath;
    let result = cached.get(key);
    if (result === undefined) {
      if (!files.isFolder(folder)) return undefined;
      // A linked package is where its files are: its own dependencies are above that place.
      const real = files.realUrl?.(folder) ?? folder;
      if (real !== folder && !files.isFolder(real)) return { reason: "no access", folder: real };
      result = findInside(real, subpath, mode);
      // What it lacks is not noted: requests may ask for any number of names.
      if ("url" in result) cached.set(key, result);
    }
    return result;
  }

  function findInside(folder: string, subpath: string, mode: ImportMode): PackageResult {
    const manifest = manifests.at(folder);
    // `punycode/` is the package, and not what is built in.
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
