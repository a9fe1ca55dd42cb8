/**
 * The cache key of a request's path.
 *
 * @module
 */

import { unifySpelling } from "../../routing/canonical_path.ts";
import type { RequestScope, ScopedRoute } from "../../scope/request_scope.ts";

interface PathKey {
  readonly pathname: string;
  readonly isSlashed: boolean;
  readonly code: string;
  readonly key: string;
}

// Reuses the key string: its hash, the most expensive part of a lookup, is already computed.
const lastKeys = new WeakMap<ScopedRoute, PathKey>();

/** Returns the cache key of a request's path, for the code being served. */
export function getKey(scope: RequestScope, code: string): string {
  const { route, pathname, url } = scope;
  if (url !== undefined) return `GET ${getPathKey(scope)} ${code} ${route.id}`;
  const last = lastKeys.get(route), isSlashed = endsWithSlash(scope.received.url);
  const isSame = last?.pathname === pathname && last.isSlashed === isSlashed && last.code === code;
  if (isSame) return last.key;
  const key = `GET ${getPathKey(scope)} ${code} ${route.id}`;
  lastKeys.set(route, { pathname, isSlashed, code, key });
  return key;
}

/**
 * Returns the path, and the path that the handler sees if it differs: because of a rewrite in `next.config`, or because
 * the client's path ends with a slash that no redirect removes.
 */
function getPathKey(scope: RequestScope): string {
  const pathname = unifySpelling(scope.pathname), seen = unifySpelling(getSeenPath(scope));
  return seen === pathname ? pathname : `${pathname} as ${seen}`;
}

/** Returns the path that the handler sees. */
export function getSeenPath({ pathname, url, received }: RequestScope): string {
  if (url !== undefined) return new URL(url).pathname;
  return pathname !== "/" && endsWithSlash(received.url) ? `${pathname}/` : pathname;
}

/** Whether the path of a URL ends with a slash. */
function endsWithSlash(url: string): boolean {
  const query = url.indexOf("?");
  return url.endsWith("/", query === -1 ? url.length : query);
}
