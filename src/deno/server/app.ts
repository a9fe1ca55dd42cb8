/**
 * A handler that is ready to answer: its routes are imported, its cache is open.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import type { RouteManifest } from "../../routing/manifest.ts";
import type { RequestHandlerOptions } from "../../handler/handler_options.ts";
import { createHandler, type RequestHandler, type RequestHandlerHost } from "../../handler/request_handler.ts";
import type { ModuleNamespace } from "../../handler/served_route.ts";
import type { CacheStore } from "../../cache/store.ts";
import { carryScopesBy, type RequestScope, SCOPE_NAME } from "../../scope/request_scope.ts";
import { openContextStorage } from "./async_context.ts";
import { openCache } from "./cache_location.ts";

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
  /** Whether more is said at start: the keys of `next.config` that mean nothing here. Default: no. */
  verbose?: boolean | undefined;
}

/** Where what is cached is kept. */
export interface CacheOptions {
  /**
   * A store; or a function that makes one, or where to open one (`memory`, `sqlite:PATH`, `redis://HOST:PORT`), which is
   * closed when the handler is. Default: `CACHE_URL` of the environment, else the memory of this process.
   */
  cache?: CacheStore | string | (() => CacheStore) | undefined;
}

/** Options of {@linkcode createRequestHandler}. */
export interface CreateRequestHandlerOptions extends Omit<RequestHandlerOptions, "cache">, CacheOptions, LoadOptions {
  /** Imports a file of the manifest; needed with a manifest, default with a folder: `import()`. */
  load?: (file: string) => Promise<ModuleNamespace>;
}

/**
 * Makes a handler of a manifest.
 *
 * @param manifest The manifest.
 * @param options How requests are answered, with `load`.
 */
export async function openManifest(
  manifest: RouteManifest,
  options: CreateRequestHandlerOptions,
): Promise<OpenedHandler> {
  const { lazy, load, cache, verbose: _, ...rest } = options;
  if (load === undefined) throw new TypeError('Cannot serve a manifest: it has no modules, pass "load" with it');
  return await openHandler(manifest, { load, ...rest }, cache, lazy);
}

const scopes = openContextStorage<RequestScope>(SCOPE_NAME);

/** A handler, and a way to end its use of what was opened for it. */
export type OpenedHandler = Omit<RequestHandler, "close"> & {
  readonly close: () => Promise<void>;
  /** Whether `next.config` asks for compressed responses. */
  readonly compress?: boolean;
};

/**
 * Makes a handler, opens its cache and imports its routes.
 *
 * @param manifest The routes.
 * @param host How they are answered.
 * @param cache The cache; see {@linkcode CacheOptions}.
 * @param lazy Whether a route file is imported by its first request.
 */
export async function openHandler(
  manifest: RouteManifest,
  host: Omit<RequestHandlerHost, "cache">,
  cache: CacheStore | string | (() => CacheStore) | undefined,
  lazy = false,
): Promise<OpenedHandler> {
  if (scopes !== undefined) carryScopesBy(scopes);
  // Deno cannot send a chunk of a Node stream that lies in the pool that small buffers share: it takes the memory over.
  Buffer.poolSize = 0;
  const store = typeof cache === "string" ? await openCache(cache) : typeof cache === "function" ? cache() : cache;
  async function closeStore(): Promise<void> {
    // A store that was passed in is its owner's.
    if (typeof cache !== "object") await store?.close();
  }
  return await orClose(async () => {
    const handler = createHandler(manifest, { ...host, cache: store });
    async function close(): Promise<void> {
      handler.close();
      await closeStore();
    }
    if (!lazy) await orClose(() => loadAll(handler), () => Promise.resolve(handler.close()));
    return { ...handler, close };
  }, closeStore);
}

/**
 * Does what can fail; if it does, nothing stays open.
 *
 * @param work What can fail.
 * @param close Closes what is open.
 */
export async function orClose<T>(work: () => Promise<T>, close: () => Promise<void>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * Imports all route files of a handler.
 *
 * @throws {AggregateError} If some cannot be imported; all of them at once.
 */
export async function loadAll(handler: RequestHandler): Promise<void> {
  // All at once: they are independent, and imports one by one take three times as long.
  const results = await Promise.allSettled(handler.routes.map(handler.load));
  const errors = results.flatMap((result) => result.status === "rejected" ? [result.reason] : []);
  if (errors.length > 0) {
    // A file may be served at two paths.
    throw new AggregateError(errors, [...new Set(errors.map((error) => error.message))].join("\n"));
  }
}

/** The routes of a handler, for people. */
export function listRoutes(handler: Pick<RequestHandler, "routes">): RouteInfo[] {
  return handler.routes.filter(({ isAbsent }) => !isAbsent).map(({ id, file, module }) => ({
    id,
    file,
    methods: module?.methods ?? [],
  }));
}
