/**
 * Looks for a module in all places where it may be, in order.
 *
 * @module
 */

import { toBuiltin } from "./builtin_module.ts";
import type { Conditions } from "./conditions.ts";
import { createFileResolver } from "./file_resolver.ts";
import { createCachedFileSystem, type ModuleFileSystem } from "./file_system.ts";
import type { ImportRequest } from "./import_request.ts";
import {
  fromAbsolutePath,
  getFolder,
  getRelativeUrls,
  isAbsolutePath,
  isInNodeModules,
  splitQuery,
  toFileUrlOnly,
} from "./module_url.ts";
import { resolveImports } from "./package_exports.ts";
import { createManifestReader, type ManifestReader, type PackageManifest } from "./package_manifest.ts";
import { createPackageResolver, isPackageName, NOT_INSTALLED, parsePackageName } from "./package_resolver.ts";
import { createFailure, type FailureContext, type LookupFailure } from "./resolve_failure.ts";

/** The result of resolving an import. */
export type ResolvedModule =
  /** A file; the URL has the query of the import. */
  | { readonly kind: "file"; readonly url: string }
  /** A built-in module of Node.js, with the prefix `node:`. */
  | { readonly kind: "builtin"; readonly specifier: string }
  /** An import that Deno resolves itself. */
  | { readonly kind: "delegate" };

/** The settings of a project. */
export interface LookupSettings {
  /** The URL of the project's folder, with a trailing slash. */
  readonly root: string | undefined;
  /** The conditions of `exports` and `imports`. */
  readonly conditions: Conditions;
  /** See {@linkcode ModuleResolverOptions.findAliases}. */
  findAliases?(specifier: string, folder: string): readonly string[];
}

/** Looks for modules, and caches everything that it reads. */
export interface ModuleLookup {
  /** The `package.json` files that it has read. */
  readonly manifests: ManifestReader;
  /**
   * Resolves an import.
   *
   * @throws {ModuleResolveError} If there is no such file.
   */
  find(request: ImportRequest): ResolvedModule;
  /** Resolves the symbolic links of a URL; a file of the project stays below the URL of the project's folder. */
  toCanonical(url: string): string;
}

/** The result for imports that Deno resolves itself. */
export const DELEGATE: ResolvedModule = { kind: "delegate" };

/** A scheme has at least two letters: a single one is a Windows drive. */
const SCHEME = /^([a-z][a-z\d+.-]+):/i;
const RELATIVE = /^\.\.?(?:\/|$)/;

/**
 * Creates a lookup with an empty cache.
 *
 * @param disk The file system.
 * @param settings The settings of the project.
 */
export function createModuleLookup(disk: ModuleFileSystem, settings: LookupSettings): ModuleLookup {
  const { root, conditions } = settings;
  const files = createCachedFileSystem(disk);
  const manifests = createManifestReader(files);
  const fileResolver = createFileResolver(files, manifests);
  const packages = createPackageResolver({ files, manifests, fileResolver, conditions });
  const realRoot = root === undefined ? undefined : files.realUrl?.(root);

  function find(request: ImportRequest): ResolvedModule {
    return files.attempt(() => findModule(request));
  }

  function findModule(request: ImportRequest): ResolvedModule {
    const { specifier, parent } = request;
    const scheme = SCHEME.exec(specifier)?.[1]?.toLowerCase();
    if (scheme === "file") return findUrl(request);
    if (scheme !== undefined) return toBuiltinModule(specifier) ?? DELEGATE;
    const { path, query } = splitQuery(specifier);
    if (RELATIVE.test(path)) return findFirst(getRelativeUrls(path, parent), query, request);
    if (isAbsolutePath(path)) return findFirst(getAbsoluteUrls(path, parent), query, request);
    if (path.startsWith("#")) return findImport(path, query, request);
    return toBuiltinModule(path) ?? findBare(path, query, request);
  }

  function findUrl(request: ImportRequest): ResolvedModule {
    const { href } = new URL(request.specifier);
    const url = toFileUrlOnly(href);
    return findFirst([url], href.slice(url.length), request);
  }

  /** As in Next.js, `/lib/db` is in the project; but a path from `require.resolve()` is absolute. */
  function getAbsoluteUrls(path: string, parent: string): string[] {
    const inProject = root === undefined || !path.startsWith("/")
      ? []
      : getRelativeUrls(path.replace(/^\/+/, "./"), root);
    return [fromAbsolutePath(path, parent), ...inProject];
  }

  function findFirst(urls: readonly string[], query: string, request: ImportRequest): ResolvedModule {
    return findAmong(urls, query) ?? fail(request, { kind: "path", urls });
  }

  function findAmong(urls: readonly string[], query: string): ResolvedModule | undefined {
    for (const url of urls) {
      const file = fileResolver.findFile(url);
      if (file !== undefined) return toFile(file, query);
    }
    return undefined;
  }

  /** A specifier with `#` is an alias of `tsconfig.json`, or an import of the nearest `package.json`. */
  function findImport(path: string, query: string, request: ImportRequest): ResolvedModule {
    const alias = findAlias(path, query, request.parent);
    if (alias !== undefined) return alias;
    const manifest = manifests.getScope(request.parent);
    const target = resolveImports(manifest?.imports, path, conditions.getConditions(request.mode, manifest?.name));
    if (manifest !== undefined && target.kind === "found") {
      for (const name of target.targets) {
        const result = findImportTarget(name, manifest, query, request);
        if (result !== undefined) return result;
      }
    }
    return fail(request, { kind: "imports", manifest, target, aliases: findAliases(path, request.parent) });
  }

  function findImportTarget(
    target: string,
    manifest: PackageManifest,
    query: string,
    { mode }: ImportRequest,
  ): ResolvedModule | undefined {
    if (!target.startsWith("./")) {
      const builtin = toBuiltinModule(target);
      if (builtin !== undefined) return builtin;
      const result = packages.findInPackage(parsePackageName(target), manifest.folder, mode);
      return "url" in result ? toFile(result.url, query) : undefined;
    }
    const url = packages.findTarget([target], manifest);
    return url === undefined ? undefined : toFile(url, query);
  }

  function findBare(path: string, query: string, request: ImportRequest): ResolvedModule {
    const alias = findAlias(path, query, request.parent);
    if (alias !== undefined) return alias;
    const name = parsePackageName(path);
    const result = isPackageName(name.name)
      ? packages.findInPackage(name, request.parent, request.mode)
      : NOT_INSTALLED;
    if ("url" in result) return toFile(result.url, query);
    return fail(request, { kind: "name", name, failure: result, aliases: findAliases(path, request.parent) });
  }

  /** Finds the file of an alias of `tsconfig.json`. */
  function findAlias(path: string, query: string, parent: string): ResolvedModule | undefined {
    for (const folder of getAliasFolders(parent)) {
      const result = findAmong(settings.findAliases?.(path, folder) ?? [], query);
      if (result !== undefined) return result;
    }
    return undefined;
  }

  /** Returns all candidates of an alias of `tsconfig.json`. */
  function findAliases(path: string, parent: string): readonly string[] {
    return [...new Set(getAliasFolders(parent).flatMap((folder) => settings.findAliases?.(path, folder) ?? []))];
  }

  /**
   * Aliases do not apply to packages in `node_modules`. The source of a workspace package has those of its own
   * `tsconfig.json`, and then those of the project, which are the only ones in Next.js.
   */
  function getAliasFolders(parent: string): readonly string[] {
    if (isInNodeModules(parent)) return [];
    const folder = getFolder(parent);
    return root === undefined || root === folder ? [folder] : [folder, root];
  }

  function toFile(url: string, query: string): ResolvedModule {
    return { kind: "file", url: toCanonical(url) + query };
  }

  function toCanonical(url: string): string {
    const real = files.realUrl?.(url) ?? url;
    // The project itself may be behind a link, like the temporary folder on macOS; its routes are imported by the path
    // that was given.
    return realRoot !== undefined && realRoot !== root && real.startsWith(realRoot)
      ? root + real.slice(realRoot.length)
      : real;
  }

  function fail(request: ImportRequest, failure: LookupFailure): never {
    const context: FailureContext = { root, files, manifests };
    throw createFailure(request, failure, context);
  }

  return { manifests, find, toCanonical };
}

function toBuiltinModule(specifier: string): ResolvedModule | undefined {
  const builtin = toBuiltin(specifier);
  return builtin === undefined ? undefined : { kind: "builtin", specifier: builtin };
}
