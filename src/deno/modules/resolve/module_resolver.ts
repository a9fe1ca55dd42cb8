/**
 * Resolves the imports of the user's code and of the packages in `node_modules` like a bundler, as Next.js does, even
 * where Node.js or Deno would not find a file.
 *
 * It reads nothing but the given file system, and caches every result until `forget()`.
 *
 * @module
 */

import { type Conditions, createConditions } from "./conditions.ts";
import type { ModuleFileSystem } from "./file_system.ts";
import type { ImportMode, ImportRequest } from "./import_request.ts";
import { getModuleFormat, type ModuleFormat } from "./module_format.ts";
import { createModuleLookup, DELEGATE, type ResolvedModule } from "./module_lookup.ts";
import { getFolder, toFileUrlOnly } from "./module_url.ts";
import { ModuleResolveError } from "./resolve_error.ts";

export type { ImportMode, ModuleFormat, ResolvedModule };

/** The options of {@linkcode createModuleResolver}. */
export interface ModuleResolverOptions {
  /** The URL of the project's folder: messages name files relative to it, and `/lib/db` is looked for in it. */
  readonly root?: string;
  /** The conditions of `exports` and `imports`. Default: those of a route handler in production. */
  readonly conditions?: Conditions;
  /**
   * Returns the candidates of a name by `paths` and `baseUrl` of a `tsconfig.json`, in order of preference, as URLs
   * whose extension may be missing. Called only for imports of project files, not for those in `node_modules`.
   *
   * @param specifier The imported specifier.
   * @param folder The URL of the importing file's folder, with a trailing slash.
   */
  findAliases?(specifier: string, folder: string): readonly string[];
  /**
   * Whether Deno resolves an import, as it does for the names of `deno.json`. Not called for URLs, which Deno resolves
   * unless they are those of files, and not for imports of modules that are not files.
   *
   * @param specifier The imported specifier.
   * @param parentUrl The URL of the importing file.
   */
  isDelegated?(specifier: string, parentUrl: string): boolean;
}

/** Resolves imports. */
export interface ModuleResolver {
  /**
   * Resolves an import.
   *
   * @param specifier The imported specifier.
   * @param parentUrl The URL of the importing module; a query is ignored.
   * @param mode Whether the module is imported or required.
   * @throws {ModuleResolveError} If there is no such file.
   */
  resolve(specifier: string, parentUrl: string, mode: ImportMode): ResolvedModule;
  /**
   * Returns the format of a resolved file.
   *
   * @param url Its URL.
   * @param source Its text, if it has been read already.
   */
  getFormat(url: string, source?: string): ModuleFormat;
  /**
   * Returns the URL that `resolve()` returns for a file, with symbolic links resolved: importing the file by another
   * URL would create a second module.
   *
   * @param url The URL of a file, without query.
   */
  getCanonicalUrl(url: string): string;
  /** Clears the cache after files have changed. */
  forget(): void;
}

/**
 * Creates a module resolver.
 *
 * @param files The file system. Its answers are cached, so it needs no cache of its own.
 * @param options The settings of the project.
 */
export function createModuleResolver(files: ModuleFileSystem, options: ModuleResolverOptions = {}): ModuleResolver {
  const { conditions = createConditions() } = options;
  const root = options.root === undefined ? undefined : options.root.replace(/\/?$/, "/");
  const createLookup = () => createModuleLookup(files, { ...options, root, conditions });
  const resolved = new Map<string, ResolvedModule>();
  let lookup = createLookup();

  function find(request: ImportRequest): ResolvedModule {
    try {
      return lookup.find(request);
    } catch (error) {
      if (!(error instanceof ModuleResolveError)) throw error;
    }
    // The file may have been created since its absence was cached.
    const fresh = createLookup();
    const result = fresh.find(request);
    resolved.clear();
    lookup = fresh;
    return result;
  }

  return {
    resolve(specifier, parentUrl, mode) {
      if (!parentUrl.startsWith("file:") || options.isDelegated?.(specifier, parentUrl)) return DELEGATE;
      const parent = toFileUrlOnly(parentUrl);
      // A name means the same in all files of a folder.
      const key = `${mode} ${getFolder(parent)} ${specifier}`;
      let result = resolved.get(key);
      if (result === undefined) resolved.set(key, result = find({ specifier, parent, mode }));
      return result;
    },
    getFormat: (url, source) => getModuleFormat(url, files, lookup.manifests, source),
    getCanonicalUrl: (url) => lookup.toCanonical(url),
    forget() {
      resolved.clear();
      lookup = createLookup();
    },
  };
}
