/**
 * What the copies of a project's modules are made of, and what they are.
 *
 * @module
 */

import type { ImportMap } from "../modules/resolve/import_map.ts";
import type { ModuleAliases } from "../modules/resolve/module_aliases.ts";
import type { UseCacheSettings } from "../modules/source/use_cache_directive.ts";

/** The options of `copyModules()`. */
export interface ModuleCopiesOptions {
  /** The URL of the project's folder, with a trailing slash. */
  readonly root: string;
  /** The import map of `deno.json`. */
  readonly names: ImportMap;
  /** The names of `next.config`. */
  readonly aliases: ModuleAliases;
  /** Packages that are not copied. */
  readonly external: readonly string[];
  /** Packages that are not copied, if the project itself finds them where they are imported. */
  readonly serverExternals: ReadonlySet<string>;
  /** The URL of this package's own modules. */
  readonly ownModules: string;
  /** Whether this package replaces a module. */
  isReplaced(specifier: string): boolean;
  /** Whether a file is imported as text. */
  isText(url: string): boolean;
  /** Returns the module that JSX is imported from, unless the file specifies it. */
  jsxImportSource(url: string): string;
  /** What the project has for the directive `"use cache"`. */
  readonly useCache: UseCacheSettings;
  /** Transpiles a file that has JSX by Deno; `null` if Deno cannot parse it. */
  transpile(url: string): string | null;
  /** The URL of the project's `next.config`, and the path from the folder of the build to its folder, with `/`. */
  readonly config?: { readonly url: string; readonly folder: string } | undefined;
}

/** The copies. */
export interface ModuleCopies {
  /** The code of the copies, by file name. */
  readonly files: ReadonlyMap<string, string>;
  /** The file names of the copies of the entries. */
  readonly entries: readonly string[];
  /** The imports that transpiling adds to a copy, such as the JSX runtime: file names by specifiers, by copy. */
  readonly scopes: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** The packages with a native part, which are not copied. */
  readonly native: readonly string[];
  /** The packages of {@linkcode ModuleCopiesOptions.serverExternals} that are imported, unless they have a native part. */
  readonly serverExternals: readonly string[];
  /** The lines of imports whose names are known only at run time, by the URL of the file. */
  readonly open: ReadonlyMap<string, number>;
  /** Whether `next.config` uses `__dirname` or `__filename`. */
  readonly usesConfigFolder: boolean;
  /** The URLs of the original files, by the file name of the copy. */
  readonly origins: ReadonlyMap<string, string>;
}
