/**
 * Imports of route files that a plain Deno would not resolve: `next/*` is this module, extensions and `/index` may be
 * left out. Nothing of it has to be configured.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { registerHooks } from "node:module";
import { dirname, fromFileUrl, toFileUrl } from "@std/path";
import { MARKERS } from "./doors.ts";
import { bareUrl, createModuleGraph, type ModuleGraph } from "./module_graph.ts";
import { findNextModule, type NextModule } from "./modules/next_modules.ts";
import { createVirtualModule, nameVirtualModule, registerNextModules } from "./modules/next_namespaces.ts";
import { noticeUseCache } from "./modules/use_cache_directive.ts";
import { mayUseScope } from "./scope_use.ts";
import { candidatesOf } from "./tsconfig_paths.ts";
import { shapeOf, type TextShape } from "./unfinished_save.ts";

/** Where the modules live that a hook makes up: a URL that no file has. */
const VIRTUAL = "file:///@x/routes/";
/** Where this package's own modules are. */
const PACKAGE = new URL("../", import.meta.url).href;
const CLI = new URL("../../cli.ts", import.meta.url).href;

const EXTENSIONS = [".ts", ".tsx", ".mts", ".js", ".jsx", ".mjs", ".json", "/index.ts", "/index.tsx", "/index.js"];

let installed = false;
let graph: ModuleGraph | undefined;
let scopeUsed = false;
/** The files of JSON that were last asked for by `require()`, which gets what is in them and no module. */
const requiredJson = new Set<string>();
/** What was asked for by `require()`, by URL. */
const required = new Set<string>();
/** The modules that were loaded, by URL. */
const sources = new Map<string, { readonly digest: string; readonly shape: TextShape }>();

/**
 * Installs the hooks, and has them note which file of a project imports which, so that changed files can be imported
 * anew.
 */
export function trackModules(): ModuleGraph {
  installResolveHooks();
  const follows = (url: string) => url.startsWith("file:") && !isInPackage(url) && !url.startsWith(PACKAGE);
  return graph ??= createModuleGraph(follows, stampOf);
}

/**
 * Installs the hooks, once a process. Only modules that are imported later are resolved by them.
 */
export function installResolveHooks(): void {
  if (installed) return;
  installed = true;
  // A program may have loaded modules before, which no hook saw; the command line has loaded none.
  scopeUsed = Deno.mainModule !== CLI;
  registerNextModules();
  // Both hooks, or Deno 2.9 does not call the first one for every import.
  registerHooks({
    resolve(specifier, context, next) {
      const found = resolveImport(specifier, context, next);
      if (isRequire(context)) required.add(found.url);
      if (!found.url.endsWith(".json")) return found;
      if (isRequire(context)) requiredJson.add(found.url);
      else requiredJson.delete(found.url);
      return found;
    },
    load: loadModule,
  });
}

type ResolveHook = Extract<NonNullable<Parameters<typeof registerHooks>[0]["resolve"]>, (...args: never[]) => unknown>;
type LoadHook = Extract<NonNullable<Parameters<typeof registerHooks>[0]["load"]>, (...args: never[]) => unknown>;

const resolveImport: ResolveHook = (specifier, context, next) => {
  const parent = context.parentURL ?? "";
  const own = findNextModule(specifier, parent);
  const toVirtual = (module: NextModule) => {
    const name = nameVirtualModule(module, specifier, () => sourceOf(parent), isRequire(context));
    return { url: VIRTUAL + name, shortCircuit: true };
  };
  if (own !== undefined && own.isFallback !== true) return toVirtual(own);
  if (MARKERS.includes(specifier)) return { url: `${VIRTUAL}${specifier}.mjs`, shortCircuit: true };
  const url = projectFile(specifier, parent);
  if (url !== null) return { url: versioned(url, parent, context), shortCircuit: true };
  const found = own === undefined ? next(specifier, context) : orUndefined(() => next(specifier, context));
  if (found === undefined) return toVirtual(own!);
  // An import map names files of the project too, with or without ending.
  const isMissing = parent.startsWith("file:") && isBare(specifier) && found.url === new URL(specifier, parent).href;
  const file = found.url.startsWith("file:") && !isInPackage(found.url) && !isMissing ? completedUrl(found.url) : null;
  if (file !== null) return { url: versioned(file, parent, context), shortCircuit: true };
  // An import map may call a door by any name, and what is not a file is not read here.
  if (found.url.startsWith(PACKAGE) || /^(?:https?|data|blob):/.test(found.url)) scopeUsed = true;
  if (isMissing && own !== undefined) return toVirtual(own);
  if (isMissing) throw missingPackage(specifier, parent);
  const known = versioned(found.url, parent, context);
  return known === found.url ? found : { ...found, url: known, shortCircuit: true };
};

const loadModule: LoadHook = (url, context, next) => {
  if (url.startsWith(VIRTUAL)) return { ...virtualModule(url.slice(VIRTUAL.length)), shortCircuit: true };
  // Deno takes what `require()` asks for as code, once there is a hook.
  if (requiredJson.has(url)) return { format: "json", source: sourceOf(url), shortCircuit: true };
  const json = url.startsWith("file:") && /\.json(?:\?|$)/.test(url) && context.importAttributes.type !== "json";
  if (json) return { format: "module", source: `export default ${sourceOf(url)};`, shortCircuit: true };
  if (url.startsWith("file:") && !url.startsWith(PACKAGE)) {
    const source = sourceOf(url);
    scopeUsed ||= mayUseScope(source);
    if (!isInPackage(url)) noticeUseCache(bareUrl(url), source);
    const digest = createHash("sha256").update(source).digest("base64url");
    sources.set(bareUrl(url), { digest, shape: shapeOf(source) });
  }
  return next(url, context);
};

function isRequire({ conditions }: { readonly conditions: readonly string[] }): boolean {
  return conditions.includes("require");
}

function versioned(url: string, parent: string, context: { readonly conditions: readonly string[] }): string {
  // What is required has a file name, not a URL.
  return graph === undefined || isRequire(context) ? url : graph.resolved(url, parent);
}

/**
 * Whether a module that was imported since the hooks are in place may ask for the request scope. Once true, it stays.
 */
export function isScopeUsed(): boolean {
  return scopeUsed;
}

/** Whether a file was loaded in the way of CommonJS, which keeps what it loaded by name, and so for good. */
export function isLoadedForGood(url: string): boolean {
  return required.has(url) || (url.endsWith(".cjs") && sources.has(url));
}

/** The shape of the text that a file had when it was loaded last; JSON has none. */
export function loadedShape(url: string): TextShape | undefined {
  return sources.get(url)?.shape;
}

/**
 * A digest of all files that were imported, the same on every machine that has the same files.
 *
 * @param root The folder that their paths are relative to.
 */
export function sourceFingerprint(root: string): string {
  const base = toFileUrl(`${root}/`).href;
  const hash = createHash("sha256");
  for (const [url, { digest }] of [...sources].sort(([a], [b]) => a < b ? -1 : 1)) {
    hash.update(`${url.startsWith(base) ? url.slice(base.length) : url} ${digest}\n`);
  }
  return hash.digest("base64url").slice(0, 16);
}

function orUndefined<Result>(call: () => Result): Result | undefined {
  try {
    return call();
  } catch {
    return undefined;
  }
}

/**
 * The file that an import of a project's file means.
 *
 * @param specifier What is imported.
 * @param parent The URL of the importing file.
 * @returns The URL of the file, or `null` where Deno finds it itself.
 */
export function projectFile(specifier: string, parent: string): string | null {
  if (!parent.startsWith("file:") || isInPackage(parent) || parent.startsWith(PACKAGE)) return null;
  if (/^\.\.?(?:\/|$)/.test(specifier)) return completedUrl(new URL(specifier, parent).href);
  if (!isBare(specifier)) return null;
  for (const path of candidatesOf(specifier, dirname(fromFileUrl(parent)))) {
    const url = toFileUrl(path).href;
    if (isFile(url)) return url;
    const found = completedUrl(url);
    if (found !== null) return found;
  }
  return null;
}

function isInPackage(url: string): boolean {
  return url.includes("/node_modules/");
}

/**
 * The file that is meant by a URL without its ending, or with the ending it has once compiled.
 *
 * @param href The URL.
 * @returns The URL of the file, or `null` if it is a file itself, or means none.
 */
export function completedUrl(href: string): string | null {
  if (isFile(href)) return null;
  const source = /\.([cm]?)js(x?)$/.exec(href);
  const compiled = source === null ? [] : [href.replace(/js(x?)$/, "ts$1"), href.replace(/jsx?$/, "tsx")];
  const bare = href.replace(/\/$/, "");
  return [...compiled, ...EXTENSIONS.map((extension) => bare + extension)].find(isFile) ?? null;
}

/** A name, neither a path nor a URL. */
function isBare(specifier: string): boolean {
  return !/^[./#]|^[a-z][a-z+.-]*:/i.test(specifier);
}

/** A package that is not there resolves to a path beside the importing file, and then fails as "unprepared module". */
function missingPackage(specifier: string, parent: string): TypeError {
  const name = /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier;
  const file = fromFileUrl(parent);
  const meant = candidatesOf(specifier, dirname(file)).map((path) => `"${path}"`).join(" or ");
  // "@/lib/db", as create-next-app has it, can be no package.
  if (/^[@~]\/|^~/.test(specifier)) {
    const fix = meant === ""
      ? `write "paths" for "${specifier.replace(/\/.*/, "/*")}" in tsconfig.json`
      : `tsconfig.json leads to ${meant}, where no file is`;
    return new TypeError(`Cannot find "${specifier}" of ${file}: ${fix}`);
  }
  const install = specifier.startsWith("next/")
    ? "this module serves route handlers only"
    : `install it with "deno add npm:${name}", or import "npm:${specifier}"`;
  const fix = meant === "" ? install : `${install}; tsconfig.json leads to ${meant}, where no file is`;
  return new TypeError(`Cannot find package "${name}" of the import "${specifier}" in ${file}: ${fix}`);
}

/** What differs when a file has changed. */
function stampOf(url: string): string {
  const stat = statSync(new URL(url), { throwIfNoEntry: false });
  return stat === undefined ? "missing" : `${stat.mtimeMs} ${stat.size} ${stat.ino}`;
}

function isFile(url: string): boolean {
  return statSync(new URL(url), { throwIfNoEntry: false })?.isFile() ?? false;
}

function sourceOf(url: string): string {
  try {
    return readFileSync(new URL(url), "utf8");
  } catch {
    return "";
  }
}

function virtualModule(name: string): { format: "commonjs" | "module"; source: string } {
  if (MARKERS.includes(name.replace(/\.mjs$/, ""))) return { format: "module", source: "export {};" };
  return createVirtualModule(name);
}
