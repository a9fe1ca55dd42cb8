/**
 * Loads the files of a project besides routes: `next.config`, `proxy.ts`, `instrumentation.ts`, `public/`, `.env`.
 *
 * @module
 */

import { dirname, join, relative, resolve } from "@std/path";
import type { CacheHandler } from "../../cache/cache_handler.ts";
import { type AppConfig, NO_CONFIG } from "../../handler/rules/next_config.ts";
import type { RoutingRules } from "../../handler/rules/pipeline.ts";
import { readProxy } from "../../handler/rules/proxy.ts";
import { type Instrumentation, loadCacheHandlers, readConfig, readInstrumentation } from "./project_modules.ts";
import { loadEnvFiles } from "./env_files.ts";
import { environment, setEnvironment } from "./environment.ts";
import { importFile } from "../modules/load/loader.ts";
import { servePublicFiles } from "./public_files.ts";
import { configureModules, getModuleExports, installResolveHooks } from "../modules/load/resolve_hooks.ts";
import { writeLog } from "../../log/log.ts";

/** The location of a project. */
export interface ProjectPlace {
  /** The absolute path of the project's folder. */
  readonly root: string;
  /** The app folder, relative to `root`, with `/`: `app` or `src/app`. */
  readonly appDir: string;
}

/** The files of a project besides routes. */
export interface ProjectFiles {
  /** The rules that apply to requests before their routes. */
  readonly rules: RoutingRules;
  /** The modules of `cacheHandlers` in `next.config`, by kind. */
  readonly cacheHandlers: ReadonlyMap<string, CacheHandler>;
  /** The exports of its `instrumentation.ts`, and the name of that file. */
  readonly instrumentation: Instrumentation & { readonly file: string | undefined };
}

type Namespace = Readonly<Record<string, unknown>>;

const EXTENSIONS = [".ts", ".mts", ".js", ".mjs", ".cjs", ".tsx", ".jsx"];

/** The loaded configurations, by the absolute path of the file: each is loaded once. */
const configs = new Map<string, Promise<AppConfig>>();

/**
 * Loads the `next.config` of a project. First sets the variables of the `.env` files, which it may use; then its own.
 *
 * @param root The project's folder.
 * @throws {Error} If it cannot be imported, or is invalid.
 */
export async function loadProjectConfig(root: string): Promise<AppConfig> {
  installResolveHooks(root);
  // As in `next start`: in production, packages reveal less to clients and trust them less.
  setEnvironment("NODE_ENV", "production");
  await loadEnvFiles(root, environment("NODE_ENV") ?? "production");
  const file = await findConfigFile(root);
  if (file === null) return NO_CONFIG;
  const path = join(root, file);
  const reading = configs.get(path) ?? readConfigFile(root, file);
  configs.set(path, reading);
  reading.catch(() => configs.delete(path));
  return await reading;
}

async function readConfigFile(root: string, file: string): Promise<AppConfig> {
  const config = await readConfig(await importAny(root, file), file);
  configureModules(root, config);
  return config;
}

/** Returns the name of a project's `next.config`, or `null`. */
export async function findConfigFile(root: string): Promise<string | null> {
  return await findFirstFile(root, [root], "next.config");
}

/** Returns the names of a project's `proxy` (or `middleware`) and `instrumentation` files, relative to the project. */
export async function findProjectFiles({ root, appDir }: ProjectPlace): Promise<{
  readonly proxy: string | null;
  readonly instrumentation: string | null;
}> {
  const folders = [...new Set([dirname(join(root, appDir)), root])];
  const proxy = await findFirstFile(root, folders, "proxy") ?? await findFirstFile(root, folders, "middleware");
  return { proxy, instrumentation: await findFirstFile(root, folders, "instrumentation") };
}

/** Warns if the proxy of a project has the name that Next.js 16 has deprecated. */
export function warnOfMiddleware(proxy: string | null): void {
  if (proxy === null || !/(?:^|\/)middleware\.\w+$/.test(proxy)) return;
  writeLog("warn", `Warning: "${proxy}" is deprecated in Next.js 16, name it proxy.ts and its function proxy`);
}

/**
 * Returns the extensions of route files, if `next.config` sets them; it is imported only if it mentions them.
 *
 * @param root The project's folder.
 */
export async function readPageExtensions(root: string): Promise<readonly string[] | undefined> {
  const file = await findConfigFile(root);
  if (file === null || !(await Deno.readTextFile(join(root, file))).includes("pageExtensions")) return undefined;
  return (await loadProjectConfig(root)).pageExtensions;
}

/** Options of a `next.config` about modules. */
const ABOUT_MODULES = /tsconfigPath|-loader|resolveAlias|serverExternalPackages|cacheComponents|useCache|cacheHandlers/;
/** Imports of a `next.config`, which may be plugins that set such options. */
const WITH_PLUGIN = /^\s*import\s+(?!type\b)|\b(?:import|require)\s*\(/m;

/**
 * Applies the options about modules of a project's `next.config`, for a build; it is imported only if it may have any.
 *
 * @param root The project's folder.
 * @returns The configuration, if it was imported.
 */
export async function configureBuiltModules(root: string): Promise<AppConfig | undefined> {
  const file = await findConfigFile(root);
  if (file === null) return undefined;
  const text = await Deno.readTextFile(join(root, file));
  const isNamed = ABOUT_MODULES.test(text);
  if (!isNamed && !WITH_PLUGIN.test(text)) return undefined;
  try {
    return await loadProjectConfig(root);
  } catch (error) {
    // The built server runs the file as well, with its variables set, and reports the error.
    if (isNamed) throw error;
    return undefined;
  }
}

/**
 * Loads the proxy, the `instrumentation.ts` and the `public/` folder of a project. The import hooks must be installed.
 *
 * @param place The project.
 * @param config Its configuration.
 * @throws {Error} If a file cannot be imported, or has an invalid export.
 */
export async function loadProjectFiles(place: ProjectPlace, config: AppConfig): Promise<ProjectFiles> {
  const { root } = place;
  const { proxy: proxyFile, instrumentation: file } = await findProjectFiles(place);
  warnOfMiddleware(proxyFile);
  const proxy = proxyFile === null ? undefined : readProxy(await importAny(root, proxyFile), proxyFile);
  return {
    rules: { config, proxy, publicFile: await servePublicFiles(join(root, "public")) },
    cacheHandlers: await loadCacheHandlers(config, (path) => importAny(root, relative(root, resolve(root, path)))),
    instrumentation: {
      file: file ?? undefined,
      ...readInstrumentation(file === null ? {} : await importAny(root, file), file ?? "instrumentation.ts"),
    },
  };
}

/** Returns the first file with a name, relative to the project, with `/`. */
async function findFirstFile(root: string, folders: readonly string[], name: string): Promise<string | null> {
  for (const folder of folders) {
    for (const extension of EXTENSIONS) {
      const path = join(folder, name + extension);
      const isFile = await Deno.stat(path).then(({ isFile }) => isFile, () => false);
      if (isFile) return path.slice(root.length + 1).replaceAll("\\", "/");
    }
  }
  return null;
}

/** Returns the exports of a file. An ES module may assign `module.exports`, as in many a `next.config.ts`. */
async function importAny(root: string, file: string): Promise<Namespace> {
  const namespace = await importFile(root, file);
  const assigned = Object.keys(namespace).length === 0 ? getModuleExports(join(root, file)) : undefined;
  const exports = assigned ?? namespace.default;
  // `exports.default = …` in CommonJS, without `__esModule`.
  const isNested = typeof exports === "object" && exports !== null && "default" in exports;
  if (isNested) return { ...namespace, ...exports };
  if (assigned === undefined) return namespace;
  return { default: assigned, ...(typeof assigned === "object" ? assigned : {}) };
}
