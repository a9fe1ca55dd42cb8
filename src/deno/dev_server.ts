/**
 * The server of `routes dev`: what changes in the project is served by the next request, without a new process.
 *
 * @module
 */

import { basename, dirname, fromFileUrl, join, toFileUrl } from "@std/path";
import { createHandler, type RequestHandler } from "../handler/request_handler.ts";
import type { SegmentConfig } from "../handler/segment_config.ts";
import type { Route } from "../handler/served_route.ts";
import { noStore } from "../cache/stores/no_store.ts";
import { openCache } from "./cache_location.ts";
import { answerDevEndpoint, type DevState, type ShownRequest, type ShownRoute } from "./dev_endpoints.ts";
import { setEnvironment } from "./environment.ts";
import { describeError, errorText } from "./error_details.ts";
import { errorResponse } from "./error_page.ts";
import { checkHost } from "./host_check.ts";
import { readProject } from "./opened_project.ts";
import { pageExtensionsOf, type ProjectPlace } from "./project_front.ts";
import { watchProject } from "./project_watch.ts";
import { servePublicFiles } from "./public_files.ts";
import { createReloadingLoader } from "./reloading_loader.ts";
import { devLine, watchRequests } from "./request_log.ts";
import { currentOutput, notingOutput, unnoted } from "./request_output.ts";
import { isLoadedForGood, trackModules } from "./resolve_hooks.ts";
import { scanPlace } from "./scan.ts";
import { type RouteServer, serveHandler } from "./served_handler.ts";
import { refreshTypes } from "./typegen_command.ts";

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

/** Of how many handlers of before a change the streams are known that may still be open. */
const RETIRED = 20;

/** Files that are read once, when the process begins. */
const READ_ONCE =
  /^(?:(?:deno|package|tsconfig|jsconfig)\.jsonc?|\.env(?:\..+)?|(?:proxy|middleware|instrumentation|next\.config)\.[cm]?[jt]sx?)$/;

/**
 * Serves a project for its developer.
 *
 * @param place The project.
 * @param options How it is served.
 */
export async function serveForDevelopment(place: ProjectPlace, options: DevOptions): Promise<RouteServer> {
  const { root, appDir } = place;
  const graph = trackModules();
  setEnvironment("NODE_ENV", "development");
  const extensions = await pageExtensionsOf(root);
  const load = createReloadingLoader(root, graph);
  const { host, files, register } = await readProject(place, { load });
  await register();
  const store = options.cache === undefined ? noStore() : await openCache(options.cache);
  const requests: ShownRequest[] = [];
  const retired: RequestHandler[] = [];
  const watched = watchRequests((record) => {
    requests.unshift({ ...record, key: keys++, output: currentOutput() });
    requests.length = Math.min(requests.length, REQUESTS);
    unnoted(() => console.log(...devLine(record)));
  });
  const readOnce = new Set(files.map((file) => toFileUrl(join(root, file)).href));
  const beside = new Set([root, dirname(join(root, appDir))]);
  const start = crypto.randomUUID();
  const before = Deno.memoryUsage().rss;
  let front = host.front;
  let project = await scanPlace(place, extensions);
  let generation = 0, keys = 0;
  let handler = open();
  tellProblems(project.problems);
  await refreshTypes(root, project.manifest);

  function open(): RequestHandler {
    const fingerprint = `${start} ${generation}`;
    return createHandler(project.manifest, {
      ...host,
      front,
      draftSecret: host.draftSecret ?? start,
      cache: store,
      cachesResponses: options.cache !== undefined,
      fingerprint: () => fingerprint,
      usesScope: () => true,
      onMatch: watched.matched,
      onError(error, request, context) {
        console.error(`${request.method} ${request.path} failed: ${errorText(describeError(error, root))}`);
        return host.onError?.(error, request, context);
      },
      answerError: (error, request) => errorResponse(describeError(error, root), request),
    });
  }

  async function change(paths: ReadonlySet<string>): Promise<void> {
    const once = [...paths].find((path) => beside.has(dirname(path)) && READ_ONCE.test(basename(path)));
    const urls = [...paths].map((path) => toFileUrl(path).href);
    const renewed = graph.changed(urls);
    const needed = once ?? urls.find(isLoadedForGood) ?? [...readOnce].find((url) => renewed.has(url));
    const hasGrown = Deno.memoryUsage().rss - before > options.maxGrowth;
    const why = needed !== undefined ? `${basename(needed)} has changed` : hasGrown ? "memory has grown" : null;
    // A stream that does not end must not keep the developer waiting.
    if (why !== null && options.restart(why)) return cut();
    const isBelow = (folder: string) => [...paths].some((path) => `${path}/`.startsWith(`${join(root, folder)}/`));
    const isApp = isBelow(appDir), isPublic = isBelow("public");
    if (renewed.size === 0 && !isApp && !isPublic) return;
    if (isApp) await rescan();
    if (isPublic && front !== undefined) {
      front = { ...front, publicFile: await servePublicFiles(join(root, "public")) };
    }
    replaceHandler();
  }

  async function rescan(): Promise<void> {
    const { manifest, problems } = project;
    project = await scanPlace(place, extensions);
    if (`${project.problems}` !== `${problems}`) tellProblems(project.problems);
    if (JSON.stringify(project.manifest) !== JSON.stringify(manifest)) await refreshTypes(root, project.manifest);
  }

  function replaceHandler(): void {
    const old = handler;
    retired.push(old);
    if (retired.length > RETIRED) retired.shift();
    const wasLoaded = new Set(old.routes.filter(({ module }) => module !== undefined).map(({ file }) => file));
    generation++;
    handler = open();
    old.drain().finally(old.close);
    // Who made a mistake is told when the file is saved, not by the next request.
    for (const route of handler.routes.filter(({ file }) => wasLoaded.has(file))) {
      handler.load(route).catch((error) => console.error(errorText(describeError(error, root))));
    }
  }

  function cut(): void {
    for (const each of [handler, ...retired]) each.cut();
  }

  async function state(): Promise<DevState> {
    const routes = await Promise.all(handler.routes.map((route) => showRoute(handler, route, root)));
    return { routes, problems: project.problems.map(({ message }) => message), requests };
  }

  const refuse = checkHost([options.hostname, ...options.allowHosts]);
  const answer = watched.watch((request, info) => handler.fetch(request, info));
  const watch = watchProject(root, change);
  const server = serveHandler({
    get routes() {
      return handler.routes;
    },
    async fetch(request, info) {
      const refused = refuse(request);
      if (refused !== null) return refused;
      // A file that was written before the request came is served by it, whether the system has told of it yet or not.
      for (const url of graph.stale()) watch.note(fromFileUrl(url));
      await watch.settled();
      const page = await answerDevEndpoint(request, {
        state,
        version: () => `${start} ${generation}`,
        origin: () => originOf(server.addr),
      });
      return page ?? notingOutput([], () => answer(request, info));
    },
    drain: () => handler.drain(),
    cut,
    async close() {
      watch.close();
      handler.close();
      await store.close();
    },
  }, { port: options.port, hostname: options.hostname, onListen() {} });
  return server;
}

async function showRoute(handler: RequestHandler, route: Route, root: string): Promise<ShownRoute> {
  const { id, file } = route;
  try {
    const { methods, config } = await handler.load(route);
    return { id, file, methods, config: configLines(config) };
  } catch (error) {
    return { id, file, methods: [], config: [], error: errorText(describeError(error, root)) };
  }
}

function configLines(config: SegmentConfig): string[] {
  return Object.entries(config).filter(([, value]) => value !== undefined).map(([name, value]) =>
    typeof value === "function" ? name : `${name} = ${value}`
  );
}

function tellProblems(problems: readonly Error[]): void {
  for (const { message } of problems) console.error(message);
}

function originOf({ hostname, port }: Deno.NetAddr): string {
  const own = hostname === "0.0.0.0" ? "127.0.0.1" : hostname === "::" ? "[::1]" : hostname;
  return `http://${own.includes(":") && !own.startsWith("[") ? `[${own}]` : own}:${port}`;
}
