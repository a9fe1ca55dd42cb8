/**
 * Resolves and loads the imports of route files that plain Deno would not: `next/*` is this package, and everything
 * else is found and loaded as in a bundle of Next.js. None of it needs to be configured.
 *
 * @module
 */

import { readFileSync, statSync } from "node:fs";
import { join, resolve, toFileUrl } from "@std/path";
import type { AppConfig } from "../../../handler/rules/next_config.ts";
import { type ImportMap, NO_IMPORTS, readProjectImports } from "../resolve/import_map.ts";
import { getImportListSource } from "./import_together.ts";
import { countImports } from "./loader.ts";
import { createModuleGraph, type ModuleGraph, removeVersion } from "./module_graph.ts";
import { createLoadedSources } from "./loaded_sources.ts";
import { getVirtualFolder, isInstalled } from "../resolve/module_address.ts";
import type { ModuleAliases } from "../resolve/module_aliases.ts";
import { createModuleFinder, type ModuleFinder } from "../resolve/module_finder.ts";
import { type ModuleHooks, registerModuleHooks, type VirtualModule } from "./module_hooks.ts";
import { createModuleReader, type ModuleReader } from "../resolve/module_reader.ts";
import { findNextModule, MARKER_PACKAGES, type NextModule } from "../next/next_modules.ts";
import { createVirtualModule, nameVirtualModule, registerNextModules } from "../next/next_namespaces.ts";
import type { TextShape } from "./save_guard.ts";
import { getJsxImportSource, setTsconfig } from "../resolve/tsconfig_paths.ts";
import { NO_USE_CACHE, type UseCacheSettings } from "../source/use_cache_directive.ts";
import { SOURCE_URL } from "../own_package.ts";

/** The folder of virtual modules. */
const VIRTUAL = getVirtualFolder(Deno.build.os);

/** The project that the hooks resolve modules for. */
interface Project {
  /** The absolute path of its folder; `undefined` if unknown. */
  readonly root: string | undefined;
  readonly reader: ModuleReader;
  readonly finder: ModuleFinder;
}

let hooks: ModuleHooks | undefined;
let graph: ModuleGraph | undefined;
let project: Project | undefined;
/** The extensions of files that are imported as text. */
let textEndings: readonly string[] = [];
/** The targets of module aliases. */
let aliases: ModuleAliases = {};
let useCache: UseCacheSettings = NO_USE_CACHE;
const sources = createLoadedSources();

/**
 * Installs the hooks, and makes them record the import graph of a project, so that changed files can be imported again.
 */
export function trackModules(): ModuleGraph {
  installResolveHooks();
  const follows = (url: string) => url.startsWith("file:") && !isInstalled(url) && !url.startsWith(SOURCE_URL);
  graph ??= createModuleGraph(follows, getStamp);
  const { invalidate, getVersion, getReached, recordSuccess, recordFailure } = graph;
  // Files are imported by their real paths, but callers name them by the paths at which they are listed.
  const toReal = (url: string) => getProject().finder.getCanonicalUrl(url);
  return {
    ...graph,
    invalidate(urls) {
      const listed = [...urls], real = listed.map(toReal);
      hooks?.forget();
      const reloaded = invalidate(new Set([...listed, ...real, ...listed.map(toReal)]));
      hooks?.forget(reloaded);
      return reloaded;
    },
    getVersion: (url) => getVersion(toReal(url)),
    getReached: (url) => getReached(toReal(url)),
    recordSuccess: (url) => recordSuccess(toReal(url)),
    recordFailure: (url) => recordFailure(toReal(url)),
  };
}

/**
 * Installs the hooks, once per process. They apply only to modules that are imported later.
 *
 * @param root The absolute path of the project's folder, once it is known.
 */
export function installResolveHooks(root?: string): void {
  if (root !== undefined && root !== project?.root) project = createProject(root);
  if (hooks !== undefined) return;
  registerNextModules();
  hooks = registerModuleHooks({
    finder: () => getProject().finder,
    reader: () => getProject().reader,
    root: () => getProject().root === undefined ? undefined : toFolderUrl(getProject().root!),
    sources,
    ownModules: SOURCE_URL,
    findVirtual,
    findFallback,
    getVirtual,
    toVersion: (url, parent) => graph?.recordImport(url, parent) ?? url,
    jsxImportSource: getJsxImportSource,
    countImports,
    isText: isTextFile,
    useCache: getUseCache,
  });
}

/**
 * Applies the settings of a `next.config` that concern modules.
 *
 * @param root The absolute path of the project's folder.
 * @param config The settings.
 * @throws {SyntaxError} If it names a `tsconfig.json` that cannot be read.
 */
export function configureModules(
  root: string,
  { tsconfigPath, textExtensions, moduleAliases, useCache: cached, serverExternalPackages }: Pick<
    AppConfig,
    "tsconfigPath" | "textExtensions" | "moduleAliases" | "useCache" | "serverExternalPackages"
  >,
): void {
  if (tsconfigPath !== undefined) setTsconfig(root, resolve(root, tsconfigPath));
  textEndings = textExtensions;
  aliases = moduleAliases;
  useCache = {
    isEnabled: cached.isEnabled,
    kinds: Object.keys(cached.handlers),
    externalPackages: serverExternalPackages,
  };
  hooks?.forget();
}

/** Whether `next.config` imports a file as text. */
export function isTextFile(url: string): boolean {
  return textEndings.some((ending) => url.endsWith(ending));
}

/** Returns the settings of the project for `"use cache"`. */
export function getUseCache(): UseCacheSettings {
  return useCache;
}

/** Returns the module aliases of `next.config`. */
export function getModuleAliases(): ModuleAliases {
  return aliases;
}

function getProject(): Project {
  return project ??= createProject(undefined);
}

function createProject(root: string | undefined): Project {
  const url = root === undefined ? undefined : toFolderUrl(root);
  const reader = createModuleReader(url);
  const isDevelopment = graph !== undefined;
  const readImports = () => getImports(root);
  return {
    root,
    reader,
    finder: createModuleFinder({
      root: url,
      reader,
      readImports,
      getAliases: getModuleAliases,
      ownModules: SOURCE_URL,
      isDevelopment,
    }),
  };
}

/** Uses `join()`, because the root of a disk already ends with a slash. */
function toFolderUrl(root: string): string {
  return toFileUrl(join(root, "/")).href;
}

/** Reads the import map of `deno.json`; without a known project, only if all folders above may be read. */
function getImports(root: string | undefined): ImportMap {
  if (root !== undefined) return readProjectImports(root);
  return Deno.permissions.querySync({ name: "read" }).state === "granted" ? readProjectImports(Deno.cwd()) : NO_IMPORTS;
}

function findVirtual(specifier: string, mode: "import" | "require", parent: string): VirtualModule | undefined {
  const imports = getImportListSource(specifier);
  if (imports !== undefined) return { url: specifier, source: imports };
  const module = findNextModule(specifier, parent);
  if (module !== undefined && module.isFallback !== true) return toVirtual(module, specifier, mode, parent);
  if (!MARKER_PACKAGES.includes(specifier)) return undefined;
  const name = `${specifier}.${mode === "require" ? "cjs" : "mjs"}`;
  return { url: VIRTUAL + name, source: getVirtualModule(name).source };
}

/** These modules are used only if the project has not installed `next`. */
function findFallback(specifier: string, mode: "import" | "require", parent: string): VirtualModule | undefined {
  const module = findNextModule(specifier, parent);
  return module?.isFallback === true ? toVirtual(module, specifier, mode, parent) : undefined;
}

function toVirtual(
  module: NextModule,
  specifier: string,
  mode: "import" | "require",
  parent: string,
): VirtualModule {
  const name = nameVirtualModule(module, specifier, () => readSource(parent), mode === "require");
  return { url: VIRTUAL + name, source: getVirtualModule(name).source };
}

function readSource(url: string): string {
  try {
    return readFileSync(new URL(removeVersion(url)), "utf8");
  } catch {
    return "";
  }
}

/** Whether a file was loaded in a way that does not allow loading it again after it has changed. */
export function isLoadedForGood(url: string): boolean {
  return hooks?.isLoadedForGood(removeVersion(url)) ?? false;
}

/**
 * Returns the value that an ES module of the project has assigned to `module.exports`.
 *
 * @param path The absolute path of the file.
 * @returns `undefined` if it has not assigned any.
 */
export function getModuleExports(path: string): unknown {
  return hooks?.getAssigned(getProject().finder.getCanonicalUrl(toFileUrl(path).href));
}

/**
 * Transpiles a file by Deno.
 *
 * @param url The URL of the file.
 * @returns `null` if Deno cannot parse it, or no module was loaded yet.
 */
export function transpileByDeno(url: string): string | null {
  return hooks?.transpile(url) ?? null;
}

/** Returns the shape of the text of a file when it was last loaded; `undefined` for JSON. */
export function getLoadedShape(url: string): TextShape | undefined {
  return sources.getShape(url);
}

/**
 * Returns a digest of all imported files, which is the same on every machine that has the same files.
 *
 * @param root The folder that their paths are relative to.
 */
export function getSourceFingerprint(root: string): string {
  return sources.getFingerprint(toFolderUrl(root));
}

/** Returns a text that differs after a file has changed. */
function getStamp(url: string): string {
  const stat = statSync(new URL(url), { throwIfNoEntry: false });
  return stat === undefined ? "missing" : `${stat.mtimeMs} ${stat.size} ${stat.ino}`;
}

function getVirtual(url: string): { format: "commonjs" | "module"; source: string } | undefined {
  const imports = getImportListSource(url);
  if (imports !== undefined) return { format: "module", source: imports };
  return url.startsWith(VIRTUAL) ? getVirtualModule(url.slice(VIRTUAL.length)) : undefined;
}

function getVirtualModule(name: string): { format: "commonjs" | "module"; source: string } {
  if (!MARKER_PACKAGES.includes(name.replace(/\.[cm]js$/, ""))) return createVirtualModule(name);
  return name.endsWith(".cjs") ? { format: "commonjs", source: "" } : { format: "module", source: "export {};" };
}
