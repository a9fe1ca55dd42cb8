/**
 * `routes start`: serves a folder until a signal comes.
 *
 * @module
 */

import { defaultCache } from "./cache_location.ts";
import { environment } from "./environment.ts";
import type { LogFormat } from "./request_log.ts";
import { routeTable } from "./route_table.ts";
import { pageExtensionsOf } from "./project_front.ts";
import { scanProject } from "./scan.ts";
import { serveProject } from "./serve.ts";
import { refreshTypes } from "./typegen_command.ts";

/** Flags of `routes start`. */
export interface StartFlags {
  /** The port to listen on; default 8000, 0 for a free one. */
  readonly port: number | undefined;
  /** The address to listen on; default: all. */
  readonly hostname: string | undefined;
  /** Where the cache is kept; default: `CACHE_URL`, else `.routes/cache.db` in the project. */
  readonly cache: string | undefined;
  /** Whether cached responses are made before the server listens. */
  readonly prewarm: boolean | undefined;
  /** Whether `X-Forwarded-Proto` and `X-Forwarded-Host` are believed. */
  readonly trustProxy: boolean | undefined;
  /** Whether more is said at start. */
  readonly verbose: boolean | undefined;
  /** How requests are logged; default: not at all. */
  readonly log: LogFormat | undefined;
}

/** Serves a folder; returns when the server has stopped. */
export async function startCommand(
  dir: string,
  { port = 8000, hostname = "0.0.0.0", cache, prewarm, trustProxy, verbose, log = "off" }: StartFlags,
): Promise<void> {
  const project = await scanProject(dir, pageExtensionsOf);
  await refreshTypes(project.root, project.manifest);
  const store = cache ?? environment("CACHE_URL") ?? (() => defaultCache(project.root));
  const server = await serveProject(project, {
    port,
    hostname,
    prewarm,
    trustProxy,
    verbose,
    log,
    cache: store,
    onListen() {},
  });
  const pages = project.pages.filter((file) => /\/page\.\w+$/.test(file)).length;
  const url = urlOf(server.addr);
  if (log === "json") {
    // Who reads the log reads JSON, from the first line on.
    const time = new Date().toISOString();
    console.log(JSON.stringify({ time, message: "Listening", url, routes: server.routes.length, pages }));
  } else {
    console.log(`Listening on ${url}\n${routeTable(server.routes)}`);
    if (pages > 0) console.log(`${pages} ${pages === 1 ? "page" : "pages"} left to Next`);
  }
  await server.finished;
}

/** The URL to open for an address to listen on. */
export function urlOf({ hostname, port }: Deno.NetAddr): string {
  const everywhere = hostname === "0.0.0.0" || hostname === "::";
  const host = everywhere ? "localhost" : hostname.includes(":") ? `[${hostname}]` : hostname;
  return `http://${host}:${port}/`;
}
