/**
 * Runs `routes dev` for a project that cannot be served: answers every request with the reason, until a file changes.
 *
 * @module
 */

import { basename } from "@std/path";
import { delay } from "@std/async/delay";
import { type DevOptions, serveForDevelopment } from "./server.ts";
import { describeError, formatError } from "./error_details.ts";
import { createErrorResponse } from "./error_page.ts";
import { checkHost } from "./allowed_hosts.ts";
import type { ProjectPlace } from "../project/project_files.ts";
import { watchProject } from "../project/watch.ts";
import { type RouteServer, serveApp } from "../server/http_server.ts";
import { isSource, MIN_RETRY_DELAY_MS } from "../process/supervisor.ts";

/** A development server, and whether it serves the project. */
export interface DevStart {
  readonly server: RouteServer;
  readonly isFailure: boolean;
}

/**
 * Serves a project for development, or the reason why it cannot be served.
 *
 * @param place The project.
 * @param options Its options. After a failure, the process restarts when a file changes.
 */
export async function serveOrExplain(place: ProjectPlace, options: DevOptions): Promise<DevStart> {
  // A fix saved during startup must not be missed.
  const changed = Promise.withResolvers<string>();
  const watch = watchProject(place.root, {
    filter: isSource,
    onChange: ([path = ""]) => changed.resolve(`${basename(path)} has changed`),
  });
  try {
    const server = await serveForDevelopment(place, options);
    watch.close();
    return { server, isFailure: false };
  } catch (error) {
    const server = await serveFailure(error, place, options, watch.close);
    Promise.all([changed.promise, delay(MIN_RETRY_DELAY_MS)]).then(([reason]) => options.restart(reason));
    return { server, isFailure: true };
  }
}

async function serveFailure(
  error: unknown,
  { root }: ProjectPlace,
  { port, hostname, allowHosts }: DevOptions,
  onClose: () => void,
): Promise<RouteServer> {
  const details = describeError(error, root);
  const refuse = checkHost([hostname, ...allowHosts]);
  const version = crypto.randomUUID();
  const isVersion = (url: string) => URL.parse(url)?.pathname === "/_routes/version";
  const server = await serveApp({
    routes: [],
    fetch: (request) =>
      refuse(request) ??
        (isVersion(request.url) ? Response.json({ version }) : createErrorResponse(details, request, version)),
    drain: () => Promise.resolve(),
    cut() {},
    close: () => Promise.resolve(onClose()),
  }, { port, hostname, onListen() {} });
  console.error(formatError(details));
  return server;
}
