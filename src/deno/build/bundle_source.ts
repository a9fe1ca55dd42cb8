/**
 * The source of an app that `routes build` has made: no folder is scanned, no hook is installed, no file is imported that
 * is not named.
 *
 * @module
 */

import { fromFileUrl } from "@std/path/from-file-url";
import { NO_CONFIG } from "../../handler/rules/next_config.ts";
import { readProxy } from "../../handler/rules/proxy.ts";
import type { ModuleNamespace } from "../../handler/served_route.ts";
import type { RouteManifest } from "../../routing/manifest.ts";
import { createRouteLoadError } from "../modules/load/loader.ts";
import { type Instrumentation, readConfig, readInstrumentation } from "../project/project_modules.ts";
import type { ProjectSource } from "../project/project_source.ts";
import { servePublicFiles } from "../project/public_files.ts";
import type { RedisModule } from "../server/cache_location.ts";

/** A module of the project, and the file that it was. */
export interface BuiltModule {
  /** The file, relative to the project. */
  readonly file: string;
  /** Imports it. */
  load(): Promise<unknown>;
}

/** What `routes build` writes down of a project. */
export interface BuiltApp {
  /** The routes. */
  readonly manifest: RouteManifest;
  /** Imports the route files. */
  readonly modules: Readonly<Record<string, () => Promise<unknown>>>;
  /** The contents of the files that are served as they are, in base64. */
  readonly files: Readonly<Record<string, string>>;
  /** Its `next.config`. */
  readonly config?: BuiltModule;
  /** Its `proxy.ts`. */
  readonly proxy?: BuiltModule;
  /** Its `instrumentation.ts`. */
  readonly instrumentation?: BuiltModule;
  /** The version of the project, if it has one. */
  readonly version?: string;
  /** Identifies this code among other code. */
  readonly fingerprint: string;
  /** Imports the store in Redis, where it was asked for. */
  readonly redis?: () => Promise<RedisModule>;
  /** Where the built module is: `import.meta.url`. */
  readonly url: string;
}

/** Opens what was built. */
export async function openBundle(built: BuiltApp): Promise<ProjectSource & { instrumentation: Instrumentation }> {
  const { manifest, modules, files, config, proxy, instrumentation, url } = built;
  const rules = {
    config: config === undefined ? NO_CONFIG : await readConfig(...await importBuilt(config)),
    proxy: proxy === undefined ? undefined : readProxy(...await importBuilt(proxy)),
    publicFile: await getPublicFiles(url),
  };
  return {
    manifest,
    version: built.version,
    rules,
    instrumentation: instrumentation === undefined
      ? readInstrumentation({}, "instrumentation.ts")
      : readInstrumentation(...await importBuilt(instrumentation)),
    load: async (file) => (await importBuilt({ file, load: modules[file]! }, "route "))[0],
    read: (file) => Promise.resolve(Uint8Array.fromBase64(files[file]!)),
    fingerprint: () => built.fingerprint,
  };
}

async function importBuilt({ file, load }: BuiltModule, kind = ""): Promise<[ModuleNamespace, string]> {
  try {
    return [await load() as ModuleNamespace, file];
  } catch (cause) {
    throw createRouteLoadError(file, cause, kind);
  }
}

/** `public/` is copied beside the module. */
async function getPublicFiles(url: string): ReturnType<typeof servePublicFiles> {
  const folder = getPathBeside(url, "public");
  return folder === null || !isGranted("read", folder) ? undefined : await servePublicFiles(folder);
}

/** Returns the path of a file beside the built module; `null` if the module is not on disk. */
export function getPathBeside(url: string, name: string): string | null {
  return url.startsWith("file:") ? fromFileUrl(new URL(name, url)) : null;
}

/** Whether the process may read or write a path. */
export function isGranted(name: "read" | "write", path: string): boolean {
  return Deno.permissions.querySync({ name, path }).state === "granted";
}
