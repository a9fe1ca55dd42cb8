/**
 * From a project on disk to a handler: what it has besides routes is found, read and imported.
 *
 * @module
 */

import { join } from "@std/path";
import type { AppConfig } from "../../handler/rules/next_config.ts";
import { setImageHost } from "../../next/image_renderer.ts";
import type { RequestHandlerHost } from "../../handler/request_handler.ts";
import { environment } from "../project/environment.ts";
import { createLoader, importUrl } from "../modules/load/loader.ts";
import { type CreateRequestHandlerOptions, type LoadOptions, type OpenedHandler, openHandler } from "./app.ts";
import { describeUseCache, watchUseCache } from "../modules/source/use_cache_directive.ts";
import { loadProjectConfig, loadProjectFront, type ProjectPlace } from "../project/project_files.ts";
import { nameFile } from "../project/project_sources.ts";
import { getSourceFingerprint, installResolveHooks, isScopeUsed } from "../modules/load/resolve_hooks.ts";
import type { Project } from "../project/scan.ts";
import { writeLog } from "../../log/log.ts";

/**
 * Makes a handler of a project, and calls the `register` of its `instrumentation.ts`.
 *
 * @param project The project.
 * @param options How requests are answered.
 * @param watch What learns of requests.
 */
export async function openProject(
  project: Project,
  options: CreateRequestHandlerOptions,
  watch: Pick<RequestHandlerHost, "onMatch"> = {},
): Promise<OpenedHandler> {
  const { lazy, cache = environment("CACHE_URL"), verbose, ...rest } = options;
  const { host, config, register } = await readProject(project, rest);
  for (const warning of project.manifest.warnings) writeLog("warn", `Warning: ${warning}`);
  if (verbose && config.ignored.length > 0) {
    writeLog("info", `Keys of ${config.file} that mean nothing here: ${config.ignored.join(", ")}`);
  }
  await register();
  // What is loaded later is not known yet; then nothing that another process cached is taken for this one's.
  let code: string | undefined = lazy ? crypto.randomUUID() : undefined;
  const fingerprint = () => code ??= getSourceFingerprint(project.root);
  const handler = await openHandler(project.manifest, { ...host, fingerprint, ...watch }, cache, lazy);
  return { ...handler, compress: config.compress };
}

/** What a project says about how its requests are answered. */
export interface ProjectHost {
  /** What makes a handler of its manifest. */
  readonly host: RequestHandlerHost;
  /** Its `next.config`. */
  readonly config: AppConfig;
  /** The files that stand before its routes: `next.config`, the proxy, `instrumentation.ts`. */
  readonly files: readonly string[];
  /** Calls the `register` of its `instrumentation.ts`; once, before it listens. */
  register(): Promise<void>;
}

/**
 * Reads what a project has besides routes. The resolve hooks are in place then.
 *
 * @param project The project.
 * @param options How requests are answered; what they say wins over `next.config`.
 */
export async function readProject(
  project: ProjectPlace,
  options: Omit<CreateRequestHandlerOptions, keyof LoadOptions | "cache">,
): Promise<ProjectHost> {
  const { root } = project;
  const { load = createLoader(root), ...rest } = options;
  installResolveHooks(root);
  setImageHost({ root, importModule: importUrl });
  watchUseCache((url, directive) => {
    writeLog("warn", `Warning: ${nameFile(url, root)} ${describeUseCache(directive)}`);
  });
  const config = await loadProjectConfig(root);
  const { front, instrumentation, onRequestError, register } = await loadProjectFront(project, config);
  const host = {
    ...{ load, front, usesScope: isScopeUsed, read: (file: string) => Deno.readFile(join(root, file)) },
    ...rest,
    basePath: rest.basePath ?? config.basePath,
    authInterrupts: rest.authInterrupts ?? config.authInterrupts,
    draftSecret: rest.draftSecret ?? environment("DRAFT_SECRET") ?? environment("ROUTES_DRAFT_SECRET"),
    onError: rest.onError ?? onRequestError,
  };
  const files = [config.file, front.proxy?.file, instrumentation].filter((file) => file !== undefined);
  return { host, config, files, register };
}
