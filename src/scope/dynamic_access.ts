/**
 * A handler that runs to fill the cache, and what it uses of the request meanwhile.
 *
 * @module
 */

import type { RequestScope } from "./request_scope.ts";

/**
 * Says that a handler uses what only the request at hand can tell, so that its response is for this request alone.
 *
 * @param scope The scope that it runs in; nothing happens but in a fill.
 * @param what What it uses, as in code: `cookies()`, `request.url`.
 * @throws {Error} If the route says `dynamic = "error"`, or inside `unstable_cache()`.
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
 * Says that a response depends on an entry of the data cache: it is fresh no longer than that, and invalidated with it.
 *
 * @param scope The scope; nothing happens but in a fill.
 * @param tags The entry's tags.
 * @param revalidate How long the entry is fresh, in seconds; `null` for ever.
 */
export function trackData(scope: RequestScope, tags: readonly string[], revalidate: number | null): void {
  const { fill } = scope;
  if (fill === undefined) return;
  for (const tag of tags) fill.tags.add(tag);
  if (revalidate !== null) fill.revalidate = Math.min(revalidate, fill.revalidate ?? Infinity);
}
