/**
 * The app that a project is: the one place where a source, its options and a cache become something that answers.
 *
 * @module
 */

import type { CacheStore } from "../../cache/store.ts";
import type { AnswerOptions, RequestHandlerHost } from "../../handler/handler_options.ts";
import { createHandler, type RequestHandler } from "../../handler/request_handler.ts";
import type { Route } from "../../handler/served_route.ts";
import { environment } from "../project/environment.ts";
import type { ProjectSource } from "../project/project_source.ts";
import { openCache } from "./cache_location.ts";
import { prepareRuntime } from "./runtime.ts";
import { openTunnel } from "./websocket_tunnel.ts";

/** A route as `serveRoutes` and `createRequestHandler` list it. */
export interface RouteInfo {
  /** The URL pattern: `/users/[id]`. */
  readonly id: string;
  /** The file, relative to the project: `app/users/[id]/route.ts`. */
  readonly file: string;
  /** The methods it answers, sorted; empty while it is not loaded (`lazy`). */
  readonly methods: readonly string[];
}

/** When route files are imported. */
export interface LoadOptions {
  /** Whether a route file is imported by its first request instead of at start. Default: no. */
  lazy?: boolean | undefined;
  /** Whether more is logged at start: the keys of `next.config` that have no effect. Default: no. */
  verbose?: boolean | undefined;
}

/** Where cached data is stored. */
export interface CacheOptions {
  /**
   * A store; or a function that makes one, or where to open one (`memory`, `sqlite:PATH`, `redis://HOST:PORT`), which is
   * closed when the handler is. Default: `CACHE_URL` of the environment, else the memory of this process.
   */
  cache?: CacheStore | string | (() => CacheStore) | undefined;
}

/** Options of {@linkcode createApp}. */
export interface AppOptions extends AnswerOptions, CacheOptions, LoadOptions {
  /** Called with each request that a route answers, before it does. */
  onMatch?: RequestHandlerHost["onMatch"];
  /** Called with each response of the cache. */
  onCached?: RequestHandlerHost["onCached"];
  /** Answers a request whose handler failed. */
  answerError?: RequestHandlerHost["answerError"];
  /** Whether it is served to its developer. Default: no. */
  isDevelopment?: boolean | undefined;
  /** Whether whole responses are cached. Default: yes. */
  cachesResponses?: boolean | undefined;
}

/** An app that is ready to answer: its routes are imported, its cache is open. */
export interface App
  extends
    Readonly<Pick<RequestHandler, "fetch" | "routes" | "basePath" | "load" | "drain" | "cut" | "isCacheAvailable">> {
  /** The version of the project, if it has one. */
  readonly version: string | undefined;
  /** Whether `next.config` asks for compressed responses. */
  readonly compress: boolean;
  /** Ends the use of the cache, and closes it if it was opened for this app. */
  readonly close: () => Promise<void>;
}

/**
 * Creates the app of a project: opens its cache and imports its routes.
 *
 * @param source The project.
 * @param options How requests are answered; they take precedence over `next.config`.
 * @throws {AggregateError} If route files cannot be imported; all of them at once.
 */
export async function createApp(source: ProjectSource, options: AppOptions): Promise<App> {
  prepareRuntime();
  const { cache = environment("CACHE_URL"), lazy = false } = options;
  const store = typeof cache === "string" ? await openCache(cache) : typeof cache === "function" ? cache() : cache;
  // A store that was passed in is its owner's.
  const closeStore = async () => void (typeof cache === "object" ? undefined : await store?.close());
  return await closeOnError(async () => {
    const handler = createHandler(source.manifest, { ...toHost(source, options), cache: store });
    const close = () => {
      handler.close();
      return closeStore();
    };
    if (!lazy) await closeOnError(() => loadAll(handler.routes, handler.load), () => Promise.resolve(handler.close()));
    return { ...handler, close, version: source.version, compress: source.rules?.config.compress ?? false };
  }, closeStore);
}

/** How the handler of a source answers: by the options, else by what the project says. */
function toHost(source: ProjectSource, options: AppOptions): RequestHandlerHost {
  const { rules, load, read, fingerprint } = source;
  const { cache: _cache, lazy: _lazy, verbose: _verbose, ...answers } = options;
  return {
    ...answers,
    rules,
    load,
    read,
    fingerprint,
    openTunnel,
    basePath: options.basePath ?? rules?.config.basePath,
    authInterrupts: options.authInterrupts ?? rules?.config.authInterrupts,
    draftSecret: options.draftSecret ?? getDraftSecret(),
    checkResponses: options.checkResponses ?? (options.isDevelopment === true || isTestFile(Deno.mainModule)),
    onError: options.onError ?? source.instrumentation?.onRequestError,
  };
}

/** Whether the program is a file that `deno test` runs by its name. */
function isTestFile(mainModule: string): boolean {
  return /(?:^|[/._])test\.[cm]?[jt]sx?$/.test(mainModule);
}

/** Returns the key of draft mode's cookie that the environment has; the workers of one server share another one. */
export function getDraftSecret(): string | undefined {
  return environment("DRAFT_SECRET") ?? environment("ROUTES_DRAFT_SECRET");
}

/**
 * Does work that can fail; if it does, nothing stays open.
 *
 * @param work What can fail.
 * @param close Closes what is open.
 */
export async function closeOnError<T>(work: () => Promise<T>, close: () => Promise<void>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * Imports the files of routes.
 *
 * @param routes The routes.
 * @param load Imports the file of one.
 * @throws {AggregateError} If some cannot be imported; all of them at once.
 */
export async function loadAll(routes: readonly Route[], load: (route: Route) => Promise<unknown>): Promise<void> {
  // All at once: they are independent, and imports one by one take three times as long.
  const results = await Promise.allSettled(routes.map(load));
  const errors = results.flatMap((result) => result.status === "rejected" ? [result.reason] : []);
  if (errors.length > 0) {
    // A file may be served at two paths.
    throw new AggregateError(errors, [...new Set(errors.map((error) => error.message))].join("\n"));
  }
}

/** Lists routes for people. */
export function listRoutes(routes: readonly Route[]): RouteInfo[] {
  return routes.filter(({ isAbsent }) => !isAbsent).map(({ id, file, module }) => ({
    id,
    file,
    methods: module?.methods ?? [],
  }));
}
