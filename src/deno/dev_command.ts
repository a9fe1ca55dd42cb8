/**
 * `routes dev`: serves a folder while it is worked on.
 *
 * @module
 */

import { findProject } from "./scan.ts";
import { serveForDevelopment } from "./dev_server.ts";
import { mayDoAnything, RESTART, superviseInProject } from "./supervisor.ts";
import { urlOf } from "./banner.ts";

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
  readonly inPlace: boolean;
  /** What runs the command line in another process with this port; see {@linkcode superviseInProject}. */
  again(port: number): { readonly self: string; readonly args: readonly string[] };
}

/** How many ports are tried after the first, where none is named. */
const PORTS = 10;

/**
 * Serves a folder for its developer; returns when the server has stopped.
 *
 * @returns The exit code.
 */
export async function devCommand(dir: string, flags: DevFlags, { inPlace, again }: DevProcess): Promise<number> {
  const place = await findProject(dir);
  const { hostname = "127.0.0.1", cache, allowHosts = [], maxGrowth = 1024 } = flags;
  const port = inPlace ? flags.port ?? 8000 : freePort(hostname, flags.port);
  if (!inPlace && await mayDoAnything()) return await superviseInProject({ root: place.root, ...again(port) });
  let restarting = false;
  const start = performance.now();
  const server = await serveForDevelopment(place, {
    ...{ port, hostname, cache, allowHosts, maxGrowth: maxGrowth * 1024 * 1024 },
    restart(why) {
      if (!inPlace) return console.warn(`Cannot start anew although ${why}: that needs all permissions (-A)`);
      if (restarting) return;
      restarting = true;
      console.log(`Starting anew: ${why}`);
      server.shutdown();
    },
  });
  const url = urlOf(server.addr);
  const { length } = server.routes;
  const found = length === 0
    ? `no route yet, write "${place.appDir}/route.ts" with an exported function GET`
    : `${length} ${length === 1 ? "route" : "routes"}, see ${url}_routes`;
  console.log(`Listening on ${url}\n  ${found}\n  Ready in ${Math.round(performance.now() - start)} ms`);
  await server.finished;
  return restarting ? RESTART : 0;
}

/** The port that was named, or the first that is free; 0 becomes one, so that a restart keeps it. */
function freePort(hostname: string, named: number | undefined): number {
  const first = named ?? 8000;
  for (let port = first;; port++) {
    try {
      const listener = Deno.listen({ hostname, port });
      const { port: free } = listener.addr as Deno.NetAddr;
      listener.close();
      if (port !== first) console.warn(`Port ${first} is in use, so it is ${free}`);
      return free;
    } catch (cause) {
      if (!(cause instanceof Deno.errors.AddrInUse)) throw cause;
      if (named === undefined && port < first + PORTS) continue;
      throw new Deno.errors.AddrInUse(`Cannot listen on port ${port}: it is in use, choose another port`, { cause });
    }
  }
}
