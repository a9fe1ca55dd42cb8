/**
 * The server of `routes dev`: what changes in the project is served by the next request, without a new process.
 *
 * @module
 */

import { openDevApplication } from "./application.ts";
import { answerDevEndpoint, type DevHost, type ShownRequest } from "./endpoints.ts";
import { checkHost } from "./allowed_hosts.ts";
import type { ProjectPlace } from "../project/project_files.ts";
import { type ProjectWatch, watchProject } from "../project/watch.ts";
import { devLine, watchRequests } from "../server/request_log.ts";
import { currentOutput, notingOutput, unnoted } from "./console_capture.ts";
import { type RouteServer, serveApp } from "../server/http_server.ts";

/** How `routes dev` serves. */
export interface DevOptions {
  /** The port to listen on. */
  readonly port: number;
  /** The address to listen on. */
  readonly hostname: string;
  /** Where the cache is kept; without it nothing is cached, as in Next's development server. */
  readonly cache: string | undefined;
  /** Host names that may ask, besides `localhost` and addresses. */
  readonly allowHosts: readonly string[];
  /** By how many bytes memory may grow: the modules that files were before they changed are never freed. */
  readonly maxGrowth: number;
  /** Called when the process has to begin anew, with the reason; says whether it does. */
  restart(why: string): boolean;
}

/** How many requests the page shows. */
const REQUESTS = 200;

/**
 * Serves a project for its developer.
 *
 * @param place The project.
 * @param options How it is served.
 */
export async function serveForDevelopment(place: ProjectPlace, options: DevOptions): Promise<RouteServer> {
  const { port, hostname, cache, allowHosts, maxGrowth } = options;
  const requests: ShownRequest[] = [];
  let keys = 0;
  const watched = watchRequests((record) => {
    requests.unshift({ ...record, key: keys++, output: currentOutput() });
    requests.length = Math.min(requests.length, REQUESTS);
    unnoted(() => console.log(...devLine(record)));
  });
  // Files that are imported at the start are asked about before there is one.
  let watch: ProjectWatch | undefined = undefined;
  const application = await openDevApplication(place, {
    cache,
    onMatch: watched.matched,
    isBeingWritten: (path) => watch?.isBeingWritten(path) ?? false,
    follow,
  });
  const before = Deno.memoryUsage().rss;

  let ending: string | undefined;

  async function change(paths: ReadonlySet<string>): Promise<void> {
    const hasGrown = Deno.memoryUsage().rss - before > maxGrowth;
    const why = await application.change(paths) ?? (hasGrown ? "memory has grown" : null);
    if (why !== null && options.restart(why)) ending = why;
  }

  async function follow(paths: readonly string[]): Promise<void> {
    for (const path of paths) watch?.note(path);
    await watch?.settled();
  }

  const refuse = checkHost([hostname, ...allowHosts]);
  watch = watchProject(place.root, { concerns: application.concerns, onChange: change });
  const answer = watched.watch((request, info) => application.handler.fetch(request, info));
  const host: DevHost = {
    async state() {
      return { routes: await application.routes(), problems: application.problems, requests };
    },
    version: () => application.version,
    address: () => server.addr,
  };
  const server = serveApp({
    get routes() {
      return application.handler.routes;
    },
    async fetch(request, info) {
      const refused = refuse(request);
      if (refused !== null) return refused;
      // A file that was changed before the request came is served by it, whether the system has told of it yet or not.
      await follow(application.stale());
      if (ending !== undefined) {
        return new Response(`Starting anew: ${ending}\n`, { status: 503, headers: { "retry-after": "1" } });
      }
      return await answerDevEndpoint(request, host) ?? notingOutput([], () => answer(request, info));
    },
    drain: application.drain,
    cut: application.cut,
    // A stream that does not end must not keep the developer waiting.
    cutsAfter: 0,
    async close() {
      watch?.close();
      await application.close();
    },
  }, { port, hostname, onListen() {} });
  return server;
}
