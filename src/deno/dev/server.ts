/**
 * The server of `routes dev`: changes of the project apply to the next request, without a new process.
 *
 * @module
 */

import { openDevApplication } from "./application.ts";
import { answerDevEndpoint, type DevHost } from "./endpoints.ts";
import type { ShownRequest } from "./page/state.ts";
import { checkHost } from "./allowed_hosts.ts";
import type { ProjectPlace } from "../project/project_files.ts";
import { type ProjectWatch, watchProject } from "../project/watch.ts";
import { toDevLine } from "../server/request_log.ts";
import { watchRequests } from "../server/request_watch.ts";
import { captureOutput, getOutput, withoutCapture } from "./console_capture.ts";
import { type RouteServer, serveApp } from "../server/http_server.ts";

/** Options of {@linkcode serveForDevelopment}. */
export interface DevOptions {
  /** The port to listen on. */
  readonly port: number;
  /** The address to listen on. */
  readonly hostname: string;
  /** The location of the cache. Default: nothing is cached, as in Next's development server. */
  readonly cache: string | undefined;
  /** Host names to accept besides `localhost` and addresses. */
  readonly allowHosts: readonly string[];
  /** How many bytes memory may grow by before a restart: old versions of modules are never freed. */
  readonly maxGrowth: number;
  /** Restarts the process for a reason; returns whether it does. */
  restart(reason: string): boolean;
}

/** How many requests the page shows. */
const MAX_REQUESTS = 200;

/**
 * Serves a project for development.
 *
 * @param place The project.
 * @param options Its options.
 */
export async function serveForDevelopment(place: ProjectPlace, options: DevOptions): Promise<RouteServer> {
  const { port, hostname, cache, allowHosts, maxGrowth } = options;
  const requests: ShownRequest[] = [];
  let keys = 0;
  const watched = watchRequests((record) => {
    requests.unshift({ ...record, key: keys++, output: getOutput() });
    requests.length = Math.min(requests.length, MAX_REQUESTS);
    withoutCapture(() => console.log(...toDevLine(record)));
  });
  // Files that are imported at startup are checked before there is a watch.
  let watch: ProjectWatch | undefined = undefined;
  const application = await openDevApplication(place, {
    cache,
    onMatch: watched.matched,
    isBeingWritten: (path) => watch?.isBeingWritten(path) ?? false,
    follow,
  });
  const initialRss = Deno.memoryUsage().rss;

  let restartReason: string | undefined;

  async function change(paths: ReadonlySet<string>): Promise<void> {
    const hasGrown = Deno.memoryUsage().rss - initialRss > maxGrowth;
    const reason = await application.applyChanges(paths) ?? (hasGrown ? "memory has grown" : null);
    if (reason !== null && options.restart(reason)) restartReason = reason;
  }

  async function follow(paths: readonly string[]): Promise<void> {
    for (const path of paths) watch?.note(path);
    await watch?.settled();
  }

  const refuse = checkHost([hostname, ...allowHosts]);
  watch = watchProject(place.root, { filter: application.isRelevant, onChange: change });
  const answer = watched.watch((request, info) => application.handler.fetch(request, info));
  const host: DevHost = {
    async state() {
      return { routes: await application.routes(), problems: application.problems, requests };
    },
    document: application.createDocument,
    version: () => application.version,
    address: () => server.addr,
  };
  const server = await serveApp({
    get routes() {
      return application.handler.routes;
    },
    async fetch(request, info) {
      const refused = refuse(request);
      if (refused !== null) return refused;
      // The request must see every change saved before it, even if the system has not reported it yet.
      await follow(application.findStaleFiles());
      if (restartReason !== undefined) {
        return new Response(`Restarting: ${restartReason}\n`, { status: 503, headers: { "retry-after": "1" } });
      }
      return await answerDevEndpoint(request, host) ?? captureOutput([], () => answer(request, info));
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
