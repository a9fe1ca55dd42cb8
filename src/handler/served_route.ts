/**
 * A route being served: its entry in the manifest, and the settings of its module once loaded.
 *
 * @module
 */

import type { RouteEntry } from "../routing/manifest.ts";
import { runInScope } from "../scope/current_scope.ts";
import { type Application, RequestScope } from "../scope/request_scope.ts";
import { type CachePolicy, readCachePolicy } from "./response/cache_policy.ts";
import { createDynamicMetadata, createStaticMetadata } from "./metadata/metadata_route.ts";
import { findContractWarnings } from "./contracts.ts";
import { readRouteModule, type RouteModule } from "./route_module.ts";
import { refuseSegmentConfig } from "./segment_config.ts";
import { readStaticParams, type StaticParams } from "./static_params.ts";

/** The namespace of a route file. */
export type ModuleNamespace = Readonly<Record<string, unknown>>;

/** A route being served. */
export interface Route extends RouteEntry {
  /** The module, once loaded. */
  module: RouteModule | undefined;
  /** Whether it is a page, which is left to Next.js. */
  readonly isPage?: boolean;
  /** Whether the module, once loaded, has nothing at this path. */
  isAbsent?: boolean;
  /** How responses are cached, if at all. */
  policy?: CachePolicy | undefined;
  /** The params that `generateStaticParams` lists. */
  listed?: StaticParams | undefined;
  /** How `fetch()` caches by default in the route. */
  fetchCache?: string | undefined;
  /** The largest request body, in bytes, if the file sets one. */
  bodyLimit?: number | undefined;
}

/** Access to the files of a manifest. */
export interface RouteFiles {
  /** Imports a file of the manifest. */
  load(file: string): Promise<ModuleNamespace>;
  /** Reads a file of the manifest that is served as is. */
  read?: ((file: string) => Promise<Uint8Array<ArrayBuffer>>) | undefined;
  /** Whether `next.config` has `cacheComponents`. Default: no. */
  cacheComponents?: boolean | undefined;
}

/**
 * Loads a route's module, once.
 *
 * @param route The route; the settings of its module are stored in it.
 * @param files Access to its file.
 * @param application The application whose cache `generateStaticParams` uses. Default: none.
 */
export async function loadRoute(
  route: Route,
  files: RouteFiles,
  application?: Application,
): Promise<RouteModule> {
  const { cacheComponents = false } = files;
  const namespace = await loadNamespace(route, files);
  const module = readRouteModule(namespace ?? EMPTY_MODULE, route.file);
  if (route.module !== undefined) return route.module;
  route.isAbsent = namespace === null;
  const { fetchCache, bodyLimit, generateStaticParams } = module.config;
  route.policy = readCachePolicy(module, route.id, cacheComponents);
  route.fetchCache = fetchCache;
  route.bodyLimit = bodyLimit;
  if (generateStaticParams !== undefined) {
    const generate = application === undefined
      ? generateStaticParams
      : (context: { params: Record<string, never> }) =>
        runInScope(createDetachedScope(application, route), generateStaticParams, context);
    route.listed = readStaticParams(generate, route.segments, route.file);
  }
  if (module.contracts === undefined) return route.module = module;
  return route.module = { ...module, warnings: [...module.warnings, ...findContractWarnings(module.contracts, route)] };
}

/** Creates a scope for code that runs without a request, and may use cached data. */
function createDetachedScope(application: Application, route: Route): RequestScope {
  const scope = new RequestScope(application, route, new Request("http://localhost:3000/"), undefined, undefined);
  scope.isDetached = true;
  scope.matched = route.id;
  return scope;
}

const EMPTY_MODULE: ModuleNamespace = { GET: () => new Response(null, { status: 404 }) };

async function loadNamespace(
  { id, file, metadata }: Route,
  { load, read, cacheComponents }: RouteFiles,
): Promise<ModuleNamespace | null> {
  if (metadata?.isStatic !== true) {
    const module = await load(file);
    if (cacheComponents) refuseSegmentConfig(module, file);
    return metadata === undefined ? module : createDynamicMetadata({ id, file, metadata }, module);
  }
  if (read === undefined) {
    throw new TypeError(`Cannot serve "${file}": pass a "read" function to serve static metadata files`);
  }
  return createStaticMetadata({ id, file, metadata }, await read(file));
}
