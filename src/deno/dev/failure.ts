/**
 * `routes dev` for a project that cannot be served: the reason is the answer to every request, until a file changes.
 *
 * @module
 */

import { basename } from "@std/path";
import { delay } from "@std/async/delay";
import { type DevOptions, serveForDevelopment } from "./server.ts";
import { describeError, errorText } from "./error_details.ts";
import { errorResponse } from "./error_page.ts";
import { checkHost } from "./allowed_hosts.ts";
import type { ProjectPlace } from "../project/project_files.ts";
import { watchProject } from "../project/watch.ts";
import { type RouteServer, serveApp } from "../server/http_server.ts";
import { isSource, PAUSE } from "../process/supervisor.ts";

/** A development server, and whether it has the project to serve. */
export interface DevStart {
  readonly server: RouteServer;
  readonly isFailure: boolean;
}

/**
 * Serves a project for its developer, or the reason why it cannot be served.
 *
 * @param place The project.
 * @param options How it is served; the process begins anew when a file changes after a failure.
 */
export async function serveOrExplain(place: ProjectPlace, options: DevOptions): Promise<DevStart> {
  // What is mended while the project starts counts.
  const mended = Promise.withResolvers<string>();
  const watch = watchProject(place.root, {
    concerns: isSource,
    onChange: ([path = ""]) => mended.resolve(`${basename(path)} has changed`),
  });
  try {
    const server = await serveForDevelopment(place, options);
    watch.close();
    return { server, isFailure: false };
  } catch (error) {
    const server = serveFailure(error, place, options, watch.close);
    Promise.all([mended.promise, delay(PAUSE)]).then(([why]) => options.restart(why));
    return { server, isFailure: true };
  }
}

function serveFailure(
  error: unknown,
  { root }: ProjectPlace,
  { port, hostname, allowHosts }: DevOptions,
  onClose: () => void,
): RouteServer {
  const details = describeError(error, root);
  const refuse = checkHost([hostname, ...allowHosts]);
  const version = crypto.randomUUID();
  const isVersion = (url: string) => URL.parse(url)?.pathname === "/_routes/version";
  const server = serveApp({
    routes: [],
    fetch: (request) =>
      refuse(request) ??
        (isVersion(request.url) ? Response.json({ version }) : errorResponse(details, request, version)),
    drain: () => Promise.resolve(),
    cut() {},
    close: () => Promise.resolve(onClose()),
  }, { port, hostname, onListen() {} });
  console.error(errorText(details));
  return server;
}
