/**
 * The hooks that resolve and load all modules of a project. Hooks are registered only here.
 *
 * Deno calls the load hook for a file that may be CommonJS only under a URL that differs from that of the file, and
 * does not load the imports of a module that the hook returns for a `require()`. So the load hook is deregistered while
 * Deno's synchronous loader runs.
 *
 * @see https://nodejs.org/api/module.html#customization-hooks
 * @module
 */

import { createRequire, registerHooks } from "node:module";
import { readFileSync } from "node:fs";
import { fromFileUrl, toFileUrl } from "@std/path";
import { createCachedFunctions } from "./cached_functions.ts";
import { createClientModules } from "./client_modules.ts";
import { formatWrappedNames, getExportedNames, getWrappedNames, toNamespace } from "./commonjs_wrapper.ts";
import { createDeferredModules } from "./deferred_modules.ts";
import { isImportList } from "./import_together.ts";
import type { ImportMode } from "../resolve/import_request.ts";
import { createLoadKinds } from "./load_kind.ts";
import type { LoadedSources } from "./loaded_sources.ts";
import { isInstalled, parseGeneratedUrl, toGeneratedUrl, toHookedUrl, toSourceUrl } from "../resolve/module_address.ts";
import { registerBridge } from "./module_bridge.ts";
import type { FindRequest, ModuleFinder } from "../resolve/module_finder.ts";
import { createModuleLoader } from "./module_loader.ts";
import type { ModuleReader } from "../resolve/module_reader.ts";
import { toFileUrlOnly } from "../resolve/module_url.ts";
import { createPreparedFiles } from "./prepared_files.ts";
import { createNodeScopes } from "./node_scope.ts";
import { loadRequired } from "./required_module.ts";
import type { UseCacheSettings } from "../source/use_cache_directive.ts";

type Hooks = Parameters<typeof registerHooks>[0];
type Hook<T> = Extract<NonNullable<T>, (...args: never[]) => unknown>;
type ResolveHook = Hook<Hooks["resolve"]>;
type LoadHook = Hook<Hooks["load"]>;

/** A module without a file. */
export interface VirtualModule {
  readonly url: string;
  readonly source: string;
}

/** The dependencies of {@linkcode registerModuleHooks}. */
export interface ModuleHooksHost {
  /** Returns the finder, which changes once the project is known. */
  finder(): ModuleFinder;
  reader(): ModuleReader;
  /** Returns the URL of the project's folder, with a trailing slash; `undefined` if unknown. */
  root(): string | undefined;
  readonly sources: LoadedSources;
  /** The URL of this package's own modules. */
  readonly ownModules: string;
  /**
   * Finds the virtual module of a specifier.
   *
   * @param parent The URL of the importing file.
   */
  findVirtual(specifier: string, mode: ImportMode, parent: string): VirtualModule | undefined;
  /** Finds the virtual module of a specifier for which no file was found. */
  findFallback?(specifier: string, mode: ImportMode, parent: string): VirtualModule | undefined;
  /** Returns the source of a virtual module. */
  getVirtual(url: string): { readonly format: "module" | "commonjs"; readonly source: string } | undefined;
  /** Returns the URL to import a file by, which has a version if the file has changed. */
  toVersion(url: string, parent: string): string;
  /** Returns the module that JSX is imported from, unless the file specifies it. */
  jsxImportSource(url: string): string;
  /** Whether a file is imported as text. */
  isText(url: string): boolean;
  /** Returns what the project has for the directive `"use cache"`. */
  useCache(): UseCacheSettings;
  /** Returns the number of running imports by this package. */
  countImports(): number;
}

/** The registered hooks. */
export interface ModuleHooks {
  /**
   * Clears the caches after files have changed.
   *
   * @param changed The URLs of the files that must be loaded again.
   */
  forget(changed?: Iterable<string>): void;
  /** Returns the value that an ES module of the project has assigned to `module.exports`. */
  getAssigned(url: string): unknown;
  /** Whether a file was loaded in a way that does not allow loading it again. */
  isLoadedForGood(url: string): boolean;
  /** Transpiles a file by Deno; `null` if Deno cannot parse it, or no module was loaded yet. */
  transpile(url: string): string | null;
}

/**
 * Registers the hooks. They apply only to modules that are imported later.
 *
 * @param host Their dependencies.
 */
export function registerModuleHooks(host: ModuleHooksHost): ModuleHooks {
  const { sources, ownModules } = host;
  const kinds = createLoadKinds(host);
  const { getKind } = kinds;
  const scopes = createNodeScopes();
  const cached = createCachedFunctions({ root: host.root, settings: host.useCache });
  const clients = createClientModules({
    ...host,
    getKind,
    find: (specifier, parent) => find(specifier, parent, "import"),
    follow: host.toVersion,
  });
  const deferred = createDeferredModules({
    findRequired,
    getKind: (url) => clients.has(toFileUrlOnly(url)) ? "client" : getKind(url),
    readText: (url) => host.reader().files.readText(url) ?? "",
  });
  /** The results of CommonJS modules that ran in order to read the names of their exports. */
  const run = new Map<string, { readonly exports: unknown } | { readonly error: unknown }>();
  const loadedForGood = new Set<string>();
  /** The required files, by the file that requires them. */
  const required = new Map<string, Set<string>>();
  const prepared = createPreparedFiles();
  let loadHook: { deregister(): void } | undefined;
  /** Loads a file by Deno alone; there is one once a file was loaded. */
  let loadByDenoLater: (url: string) => string | null = () => null;
  /** Whether Deno's synchronous loader runs, and not a `require()` inside it. */
  let isSynchronous = false;
  let nextOfResolve: ((specifier: string, parent: string) => string) | undefined;

  const loader = createModuleLoader({
    get reader() {
      return host.reader();
    },
    sources,
    isCommonJs(specifier, parent) {
      if (nextOfResolve === undefined) return false;
      try {
        const url = find(specifier, parent, "import");
        return url.startsWith("file:") && getKind(url) === "commonjs";
      } catch {
        // The import itself will throw it.
        return false;
      }
    },
    getDeferred: deferred.getDeferred,
    loadClient: clients.load,
    readNames,
    jsxImportSource: (url) => host.jsxImportSource(url),
    isText: (url) => host.isText(url),
    ...cached,
  });

  function find(specifier: string, parent: string, mode: ImportMode): string {
    const resolveByDeno = (name: string) => nextOfResolve!(name, parent);
    const result = findModule({ specifier, parent, mode, resolveByDeno });
    return typeof result === "string" ? result : result.url;
  }

  /** Finds the URL of a file or of a module that Deno loads, or a virtual module. */
  function findModule(request: FindRequest): string | VirtualModule {
    const { specifier, mode, parent } = request;
    const virtual = host.findVirtual(specifier, mode, parent);
    if (virtual !== undefined) return virtual;
    try {
      return host.finder().find(request);
    } catch (error) {
      const fallback = host.findFallback?.(specifier, mode, parent);
      if (fallback === undefined) throw error;
      return fallback;
    }
  }

  function findRequired(specifier: string, parent: string): string | undefined {
    if (nextOfResolve === undefined) return undefined;
    try {
      const url = find(specifier, parent, "require");
      const isFile = url.startsWith("file:") && !url.startsWith(ownModules) && host.getVirtual(url) === undefined;
      return isFile ? url : undefined;
    } catch {
      // `require()` will throw it when it is called.
      return undefined;
    }
  }

  const resolve: ResolveHook = (specifier, context, next) => {
    const mode: ImportMode = context.conditions.includes("require") ? "require" : "import";
    if (parseGeneratedUrl(specifier) !== undefined) return { url: specifier, shortCircuit: true };
    if (mode === "require") leaveSynchronousLoader();
    const isListed = isImportList(context.parentURL ?? "");
    // What a list of imports imports, this package imports.
    const asking = isListed ? import.meta.url : context.parentURL ?? "";
    const parent = toSourceUrl(asking);
    const resolveByDeno = (name: string) => next(name, { ...context, parentURL: parent }).url;
    if (mode === "import") nextOfResolve = (name, from) => next(name, { ...context, parentURL: from }).url;
    const result = findModule({ specifier, parent: toFileUrlOnly(parent), mode, resolveByDeno });
    if (typeof result !== "string") return { url: toVirtualUrl(result), shortCircuit: true };
    const url = result;
    // For anything but files, Deno's result may have more than the URL.
    if (!url.startsWith("file:") || url.startsWith(ownModules)) {
      return next(specifier.startsWith("file:") ? specifier : url, { ...context, parentURL: parent });
    }
    const file = toFileUrlOnly(url);
    clients.recordImport(file, toFileUrlOnly(parent));
    if (mode === "require") {
      noteRequired(file, toFileUrlOnly(parent));
      return { url: file, shortCircuit: true };
    }
    if (isSynchronous) {
      noteSynchronous(url);
      const isClient = getKind(url) !== "commonjs" && clients.has(file);
      return { url: isClient ? toDataUrl(clients.load(file)) : url, shortCircuit: true };
    }
    const isPlain = context.importAttributes.type !== undefined;
    const loaded = isPlain ? host.toVersion(url, parent) : toLoadUrl(url, specifier, asking);
    prepared.add(loaded, !isListed && asking.startsWith(ownModules) && specifier.startsWith("file:"));
    return { url: loaded, shortCircuit: true };
  };

  /** The synchronous loader does not call the load hook, so the URL must contain the source. */
  function toVirtualUrl({ url, source }: VirtualModule): string {
    return isSynchronous ? toDataUrl(source) : url;
  }

  function noteSynchronous(url: string): void {
    const file = toFileUrlOnly(url);
    sources.add(file, host.reader().take(file));
    if (!isInstalled(file)) loadedForGood.add(file);
  }

  /** Required files have no version in their names; record which file requires them, for when they change. */
  function noteRequired(url: string, parent: string): void {
    host.toVersion(url, parent);
    const urls = required.get(parent);
    if (urls === undefined) required.set(parent, new Set([url]));
    else urls.add(url);
  }

  /** When a file is loaded again, `require()` reuses its cached resolutions without calling the hook. */
  function noteRequiredAgain(parent: string): void {
    for (const url of required.get(parent) ?? []) host.toVersion(url, parent);
  }

  function leaveSynchronousLoader(): void {
    if (isSynchronous) registerLoadHook();
  }

  /** Returns the URL by which an ES module imports a file. */
  function toLoadUrl(url: string, specifier: string, asking: string): string {
    const parent = toSourceUrl(asking);
    // Before the text is read, so that the file counts as changed if it changes after that.
    const fileVersion = host.toVersion(toFileUrlOnly(url), parent);
    const kind = getKind(url);
    // Files that this package imports are entry points of the project, which Next.js does not replace.
    const isClient = kind !== "commonjs" && !asking.startsWith(ownModules) && clients.has(toFileUrlOnly(url));
    if (isClient) return toGeneratedUrl("client", fileVersion);
    switch (kind) {
      case "module":
        return host.toVersion(url, parent);
      case "hooked":
        return toHookedUrl(url);
      case "commonjs": {
        const mode = kinds.isNodeModule(parent) ? "node" : "bundle";
        const wrapped = getWrappedNames(loader.getImported(asking, specifier));
        return toGeneratedUrl("commonjs", fileVersion, formatWrappedNames({ mode, ...wrapped }));
      }
      default:
        return toGeneratedUrl(kind, fileVersion);
    }
  }

  const load: LoadHook = (url, context, next) => {
    const loadByDeno = (other: string) => (next(other, context) as { source?: string | null }).source ?? null;
    loadByDenoLater = (other) => {
      try {
        return loadByDeno(other);
      } catch {
        // For a `require()` it throws if there is no file.
        return null;
      }
    };
    host.reader().setDenoReader(loadByDenoLater);
    const virtual = host.getVirtual(url);
    if (virtual !== undefined) return { ...virtual, shortCircuit: true };
    const address = parseGeneratedUrl(url);
    if (address !== undefined) return { format: "module", source: loader.generate(url, address), shortCircuit: true };
    if (!url.startsWith("file:") || url.startsWith(ownModules)) return next(url, context);
    const file = toFileUrlOnly(toSourceUrl(url));
    if (context.conditions.includes("require")) return { ...loadByRequire(file, loadByDeno), shortCircuit: true };
    if (context.importAttributes.type !== undefined) {
      sources.add(file, host.reader().take(file));
      return next(url, context);
    }
    const source = loader.load(url, prepared.take(url), loadByDeno);
    // Deno loads the module itself if the source is `null`.
    return { format: "module", source, shortCircuit: true } as ReturnType<LoadHook>;
  };

  function loadByRequire(file: string, loadByDeno: (url: string) => string | null) {
    noteRequiredAgain(file);
    if (clients.has(file)) return { format: "commonjs", source: clients.require(file) } as const;
    const format = host.finder().getFormat(file);
    const isBinary = format === "addon" || format === "wasm" || format === "asset";
    const text = isBinary ? "" : host.reader().take(file);
    if (!isBinary) sources.add(file, text);
    if (format === "addon" && !isInstalled(file)) loadedForGood.add(file);
    const loaded = loadRequired({
      url: file,
      format,
      text: () => text,
      bytes: () => readFileSync(new URL(file)),
      isText: host.isText(file),
      transpiled: () => loadByDeno(file),
      isDeferred: deferred.has(file),
    });
    if (loaded.format !== "commonjs" || !cached.mayUseCache(file, loaded.source)) return loaded;
    return { ...loaded, source: cached.wrapCached(file, text, loaded.source) };
  }

  function registerLoadHook(): void {
    isSynchronous = false;
    loadHook ??= registerHooks({ load });
  }

  function requireFile(generatedUrl: string): unknown {
    const file = toFileUrlOnly(parseGeneratedUrl(generatedUrl)?.url ?? generatedUrl);
    return createRequire(file)(fromFileUrl(file));
  }

  function readNames(generatedUrl: string): readonly string[] {
    try {
      const exports = requireFile(generatedUrl);
      run.set(generatedUrl, { exports });
      return getExportedNames(exports);
    } catch (error) {
      run.set(generatedUrl, { error });
      return [];
    }
  }

  registerBridge({
    require(generatedUrl) {
      const result = run.get(generatedUrl);
      run.delete(generatedUrl);
      if (result === undefined) return requireFile(generatedUrl);
      if ("error" in result) throw result.error;
      return result.exports;
    },
    toNamespace,
    createScope(url, modules) {
      noteRequiredAgain(toFileUrlOnly(url));
      deferred.add(modules);
      return scopes.create(url);
    },
    defer: deferred.add,
    runDeferred: deferred.run,
    loadSynchronously(loadNow, path) {
      // Deno would deadlock: it waits for the other imports, which wait for this one.
      if (!isInstalled(toFileUrl(path).href) && host.countImports() > 1) throw createBusyError(path);
      loadHook?.deregister();
      loadHook = undefined;
      isSynchronous = true;
      try {
        loadNow();
      } finally {
        registerLoadHook();
      }
    },
  });
  registerHooks({ resolve });
  registerLoadHook();

  return {
    forget(changed = []) {
      kinds.forget();
      clients.forget();
      // `require()` caches modules by the names of their files.
      const { cache } = createRequire(import.meta.url.startsWith("file:") ? import.meta.url : "file:///");
      for (const url of changed) {
        if (url.startsWith("file:")) delete cache[fromFileUrl(url)];
      }
      host.finder().forget();
      host.reader().forget();
    },
    getAssigned: (url) => scopes.getAssigned(url),
    isLoadedForGood: (url) => loadedForGood.has(url),
    transpile: (url) => loadByDenoLater(url),
  };
}

function toDataUrl(source: string): string {
  return `data:text/javascript,${encodeURIComponent(source)}`;
}

function createBusyError(path: string): Error {
  return new Error(
    `Cannot require "${path}" while other modules are being imported: it is an ES module that no literal require() ` +
      `announced; pass the name as a string literal, as in require("./name"), or import it`,
  );
}
