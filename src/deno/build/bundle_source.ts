/**
 * Opens the source of a built app. It scans no folder, installs no hooks, and imports only files that the build names.
 *
 * @module
 */

import { createRequire } from "node:module";
import { fromFileUrl } from "@std/path/from-file-url";
import { toFileUrl } from "@std/path/to-file-url";
import type { CronEntry } from "../../cron/cron_job.ts";
import { NO_CONFIG } from "../../handler/rules/next_config.ts";
import { readProxy } from "../../handler/rules/proxy.ts";
import type { ModuleNamespace } from "../../handler/served_route.ts";
import type { RouteManifest } from "../../routing/manifest.ts";
import { createRouteLoadError, importUrl } from "../modules/load/loader.ts";
import {
  type Instrumentation,
  loadCacheHandlers,
  readConfig,
  readInstrumentation,
} from "../project/project_modules.ts";
import { type BuiltDescription, openDescription } from "../project/project_description.ts";
import type { ProjectSource } from "../project/project_source.ts";
import { servePublicFiles } from "../project/public_files.ts";
import type { RedisModule } from "../server/cache_location.ts";

/** A module of the project, and its original file. */
export interface BuiltModule {
  /** The file, relative to the project. */
  readonly file: string;
  /** Imports the module. */
  load(): Promise<unknown>;
}

/** The description of a project that `routes build` writes. */
export interface BuiltApp {
  /** The routes. */
  readonly manifest: RouteManifest;
  /** Imports the route files. */
  readonly modules: Readonly<Record<string, () => Promise<unknown>>>;
  /** The contents of static metadata files, in base64. */
  readonly files: Readonly<Record<string, string>>;
  /** Its `next.config`. */
  readonly config?: BuiltModule;
  /** Its `proxy.ts`. */
  readonly proxy?: BuiltModule;
  /** Its `instrumentation.ts`. */
  readonly instrumentation?: BuiltModule;
  /** What the project says about its API. */
  readonly description?: BuiltDescription;
  /** The `crons` of `vercel.json`. */
  readonly crons?: readonly CronEntry[];
  /** Identifies the code of the build. */
  readonly fingerprint: string;
  /** Imports the Redis store, if the build includes it. */
  readonly redis?: () => Promise<RedisModule>;
  /** The `import.meta.url` of the built module. */
  readonly url: string;
}

/** Opens the source of a build. */
export async function openBundle(built: BuiltApp): Promise<ProjectSource & { instrumentation: Instrumentation }> {
  const { manifest, modules, files, config, proxy, instrumentation, description, url } = built;
  const settings = config === undefined ? NO_CONFIG : await readConfig(...await importBuilt(config));
  const rules = {
    config: settings,
    proxy: proxy === undefined ? undefined : readProxy(...await importBuilt(proxy)),
    publicFile: await getPublicFiles(url),
  };
  return {
    manifest,
    rules,
    cacheHandlers: await loadCacheHandlers(settings, importHandler),
    instrumentation: instrumentation === undefined
      ? readInstrumentation({}, "instrumentation.ts")
      : readInstrumentation(...await importBuilt(instrumentation)),
    load: async (file) => (await importBuilt({ file, load: modules[file]! }, "route "))[0],
    read: (file) => Promise.resolve(Uint8Array.fromBase64(files[file]!)),
    ...(description === undefined ? {} : { description: openDescription(description) }),
    readVercelCrons: () => built.crons ?? [],
    fingerprint: () => built.fingerprint,
  };
}

/** Imports a file that is not part of the build. Deno takes CommonJS for an ES module if `package.json` has no `type`. */
async function importHandler(path: string): Promise<ModuleNamespace> {
  try {
    return await importUrl(toFileUrl(path).href);
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    return { default: createRequire(path)(path) };
  }
}

async function importBuilt({ file, load }: BuiltModule, kind = ""): Promise<[ModuleNamespace, string]> {
  try {
    return [await load() as ModuleNamespace, file];
  } catch (cause) {
    throw createRouteLoadError(file, cause, kind);
  }
}

/** Serves `public/`, which is copied next to the module. */
async function getPublicFiles(url: string): ReturnType<typeof servePublicFiles> {
  const folder = getPathBeside(url, "public");
  return folder === null || !isGranted("read", folder) ? undefined : await servePublicFiles(folder);
}

/** Returns the path of a file next to the built module; `null` if the module is not on disk. */
export function getPathBeside(url: string, name: string): string | null {
  return url.startsWith("file:") ? fromFileUrl(new URL(name, url)) : null;
}

/** Whether the process may read or write a path. */
export function isGranted(name: "read" | "write", path: string): boolean {
  return Deno.permissions.querySync({ name, path }).state === "granted";
}
