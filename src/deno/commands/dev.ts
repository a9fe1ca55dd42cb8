/**
 * `routes dev`: serves a folder while it is worked on.
 *
 * @module
 */

import type { DevOptions } from "../dev/server.ts";
import type { ProjectPlace } from "../project/project_files.ts";
import { findProject } from "../project/scan.ts";
import type { RouteServer } from "../server/http_server.ts";
import { freePort } from "../server/free_port.ts";
import { askServer, type ServerAddress } from "../server/loopback.ts";
import { logStrayErrors } from "../process/process_guard.ts";
import { hasAllPermissions, RESTART_EXIT_CODE, superviseInProject } from "../process/supervisor.ts";
import { urlOf } from "../server/banner.ts";

/** Flags of `routes dev`. */
export interface DevFlags {
  /** The port to listen on; default 8000, or the next that is free. */
  readonly port: number | undefined;
  /** The address to listen on; default: this machine's own. */
  readonly hostname: string | undefined;
  /** Where the cache is kept; default: nothing is cached. */
  readonly cache: string | undefined;
  /** Host names that may ask, besides `localhost` and addresses. */
  readonly allowHosts: readonly string[] | undefined;
  /** By how many MiB memory may grow before the process begins anew; default 1024. */
  readonly maxGrowth: number | undefined;
}

/** How `routes dev` runs itself. */
export interface DevProcess {
  /** Whether this is the process that serves, and another one starts it anew. */
  readonly isChild: boolean;
  /** What runs the command line in another process with this port; see {@linkcode superviseInProject}. */
  respawn(port: number): { readonly self: string; readonly args: readonly string[] };
}

/** How many ports are tried after the first, where none is named. */
const PORTS = 10;

/**
 * Serves a folder for its developer; returns when the server has stopped.
 *
 * @returns The exit code.
 */
export async function devCommand(dir: string, flags: DevFlags, { isChild, respawn }: DevProcess): Promise<number> {
  const place = await findProject(dir);
  const { hostname = "127.0.0.1", cache, allowHosts = [], maxGrowth = 1024 } = flags;
  // 0 becomes a port here, so that a restart keeps it.
  const port = isChild
    ? flags.port ?? 8000
    : freePort(hostname, flags.port ?? 8000, flags.port === undefined ? PORTS : 0);
  if (!isChild && await hasAllPermissions()) {
    return await superviseInProject({ root: place.root, ...respawn(port) }, () => answers({ hostname, port }));
  }
  // The process that only watches over the one that serves does without them.
  const { serveForDevelopment } = await import("../dev/server.ts");
  const { serveOrExplain } = await import("../dev/failure.ts");
  logStrayErrors();
  let restarting = false;
  const start = performance.now();
  const options: DevOptions = {
    ...{ port, hostname, cache, allowHosts, maxGrowth: maxGrowth * 1024 * 1024 },
    restart(why) {
      if (!isChild) console.warn(`Cannot restart although ${why}: restarting needs all permissions, add -A`);
      if (!isChild || restarting) return restarting;
      restarting = true;
      console.log(`Restarting: ${why}`);
      server.shutdown();
      return true;
    },
  };
  const { server, isFailure } = isChild
    ? await serveOrExplain(place, options)
    : { server: await serveForDevelopment(place, options), isFailure: false };
  const url = urlOf(server.addr);
  const state = isFailure
    ? "Every request gets this error until a file changes"
    : `${routesInWords(server, dir, place)}\n  Ready in ${Math.round(performance.now() - start)} ms`;
  console.log(`Listening on ${url}\n  ${state}`);
  await server.finished;
  return restarting ? RESTART_EXIT_CODE : 0;
}

function routesInWords({ addr, routes: { length } }: RouteServer, dir: string, { appDir }: ProjectPlace): string {
  if (length > 0) return `${length} ${length === 1 ? "route" : "routes"}, see ${urlOf(addr)}_routes`;
  return `No routes yet: export a GET function from ${appDir}/route.ts, or run "routes init ${dir}"`;
}

/** How long a server may take to answer, in milliseconds, before it is taken for caught. */
const CAUGHT = 5000;

async function answers(address: ServerAddress): Promise<boolean> {
  const init = { signal: AbortSignal.timeout(CAUGHT) };
  try {
    await askServer(address, "/_routes/version", init, (response) => response.text());
    return true;
  } catch {
    return !init.signal.aborted;
  }
}
