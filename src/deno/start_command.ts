/**
 * `routes start`: serves a folder until a signal comes.
 *
 * @module
 */

import { defaultCache } from "./cache_location.ts";
import { printBanner } from "./banner.ts";
import { pageExtensionsOf } from "./project_front.ts";
import { scanProject } from "./scan.ts";
import { serveProject } from "./serve.ts";
import type { StartFlags } from "./start_flags.ts";
import { refreshTypes } from "./typegen_command.ts";

/** Flags of `routes start`. */
export interface StartCommandFlags extends StartFlags {
  /** Whether more is said at start. */
  readonly verbose: boolean | undefined;
}

/** Serves a folder; returns when the server has stopped. */
export async function startCommand(
  dir: string,
  { port = 8000, hostname = "0.0.0.0", cache, prewarm, trustProxy, verbose, log = "off" }: StartCommandFlags,
): Promise<void> {
  const project = await scanProject(dir, pageExtensionsOf);
  await refreshTypes(project.root, project.manifest);
  const store = cache ?? (() => defaultCache(project.root));
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
  printBanner(server, log, pages);
  await server.finished;
}
