/**
 * Finds the file of an import: with the resolver of this package if it is a file of the project or of `node_modules`,
 * and with Deno's if `deno.json` maps it, it is a URL, or the package is in Deno's own cache.
 *
 * @module
 */

import { fromFileUrl, toFileUrl } from "@std/path";
import { type ImportMap, mapSpecifier, NO_IMPORTS } from "./import_map.ts";
import { findCandidates } from "./tsconfig_paths.ts";
import { createConditions } from "./conditions.ts";
import { findExportedFile } from "./deno_package.ts";
import type { ImportMode } from "./import_request.ts";
import { isInDenoCache, isInstalled } from "./module_address.ts";
import { findAliases, type ModuleAliases } from "./module_aliases.ts";
import type { ModuleReader } from "./module_reader.ts";
import { createModuleResolver, type ModuleFormat } from "./module_resolver.ts";
import { ModuleResolveError } from "./resolve_error.ts";

/** An import, and Deno's own resolver. */
export interface FindRequest {
  readonly specifier: string;
  /** The URL of the importing file. */
  readonly parent: string;
  readonly mode: ImportMode;
  /** Resolves a specifier the way Deno does, from the same file. */
  readonly resolveByDeno: (specifier: string) => string;
}

/** Finds the files of imports. */
export interface ModuleFinder {
  /**
   * Finds the file of an import.
   *
   * @returns The URL of a file, with the query of the import, or a URL that Deno loads itself.
   * @throws {ModuleResolveError} If there is no such file.
   */
  find(request: FindRequest): string;
  /** See {@linkcode ModuleResolver.getFormat}. */
  getFormat(url: string, source?: string): ModuleFormat;
  /** See {@linkcode ModuleResolver.getCanonicalUrl}. */
  getCanonicalUrl(url: string): string;
  /** Clears the cache after files have changed. */
  forget(): void;
}

/** The options of {@linkcode createModuleFinder}. */
export interface ModuleFinderOptions {
  /** The URL of the project's folder. */
  readonly root: string | undefined;
  readonly reader: ModuleReader;
  /** Reads the import map of `deno.json`. Called once, for the first import that it might apply to. */
  readonly readImports?: () => ImportMap;
  /** Returns the module aliases of `next.config`, which may become known later. */
  readonly getAliases?: () => ModuleAliases;
  /** The URL of this package's own modules, which Deno resolves. */
  readonly ownModules: string;
  readonly isDevelopment?: boolean;
}

/** A module of webpack that Next.js may have as well. */
const WEBPACK = /^webpack(?:$|\/(?:lib\/(?:\w+\/)*)?(\w+)(?:\.js(?:on)?)?$)/;

const SCHEME = /^[a-z][a-z\d+.-]+:/i;

/**
 * Creates a module finder.
 *
 * @param options The project and its files.
 */
export function createModuleFinder(options: ModuleFinderOptions): ModuleFinder {
  const { root, reader: { files }, readImports = () => NO_IMPORTS, ownModules, isDevelopment = false } = options;
  let knownImports: ImportMap | undefined;
  const conditions = createConditions({ isDevelopment });
  const resolver = createModuleResolver(files, {
    ...(root === undefined ? {} : { root }),
    conditions,
    findAliases: (specifier, folder) => findCandidates(specifier, toPath(folder)).map((path) => toFileUrl(path).href),
  });

  function find(request: FindRequest): string {
    const { specifier, parent } = request;
    const targets = parent.startsWith("file:") && !parent.startsWith(ownModules)
      ? findAliases(options.getAliases?.() ?? {}, specifier)
      : undefined;
    if (targets !== undefined) return findAliased(request, targets);
    try {
      return findNamed(request);
    } catch (error) {
      const compiled = getCompiledWebpack(specifier);
      const found = compiled === undefined || !(error instanceof ModuleResolveError)
        ? undefined
        : findCompiled({ ...request, specifier: compiled });
      if (found === undefined) throw error;
      return found;
    }
  }

  function findCompiled(request: FindRequest): string | undefined {
    try {
      return findNamed({ ...request, parent: new URL("next.config", root ?? request.parent).href });
    } catch {
      // The project has no Next.js either: the error names the original specifier.
      return undefined;
    }
  }

  /** Targets of aliases are relative to the project, regardless of the importing file. */
  function findAliased(request: FindRequest, targets: readonly string[]): string {
    const parent = new URL("next.config", root ?? request.parent).href;
    let missing: unknown;
    for (const specifier of targets) {
      try {
        return findNamed({ ...request, specifier, parent });
      } catch (error) {
        if (!(error instanceof ModuleResolveError)) throw error;
        missing ??= error;
      }
    }
    throw missing;
  }

  function findNamed(request: FindRequest): string {
    const { specifier, parent, resolveByDeno } = request;
    if (/^file:/i.test(specifier)) return findOwn(request, resolveByDeno);
    if (SCHEME.test(specifier)) return findByDeno(request);
    if (!parent.startsWith("file:") || parent.startsWith(ownModules)) return resolveByDeno(specifier);
    const target = getTarget(request);
    if (target !== undefined) return findTarget(request, target);
    if (isBare(specifier) && isInDenoCache(parent)) {
      const url = findByDeno(request);
      if (!isMissing(request, url)) return url;
    }
    return findOwn(request, () => findUnlessMissing(request));
  }

  /** @param orElse Called if nothing is found; returns `undefined` if it finds nothing either. */
  function findOwn(request: FindRequest, orElse: (specifier: string) => string | undefined): string {
    const { specifier, parent, mode } = request;
    try {
      const result = resolver.resolve(specifier, parent.startsWith("file:") ? parent : "file:///", mode);
      if (result.kind === "file") return result.url;
      return request.resolveByDeno(result.kind === "builtin" ? result.specifier : specifier);
    } catch (error) {
      if (!(error instanceof ModuleResolveError)) throw error;
      const isName = isBare(specifier) || /^file:/i.test(specifier);
      const other = isName || !mayRead(new URL(specifier, parent)) ? orElse(specifier) : undefined;
      if (other === undefined) throw error;
      return other;
    }
  }

  function findUnlessMissing(request: FindRequest): string | undefined {
    try {
      const url = findByDeno(request);
      return isMissing(request, url) ? undefined : url;
    } catch {
      return undefined;
    }
  }

  function findByDeno(request: FindRequest): string {
    const { specifier, parent, mode } = request;
    const url = request.resolveByDeno(specifier);
    if (!url.startsWith("file:") || !isInstalled(url) || isMissing(request, url)) return url;
    const name = mapSpecifier(getImports(), specifier, parent) ?? specifier;
    return name.startsWith("npm:") || isBare(name)
      ? findExportedFile({ specifier: name, url, files, conditions, mode })
      : url;
  }

  function getImports(): ImportMap {
    return knownImports ??= readImports();
  }

  /** Returns the URL that `deno.json` maps an import to. */
  function getTarget({ specifier, parent }: FindRequest): string | undefined {
    if (isInstalled(parent)) return undefined;
    const imports = getImports();
    if (Object.keys(imports.imports).length + Object.keys(imports.scopes).length === 0) return undefined;
    const target = mapSpecifier(imports, isBare(specifier) ? specifier : new URL(specifier, parent).href, parent);
    return target !== null && SCHEME.test(target) ? target : undefined;
  }

  /** Deno itself may use another configuration: when run from a checkout, that of this package. */
  function findTarget(request: FindRequest, target: string): string {
    if (target.startsWith("file:")) return complete(target, request);
    return findByDeno({ ...request, specifier: target });
  }

  /** `deno.json` may name a file without its extension. */
  function complete(url: string, { parent, mode }: FindRequest): string {
    if (!url.startsWith("file:")) return url;
    try {
      const result = resolver.resolve(url, parent, mode);
      return result.kind === "file" ? result.url : url;
    } catch (error) {
      if (error instanceof ModuleResolveError) return url;
      throw error;
    }
  }

  /** Deno resolves a package that is not installed to a file next to the importing one. */
  function isMissing({ specifier, parent }: FindRequest, url: string): boolean {
    return isBare(specifier) && url === new URL(specifier, parent).href;
  }

  return {
    find,
    getFormat: (url, source) => resolver.getFormat(url, source),
    getCanonicalUrl: (url) => resolver.getCanonicalUrl(url),
    forget: () => resolver.forget(),
  };
}

/**
 * Returns the module that Next.js gives to a `next.config`, and to its plugins, for one of webpack.
 *
 * @returns `undefined` if the specifier is not that of a module of webpack.
 */
function getCompiledWebpack(specifier: string): string | undefined {
  const match = WEBPACK.exec(specifier);
  if (match === null) return undefined;
  const [, name = "webpack"] = match;
  return `next/dist/compiled/webpack/${name === "webpack" ? "webpack-lib" : name}`;
}

/** If a file is off limits, Deno's own error says so. */
function mayRead(url: URL): boolean {
  return url.protocol !== "file:" ||
    Deno.permissions.querySync({ name: "read", path: fromFileUrl(url) }).state === "granted";
}

function toPath(folder: string): string {
  const path = fromFileUrl(folder);
  return path.length > 1 && /[^:][\\/]$/.test(path) ? path.slice(0, -1) : path;
}

/** Whether a specifier is a name, as opposed to a path or a URL. */
function isBare(specifier: string): boolean {
  return !/^[./]|^[a-z][a-z\d+.-]+:|^[a-z]:[\\/]/i.test(specifier);
}
