/**
 * `routes start`: serves a folder until a signal stops it.
 *
 * @module
 */

import { enableJsonLog, writeLog } from "../../log/log.ts";
import { createDefaultCache } from "../server/cache_location.ts";
import { toListenOptions } from "../server/endpoint.ts";
import { UsageError } from "../process/arguments.ts";
import { findFreePort } from "../server/listen.ts";
import { printBanner } from "../server/banner.ts";
import { readPageExtensions } from "../project/project_files.ts";
import { RouteLoadError } from "../modules/load/loader.ts";
import { findProject, scanProject } from "../project/scan.ts";
import { serveProject } from "../server/serve.ts";
import { type StartFlags, toRunOptions } from "../server/flags.ts";
import { refuseUnbalanced, superviseWorkers } from "../process/workers.ts";
import { hasAllPermissions, type SelfCommand } from "../process/supervisor.ts";
import { refreshTypes } from "../project/routes_dts.ts";

/** Flags of `routes start`. */
export interface StartCommandFlags extends StartFlags {
  /** Whether to print more on startup. */
  readonly verbose: boolean | undefined;
  /** The number of this process, if it is one of several on one port. */
  readonly worker: number | undefined;
}

/** Serves a folder; returns when the server has stopped. */
export async function startCommand(
  dir: string,
  { cache, cacheSize, prewarm, trustProxy, verbose, worker, cron, log = "off", logSample, ...rest }: StartCommandFlags,
): Promise<void> {
  if (log === "json") enableJsonLog();
  const project = await scanProject(dir, readPageExtensions);
  await refreshTypes(project.root, project.manifest);
  const store = cache ?? (() => createDefaultCache(project.root, cacheSize));
  const server = await suggestLazy(
    rest.lazy,
    serveProject(project, {
      ...await toListenOptions(rest),
      ...toRunOptions(rest),
      ...(worker === undefined ? {} : { reusePort: true }),
      prewarm,
      trustProxy,
      verbose,
      log,
      logSample,
      // One of the workers is enough, and each has leases of its own if the cache is in memory.
      cron: cron && (worker === undefined || worker <= 1),
      lazy: rest.lazy,
      bodyLimit: rest.bodyLimit,
      openapi: rest.openapi === undefined ? false : { path: rest.openapi },
      cache: store,
      cacheSize,
      onListen() {},
    }),
  );
  const pages = project.pages.filter((file) => /\/page\.\w+$/.test(file)).length;
  if (worker === undefined || worker === 1) printBanner(server, log, pages);
  await server.finished;
}

/** Suggests `--lazy` for a failed import: by default a deploy that cannot import all its files must not go live. */
async function suggestLazy<Server>(lazy: boolean | undefined, starting: Promise<Server>): Promise<Server> {
  try {
    return await starting;
  } catch (error) {
    if (
      lazy !== true && error instanceof AggregateError && error.errors.every((cause) => cause instanceof RouteLoadError)
    ) {
      error.message += "\nAll other routes can be served: add --lazy to import each file on its first request";
    }
    throw error;
  }
}

/** How `routes start` runs in several processes. */
export interface Workers {
  readonly count: number;
  /** Returns how to run the command in another process as a worker. */
  command(worker: number, port: number, prewarm: boolean): Omit<SelfCommand, "root">;
}

/**
 * Serves a folder with several processes that listen on one port; returns when all have stopped.
 *
 * @returns The exit code.
 */
export async function startWorkers(
  dir: string,
  { port = 8000, hostname = "0.0.0.0", unix, cache, prewarm = false, log, metrics }: StartFlags,
  { count, command }: Workers,
): Promise<number> {
  if (log === "json") enableJsonLog();
  if (unix !== undefined) {
    throw new UsageError(
      "Cannot start workers: a Unix socket has one listener, leave out --workers or listen on a port",
    );
  }
  refuseUnbalanced();
  const { root } = await findProject(dir);
  if (!await hasAllPermissions()) {
    throw new Deno.errors.NotCapable(
      "Cannot start workers: each one is a process that needs all permissions, " +
        'add -A or use "deno serve --parallel" with createRequestHandler()',
    );
  }
  if (cache === "memory") {
    writeLog(
      "warn",
      "Warning: each worker has its own cache in memory, and invalidations do not reach the other workers",
    );
  }
  if (metrics !== undefined) {
    writeLog(
      "warn",
      `Warning: each request for ${metrics} gets the metrics of one worker, whichever accepts it; OpenTelemetry has all`,
    );
  }
  const free = findFreePort(hostname, port);
  const getCommand = (worker: number, isFirst: boolean) => ({
    root,
    // Only the first process prints the banner, not its replacement.
    ...command(worker === 1 && !isFirst ? 0 : worker, free, prewarm && isFirst),
  });
  return await superviseWorkers(getCommand, count);
}
