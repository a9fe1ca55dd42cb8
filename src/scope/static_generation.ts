/**
 * What is tracked while code generates cached data: a response, or the result of a cached function.
 *
 * @module
 */

import type { CacheLife } from "../cache/cache_life.ts";
import type { PendingWork } from "./settle.ts";

/** A cached function that is running. */
export interface CachedFunction {
  /** Its name in messages. */
  readonly name: "`unstable_cache()`" | '`"use cache"`' | '`"use cache: private"`';
  /** What its result depends on; `undefined` for `unstable_cache()`. */
  readonly dependencies: Dependencies | undefined;
}

/** What the result of a `"use cache"` function depends on. */
export interface Dependencies {
  /** The tags that invalidate it. */
  readonly tags: Set<string>;
  /** The lifetime that `cacheLife()` has set. */
  readonly ownLife: CacheLife;
  /** The shortest times of the cached data that it uses. */
  readonly innerLife: CacheLife;
}

/** What is tracked while a handler generates a cache entry. */
export interface StaticGeneration {
  /** The `dynamic` of the route: what happens when the handler uses the request. */
  readonly mode: "auto" | "error" | "force-static";
  /** Why the entry is generated. */
  readonly reason: "miss" | "stale";
  /** The tags that invalidate the response. */
  readonly tags: Set<string>;
  /** How long the response is fresh, in seconds; `null` for forever. */
  revalidate: number | null;
  /** The first part of the request that the handler used, as in code: `cookies()`. */
  dynamic: string | undefined;
  /** What else is tracked of a GET that is cached unless it turns out to be dynamic (`cacheComponents`). */
  readonly prerender?: Prerender | undefined;
}

/** What is tracked of a GET that is cached unless it turns out to be dynamic. */
export interface Prerender {
  /** The work that the handler may wait for, and still not be dynamic. */
  readonly work: PendingWork;
  /** The arguments of cached functions that are being read: their promises may never settle. */
  readonly inputs: PendingWork;
  /** How long the response may be served at all, in seconds. */
  expire: number;
  /** Why `next build` fails although the handler can answer, which `routes check` reports. */
  failure?: string;
}
