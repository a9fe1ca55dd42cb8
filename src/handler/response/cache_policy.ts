/**
 * Whether the responses of a route are cached, according to its exports.
 *
 * @module
 */

import type { StaticGeneration } from "../../scope/static_generation.ts";
import type { RouteModule } from "../route_module.ts";

/** How responses to GET and HEAD are cached. */
export interface CachePolicy {
  /** What happens when the handler uses the request. */
  readonly mode: StaticGeneration["mode"];
  /** How long a response is fresh, in seconds; `null` for forever. */
  readonly revalidate: number | null;
  /** Whether the handler is watched for what makes its response dynamic (`cacheComponents`). */
  readonly isPrerendered?: boolean;
}

/**
 * Reads the cache policy of a route. As in Next.js, a route is cached only if its exports ask for it and GET is its
 * only method.
 *
 * With `cacheComponents` it is cached unless it turns out to be dynamic.
 *
 * @param module The route's module.
 * @param id Its URL pattern.
 * @param cacheComponents Whether `next.config` says so.
 * @returns `undefined` if each request is answered by the handler.
 */
export function readCachePolicy(
  { config, handlers, methods }: RouteModule,
  id: string,
  cacheComponents: boolean,
): CachePolicy | undefined {
  const { dynamic = "auto", revalidate, generateStaticParams } = config;
  if (dynamic === "force-dynamic" || revalidate === 0 || handlers.GET === undefined) return undefined;
  if (methods.some((method) => !CACHED.has(method)) || handlers.OPTIONS !== undefined) return undefined;
  const forced = dynamic === "force-static" || dynamic === "error";
  const listed = generateStaticParams !== undefined;
  if (cacheComponents && !forced) {
    return listed || !isDynamicRoute(id)
      ? { mode: "auto", revalidate: revalidate || null, isPrerendered: true }
      : undefined;
  }
  if (!forced && !listed && (revalidate === undefined || isDynamicRoute(id))) return undefined;
  return { mode: dynamic, revalidate: revalidate || null };
}

const CACHED: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

/** Whether a route has dynamic segments: unless their params are listed, they are part of the request. */
function isDynamicRoute(id: string): boolean {
  return id.includes("/[");
}
