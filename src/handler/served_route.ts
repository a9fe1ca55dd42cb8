/**
 * A route as it is served: the entry of the manifest, and what its module says once it is loaded.
 *
 * @module
 */

import type { RouteEntry } from "../routing/manifest.ts";
import { type CachePolicy, readCachePolicy } from "./response/cache_policy.ts";
import { createDynamicMetadata, createStaticMetadata } from "./metadata/metadata_route.ts";
import { findContractWarnings } from "./contracts.ts";
import { readRouteModule, type RouteModule } from "./route_module.ts";
import { readStaticParams, type StaticParams } from "./static_params.ts";

/** The namespace of a route file. */
export type ModuleNamespace = Readonly<Record<string, unknown>>;

/** A route as it is served. */
export interface Route extends RouteEntry {
  /** Its module, once it is loaded. */
  module: RouteModule | undefined;
  /** Whether its module, once loaded, has nothing at this path. */
  isAbsent?: boolean;
  /** How its responses are cached, if they are. */
  policy?: CachePolicy | undefined;
  /** The paths that `generateStaticParams` lists. */
  listed?: StaticParams | undefined;
  /** What `fetch()` does in it where a call does not say it. */
  fetchCache?: string | undefined;
  /** How many bytes a request body may have, where the file says it. */
  bodyLimit?: number | undefined;
}

/** How the files of a manifest are reached. */
export interface RouteFiles {
  /** Imports a file of the manifest. */
  load(file: string): Promise<ModuleNamespace>;
  /** Reads a file of the manifest that is served as it is. */
  read?: ((file: string) => Promise<Uint8Array<ArrayBuffer>>) | undefined;
}

/**
 * Loads a route's module, once.
 *
 * @param route The route; it gets what the module says.
 * @param files How its file is reached.
 */
export async function loadRoute(route: Route, files: RouteFiles): Promise<RouteModule> {
  const namespace = await loadNamespace(route, files);
  const module = readRouteModule(namespace ?? EMPTY_MODULE, route.file);
  if (route.module !== undefined) return route.module;
  route.isAbsent = namespace === null;
  const { fetchCache, bodyLimit, generateStaticParams } = module.config;
  route.policy = readCachePolicy(module, route.id);
  route.fetchCache = fetchCache;
  route.bodyLimit = bodyLimit;
  if (generateStaticParams !== undefined) {
    route.listed = readStaticParams(generateStaticParams, route.segments, route.file);
  }
  if (module.contracts === undefined) return route.module = module;
  return route.module = { ...module, warnings: [...module.warnings, ...findContractWarnings(module.contracts, route)] };
}

const EMPTY_MODULE: ModuleNamespace = { GET: () => new Response(null, { status: 404 }) };

async function loadNamespace(
  { id, file, metadata }: Route,
  { load, read }: RouteFiles,
): Promise<ModuleNamespace | null> {
  if (metadata === undefined) return await load(file);
  if (!metadata.isStatic) return createDynamicMetadata({ id, file, metadata }, await load(file));
  if (read === undefined) {
    throw new TypeError(`Cannot serve "${file}": pass a "read" function to serve static metadata files`);
  }
  return createStaticMetadata({ id, file, metadata }, await read(file));
}
