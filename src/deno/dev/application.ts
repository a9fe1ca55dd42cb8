/**
 * The application of `routes dev`: each change replaces its handler, and keeps the modules that have not changed.
 *
 * @module
 */

import { getErrorMessage } from "../../log/error_text.ts";
import { writeLog } from "../../log/log.ts";
import { formatDocument } from "../../openapi/document.ts";
import { basename, dirname, fromFileUrl, join, toFileUrl } from "@std/path";
import type { RequestHandlerHost } from "../../handler/handler_options.ts";
import type { SegmentConfig } from "../../handler/segment_config.ts";
import type { Route } from "../../handler/served_route.ts";
import { noStore } from "../../cache/stores/no_store.ts";
import { openCache } from "../server/cache_location.ts";
import type { ShownRoute } from "./page/state.ts";
import { createProjectDocument } from "../openapi/project_document.ts";
import { setEnvironment } from "../project/environment.ts";
import { showContracts } from "./contract_fields.ts";
import { describeError, formatError } from "./error_details.ts";
import { createErrorLog } from "./error_log.ts";
import { createErrorResponse } from "./error_page.ts";
import { createNotFoundResponse, getRoutePath } from "./not_found_page.ts";
import { isWithin } from "../project/is_within.ts";
import { openFolder } from "../project/folder_source.ts";
import { type App, createApp, getDraftSecret } from "../server/app.ts";
import { type ProjectPlace, readPageExtensions } from "../project/project_files.ts";
import { servePublicFiles } from "../project/public_files.ts";
import { createReloadingLoader } from "../modules/load/reloading_loader.ts";
import { isLoadedForGood, trackModules } from "../modules/load/resolve_hooks.ts";
import { scanPlace } from "../project/scan.ts";
import { refreshTypes } from "../project/routes_dts.ts";
import { createSaveGuard, TRUNCATED_WAIT_MS } from "../modules/load/save_guard.ts";

/** An application that applies the changes of its files. */
export interface DevApplication {
  /** The current handler. */
  readonly handler: App;
  /** Changes whenever the handler does. */
  readonly version: string;
  /** The errors of invalid file names. */
  readonly problems: readonly string[];
  /** The routes, loaded if possible. */
  routes(): Promise<ShownRoute[]>;
  /** Creates the OpenAPI document of the current routes, as JSON. Broken files are left out. */
  createDocument(): Promise<string>;
  /** Whether the application depends on a file or folder. */
  isRelevant(path: string): boolean;
  /** Returns the files that have changed on disk since they were imported. */
  findStaleFiles(): string[];
  /**
   * Applies changes.
   *
   * @param paths The files that were changed, created or removed.
   * @returns The reason to restart the process; `null` if it need not restart.
   */
  applyChanges(paths: ReadonlySet<string>): Promise<string | null>;
  /** Settles when all work scheduled for after a response is done, including that of earlier handlers. */
  drain(): Promise<void>;
  /** Cancels all open response streams, including those of earlier handlers. */
  cut(): void;
  /** Stops using the cache, and closes it. */
  close(): Promise<void>;
}

/** Options of {@linkcode openDevApplication}. */
export interface DevApplicationOptions extends Pick<RequestHandlerHost, "onMatch"> {
  /** The location of the cache. Default: nothing is cached, as in Next's development server. */
  readonly cache: string | undefined;
  /** Whether a file is currently being written. */
  isBeingWritten(path: string): boolean;
  /** Settles when {@linkcode DevApplication.applyChanges} has applied the changes of files. */
  follow(paths: readonly string[]): Promise<void>;
}

/** How many earlier handlers are kept, because their streams may be open and their `after()` tasks pending. */
const MAX_RETIRED = 20;

/** How often the folders are scanned at most, while files appear and disappear. */
const MAX_SCANS = 5;

/** Files that are read only at startup. */
const READ_ONCE =
  /^(?:(?:deno|package|tsconfig|jsconfig)\.jsonc?|\.env(?:\.(?:development|production|test))?(?:\.local)?|(?:proxy|middleware|instrumentation|next\.config)\.[cm]?[jt]sx?)$/;

/**
 * Opens the application of a project.
 *
 * @param place The project.
 * @param options Its options.
 */
export async function openDevApplication(
  place: ProjectPlace,
  { cache, onMatch, isBeingWritten, follow }: DevApplicationOptions,
): Promise<DevApplication> {
  const { root, appDir } = place;
  const graph = trackModules();
  setEnvironment("NODE_ENV", "development");
  const extensions = await readPageExtensions(root);
  const guard = createSaveGuard(isBeingWritten);
  const load = createReloadingLoader(root, { graph, guard, follow });
  let project = await scanPlace(place, extensions);
  const folder = await openFolder({ ...place, manifest: project.manifest }, { load });
  const { instrumentation } = folder;
  await instrumentation.register();
  const store = cache === undefined ? noStore() : await openCache(cache);
  const loadedOnce = new Set(folder.files.map((file) => toFileUrl(join(root, file)).href));
  const beside = new Set([root, dirname(join(root, appDir))]);
  const start = crypto.randomUUID();
  const retired: App[] = [];
  const errors = createErrorLog(root);
  const failures = new WeakMap<Route, string>();
  let { rules } = folder;
  let generation = 0;
  let handler = await open();
  logProblems();
  await refreshTypes(root, project.manifest);

  function open(): Promise<App> {
    const version = getVersion();
    const source = { ...folder, manifest: project.manifest, rules, fingerprint: () => version };
    return createApp(source, {
      cache: store,
      cachesResponses: cache !== undefined,
      lazy: true,
      isDevelopment: true,
      draftSecret: getDraftSecret() ?? start,
      onMatch,
      onError(error, request, context) {
        errors.write(`${request.method} ${request.path} failed`, error);
        return instrumentation.onRequestError?.(error, request, context);
      },
      onNotFound: (request) =>
        createNotFoundResponse(request, { routes: handler.routes, basePath: handler.basePath, version }),
      answerError: (error, request) => createErrorResponse(describeError(error, root), request, version),
    });
  }

  function getVersion(): string {
    return `${start} ${generation}`;
  }

  function logProblems(): void {
    for (const message of getMessages(project.problems)) writeLog("error", message);
  }

  function isReadOnce(path: string): boolean {
    return beside.has(dirname(path)) && READ_ONCE.test(basename(path));
  }

  /** Whether a file may be imported; the files of `public/` may be large, or empty on purpose. */
  function isCode(path: string): boolean {
    return /\.(?:[cm]?[jt]sx?|json)$/.test(path) && !isWithin(path, join(root, "public"));
  }

  async function applyChanges(paths: ReadonlySet<string>): Promise<string | null> {
    const [gone] = await Promise.all([
      guard.waitForSaves([...paths].filter(isCode)),
      // A process that restarts with half a file could not answer any request.
      guard.waitForSaves([...paths].filter(isReadOnce), TRUNCATED_WAIT_MS),
    ]);
    const urls = [...paths].map((path) => toFileUrl(path).href);
    const renewed = graph.invalidate(urls);
    const isBelow = (folder: string) => [...paths].some((path) => isWithin(path, join(root, folder)));
    const isApp = isBelow(appDir), isPublic = isBelow("public");
    if (isApp && await mayChangeRoutes(paths)) await rescan(gone);
    if (isPublic) rules = { ...rules, publicFile: await servePublicFiles(join(root, "public")) };
    if (renewed.size > 0 || isApp || isPublic) await replaceHandler();
    const once = [...paths].find(isReadOnce) ?? urls.find(isLoadedForGood) ??
      [...loadedOnce].find((url) => renewed.has(url));
    return once === undefined ? null : `${basename(once)} has changed`;
  }

  /** Whether anything but the text of known routes has changed. If not, a scan would be most of the wait. */
  async function mayChangeRoutes(paths: ReadonlySet<string>): Promise<boolean> {
    const known = new Set(project.manifest.routes.map(({ file }) => join(root, file)));
    const below = [...paths].filter((path) => isWithin(path, join(root, appDir)));
    const areFiles = await Promise.all(below.map((path) => known.has(path) && isFile(path)));
    return areFiles.includes(false);
  }

  /**
   * Scans the folders again.
   *
   * @param gone The files that are known to be deleted; it waits for other missing ones.
   */
  async function rescan(gone: ReadonlySet<string>): Promise<void> {
    const { manifest, problems } = project;
    const before = manifest.routes.map(({ file }) => join(root, file));
    const absent = new Set(gone);
    for (let round = 0, last = ""; round < MAX_SCANS; round++) {
      project = await scanPlace(place, extensions);
      const found = new Set(project.manifest.routes.map(({ file }) => join(root, file)));
      // Some editors move a file away before they write it, maybe while another change is applied.
      const missing = before.filter((path) => !found.has(path) && !absent.has(path));
      // A file that exists and still is not a route conflicts with another one.
      if (missing.join() === last) break;
      last = missing.join();
      for (const path of await guard.waitForSaves(missing)) absent.add(path);
    }
    if (getMessages(project.problems).join() !== getMessages(problems).join()) logProblems();
    if (JSON.stringify(project.manifest) !== JSON.stringify(manifest)) await refreshTypes(root, project.manifest);
  }

  async function replaceHandler(): Promise<void> {
    const old = handler;
    retired.push(old);
    if (retired.length > MAX_RETIRED) retired.shift();
    const wasLoaded = new Set(old.routes.filter(({ module }) => module !== undefined).map(({ file }) => file));
    generation++;
    errors.clear();
    handler = await open();
    old.drain().finally(old.close);
    // Report a mistake when the file is saved, not with the next request.
    for (const route of handler.routes.filter(({ file }) => wasLoaded.has(file))) {
      handler.load(route).catch((error) => errors.write(`Cannot load ${route.file}`, error));
    }
  }

  async function createDocument(): Promise<string> {
    const warn = (message: string) => writeLog("warn", `Warning: ${message}`);
    const document = await createProjectDocument({ ...folder, manifest: project.manifest }, {
      basePath: handler.basePath,
      warn,
      onBroken: (error) => warn(getErrorMessage(error)),
    });
    return formatDocument(document);
  }

  /** A failing module is not run again each time the page polls, only when its route is requested. */
  async function showRoute(route: Route): Promise<ShownRoute> {
    const { id, file } = route;
    const shown = { id, file, path: getRoutePath(handler.basePath, id), contracts: {} };
    const known = route.module === undefined ? failures.get(route) : undefined;
    if (known !== undefined) return { ...shown, methods: [], config: [], error: known };
    try {
      const { methods, config, contracts } = await handler.load(route);
      const contract = { contracts: showContracts(contracts, route.segments) };
      return { ...shown, ...contract, methods, config: toConfigLines(config) };
    } catch (error) {
      const failure = formatError(describeError(error, root));
      failures.set(route, failure);
      return { ...shown, methods: [], config: [], error: failure };
    }
  }

  return {
    get handler() {
      return handler;
    },
    get version() {
      return getVersion();
    },
    get problems() {
      return getMessages(project.problems);
    },
    async routes() {
      const { routes } = handler;
      const shown = await Promise.all(routes.map(showRoute));
      return shown.filter((_, index) => !routes[index]!.isAbsent);
    },
    createDocument,
    findStaleFiles: () => graph.findStale().map((url) => fromFileUrl(url)),
    isRelevant(path) {
      const isServed = isWithin(path, join(root, appDir)) || isWithin(path, join(root, "public"));
      return isServed || isReadOnce(path) || graph.isTracked(toFileUrl(path).href);
    },
    applyChanges,
    async drain() {
      await Promise.all([handler, ...retired].map((each) => each.drain()));
    },
    cut() {
      for (const each of [handler, ...retired]) each.cut();
    },
    async close() {
      await handler.close();
      await store.close();
    },
  };
}

async function isFile(path: string): Promise<boolean> {
  return await Deno.lstat(path).then((info) => info.isFile, () => false);
}

function getMessages(problems: readonly Error[]): string[] {
  return problems.map(({ message }) => message);
}

function toConfigLines(config: SegmentConfig): string[] {
  return Object.entries(config).filter(([, value]) => value !== undefined).map(([name, value]) =>
    typeof value === "function" ? name : `${name} = ${value}`
  );
}
