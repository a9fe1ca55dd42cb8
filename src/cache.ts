/**
 * The exports of `next/cache`: functions to cache data and to revalidate it.
 *
 * @module
 */

export {
  refresh,
  revalidatePath,
  type RevalidateProfile,
  revalidateTag,
  unstable_noStore,
  updateTag,
} from "./scope/revalidate.ts";
export {
  type CacheLife,
  cacheLife,
  cacheTag,
  io,
  navigation,
  prefetch,
  unstable_cacheLife,
  unstable_cacheTag,
} from "./scope/use_cache.ts";
export { unstable_cache, type UnstableCacheOptions } from "./scope/unstable_cache.ts";
