/**
 * What a server runs on that `routes build` made: no folder is scanned, no hook is installed, no file is imported that is
 * not named.
 *
 * @module
 */

import { existsSync } from "node:fs";
import { fromFileUrl } from "@std/path/from-file-url";
import { NO_CONFIG } from "../../handler/rules/next_config.ts";
import { setImageHost } from "../../next/image_renderer.ts";
import { readProxy } from "../../handler/rules/proxy.ts";
import type { ModuleNamespace } from "../../handler/served_route.ts";
import type { RouteManifest } from "../../routing/manifest.ts";
import { printBanner } from "../server/banner.ts";
import { openCache, type RedisModule } from "../server/cache_location.ts";
import { environment, setEnvironment } from "../project/environment.ts";
import { readConfig, readInstrumentation } from "../project/front_modules.ts";
import { importUrl, routeLoadError } from "../modules/load/loader.ts";
import { type OpenedHandler, openHandler } from "../server/app.ts";
import { prewarm } from "../server/prewarm.ts";
import { UsageError } from "../process/arguments.ts";
import { logStrayErrors } from "../process/process_guard.ts";
import { servePublicFiles } from "../project/public_files.ts";
import { type Fetch, requestLogger, type RequestWatch, watchRequests } from "../server/request_log.ts";
import { serveHandler } from "../server/http_server.ts";
import { readStartArgs, type StartFlags } from "../server/flags.ts";
import { startedByDenoServe } from "./started_by.ts";
import { useJsonLog, writeLog } from "../../log/log.ts";

export type { Fetch, RedisModule };

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
  /** What is in the files that are served as they are, in base64. */
  readonly files: Readonly<Record<string, string>>;
  /** Its `next.config`. */
  readonly config?: BuiltModule;
  /** Its `proxy.ts`. */
  readonly proxy?: BuiltModule;
  /** Its `instrumentation.ts`. */
  readonly instrumentation?: BuiltModule;
  /** Tells this code from other code. */
  readonly fingerprint: string;
  /** Whether a module may ask for the request scope. */
  readonly usesScope: boolean;
  /** Imports the store in Redis, where it was asked for. */
  readonly redis?: () => Promise<RedisModule>;
  /** Where the module is that was built: `import.meta.url`. */
  readonly url: string;
  /** Whether it is the program: `import.meta.main`. */
  readonly isMain: boolean;
}

/** What `deno serve` serves. */
export interface BuiltServer {
  /** Answers a request. */
  readonly fetch: Fetch;
}

/**
 * Serves a built project: under `deno run` it listens, with the flags of `routes start` and the variables `PORT`,
 * `HOSTNAME` and `CACHE_URL`; under `deno serve` and as a module of another program it only answers.
 *
 * @param app The project.
 */
export async function serveBuilt(app: BuiltApp): Promise<BuiltServer> {
  const byDenoServe = app.isMain ? startedByDenoServe(fail) : null;
  if (app.isMain) logStrayErrors();
  try {
    const flags = readStartArgs(app.isMain ? Deno.args : []);
    const { log = "off", port = 8000, hostname = "0.0.0.0" } = flags;
    const logger = requestLogger(log);
    const watched = logger === undefined ? undefined : watchRequests(logger);
    if (log === "json") useJsonLog();
    const handler = await openBuilt(app, flags, watched);
    const fetch = watched?.watch(handler.fetch) ?? handler.fetch;
    if (flags.prewarm) await prewarm(handler);
    if (environment(PREWARM_ONLY) !== undefined) {
      await handler.close();
      Deno.exit(0);
    }
    byDenoServe?.then((isServed) => {
      if (isServed) return;
      const options = {
        port,
        hostname,
        grace: flags.grace,
        automaticCompression: handler.compress ?? false,
        onListen() {},
      };
      attempt(() => printBanner(serveHandler({ ...handler, fetch }, options), log));
    });
    return { fetch };
  } catch (error) {
    if (!app.isMain) throw error;
    return fail(error);
  }
}

/** Set by `routes build --prewarm`: the program ends when the cache is filled. */
export const PREWARM_ONLY = "ROUTES_PREWARM_ONLY";

function attempt(work: () => void): void {
  try {
    work();
  } catch (error) {
    fail(error);
  }
}

function fail(error: unknown): never {
  writeLog("error", error instanceof Error ? error.message : String(error));
  Deno.exit(error instanceof UsageError ? 2 : 1);
}

async function openBuilt(
  { manifest, modules, files, config: configModule, proxy, instrumentation, redis, ...app }: BuiltApp,
  { cache, trustProxy, bodyLimit, lazy }: StartFlags,
  watched: RequestWatch | undefined,
): Promise<OpenedHandler> {
  setEnvironment("NODE_ENV", "production");
  setImageHost({ importModule: importUrl });
  const config = configModule === undefined ? NO_CONFIG : await readConfig(...await imported(configModule));
  const { onRequestError, register } = instrumentation === undefined
    ? readInstrumentation({}, "instrumentation.ts")
    : readInstrumentation(...await imported(instrumentation));
  const front = {
    config,
    proxy: proxy === undefined ? undefined : readProxy(...await imported(proxy)),
    publicFile: await publicFiles(app.url),
  };
  await register();
  const host = {
    load: (file: string) => imported({ file, load: modules[file]! }, "route ").then(([module]) => module),
    read: (file: string) => Promise.resolve(Uint8Array.fromBase64(files[file]!)),
    front,
    usesScope: () => app.usesScope,
    fingerprint: () => app.fingerprint,
    onMatch: watched?.matched,
    onError: onRequestError,
    draftSecret: environment("DRAFT_SECRET"),
    trustProxy,
    bodyLimit,
    basePath: config.basePath,
    authInterrupts: config.authInterrupts,
  };
  const location = cache ?? builtCache(app.url);
  const store = await openCache(location, redis ?? noRedis);
  const handler = await openHandler(manifest, host, () => store, lazy);
  return { ...handler, compress: config.compress };
}

async function imported({ file, load }: BuiltModule, what = ""): Promise<[ModuleNamespace, string]> {
  try {
    return [await load() as ModuleNamespace, file];
  } catch (cause) {
    throw routeLoadError(file, cause, what);
  }
}

/** `public/` is copied beside the module. */
async function publicFiles(url: string): ReturnType<typeof servePublicFiles> {
  const folder = besideOf(url, "public");
  if (folder === null || !isGranted("read", folder)) return undefined;
  return await servePublicFiles(folder);
}

/** What `routes build --prewarm` stored beside the module, or else the memory of this process. */
function builtCache(url: string): string {
  const path = besideOf(url, "cache/cache.db");
  if (path === null || !isGranted("read", path) || !existsSync(path)) return "memory";
  const folder = path.slice(0, -"/cache.db".length);
  if (isGranted("write", folder)) return `sqlite:${path}`;
  writeLog(
    "warn",
    `Caching in memory: "${folder}" may not be written, add --allow-write="${folder}" or --cache memory`,
  );
  return "memory";
}

function besideOf(url: string, name: string): string | null {
  return url.startsWith("file:") ? fromFileUrl(new URL(name, url)) : null;
}

function isGranted(name: "read" | "write", path: string): boolean {
  return Deno.permissions.querySync({ name, path }).state === "granted";
}

function noRedis(): Promise<never> {
  const message = 'Cannot open cache "redis:": its client is not in this build, build with "routes build --redis"';
  return Promise.reject(new Error(message));
}
