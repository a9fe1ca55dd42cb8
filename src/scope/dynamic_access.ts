/**
 * Tracks what a handler uses of the request and of cached data while it generates a cache entry.
 *
 * @module
 */

import { type CacheLife, MIN_EXPIRE, MIN_STALE, shortenLife } from "../cache/cache_life.ts";
import type { RequestScope } from "./request_scope.ts";
import type { CachedFunction, Prerender, StaticGeneration } from "./static_generation.ts";

/**
 * Marks the response as dynamic: the handler used data of the current request, so it is for this request only.
 *
 * @param scope The scope of the handler; has no effect unless it generates a cache entry.
 * @param what What the handler used, as in code: `cookies()`, `request.url`.
 * @throws {Error} If the route exports `dynamic = "error"`, or inside a cached function.
 */
export function markDynamic(scope: RequestScope, what: string): void {
  const { tracking, cachedFunction } = scope;
  if (cachedFunction !== undefined) return refuseInside(scope, what, cachedFunction);
  if (tracking === undefined || tracking.mode === "force-static") return;
  if (tracking.mode === "auto") {
    setDynamic(tracking, what);
    return;
  }
  const more = what.endsWith("()")
    ? " See more info here: https://nextjs.org/docs/app/building-your-application/rendering/static-and-dynamic#dynamic-rendering"
    : "";
  throw new Error(
    `Route ${scope.route.id} with \`dynamic = "error"\` couldn't be rendered statically because it used \`${what}\`.${more}`,
  );
}

function setDynamic(tracking: StaticGeneration, what: string): void {
  tracking.dynamic ??= what;
  tracking.prerender?.work.stop();
}

/** The page about a function, and why `connection()` cannot be called in it. */
const ABOUT: Readonly<Record<CachedFunction["name"], readonly [page: string, why: string]>> = {
  "`unstable_cache()`": [
    "app/api-reference/functions/unstable_cache",
    "cached functions may run during prerendering, without an incoming request",
  ],
  '`"use cache"`': [
    "messages/next-request-in-use-cache",
    "cached functions may run during prerendering, without an incoming request",
  ],
  '`"use cache: private"`': [
    "app/api-reference/directives/use-cache-private",
    "private cached functions may run during prefetching, without a navigation request",
  ],
};

function refuseInside({ route }: RequestScope, what: string, { name }: CachedFunction): void {
  const [page, why] = ABOUT[name];
  const isUseCache = name !== "`unstable_cache()`";
  const isPrivate = name === '`"use cache: private"`';
  const more = `Learn more: https://nextjs.org/docs/${page}`;
  const start = `Route "${route.id}": \`${what}\` can't be`;
  if (/^revalidate(?:Tag|Path)\(/.test(what)) {
    throw new Error(
      `${start} called inside a cached function. Call it from a Server Action or Route Handler instead.\nLearn more: https://nextjs.org/docs/messages/revalidate-in-use-cache`,
    );
  }
  if (isUseCache && what === "connection()") {
    throw new Error(`${start} called inside ${name} because ${why}. Call it outside the cached function.\n${more}`);
  }
  if (isUseCache && what.startsWith("draftMode()")) {
    throw new Error(
      `${start} called inside ${name}. Draft mode can be read inside a cached function, but enabling or disabling it must happen outside.\n${more}`,
    );
  }
  // Its result is for this request alone.
  if (isPrivate) return;
  throw new Error(
    `${start} read inside ${name}. Read it outside the cached function and pass what you need as an argument.\n${more}`,
  );
}

/** Whether what is being made is kept: what is made of something stale would be stale from the start. */
export function needsFreshData({ tracking, cachedFunction }: RequestScope): boolean {
  return tracking !== undefined || cachedFunction?.dependencies !== undefined;
}

/** The lifetime of cached data, in seconds; a `revalidate` of `null` means forever. */
type Life = CacheLife | { readonly revalidate: number | null };

/**
 * Records that what is being generated depends on an entry of the data cache: it is fresh no longer than the entry, and is
 * invalidated with it.
 *
 * @param scope The scope; has no effect unless it generates a cache entry, or is that of a `"use cache"` function.
 * @param tags The entry's tags.
 * @param life The lifetime of the entry.
 */
export function trackData(
  scope: RequestScope,
  tags: Iterable<string>,
  life: Life,
): void {
  const { tracking, cachedFunction } = scope;
  const dependencies = cachedFunction?.dependencies;
  if (dependencies !== undefined) {
    for (const tag of tags) dependencies.tags.add(tag);
    shortenLife(dependencies.innerLife, { ...life, revalidate: life.revalidate ?? Infinity });
  }
  if (tracking === undefined) return;
  for (const tag of tags) tracking.tags.add(tag);
  if (tracking.prerender !== undefined) trackLife(tracking, tracking.prerender, life);
  const { revalidate } = life;
  if (Number.isFinite(revalidate)) tracking.revalidate = Math.min(revalidate!, tracking.revalidate ?? Infinity);
}

function trackLife(tracking: StaticGeneration, prerender: Prerender, { revalidate, ...times }: Life): void {
  const { expire = Infinity, stale = Infinity } = times as CacheLife;
  if (revalidate === 0 || expire < MIN_EXPIRE || stale < MIN_STALE) {
    setDynamic(tracking, "cached data with a short lifetime");
  }
  prerender.expire = Math.min(prerender.expire, expire);
}
