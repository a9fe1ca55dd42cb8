/**
 * Serving a folder: scan, load, `Deno.serve`, and an orderly stop.
 *
 * @module
 */

import { join } from "@std/path";
import type { RouteManifest } from "../routing/manifest.ts";
import {
  createHandler,
  type RequestHandler,
  type RequestHandlerHost,
  type RequestHandlerOptions,
} from "../handler/request_handler.ts";
import type { ModuleNamespace } from "../handler/served_route.ts";
import type { ConnectionInfo } from "../scope/request_scope.ts";
import type { CacheStore } from "../cache/store.ts";
import { openCache } from "./cache_location.ts";
import { environment } from "./environment.ts";
import { createLoader } from "./loader.ts";
import { guardProcess, logStrayErrors } from "./process_guard.ts";
import { prewarm } from "./prewarm.ts";
import { loadProjectConfig, loadProjectFront, pageExtensionsOf } from "./project_front.ts";
import { installResolveHooks, isScopeUsed, sourceFingerprint } from "./resolve_hooks.ts";
import { type Project, scanProject } from "./scan.ts";

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

/** Options of {@linkcode serveRoutes}: those of `Deno.serve`, and how requests are answered. */
export type ServeRoutesOptions =
  & Omit<RequestHandlerOptions, "cache">
  & CacheOptions
  & LoadOptions
  & {
    /** Whether all cached responses with known paths are made before the server listens. Default: no. */
    prewarm?: boolean | undefined;
  }
  & Omit<Deno.ServeTcpOptions & Partial<Deno.TlsCertifiedKeyPem>, "onError">;

/** Answers requests without a socket. */
export interface AppHandler {
  /** Answers one request; `info` is what `Deno.serve` passes beside it. */
  readonly fetch: (request: Request, info?: ConnectionInfo) => Response | Promise<Response>;
  /** The routes, sorted by id. */
  readonly routes: readonly RouteInfo[];
  /** Settles when all that was promised for after a response (`after()`) is done. */
  readonly drain: () => Promise<void>;
  /** Closes the cache that was opened for this handler. */
  readonly close: () => Promise<void>;
}

/** A server that listens. */
export interface RouteServer extends AsyncDisposable {
  /** Where it listens. */
  readonly addr: Deno.NetAddr;
  /** Settles when it has stopped. */
  readonly finished: Promise<void>;
  /** The routes, sorted by id. */
  readonly routes: readonly RouteInfo[];
  /** Stops: no new connection, what is in flight ends, what was promised for after a response runs; at most 5 s. */
  shutdown(): Promise<void>;
}

/** How long a stop waits for what is in flight, in milliseconds. */
const GRACE = 5000;

/**
 * Makes a request handler of a folder of route files, without a socket: for `deno serve`, for a server of your own, and
 * for tests.
 *
 * @param source An app folder, a project's folder that holds `app/` or `src/app/`, or a manifest (with `load`).
 * @param options How requests are answered.
 * @throws {Deno.errors.NotFound} If there is no such folder, or no route in it.
 * @throws {AggregateError} If route files have wrong names, want the same URL or cannot be imported; all of them at once.
 *
 * @example
 * ```ts ignore
 * // server.ts, run with: deno serve -R server.ts
 * export default await createRequestHandler("./app");
 * ```
 */
export async function createRequestHandler(
  source: string | URL | RouteManifest,
  options: CreateRequestHandlerOptions = {},
): Promise<AppHandler> {
  const handler = typeof source === "object" && "routes" in source
    ? await openManifest(source, options)
    : await openProject(await scanProject(source, pageExtensionsOf), options);
  return {
    fetch(request, info) {
      // A server is on the other side, `deno serve` or one of the program's own: it must outlive a floating rejection.
      if (info !== undefined) logStrayErrors();
      return handler.fetch(request, info);
    },
    drain: handler.drain,
    close: handler.close,
    get routes() {
      return listRoutes(handler);
    },
  };
}

/**
 * Serves a folder of route files.
 *
 * @param dir An app folder, or a project's folder that holds `app/` or `src/app/`.
 * @param options Those of `Deno.serve`, and how requests are answered.
 * @returns The server, when it listens.
 * @throws {Deno.errors.NotFound} If there is no such folder, or no route in it.
 * @throws {AggregateError} If route files have wrong names, want the same URL or cannot be imported; all of them at once.
 * @throws {Deno.errors.AddrInUse} If the port is taken.
 *
 * @example
 * ```ts ignore
 * await using server = await serveRoutes("./app", { port: 3000 });
 * await server.finished;
 * ```
 */
export async function serveRoutes(dir: string | URL, options: ServeRoutesOptions = {}): Promise<RouteServer> {
  return await serveProject(await scanProject(dir, pageExtensionsOf), options);
}

/** Serves a project that has been scanned. */
export async function serveProject(project: Project, options: ServeRoutesOptions): Promise<RouteServer> {
  // Each takes of the options what is its own.
  const handler = await openProject(project, options);
  const server = await orClose(async () => {
    if (options.prewarm) await prewarm(handler);
    return listen({ automaticCompression: handler.compress ?? false, ...options, onError }, handler);
  }, handler.close);
  const stopped = Promise.withResolvers<void>();
  let stopping: Promise<void> | undefined;
  const shutdown = () => stopping ??= stopServer(server, handler).finally(handler.close).finally(stopped.resolve);
  const release = guardProcess(shutdown);
  const finished = Promise.race([server.finished, stopped.promise]).then(() => stopping ?? handler.drain())
    .finally(release).finally(handler.close);
  if (options.signal?.aborted) shutdown();
  return {
    addr: server.addr,
    finished,
    get routes() {
      return listRoutes(handler);
    },
    shutdown,
    [Symbol.asyncDispose]: shutdown,
  };
}

async function openManifest(manifest: RouteManifest, options: CreateRequestHandlerOptions): Promise<OpenedHandler> {
  const { lazy, load, cache, verbose: _, ...rest } = options;
  if (load === undefined) throw new TypeError('Cannot serve a manifest: it has no modules, pass "load" with it');
  return await opened({ manifest, load, ...rest }, cache, lazy);
}

async function openProject(project: Project, options: CreateRequestHandlerOptions): Promise<OpenedHandler> {
  const { root, manifest } = project;
  const { lazy, load = createLoader(root), cache, verbose, ...rest } = options;
  installResolveHooks();
  const config = await loadProjectConfig(root);
  const { front, onRequestError, register } = await loadProjectFront(project, config);
  for (const warning of manifest.warnings) console.warn(`Warning: ${warning}`);
  if (verbose && config.ignored.length > 0) {
    console.log(`Keys of ${config.file} that mean nothing here: ${config.ignored.join(", ")}`);
  }
  await register();
  // What is loaded later is not known yet; then nothing that another process cached is taken for this one's.
  let code: string | undefined = lazy ? crypto.randomUUID() : undefined;
  const host = {
    ...{
      manifest,
      load,
      read: (file: string) => Deno.readFile(join(root, file)),
      front,
      usesScope: isScopeUsed,
      fingerprint: () => code ??= sourceFingerprint(root),
    },
    ...rest,
    basePath: rest.basePath ?? config.basePath,
    authInterrupts: rest.authInterrupts ?? config.authInterrupts,
    draftSecret: rest.draftSecret ?? environment("DRAFT_SECRET"),
    onError: rest.onError ?? onRequestError,
  };
  return { ...await opened(host, cache ?? environment("CACHE_URL"), lazy), compress: config.compress };
}

/** A handler, and a way to end its use of what was opened for it. */
type OpenedHandler = Omit<RequestHandler, "close"> & {
  readonly close: () => Promise<void>;
  /** Whether `next.config` asks for compressed responses. */
  readonly compress?: boolean;
};

async function opened(
  { manifest, ...host }: RequestHandlerHost & { readonly manifest: RouteManifest },
  cache: CacheStore | string | (() => CacheStore) | undefined,
  lazy = false,
): Promise<OpenedHandler> {
  const store = typeof cache === "string" ? await openCache(cache) : typeof cache === "function" ? cache() : cache;
  const handler = createHandler(manifest, { ...host, cache: store });
  async function close(): Promise<void> {
    handler.close();
    // A store that was passed in is its owner's.
    if (typeof cache !== "object") await store?.close();
  }
  if (!lazy) await orClose(() => loadAll(handler), close);
  return { ...handler, close };
}

/** Does what can fail; if it does, nothing stays open. */
async function orClose<T>(work: () => Promise<T>, close: () => Promise<void>): Promise<T> {
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

function listen(options: Deno.ServeTcpOptions, handler: OpenedHandler): Deno.HttpServer<Deno.NetAddr> {
  const { port = 8000, hostname = "0.0.0.0" } = options;
  try {
    return Deno.serve(options, handler.fetch);
  } catch (cause) {
    if (cause instanceof Deno.errors.AddrInUse) {
      throw new Deno.errors.AddrInUse(`Cannot listen on port ${port}: it is in use, choose another port`, { cause });
    }
    if (cause instanceof Deno.errors.NotCapable || cause instanceof TypeError) throw cause;
    const state = cause instanceof Deno.errors.AddrNotAvailable ? "this machine has no such address" : `${cause}`;
    throw new Deno.errors.AddrNotAvailable(`Cannot listen on "${hostname}": ${state}, choose another host name`, {
      cause,
    });
  }
}

/** What reaches the server is a stream that broke or was cut; the handler has told of it already, or knows why. */
function onError(): Response {
  return new Response(null, { status: 500 });
}

/**
 * Waits for what is in flight and what it promised for later. An endless stream is cut when most of the time is over, so
 * that its `after()` still runs; for a handler that never returns nobody waits longer.
 */
async function stopServer(server: Deno.HttpServer, handler: OpenedHandler): Promise<void> {
  const cut = setTimeout(handler.cut, GRACE - 500);
  const late = Promise.withResolvers<void>();
  const limit = setTimeout(late.resolve, GRACE);
  try {
    await Promise.race([server.shutdown().then(handler.drain), late.promise]);
  } finally {
    clearTimeout(cut);
    clearTimeout(limit);
  }
}
