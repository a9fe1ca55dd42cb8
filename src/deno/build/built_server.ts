/**
 * What a server runs on that `routes build` made: no folder is scanned, no hook is installed, no file is imported that is
 * not named.
 *
 * @module
 */

import { existsSync } from "node:fs";
import { getErrorMessage } from "../../log/error_text.ts";
import { enableJsonLog, writeLog } from "../../log/log.ts";
import { setImageHost } from "../../next/image_renderer.ts";
import { importUrl } from "../modules/load/loader.ts";
import { UsageError } from "../process/arguments.ts";
import { logStrayErrors } from "../process/process_guard.ts";
import { environment, setEnvironment } from "../project/environment.ts";
import { type App, createApp } from "../server/app.ts";
import { printBanner } from "../server/banner.ts";
import { openCache, type RedisModule } from "../server/cache_location.ts";
import { readStartArgs, type StartFlags } from "../server/flags.ts";
import { serveApp } from "../server/http_server.ts";
import { prewarm } from "../server/prewarm.ts";
import { type Fetch, requestLogger, type RequestWatch, watchRequests } from "../server/request_log.ts";
import { type BuiltApp, type BuiltModule, getPathBeside, isGranted, openBundle } from "./bundle_source.ts";
import { detectDenoServe } from "./started_by.ts";

export type { BuiltApp, BuiltModule, Fetch, RedisModule };

/** What `deno serve` serves. */
export interface BuiltServer {
  /** Answers a request. */
  readonly fetch: Fetch;
}

/**
 * Serves a built project: under `deno run` it listens, with the flags of `routes start` and the variables `PORT`,
 * `HOSTNAME` and `CACHE_URL`; under `deno serve` and as a module of another program it only answers.
 *
 * @param built The project.
 */
export async function serveBuilt(built: BuiltApp): Promise<BuiltServer> {
  const byDenoServe = built.isMain ? detectDenoServe(fail) : null;
  if (built.isMain) logStrayErrors();
  try {
    const flags = readStartArgs(built.isMain ? Deno.args : []);
    const { log = "off", port, hostname, grace } = flags;
    const logger = requestLogger(log);
    const watched = logger === undefined ? undefined : watchRequests(logger);
    if (log === "json") enableJsonLog();
    const app = await openBuilt(built, flags, watched);
    const fetch = watched?.watch(app.fetch) ?? app.fetch;
    if (flags.prewarm) await prewarm(app);
    if (environment(PREWARM_ONLY) !== undefined) {
      await app.close();
      Deno.exit(0);
    }
    byDenoServe?.then((isServed) => {
      if (isServed) return;
      attempt(() => printBanner(serveApp({ ...app, fetch }, { port, hostname, grace, onListen() {} }), log));
    });
    return { fetch };
  } catch (error) {
    if (!built.isMain) throw error;
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
  writeLog("error", getErrorMessage(error));
  Deno.exit(error instanceof UsageError ? 2 : 1);
}

/** Opens what was built as an app. */
async function openBuilt(built: BuiltApp, flags: StartFlags, watched: RequestWatch | undefined): Promise<App> {
  setEnvironment("NODE_ENV", "production");
  setImageHost({ importModule: importUrl });
  const source = await openBundle(built);
  await source.instrumentation.register();
  const { cache = getBuiltCache(built.url), trustProxy, bodyLimit, lazy } = flags;
  const store = await openCache(cache, built.redis ?? refuseRedis);
  return await createApp(source, { cache: () => store, trustProxy, bodyLimit, lazy, onMatch: watched?.matched });
}

/** What `routes build --prewarm` stored beside the module, or else the memory of this process. */
function getBuiltCache(url: string): string {
  const path = getPathBeside(url, "cache/cache.db");
  if (path === null || !isGranted("read", path) || !existsSync(path)) return "memory";
  const folder = path.slice(0, -"/cache.db".length);
  if (isGranted("write", folder)) return `sqlite:${path}`;
  writeLog(
    "warn",
    `Caching in memory: "${folder}" may not be written, add --allow-write="${folder}" or --cache memory`,
  );
  return "memory";
}

function refuseRedis(): Promise<never> {
  const message = 'Cannot open cache "redis:": its client is not in this build, build with "routes build --redis"';
  return Promise.reject(new Error(message));
}
