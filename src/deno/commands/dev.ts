/**
 * `routes dev`: serves a folder during development.
 *
 * @module
 */

import type { DevOptions } from "../dev/server.ts";
import type { ProjectPlace } from "../project/project_files.ts";
import { findProject } from "../project/scan.ts";
import type { RouteServer } from "../server/http_server.ts";
import { askServer, findFreePort, type ServerAddress } from "../server/listen.ts";
import { logStrayErrors } from "../process/process_guard.ts";
import {
  hasAllPermissions,
  PORT_TAKEN_EXIT_CODE,
  RESTART_EXIT_CODE,
  superviseInProject,
} from "../process/supervisor.ts";

/** Flags of `routes dev`. */
export interface DevFlags {
  /** The port to listen on; default: the first free one from 8000. */
  readonly port: number | undefined;
  /** The address to listen on; default: 127.0.0.1. */
  readonly hostname: string | undefined;
  /** The location of the cache; default: nothing is cached. */
  readonly cache: string | undefined;
  /** Host headers to accept, besides `localhost` and addresses. */
  readonly allowHosts: readonly string[] | undefined;
  /** By how many MiB memory may grow before a restart; default: 1024. */
  readonly maxGrowth: number | undefined;
}

/** How `routes dev` runs itself. */
export interface DevProcess {
  /** Whether this process serves, and a parent process restarts it. */
  readonly isChild: boolean;
  /** Returns how to run the command in a child process with a port; see {@linkcode superviseInProject}. */
  respawn(port: number): { readonly self: string; readonly args: readonly string[] };
}

/** How many ports to try after the first one, without `--port`. */
const EXTRA_PORTS = 10;

/**
 * Serves a folder during development; returns when the server has stopped.
 *
 * @returns The exit code.
 */
export async function devCommand(dir: string, flags: DevFlags, { isChild, respawn }: DevProcess): Promise<number> {
  const place = await findProject(dir);
  const { hostname = "127.0.0.1", cache, allowHosts = [], maxGrowth = 1024 } = flags;
  const findPort = () => findFreePort(hostname, flags.port ?? 8000, flags.port === undefined ? EXTRA_PORTS : 0);
  if (!isChild && await hasAllPermissions()) {
    // Port 0 is replaced here, so that a restart keeps the port.
    const isResponding = (port: number) => respondsAt({ hostname, port });
    return await superviseInProject({ root: place.root, findPort, respawn, isResponding });
  }
  // Imported lazily: a process that only supervises a child does not need them.
  const { serveForDevelopment } = await import("../dev/server.ts");
  const { serveOrExplain } = await import("../dev/failure.ts");
  logStrayErrors();
  let restarting = false;
  const start = performance.now();
  const options: DevOptions = {
    port: isChild ? flags.port ?? 8000 : findPort(),
    hostname,
    cache,
    allowHosts,
    maxGrowth: maxGrowth * 1024 * 1024,
    restart(why) {
      if (!isChild) console.warn(`Cannot restart although ${why}: restarting needs all permissions, add -A`);
      if (!isChild || restarting) return restarting;
      restarting = true;
      console.log(`Restarting: ${why}`);
      server.shutdown();
      return true;
    },
  };
  const started = isChild
    ? await serveOrExplain(place, options).catch(ignorePortTaken)
    : { server: await serveForDevelopment(place, options), isFailure: false };
  if (started === undefined) return PORT_TAKEN_EXIT_CODE;
  const { server, isFailure } = started;
  const { url } = server;
  const state = isFailure
    ? "Every request gets this error until a file changes"
    : `${describeRoutes(server, dir, place)}\n  Ready in ${Math.round(performance.now() - start)} ms`;
  console.log(`Listening on ${url}\n  ${state}`);
  await server.finished;
  return restarting ? RESTART_EXIT_CODE : 0;
}

function ignorePortTaken(error: unknown): undefined {
  if (!(error instanceof Deno.errors.AddrInUse)) throw error;
}

function describeRoutes({ url, routes }: RouteServer, dir: string, { appDir }: ProjectPlace): string {
  // The module of an image or a sitemap, which is not loaded yet, has one of two paths.
  const { size } = new Set(routes.map(({ file }) => file));
  if (size > 0) return `${size} ${size === 1 ? "route" : "routes"}, see ${url}_routes`;
  return `No routes yet: export a GET function from ${appDir}/route.ts, or run "routes init ${dir}"`;
}

/** How long a server may take to respond before it is considered to hang. */
const RESPONSE_TIMEOUT_MS = 5000;

async function respondsAt(address: ServerAddress): Promise<boolean> {
  const init = { signal: AbortSignal.timeout(RESPONSE_TIMEOUT_MS) };
  try {
    await askServer(address, "/_routes/version", init, (response) => response.text());
    return true;
  } catch {
    return !init.signal.aborted;
  }
}
