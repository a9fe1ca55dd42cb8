/**
 * The hooks through which all modules of a project are resolved and loaded: the one place that registers any.
 *
 * Deno asks the load hook for what may be CommonJS only by another URL than that of the file, and loads no imports of what
 * `require()` is answered with. So the load hook is taken away while Deno's synchronous loader runs.
 *
 * @see https://nodejs.org/api/module.html#customization-hooks
 * @module
 */

import { createRequire, registerHooks } from "node:module";
import { readFileSync } from "node:fs";
import { fromFileUrl, toFileUrl } from "@std/path";
import { formatWrappedNames, getExportedNames, getWrappedNames, toNamespace } from "./commonjs_wrapper.ts";
import { createDeferredModules } from "./deferred_modules.ts";
import type { ImportMode } from "./import_request.ts";
import { createLoadKinds } from "./load_kind.ts";
import type { LoadedSources } from "./loaded_sources.ts";
import { isInstalled, parseGeneratedUrl, toGeneratedUrl, toHookedUrl, toSourceUrl } from "./module_address.ts";
import { registerBridge } from "./module_bridge.ts";
import type { FindRequest, ModuleFinder } from "./module_finder.ts";
import { createModuleLoader } from "./module_loader.ts";
import type { ModuleReader } from "./module_reader.ts";
import { toFileUrlOnly } from "./module_url.ts";
import { createNodeScopes } from "./node_scope.ts";
import { loadRequired } from "./required_module.ts";

type Hooks = Parameters<typeof registerHooks>[0];
type Hook<T> = Extract<NonNullable<T>, (...args: never[]) => unknown>;
type ResolveHook = Hook<Hooks["resolve"]>;
type LoadHook = Hook<Hooks["load"]>;

/** A module that is not a file. */
export interface VirtualModule {
  readonly url: string;
  readonly source: string;
}

/** What the hooks ask of the rest. */
export interface ModuleHooksHost {
  /** Finds files. Another one may be given as the project becomes known. */
  finder(): ModuleFinder;
  reader(): ModuleReader;
  readonly sources: LoadedSources;
  /** The URL of this package's own modules. */
  readonly ownModules: string;
  /**
   * The module that a specifier stands for, if it is not a file.
   *
   * @param parent The URL of the importing file.
   */
  findVirtual(specifier: string, mode: ImportMode, parent: string): VirtualModule | undefined;
  /** The same for what is asked only where no file is found. */
  findFallback?(specifier: string, mode: ImportMode, parent: string): VirtualModule | undefined;
  /** The text of a module that is not a file. */
  getVirtual(url: string): { readonly format: "module" | "commonjs"; readonly source: string } | undefined;
  /** The URL to import a file by, as it may have changed since it was imported. */
  toVersion(url: string, parent: string): string;
  /** The module that JSX is imported from, where a file does not say. */
  jsxImportSource(url: string): string;
  /** Whether a file is imported as text. */
  isText(url: string): boolean;
  /** How many imports of this package are under way. */
  countImports(): number;
}

/** The hooks. */
export interface ModuleHooks {
  /**
   * Forgets what is known of files, as some have changed.
   *
   * @param changed The URLs of those that are to be loaded again.
   */
  forget(changed?: Iterable<string>): void;
  /** What a file of the project has assigned to `module.exports`, beside what it exports. */
  getAssigned(url: string): unknown;
  /** Whether a file was loaded in a way that keeps it for good. */
  isLoadedForGood(url: string): boolean;
}

/**
 * Registers the hooks. Only modules that are imported later are loaded through them.
 *
 * @param host What they ask of the rest.
 */
export function registerModuleHooks(host: ModuleHooksHost): ModuleHooks {
  const { sources, ownModules } = host;
  const kinds = createLoadKinds(host);
  const { getKind } = kinds;
  const scopes = createNodeScopes();
  const deferred = createDeferredModules({
    findRequired,
    getKind,
    readText: (url) => host.reader().files.readText(url) ?? "",
  });
  /** What CommonJS modules export that were run for their names, or have thrown. */
  const run = new Map<string, { readonly exports: unknown } | { readonly error: unknown }>();
  const loadedForGood = new Set<string>();
  /** What files require, by who requires it. */
  const required = new Map<string, Set<string>>();
  /** What this package imports, which Deno has read by its URL when it asks for it to be loaded. */
  const prepared = new Set<string>();
  let loadHook: { deregister(): void } | undefined;
  /** Whether Deno's synchronous loader runs, and no `require()` inside of it. */
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
        // The import itself says it.
        return false;
      }
    },
    getDeferred: deferred.getDeferred,
    readNames,
    jsxImportSource: (url) => host.jsxImportSource(url),
    isText: (url) => host.isText(url),
  });

  function find(specifier: string, parent: string, mode: ImportMode): string {
    const resolveByDeno = (name: string) => nextOfResolve!(name, parent);
    const found = findModule({ specifier, parent, mode, resolveByDeno });
    return typeof found === "string" ? found : found.url;
  }

  /** The URL of a file or of what Deno loads, or a module that is neither. */
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
      // `require()` throws it when it is called.
      return undefined;
    }
  }

  const resolve: ResolveHook = (specifier, context, next) => {
    const mode: ImportMode = context.conditions.includes("require") ? "require" : "import";
    if (parseGeneratedUrl(specifier) !== undefined) return { url: specifier, shortCircuit: true };
    if (mode === "require") leaveSynchronousLoader();
    const asking = context.parentURL ?? "";
    const parent = toSourceUrl(asking);
    const resolveByDeno = (name: string) => next(name, { ...context, parentURL: parent }).url;
    if (mode === "import") nextOfResolve = (name, from) => next(name, { ...context, parentURL: from }).url;
    const found = findModule({ specifier, parent: toFileUrlOnly(parent), mode, resolveByDeno });
    if (typeof found !== "string") return { url: toVirtualUrl(found), shortCircuit: true };
    const url = found;
    noteRemote(url);
    // Outside of files Deno may say more than the URL.
    if (!url.startsWith("file:") || url.startsWith(ownModules)) {
      return next(specifier.startsWith("file:") ? specifier : url, { ...context, parentURL: parent });
    }
    if (mode === "require") {
      noteRequired(toFileUrlOnly(url), toFileUrlOnly(parent));
      return { url: toFileUrlOnly(url), shortCircuit: true };
    }
    if (isSynchronous) {
      noteSynchronous(url);
      return { url, shortCircuit: true };
    }
    const isPlain = context.importAttributes.type !== undefined;
    const loaded = isPlain ? host.toVersion(url, parent) : toLoadUrl(url, specifier, asking);
    // What is imported by its URL here is imported by `import()`; only that is read before it is loaded.
    if (asking.startsWith(ownModules) && specifier.startsWith("file:")) prepared.add(loaded);
    return { url: loaded, shortCircuit: true };
  };

  /** The synchronous loader asks no hook for a text. */
  function toVirtualUrl({ url, source }: VirtualModule): string {
    return isSynchronous ? `data:text/javascript,${encodeURIComponent(source)}` : url;
  }

  function noteRemote(url: string): void {
    // What is not a file is not read here.
    if (url.startsWith(ownModules) || /^(?:https?|data|blob):/.test(url)) sources.useScope();
  }

  function noteSynchronous(url: string): void {
    const file = toFileUrlOnly(url);
    sources.add(file, host.reader().take(file));
    sources.useScope();
    if (!isInstalled(file)) loadedForGood.add(file);
  }

  /** What is required has the name of its file; that a file requires it is noted for the day it changes. */
  function noteRequired(url: string, parent: string): void {
    host.toVersion(url, parent);
    const known = required.get(parent);
    if (known === undefined) required.set(parent, new Set([url]));
    else known.add(url);
  }

  /** A file that is loaded again is not asked about again where `require()` remembers what it resolved. */
  function noteRequiredAgain(parent: string): void {
    for (const url of required.get(parent) ?? []) host.toVersion(url, parent);
  }

  function leaveSynchronousLoader(): void {
    if (isSynchronous) registerLoadHook();
  }

  /** The URL by which an ES module imports a file. */
  function toLoadUrl(url: string, specifier: string, asking: string): string {
    const kind = getKind(url);
    const parent = toSourceUrl(asking);
    switch (kind) {
      case "module":
        return host.toVersion(url, parent);
      case "hooked":
        return toHookedUrl(url);
      case "commonjs": {
        const version = host.toVersion(toFileUrlOnly(url), parent);
        const mode = kinds.isNodeModule(parent) ? "node" : "bundle";
        const wrapped = getWrappedNames(loader.getAsked(asking, specifier));
        return toGeneratedUrl("commonjs", version, formatWrappedNames({ mode, ...wrapped }));
      }
      default:
        return toGeneratedUrl(kind, host.toVersion(toFileUrlOnly(url), parent));
    }
  }

  const load: LoadHook = (url, context, next) => {
    const loadByDeno = (other: string) => (next(other, context) as { source?: string | null }).source ?? null;
    host.reader().setDenoReader((other) => {
      try {
        return loadByDeno(other);
      } catch {
        // For `require()` it throws where there is no file.
        return null;
      }
    });
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
    const source = loader.load(url, prepared.delete(url), loadByDeno);
    // What is `null` Deno loads itself.
    return { format: "module", source, shortCircuit: true } as ReturnType<LoadHook>;
  };

  function loadByRequire(file: string, loadByDeno: (url: string) => string | null) {
    noteRequiredAgain(file);
    const format = host.finder().getFormat(file);
    const isBinary = format === "addon" || format === "wasm" || format === "asset";
    const text = isBinary ? "" : host.reader().take(file);
    if (!isBinary) sources.add(file, text);
    if (format === "addon" && !isInstalled(file)) loadedForGood.add(file);
    return loadRequired({
      url: file,
      format,
      text: () => text,
      bytes: () => readFileSync(new URL(file)),
      isText: host.isText(file),
      transpiled: () => loadByDeno(file),
      isDeferred: deferred.has(file),
    });
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
      const done = run.get(generatedUrl);
      run.delete(generatedUrl);
      if (done === undefined) return requireFile(generatedUrl);
      if ("error" in done) throw done.error;
      return done.exports;
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
      // Deno would wait for good: for the others, which wait for this one.
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
      // `require()` keeps modules by the names of their files.
      const { cache } = createRequire(import.meta.url.startsWith("file:") ? import.meta.url : "file:///");
      for (const url of changed) if (url.startsWith("file:")) delete cache[fromFileUrl(url)];
      host.finder().forget();
      host.reader().forget();
    },
    getAssigned: (url) => scopes.getAssigned(url),
    isLoadedForGood: (url) => loadedForGood.has(url),
  };
}

function createBusyError(path: string): Error {
  return new Error(
    `Cannot require "${path}" while other modules are imported: it is an ES module, and nothing said before that it is ` +
      `required; write its name as text, require("./name"), or import it`,
  );
}
