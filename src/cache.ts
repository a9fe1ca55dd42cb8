/**
 * The names of `next/cache` that a route handler can use.
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
export { unstable_cache, type UnstableCacheOptions } from "./scope/unstable_cache.ts";
