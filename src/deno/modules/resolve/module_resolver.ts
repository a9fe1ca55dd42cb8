/**
 * What an import of the user's code and of the packages in `node_modules` means: as bundlers resolve it, and Next.js with
 * them, where Node.js or Deno alone would not find it.
 *
 * Nothing but the file system that is passed in is asked, and every answer is remembered until `forget()`.
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
   * The files that a name means by `paths` and `baseUrl` of a `tsconfig.json`, best first, as URLs without certain
   * ending. Asked only for names that files of the project import, and not those in `node_modules`.
   *
   * @param specifier What is imported.
   * @param folder The URL of the importing file's folder, with a slash at the end.
   */
  findAliases?(specifier: string, folder: string): readonly string[];
  /**
   * Whether an import is Deno's to resolve, as one by a name of `deno.json` is. Not asked about URLs, which are except
   * those of files, and not about what is imported by modules that are not files.
   *
   * @param specifier What is imported.
   * @param parentUrl The URL of the importing file.
   */
  isDelegated?(specifier: string, parentUrl: string): boolean;
}

/** Resolves imports. */
export interface ModuleResolver {
  /**
   * Resolves an import.
   *
   * @param specifier What is imported.
   * @param parentUrl The URL of the importing module; a query is ignored.
   * @param mode Who asks.
   * @throws {ModuleResolveError} If there is no such file.
   */
  resolve(specifier: string, parentUrl: string, mode: ImportMode): ResolvedModule;
  /**
   * Gets the format of a resolved file.
   *
   * @param url Its URL.
   * @param source Its text, if it has been read already.
   */
  getFormat(url: string, source?: string): ModuleFormat;
  /**
   * Gets the URL under which `resolve()` gives a file, with its links followed: a file that is imported by another URL
   * would be a second module.
   *
   * @param url The URL of a file, without query.
   */
  getCanonicalUrl(url: string): string;
  /** Forgets all that was read and resolved, as files have changed. */
  forget(): void;
}

/**
 * Creates a resolver.
 *
 * @param files Where the files are. What it answers is remembered, so it needs no cache of its own.
 * @param options What is particular to the project.
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
    // The file may have been written since it was noted that there is none.
    const fresh = createLookup();
    const found = fresh.find(request);
    resolved.clear();
    lookup = fresh;
    return found;
  }

  return {
    resolve(specifier, parentUrl, mode) {
      if (!parentUrl.startsWith("file:") || options.isDelegated?.(specifier, parentUrl)) return DELEGATE;
      const parent = toFileUrlOnly(parentUrl);
      // A name means the same in all files of a folder.
      const key = `${mode} ${getFolder(parent)} ${specifier}`;
      let found = resolved.get(key);
      if (found === undefined) resolved.set(key, found = find({ specifier, parent, mode }));
      return found;
    },
    getFormat: (url, source) => getModuleFormat(url, files, lookup.manifests, source),
    getCanonicalUrl: (url) => lookup.toCanonical(url),
    forget() {
      resolved.clear();
      lookup = createLookup();
    },
  };
}
