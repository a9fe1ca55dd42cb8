/**
 * Runs the server that `routes build` creates. It scans no folder, installs no hooks, and imports only files that the
 * build names.
 *
 * @module
 */

import { existsSync } from "node:fs";
import { getErrorMessage } from "../../log/error_text.ts";
import { enableJsonLog, writeLog } from "../../log/log.ts";
import type { CronEntry } from "../../cron/cron_job.ts";
import type { OpenApiInfo } from "../../openapi/openapi_objects.ts";
import type { HandlerComment } from "../../openapi/operation.ts";
import { setImageHost } from "../../next/image_renderer.ts";
import { importUrl } from "../modules/load/loader.ts";
import type { HandlerComments } from "../modules/source/handler_comments.ts";
import { UsageError } from "../process/arguments.ts";
import { logStrayErrors } from "../process/process_guard.ts";
import type { BuiltDescription } from "../project/project_description.ts";
import { environment, setEnvironment } from "../project/environment.ts";
import { type App, createApp } from "../server/app.ts";
import { printBanner } from "../server/banner.ts";
import { openCache, type RedisModule } from "../server/cache_location.ts";
import { createCrons } from "../server/crons.ts";
import { toListenOptions } from "../server/endpoint.ts";
import { readStartArgs, type StartFlags, toRunOptions } from "../server/flags.ts";
import { serveApp } from "../server/http_server.ts";
import { prewarm } from "../server/prewarm.ts";
import { type Observation, observeRequests } from "../server/observation.ts";
import type { Metrics } from "../server/metrics.ts";
import type { Fetch } from "../server/request_watch.ts";
import { type BuiltApp, type BuiltModule, getPathBeside, isGranted, openBundle } from "./bundle_source.ts";
import { findBuiltRenderer } from "./image_files.ts";

export type {
  BuiltApp,
  BuiltDescription,
  BuiltModule,
  CronEntry,
  Fetch,
  HandlerComment,
  HandlerComments,
  OpenApiInfo,
  RedisModule,
};

/** The default export of `dist/handler.js`, for `deno serve` and for programs that import it. */
export interface BuiltHandler {
  /** Answers a request. */
  readonly fetch: Fetch;
}

/** Set by `routes build --prewarm`: the program exits when all cached responses are generated. */
export const PREWARM_ONLY = "ROUTES_PREWARM_ONLY";

/** A built project. */
export interface Build {
  /**
   * Serves it: listens with the flags of `routes start` and their environment variables. If that fails, the process
   * exits.
   */
  serve(): Promise<void>;
  /**
   * Creates its handler, which does not listen. The main module of a program takes the flags of `routes start` and exits
   * the process if they are wrong; for another one the error is the importing program's.
   *
   * @param isMain Whether the importing module is the main module. Default: no.
   */
  createHandler(isMain?: boolean): Promise<BuiltHandler>;
}

/** Creates the functions that a built module exports and calls. */
export function createBuild(built: BuiltApp): Build {
  return {
    serve: () => serveBuilt(built),
    createHandler: (isMain = false) => createBuiltHandler(built, isMain),
  };
}

async function serveBuilt(built: BuiltApp): Promise<void> {
  logStrayErrors();
  await exitOnError(async () => {
    const { app, fetch, flags, metrics } = await openBuilt(built, Deno.args);
    if (environment(PREWARM_ONLY) !== undefined) {
      await app.close();
      Deno.exit(0);
    }
    const crons = createCrons(app, flags);
    const options = { ...await toListenOptions(flags), ...toRunOptions(flags), onListen() {} };
    const server = await serveApp({ ...app, fetch, metrics, crons }, options);
    crons.start();
    printBanner(server, flags.log ?? "off");
  });
}

async function createBuiltHandler(built: BuiltApp, isMain: boolean): Promise<BuiltHandler> {
  const open = () => openBuilt(built, isMain ? Deno.args : []);
  const { app, fetch, flags } = await (isMain ? exitOnError(open) : open());
  // Only registered on Deno Deploy, and not started: nothing would stop them.
  if (isMain) await exitOnError(() => Promise.resolve(createCrons(app, flags)));
  let release: (() => void) | undefined;
  return {
    fetch(request, info) {
      // Not before the first request: the error of a `deno serve` that cannot listen has to end the process.
      if (isMain) release ??= logStrayErrors();
      return fetch(request, info);
    },
  };
}

async function exitOnError<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    writeLog("error", getErrorMessage(error));
    Deno.exit(error instanceof UsageError ? 2 : 1);
  }
}

/** A built project that is ready to answer. */
interface OpenedBuild {
  readonly app: App;
  /** Answers a request and logs it. */
  readonly fetch: Fetch;
  readonly flags: StartFlags;
  readonly metrics: Metrics | undefined;
}

/** Opens a built project as an app that logs its requests, if the flags ask for it. */
async function openBuilt(built: BuiltApp, args: string[]): Promise<OpenedBuild> {
  const flags = readStartArgs(args);
  const { hooks, watch, metrics } = observeRequests(flags, flags);
  if (flags.log === "json") enableJsonLog();
  const app = await createBuiltApp(built, flags, hooks);
  if (flags.prewarm) await prewarm(app);
  return { app, fetch: watch(app.fetch), flags, metrics };
}

async function createBuiltApp(built: BuiltApp, flags: StartFlags, hooks: Observation["hooks"]): Promise<App> {
  setEnvironment("NODE_ENV", "production");
  setImageHost({ findInstalled: (name) => findBuiltRenderer(built.url, name), importModule: importUrl });
  const source = await openBundle(built);
  await source.instrumentation.register();
  const { cache = getBuiltCache(built.url), cacheSize, trustProxy, bodyLimit, lazy, openapi } = flags;
  const store = await openCache(cache, {
    importRedis: built.redis ?? refuseRedis,
    memoryBytes: source.rules?.config.useCache.maxMemoryBytes,
    maxBytes: cacheSize,
  });
  return await createApp(source, {
    cache: () => store,
    trustProxy,
    bodyLimit,
    lazy,
    openapi: openapi === undefined ? false : { path: openapi },
    ...hooks,
  });
}

/** Returns the location of the cache that `routes build --prewarm` created next to the module, or else memory. */
function getBuiltCache(url: string): string {
  const path = getPathBeside(url, "cache/cache.db");
  if (path === null || !isGranted("read", path) || !existsSync(path)) return "memory";
  const folder = path.slice(0, -"/cache.db".length);
  if (isGranted("write", folder)) return `sqlite:${path}`;
  writeLog(
    "warn",
    `Caching in memory: "${folder}" is not writable, add --allow-write="${folder}" or --cache memory`,
  );
  return "memory";
}

function refuseRedis(): Promise<never> {
  const message = 'Cannot open cache "redis:": its client is not in this build, build with "routes build --redis"';
  return Promise.reject(new Error(message));
}
