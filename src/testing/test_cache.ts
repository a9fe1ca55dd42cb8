/**
 * A cache for tests, which records invalidations.
 *
 * @module
 */

import { readPathTag } from "../cache/path_tags.ts";
import type { CacheStore } from "../cache/store.ts";
import { memoryStore } from "../cache/stores/memory.ts";

/** A cache in memory that records invalidations. */
export interface TestCache extends CacheStore {
  /** The tags that `revalidateTag()` and `updateTag()` invalidated, in order. */
  readonly revalidatedTags: readonly string[];
  /** The paths that `revalidatePath()` invalidated, in order; with a type, the pattern. */
  readonly revalidatedPaths: readonly string[];
}

/**
 * Creates a cache in memory: the option `cache` of `createRequestHandler()` and `testHandler()`.
 *
 * @example
 * ```ts
 * import { revalidateTag } from "@x/routes/cache";
 * import { createTestCache, testHandler } from "@x/routes/testing";
 * import { assertEquals } from "@std/assert";
 *
 * function POST() {
 *   revalidateTag("posts", "max");
 *   return new Response();
 * }
 *
 * const cache = createTestCache();
 * await testHandler(POST, { cache });
 * assertEquals(cache.revalidatedTags, ["posts"]);
 * ```
 */
export function createTestCache(): TestCache {
  const revalidatedTags: string[] = [], revalidatedPaths: string[] = [];
  const store = memoryStore();
  return {
    ...store,
    revalidatedTags,
    revalidatedPaths,
    mark(tags, expireAt, now) {
      for (const tag of tags) {
        const path = readPathTag(tag);
        if (path === undefined) revalidatedTags.push(tag);
        else revalidatedPaths.push(path);
      }
      return store.mark(tags, expireAt, now);
    },
  };
}
