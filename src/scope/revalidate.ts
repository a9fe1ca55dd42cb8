/**
 * `revalidateTag()`, `revalidatePath()` and the other functions that invalidate cached data.
 *
 * @module
 */

import { writeLog } from "../log/log.ts";
import { YEAR_SECONDS } from "../cache/incremental_cache.ts";
import { type CacheLifeProfiles, DEFAULT_PROFILES } from "../cache/cache_life.ts";
import { toPathTag } from "../cache/path_tags.ts";
import { getScope, requireScope } from "./current_scope.ts";
import type { RequestScope } from "./request_scope.ts";
import { markDynamic } from "./dynamic_access.ts";

/**
 * How long a value may still be served: the name of a profile, usually `"max"`, or seconds; `{ expire: 0 }` for not at
 * all.
 */
export type RevalidateProfile = string | { expire?: number };

/**
 * Invalidates all cached data with a tag. When the response is sent, every process that shares the cache sees the
 * invalidation.
 *
 * @param tag The tag.
 * @param profile How long the old value may still be served while it is regenerated. Default: not at all, with a
 * warning.
 * @throws {Error} If no request is being answered.
 * @see https://nextjs.org/docs/app/api-reference/functions/revalidateTag
 */
export function revalidateTag(tag: string, profile?: RevalidateProfile): void {
  const scope = requireScope("revalidateTag");
  const expire = profile === undefined ? 0 : getExpire(profile, scope.application.useCache?.profiles);
  if (expire === undefined) {
    const name = JSON.stringify(profile);
    writeLog(
      "error",
      `Error: Invalid profile provided ${name} must be configured under cacheLife in next.config or be "max"`,
    );
    return;
  }
  invalidate(scope, tag, profile === undefined ? undefined : expire, "revalidateTag", tag);
  if (profile !== undefined) return;
  writeLog(
    "warn",
    `"revalidateTag" without the second argument is now deprecated, add second argument of "max" or use "updateTag". See more info here: https://nextjs.org/docs/messages/revalidate-tag-single-arg (tag ${
      JSON.stringify(tag)
    })`,
  );
}

/** For how long a value is served after it is out of date, in seconds. */
function getExpire(profile: RevalidateProfile, profiles: CacheLifeProfiles = DEFAULT_PROFILES): number | undefined {
  if (typeof profile === "object") return profile.expire ?? YEAR_SECONDS;
  return Object.hasOwn(profiles, profile) ? profiles[profile]!.expire ?? YEAR_SECONDS : undefined;
}

/**
 * Invalidates a tag.
 *
 * @param expire How long its values may still be served, in seconds; `undefined` for not at all.
 * @param name The function that does it.
 * @param argument Its argument.
 */
function invalidate(
  scope: RequestScope,
  tag: string,
  expire: number | undefined,
  name: string,
  argument: string,
): void {
  markDynamic(scope, `${name}(${scope.cachedFunction === undefined ? "" : JSON.stringify(argument)})`);
  if (scope.application.isBuild) return;
  scope.hasInvalidated = true;
  const { cache, useCache, report } = scope.application;
  const invalidated = cache.invalidate([tag], expire ?? 0);
  const durations = expire === undefined ? undefined : { expire };
  const others = [...useCache?.handlers.values() ?? []].map((handler) =>
    Promise.try(() => handler.updateTags([tag], durations)).catch((error) =>
      report(error, scope, "updateTags() of a cache handler")
    )
  );
  const done = others.length === 0 ? invalidated : Promise.all([invalidated, ...others]);
  if (done === undefined) return;
  if (scope.phase === "after") scope.application.waitUntil(done);
  else scope.invalidated = scope.invalidated === undefined ? done : Promise.all([scope.invalidated, done]);
}

/**
 * Invalidates all cached data of a path; it is no longer served.
 *
 * @param path A path: `/users/42`, or with `type` the pattern of a route: `/users/[id]`.
 * @param type `"page"` for exactly that route, `"layout"` for all routes below it too.
 * @throws {Error} If no request is being answered.
 * @see https://nextjs.org/docs/app/api-reference/functions/revalidatePath
 */
export function revalidatePath(path: string, type?: "page" | "layout"): void {
  const scope = requireScope("revalidatePath");
  invalidate(scope, toPathTag(path, type), undefined, "revalidatePath", path);
  if (type !== undefined || !/\[[^/]+\]/.test(path)) return;
  writeLog(
    "warn",
    `Warning: a dynamic page path "${path}" was passed to "revalidatePath", but the "type" parameter is missing. This has no effect by default, see more info here https://nextjs.org/docs/app/api-reference/functions/revalidatePath`,
  );
}

/**
 * Throws: only available in server actions.
 *
 * @throws {Error} Always: in a route handler, use {@linkcode revalidateTag}.
 * @see https://nextjs.org/docs/app/api-reference/functions/updateTag
 */
export function updateTag(_tag: string): never {
  throw new Error(
    "updateTag can only be called from within a Server Action. To invalidate cache tags in Route Handlers or other contexts, use revalidateTag instead. See more info here: https://nextjs.org/docs/app/api-reference/functions/updateTag",
  );
}

/**
 * Throws: only available in server actions.
 *
 * @throws {Error} Always.
 * @see https://nextjs.org/docs/app/api-reference/functions/refresh
 */
export function refresh(): never {
  throw new Error(
    "refresh can only be called from within a Server Action. See more info here: https://nextjs.org/docs/app/api-reference/functions/refresh",
  );
}

/**
 * Prevents the response from being cached.
 *
 * @see https://nextjs.org/docs/app/api-reference/functions/unstable_noStore
 */
export function unstable_noStore(): void {
  const scope = getScope();
  if (scope !== undefined && scope.cachedFunction === undefined) markDynamic(scope, "unstable_noStore()");
}
