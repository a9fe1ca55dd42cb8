/**
 * Serves a folder of route files.
 *
 * @module
 */

import type { AnswerOptions } from "../../handler/handler_options.ts";
import type { ModuleNamespace } from "../../handler/served_route.ts";
import { enableJsonLog, writeLog } from "../../log/log.ts";
import type { RouteManifest } from "../../routing/manifest.ts";
import type { ConnectionInfo } from "../../scope/request_scope.ts";
import { logStrayErrors } from "../process/process_guard.ts";
import { openFolder } from "../project/folder_source.ts";
import { readPageExtensions } from "../project/project_files.ts";
import { type Project, scanProject } from "../project/scan.ts";
import {
  type App,
  type CacheOptions,
  closeOnError,
  createApp,
  type DescribeOptions,
  listRoutes,
  type LoadOptions,
  type RouteInfo,
} from "./app.ts";
import { createCrons, type CronOptions } from "./crons.ts";
import { type ListenOptions, type RouteServer, serveApp, type UnixListenOptions } from "./http_server.ts";
import type { ListenAddress } from "./lasting_listener.ts";
import { prewarm } from "./prewarm.ts";
import { type Observation, type ObservationOptions, observeRequests } from "./observation.ts";

/** Options of {@linkcode createRequestHandler}. */
export interface CreateRequestHandlerOptions extends AnswerOptions, CacheOptions, LoadOptions, DescribeOptions {
  /** Imports a file of the manifest. Required with a manifest. Default with a folder: `import()`. */
  load?: (file: string) => Promise<ModuleNamespace>;
}

/** Options for answering and observing the requests of a server. */
export interface ServeOptions
  extends AnswerOptions, CacheOptions, LoadOptions, DescribeOptions, ObservationOptions, CronOptions {
  /** Whether to generate all cached responses with known paths before listening. Default: `false`. */
  prewarm?: boolean | undefined;
}

/** Options of {@linkcode serveRoutes}: those of `Deno.serve`, and how requests are answered. */
export interface ServeRoutesOptions extends ServeOptions, ListenOptions {}

/** Options of {@linkcode serveRoutes} on a Unix socket. */
export interface ServeUnixRoutesOptions extends ServeOptions, UnixListenOptions {}

/** Answers requests without a socket. */
export interface AppHandler {
  /** Answers a request; `info` is the second argument of a `Deno.serve` handler. */
  readonly fetch: (request: Request, info?: ConnectionInfo) => Response | Promise<Response>;
  /** The routes, sorted by id. */
  readonly routes: readonly RouteInfo[];
  /** Settles when all tasks of `after()` are done. */
  readonly drain: () => Promise<void>;
  /** Closes the cache that was opened for this handler. */
  readonly close: () => Promise<void>;
}

/**
 * Creates a request handler for a folder of route files, without a socket: for `deno serve`, for your own server, and
 * for tests.
 *
 * It changes three things in the process: the global `fetch()` gets Next's caching options inside a request, small
 * `Buffer`s no longer share memory, and Deno's warning about `request.signal` is not printed.
 *
 * @param source An app folder, a project folder that contains `app/` or `src/app/`, or a manifest (with `load`).
 * @param options Options for answering requests.
 * @throws {Deno.errors.NotFound} If the folder does not exist or has no route.
 * @throws {AggregateError} If route files have invalid names, have the same URL or cannot be imported; lists all of
 * them.
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
  const app = typeof source === "object" && "routes" in source
    ? await openManifest(source, options)
    : await openProject(await scanProject(source, readPageExtensions), options);
  let release: (() => void) | undefined;
  return {
    fetch(request, info) {
      // Called by a server, `deno serve` or the program's own, which must survive an unhandled rejection.
      if (info !== undefined) release ??= logStrayErrors();
      return app.fetch(request, info);
    },
    drain: app.drain,
    close: () => app.close().finally(release),
    get routes() {
      return listRoutes(app.routes);
    },
  };
}

/**
 * Serves a folder of route files.
 *
 * @param dir An app folder, or a project folder that contains `app/` or `src/app/`.
 * @param options Those of `Deno.serve`, and those for answering requests.
 * @returns The server, once it listens.
 * @throws {Deno.errors.NotFound} If the folder does not exist or has no route.
 * @throws {AggregateError} If route files have invalid names, have the same URL or cannot be imported; lists all of
 * them.
 * @throws {Deno.errors.AddrInUse} If the port is in use, or another server listens on the socket.
 *
 * @example
 * ```ts ignore
 * await using server = await serveRoutes("./app", { port: 3000 });
 * await server.finished;
 * ```
 */
export async function serveRoutes(
  dir: string | URL,
  options: ServeUnixRoutesOptions,
): Promise<RouteServer<Deno.UnixAddr>>;
/** Serves a folder of route files on a port. */
export async function serveRoutes(dir: string | URL, options?: ServeRoutesOptions): Promise<RouteServer>;
export async function serveRoutes(
  dir: string | URL,
  options: ServeRoutesOptions | ServeUnixRoutesOptions = {},
): Promise<RouteServer<ListenAddress>> {
  return await serveProject(await scanProject(dir, readPageExtensions), options);
}

/** Serves a project that has been scanned. */
export async function serveProject(
  project: Project,
  options: ServeRoutesOptions | ServeUnixRoutesOptions,
): Promise<RouteServer<ListenAddress>> {
  // Work that a module starts on import may fail before the server listens.
  const release = logStrayErrors();
  const endLog = options.log === "json" ? enableJsonLog() : () => {};
  try {
    return await listenWithProject(project, options, endLog);
  } catch (error) {
    endLog();
    throw error;
  } finally {
    release();
  }
}

async function listenWithProject(
  project: Project,
  options: ServeRoutesOptions | ServeUnixRoutesOptions,
  closed: () => void,
): Promise<RouteServer<ListenAddress>> {
  const { hooks, watch, metrics } = observeRequests(options, options);
  const app = await openProject(project, options, hooks);
  return await closeOnError(async () => {
    if (options.prewarm) await prewarm(app);
    const close = () => app.close().finally(closed);
    const crons = createCrons(app, options);
    const server = await serveApp({ ...app, fetch: watch(app.fetch), metrics, crons, close }, options);
    crons.start();
    return server;
  }, () => {
    metrics?.close();
    return app.close();
  });
}

/** Opens the app of a project without a server, and calls `register()` of its `instrumentation.ts`. */
export async function openProject(
  project: Project,
  options: CreateRequestHandlerOptions,
  hooks: Observation["hooks"] = {},
): Promise<App> {
  const source = await openFolder(project, options);
  const { config } = source.rules;
  for (const warning of project.manifest.warnings) writeLog("warn", `Warning: ${warning}`);
  if (options.verbose && config.ignored.length > 0) {
    writeLog("info", `Keys of ${config.file} that have no effect here: ${config.ignored.join(", ")}`);
  }
  await source.instrumentation.register();
  return await createApp(source, { ...options, ...hooks });
}

/** Opens the app of a manifest with the caller's `load`. */
async function openManifest(manifest: RouteManifest, options: CreateRequestHandlerOptions): Promise<App> {
  const { load } = options;
  if (load === undefined) throw new TypeError('Cannot serve a manifest: it has no modules, pass "load" with it');
  return await createApp({ manifest, load }, options);
}
