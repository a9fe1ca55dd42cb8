/**
 * The files of a project that are no routes: `next.config`, `proxy.ts`, `instrumentation.ts`, `public/`, `.env`.
 *
 * @module
 */

import { dirname, join } from "@std/path";
import { type AppConfig, NO_CONFIG } from "../../handler/rules/next_config.ts";
import type { RoutingRules } from "../../handler/rules/pipeline.ts";
import { readProxy } from "../../handler/rules/proxy.ts";
import { type Instrumentation, readConfig, readInstrumentation } from "./project_modules.ts";
import { loadEnvFiles } from "./env_files.ts";
import { environment, setEnvironment } from "./environment.ts";
import { importFile } from "../modules/load/loader.ts";
import { servePublicFiles } from "./public_files.ts";
import { configureModules, getModuleExports, installResolveHooks } from "../modules/load/resolve_hooks.ts";
import { writeLog } from "../../log/log.ts";

/** Where a project is. */
export interface ProjectPlace {
  /** The absolute path of the project's folder. */
  readonly root: string;
  /** The app folder, relative to `root`, with `/`: `app` or `src/app`. */
  readonly appDir: string;
}

/** What a project has besides routes. */
export interface ProjectFiles {
  /** What applies to requests before their routes. */
  readonly rules: RoutingRules;
  /** What its `instrumentation.ts` exports, and the name of the file. */
  readonly instrumentation: Instrumentation & { readonly file: string | undefined };
}

type Namespace = Readonly<Record<string, unknown>>;

const EXTENSIONS = [".ts", ".mts", ".js", ".mjs", ".cjs", ".tsx", ".jsx"];

/** The configurations that were read, by the absolute path of the file: each is read once. */
const configs = new Map<string, Promise<AppConfig>>();

/**
 * Reads the `next.config` of a project, and sets its variables and those of the `.env` files, which it may use itself.
 *
 * @param root The project's folder.
 * @throws {Error} If it cannot be imported or read.
 */
export async function loadProjectConfig(root: string): Promise<AppConfig> {
  installResolveHooks(root);
  // As `next start` does: packages tell clients less then, and trust them less.
  setEnvironment("NODE_ENV", "production");
  await loadEnvFiles(root, environment("NODE_ENV") ?? "production");
  const file = await configFileOf(root);
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

/** The name of a project's `next.config`, if it has one. */
export async function configFileOf(root: string): Promise<string | null> {
  return await firstOf(root, [root], "next.config");
}

/** The names of a project's proxy, or `middleware`, and of its `instrumentation.ts`, relative to it. */
export async function findProjectFiles({ root, appDir }: ProjectPlace): Promise<{
  readonly proxy: string | null;
  readonly instrumentation: string | null;
}> {
  const folders = [...new Set([dirname(join(root, appDir)), root])];
  const middleware = await firstOf(root, folders, "middleware");
  const proxy = await firstOf(root, folders, "proxy") ?? middleware;
  if (proxy !== null && proxy === middleware) {
    writeLog("warn", `Warning: "${proxy}" is deprecated in Next.js 16, name it proxy.ts and its function proxy`);
  }
  return { proxy, instrumentation: await firstOf(root, folders, "instrumentation") };
}

/**
 * The endings of a project's route files, where its `next.config` says so. Only then is it imported for that.
 *
 * @param root The project's folder.
 */
export async function pageExtensionsOf(root: string): Promise<readonly string[] | undefined> {
  const file = await configFileOf(root);
  if (file === null || !(await Deno.readTextFile(join(root, file))).includes("pageExtensions")) return undefined;
  return (await loadProjectConfig(root)).pageExtensions;
}

/** What a `next.config` says about modules itself. */
const ABOUT_MODULES = /tsconfigPath|-loader|resolveAlias|serverExternalPackages/;
/** What may say it for one: a plugin. */
const WITH_PLUGIN = /^\s*import\s+(?!type\b)|\b(?:import|require)\s*\(/m;

/**
 * Takes over what the `next.config` of a project says about modules, for a build. Only then is it imported for that.
 *
 * @param root The project's folder.
 * @returns The settings, if the file was imported.
 */
export async function configureBuiltModules(root: string): Promise<AppConfig | undefined> {
  const file = await configFileOf(root);
  if (file === null) return undefined;
  const text = await Deno.readTextFile(join(root, file));
  const isNamed = ABOUT_MODULES.test(text);
  if (!isNamed && !WITH_PLUGIN.test(text)) return undefined;
  try {
    return await loadProjectConfig(root);
  } catch (error) {
    // The server that is built runs the file too, where its variables are set, and says what is wrong with it.
    if (isNamed) throw error;
    return undefined;
  }
}

/**
 * Loads what else a project has. The hooks for imports are to be there already.
 *
 * @param place The project.
 * @param config Its configuration.
 * @throws {Error} If a file cannot be imported, or exports not what it should.
 */
export async function loadProjectFiles(place: ProjectPlace, config: AppConfig): Promise<ProjectFiles> {
  const { root } = place;
  const { proxy: proxyFile, instrumentation: file } = await findProjectFiles(place);
  const proxy = proxyFile === null ? undefined : readProxy(await importAny(root, proxyFile), proxyFile);
  return {
    rules: { config, proxy, publicFile: await servePublicFiles(join(root, "public")) },
    instrumentation: {
      file: file ?? undefined,
      ...readInstrumentation(file === null ? {} : await importAny(root, file), file ?? "instrumentation.ts"),
    },
  };
}

/** The first file of a name, relative to the project, with `/`. */
async function firstOf(root: string, folders: readonly string[], name: string): Promise<string | null> {
  for (const folder of folders) {
    for (const extension of EXTENSIONS) {
      const path = join(folder, name + extension);
      const isFile = await Deno.stat(path).then(({ isFile }) => isFile, () => false);
      if (isFile) return path.slice(root.length + 1).replaceAll("\\", "/");
    }
  }
  return null;
}

/** What a file exports; an ES module may assign `module.exports`, as many a `next.config.ts` does. */
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
