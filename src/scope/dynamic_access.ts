/**
 * Tracks what a handler uses of the request and of cached data while it generates a cache entry.
 *
 * @module
 */

import type { RequestScope } from "./request_scope.ts";

/**
 * Marks the response as dynamic: the handler used data of the current request, so it is for this request only.
 *
 * @param scope The scope of the handler; has no effect unless it generates a cache entry.
 * @param what What the handler used, as in code: `cookies()`, `request.url`.
 * @throws {Error} If the route exports `dynamic = "error"`, or inside `unstable_cache()`.
 */
export function markDynamic(scope: RequestScope, what: string): void {
  const { fill, cachedFunction } = scope;
  if (cachedFunction !== undefined) throw createInsideCacheError(scope, what, cachedFunction);
  if (fill === undefined || fill.mode === "force-static") return;
  if (fill.mode === "auto") {
    fill.dynamic ??= what;
    return;
  }
  const more = what.endsWith("()")
    ? " See more info here: https://nextjs.org/docs/app/building-your-application/rendering/static-and-dynamic#dynamic-rendering"
    : "";
  throw new Error(
    `Route ${scope.route.id} with \`dynamic = "error"\` couldn't be rendered statically because it used \`${what}\`.${more}`,
  );
}

function createInsideCacheError({ route }: RequestScope, what: string, name: string): Error {
  return new Error(
    `Route "${route.id}": \`${what}\` can't be read inside \`${name}()\`. Read it outside the cached function and pass what you need as an argument.\nLearn more: https://nextjs.org/docs/app/api-reference/functions/${name}`,
  );
}

/**
 * Records that a response depends on an entry of the data cache: it is fresh no longer than the entry, and is
 * invalidated with it.
 *
 * @param scope The scope of the handler; has no effect unless it generates a cache entry.
 * @param tags The entry's tags.
 * @param revalidate How long the entry is fresh, in seconds; `null` for forever.
 */
export function trackData(scope: RequestScope, tags: readonly string[], revalidate: number | null): void {
  const { fill } = scope;
  if (fill === undefined) return;
  for (const tag of tags) fill.tags.add(tag);
  if (revalidate !== null) fill.revalidate = Math.min(revalidate, fill.revalidate ?? Infinity);
}
