/**
 * Imports of route files that a plain Deno would not resolve or load: `next/*` is this module, and all else is found and
 * loaded as a bundle of Next.js has it. Nothing of it has to be configured.
 *
 * @module
 */

import { readFileSync, statSync } from "node:fs";
import { join, resolve, toFileUrl } from "@std/path";
import type { AppConfig } from "../handler/app_config.ts";
import { MARKERS } from "./doors.ts";
import { type ImportMap, NO_IMPORTS, projectImports } from "./import_map.ts";
import { countImports } from "./loader.ts";
import { bareUrl, createModuleGraph, type ModuleGraph } from "./module_graph.ts";
import { createLoadedSources } from "./modules/loaded_sources.ts";
import { getVirtualFolder, isInstalled } from "./modules/module_address.ts";
import type { ModuleAliases } from "./modules/module_aliases.ts";
import { createModuleFinder, type ModuleFinder } from "./modules/module_finder.ts";
import { type ModuleHooks, registerModuleHooks, type VirtualModule } from "./modules/module_hooks.ts";
import { createModuleReader, type ModuleReader } from "./modules/module_reader.ts";
import { findNextModule, type NextModule } from "./modules/next_modules.ts";
import { createVirtualModule, nameVirtualModule, registerNextModules } from "./modules/next_namespaces.ts";
import type { TextShape } from "./unfinished_save.ts";
import { jsxImportSourceOf, useTsconfig } from "./tsconfig_paths.ts";

/** Where the modules live that a hook makes up. */
const VIRTUAL = getVirtualFolder(Deno.build.os);
/** Where this package's own modules are. */
const PACKAGE = new URL("../", import.meta.url).href;
const CLI = new URL("../../cli.ts", import.meta.url).href;

/** What the hooks know of the project that is served. */
interface Project {
  /** The absolute path of its folder; `undefined` if it is not known. */
  readonly root: string | undefined;
  readonly reader: ModuleReader;
  readonly finder: ModuleFinder;
}

let hooks: ModuleHooks | undefined;
let graph: ModuleGraph | undefined;
let project: Project | undefined;
/** The endings of files that are imported as text. */
let texts: readonly string[] = [];
/** What names of modules stand for. */
let aliases: ModuleAliases = {};
const sources = createLoadedSources();

/**
 * Installs the hooks, and has them note which file of a project imports which, so that changed files can be imported
 * again.
 */
export function trackModules(): ModuleGraph {
  installResolveHooks();
  const follows = (url: string) => url.startsWith("file:") && !isInstalled(url) && !url.startsWith(PACKAGE);
  graph ??= createModuleGraph(follows, stampOf);
  const { changed, version, reached, succeeded, failed } = graph;
  // Files are imported by their real places, and are named by those where they are listed.
  const toReal = (url: string) => getProject().finder.getCanonicalUrl(url);
  return {
    ...graph,
    changed(urls) {
      const named = [...urls], real = named.map(toReal);
      hooks?.forget();
      const renewed = changed(new Set([...named, ...real, ...named.map(toReal)]));
      hooks?.forget(renewed);
      return renewed;
    },
    version: (url) => version(toReal(url)),
    reached: (url) => reached(toReal(url)),
    succeeded: (url) => succeeded(toReal(url)),
    failed: (url) => failed(toReal(url)),
  };
}

/**
 * Installs the hooks, once a process. Only modules that are imported later are resolved by them.
 *
 * @param root The absolute path of the project's folder, once it is known.
 */
export function installResolveHooks(root?: string): void {
  if (root !== undefined && root !== project?.root) project = createProject(root);
  if (hooks !== undefined) return;
  // A program may have loaded modules before, which no hook saw; the command line has loaded none.
  if (Deno.mainModule !== CLI) sources.useScope();
  registerNextModules();
  hooks = registerModuleHooks({
    finder: () => getProject().finder,
    reader: () => getProject().reader,
    sources,
    ownModules: PACKAGE,
    findVirtual,
    findFallback,
    getVirtual: (url) => url.startsWith(VIRTUAL) ? virtualModule(url.slice(VIRTUAL.length)) : undefined,
    toVersion: (url, parent) => graph?.resolved(url, parent) ?? url,
    jsxImportSource: jsxImportSourceOf,
    countImports,
    isText: isTextFile,
  });
}

/**
 * Takes over what the `next.config` of a project says about modules.
 *
 * @param root The absolute path of the project's folder.
 * @param config What it says.
 * @throws {SyntaxError} If it names a `tsconfig.json` that cannot be read.
 */
export function configureModules(
  root: string,
  { tsconfigPath, textExtensions, moduleAliases }: Pick<
    AppConfig,
    "tsconfigPath" | "textExtensions" | "moduleAliases"
  >,
): void {
  if (tsconfigPath !== undefined) useTsconfig(root, resolve(root, tsconfigPath));
  texts = textExtensions;
  aliases = moduleAliases;
  hooks?.forget();
}

/** Whether `next.config` says that a file is imported as its text. */
export function isTextFile(url: string): boolean {
  return texts.some((ending) => url.endsWith(ending));
}

/** The names that `next.config` has for modules. */
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
  const readImports = () => importsOf(root);
  return {
    root,
    reader,
    finder: createModuleFinder({
      root: url,
      reader,
      readImports,
      getAliases: getModuleAliases,
      ownModules: PACKAGE,
      isDevelopment,
    }),
  };
}

/** The root of a disk ends with its slash already. */
function toFolderUrl(root: string): string {
  return toFileUrl(join(root, "/")).href;
}

/** The names that `deno.json` has; the folders above a project are not asked for where they may not be read. */
function importsOf(root: string | undefined): ImportMap {
  if (root !== undefined) return projectImports(root);
  return Deno.permissions.querySync({ name: "read" }).state === "granted" ? projectImports(Deno.cwd()) : NO_IMPORTS;
}

function findVirtual(specifier: string, mode: "import" | "require", parent: string): VirtualModule | undefined {
  const module = findNextModule(specifier, parent);
  if (module !== undefined && module.isFallback !== true) return toVirtual(module, specifier, mode, parent);
  if (!MARKERS.includes(specifier)) return undefined;
  const name = `${specifier}.${mode === "require" ? "cjs" : "mjs"}`;
  return { url: VIRTUAL + name, source: virtualModule(name).source };
}

/** What the installed `next` has is taken from there. */
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
  const name = nameVirtualModule(module, specifier, () => sourceOf(parent), mode === "require");
  return { url: VIRTUAL + name, source: virtualModule(name).source };
}

function sourceOf(url: string): string {
  try {
    return readFileSync(new URL(bareUrl(url)), "utf8");
  } catch {
    return "";
  }
}

/**
 * Whether a module that was imported since the hooks are in place may ask for the request scope. Once true, it stays.
 */
export function isScopeUsed(): boolean {
  return sources.isScopeUsed;
}

/** Whether a file was loaded in a way that keeps it for good, and is not loaded again when it has changed. */
export function isLoadedForGood(url: string): boolean {
  return hooks?.isLoadedForGood(bareUrl(url)) ?? false;
}

/**
 * What a file of the project has assigned to `module.exports`, beside what it exports.
 *
 * @param path The absolute path of the file.
 * @returns `undefined` if it has assigned nothing.
 */
export function getModuleExports(path: string): unknown {
  return hooks?.getAssigned(getProject().finder.getCanonicalUrl(toFileUrl(path).href));
}

/** The shape of the text that a file had when it was loaded last; JSON has none. */
export function loadedShape(url: string): TextShape | undefined {
  return sources.getShape(url);
}

/**
 * A digest of all files that were imported, the same on every machine that has the same files.
 *
 * @param root The folder that their paths are relative to.
 */
export function sourceFingerprint(root: string): string {
  return sources.getFingerprint(toFolderUrl(root));
}

/** What differs when a file has changed. */
function stampOf(url: string): string {
  const stat = statSync(new URL(url), { throwIfNoEntry: false });
  return stat === undefined ? "missing" : `${stat.mtimeMs} ${stat.size} ${stat.ino}`;
}

function virtualModule(name: string): { format: "commonjs" | "module"; source: string } {
  if (!MARKERS.includes(name.replace(/\.[cm]js$/, ""))) return createVirtualModule(name);
  return name.endsWith(".cjs") ? { format: "commonjs", source: "" } : { format: "module", source: "export {};" };
}
