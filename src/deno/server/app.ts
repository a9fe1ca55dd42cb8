/**
 * Creates the app of a project: the one place that combines a source, options and a cache.
 *
 * @module
 */

import type { CacheStore } from "../../cache/store.ts";
import type { CronJob } from "../../cron/cron_job.ts";
import { type AnswerOptions, readBasePath, type RequestHandlerHost } from "../../handler/handler_options.ts";
import { createHandler, type RequestHandler } from "../../handler/request_handler.ts";
import type { Route } from "../../handler/served_route.ts";
import { writeLog } from "../../log/log.ts";
import { environment } from "../project/environment.ts";
import { addOpenApiRoutes, type OpenApiOptions } from "../openapi/openapi_routes.ts";
import { NO_DESCRIPTION } from "../project/project_description.ts";
import type { ProjectSource } from "../project/project_source.ts";
import { openCache, type OpenCacheOptions } from "./cache_location.ts";
import { getCronJobs } from "./cron_jobs.ts";
import { prepareRuntime } from "./runtime.ts";
import { openTunnel } from "./websocket_tunnel.ts";

/** A route as `serveRoutes` and `createRequestHandler` list it. */
export interface RouteInfo {
  /** The URL pattern: `/users/[id]`. */
  readonly id: string;
  /** The file, relative to the project: `app/users/[id]/route.ts`. */
  readonly file: string;
  /** The methods that it answers, sorted; empty until it is loaded, with `lazy`. */
  readonly methods: readonly string[];
}

/** Options for importing route files. */
export interface LoadOptions {
  /** Whether a route file is imported on its first request instead of at startup. Default: `false`. */
  lazy?: boolean | undefined;
  /** Whether to log more at startup: the keys of `next.config` that have no effect. Default: `false`. */
  verbose?: boolean | undefined;
}

/** Options for describing the routes. */
export interface DescribeOptions {
  /**
   * Serves the OpenAPI document, at `/openapi.json` or at `path`, and a docs page at `docs`. Default: `false`; nothing is
   * served.
   */
  openapi?: OpenApiOptions | boolean | undefined;
}

/** Options for storing cached data. */
export interface CacheOptions {
  /**
   * A store; or a function that creates one, or the location of one (`memory`, `sqlite:PATH`, `kv:PATH`,
   * `redis://HOST:PORT`), which is closed together with the handler. Default: the environment variable `CACHE_URL`, or
   * else the memory of this process.
   */
  cache?: CacheStore | string | (() => CacheStore) | undefined;
  /**
   * How many bytes of entries a location (`memory` or `sqlite:PATH`) stores; the oldest are evicted first. Default: 64 MiB
   * in memory, 1 GiB in SQLite.
   */
  cacheSize?: number | undefined;
}

/** Options of {@linkcode createApp}. */
export interface AppOptions extends AnswerOptions, CacheOptions, LoadOptions, DescribeOptions {
  /** Called with each request that matches a route, before the route answers it. */
  onMatch?: RequestHandlerHost["onMatch"];
  /** Called with each response of the cache. */
  onCached?: RequestHandlerHost["onCached"];
  /** Called when a response turns out to be for one request only. */
  onDynamic?: RequestHandlerHost["onDynamic"];
  /** Answers a request whose handler failed. */
  answerError?: RequestHandlerHost["answerError"];
  /** Whether this is a development server. Default: `false`. */
  isDevelopment?: boolean | undefined;
  /** Whether no client waits, as in `next build`: what depends on a request never settles. Default: `false`. */
  isBuild?: boolean | undefined;
  /** Whether whole responses are cached. Default: `true`. */
  cachesResponses?: boolean | undefined;
}

/** An app that is ready to answer requests: its routes are imported, and its cache is open. */
export interface App extends Readonly<Omit<RequestHandler, "close">> {
  /** Returns the version of the project, if it has one. */
  readonly getVersion: () => string | undefined;
  /** Whether `next.config` asks for compressed responses. */
  readonly compress: boolean;
  /** The store of the cache. */
  readonly store: CacheStore;
  /** Returns the scheduled requests; throws if a schedule is invalid. */
  readonly getCronJobs: () => readonly CronJob[];
  /** Stops using the cache, and closes it if it was opened for this app. */
  readonly close: () => Promise<void>;
}

/**
 * Creates the app of a project: opens its cache and imports its routes.
 *
 * @param source The project.
 * @param options Its options, which take precedence over `next.config`.
 * @throws {AggregateError} If route files cannot be imported; all of them at once.
 */
export async function createApp(source: ProjectSource, options: AppOptions): Promise<App> {
  prepareRuntime();
  const { cache = environment("CACHE_URL") ?? "memory", lazy = false } = options;
  const store = await openStore(cache, {
    memoryBytes: source.rules?.config.useCache.maxMemoryBytes,
    maxBytes: options.cacheSize,
  });
  const closeStore = async () => {
    // A store that was passed in is closed by its owner.
    if (typeof cache !== "object") await store.close();
  };
  return await closeOnError(async () => {
    const served = addDocs(source, options);
    const handler = createHandler(served.manifest, { ...toHost(served, options), cache: store });
    const close = () => {
      handler.close();
      return closeStore();
    };
    if (!lazy) await closeOnError(() => importRoutes(handler), () => Promise.resolve(handler.close()));
    // Before handlers import more: processes that share a cache must not differ by what they have been asked for.
    if (!lazy) source.fingerprint?.();
    const { compress = false, trailingSlash } = source.rules?.config ?? {};
    const { routes, basePath } = handler;
    const listCrons = () => getCronJobs({ routes, basePath, trailingSlash, crons: source.readVercelCrons?.() ?? [] });
    return { ...handler, store, close, getVersion: () => getVersion(source), getCronJobs: listCrons, compress };
  }, closeStore);
}

async function openStore(
  cache: NonNullable<CacheOptions["cache"]>,
  sizes: Pick<OpenCacheOptions, "memoryBytes" | "maxBytes">,
): Promise<CacheStore> {
  if (typeof cache === "string") return await openCache(cache, sizes);
  return typeof cache === "function" ? cache() : cache;
}

function addDocs(source: ProjectSource, { openapi = false, onInvalid, basePath }: AppOptions): ProjectSource {
  if (openapi === false) return source;
  return addOpenApiRoutes(source, {
    openapi,
    basePath: readBasePath(basePath ?? source.rules?.config.basePath),
    answersProblems: onInvalid === undefined,
  });
}

/** Combines the options with those of the project, which are the defaults. */
function toHost(source: ProjectSource, options: AppOptions): RequestHandlerHost {
  const { rules, load, read, fingerprint, cacheHandlers } = source;
  const { cache: _cache, cacheSize: _cacheSize, lazy: _lazy, verbose: _verbose, openapi: _openapi, ...answers } =
    options;
  return {
    ...answers,
    rules,
    load,
    read,
    fingerprint,
    cacheHandlers,
    openTunnel,
    basePath: options.basePath ?? rules?.config.basePath,
    authInterrupts: options.authInterrupts ?? rules?.config.authInterrupts,
    draftSecret: options.draftSecret ?? getDraftSecret(),
    checkResponses: options.checkResponses ?? (options.isDevelopment === true || isTestFile(Deno.mainModule)),
    onError: options.onError ?? source.instrumentation?.onRequestError,
  };
}

function getVersion({ description }: ProjectSource): string | undefined {
  const version = description?.info.version;
  return version === NO_DESCRIPTION.info.version ? undefined : version;
}

/** Whether the program is a file that `deno test` runs by its name. */
function isTestFile(mainModule: string): boolean {
  return /(?:^|[/._])test\.[cm]?[jt]sx?$/.test(mainModule);
}

/** Returns the key for the cookie of draft mode from the environment; the workers of one server share one. */
export function getDraftSecret(): string | undefined {
  return environment("DRAFT_SECRET") ?? environment("ROUTES_DRAFT_SECRET");
}

/**
 * Does work that can fail, and closes resources if it does.
 *
 * @param work The work.
 * @param close Closes the resources.
 */
export async function closeOnError<T>(work: () => Promise<T>, close: () => Promise<void>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await close();
    throw error;
  }
}

/** How long importing the routes may take before it is logged, in milliseconds. */
const LOGGED_AFTER_MS = 1000;

async function importRoutes({ routes, load }: RequestHandler): Promise<void> {
  const timer = setTimeout(() => {
    const count = routes.filter(({ module }) => module !== undefined).length;
    writeLog("info", `Importing routes: ${count} of ${routes.length} so far`);
  }, LOGGED_AFTER_MS);
  try {
    await loadAll(routes, load);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Imports the files of routes.
 *
 * @param routes The routes.
 * @param load Imports the file of a route.
 * @throws {AggregateError} If some cannot be imported; all of them at once.
 */
export async function loadAll(routes: readonly Route[], load: (route: Route) => Promise<unknown>): Promise<void> {
  // All in one turn: the loader imports them together.
  const results = await Promise.allSettled(routes.map(load));
  const errors = results.flatMap((result) => result.status === "rejected" ? [result.reason] : []);
  if (errors.length > 0) {
    // Without duplicates: a file may be served at two paths.
    throw new AggregateError(errors, [...new Set(errors.map((error) => error.message))].join("\n"));
  }
}

/** Returns the public description of routes. */
export function listRoutes(routes: readonly Route[]): RouteInfo[] {
  return routes.filter(({ isAbsent }) => !isAbsent).map(({ id, file, module }) => ({
    id,
    file,
    methods: module?.methods ?? [],
  }));
}
