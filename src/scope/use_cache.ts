/**
 * The functions of `next/cache` for `"use cache"` and partial prerendering, which only pages support.
 *
 * @module
 */

import { writeLog } from "../log/log.ts";
import { getScope, requireScope } from "./request_scope.ts";

/** The lifetime of a cached value, in seconds. */
export interface CacheLife {
  /** How long a client may use it without revalidating. */
  stale?: number;
  /** How long until it is regenerated. */
  revalidate?: number;
  /** How long it may be served at all. */
  expire?: number;
}

/**
 * Sets the lifetime of the result of a `"use cache"` function.
 *
 * @param _profile The name of a profile, or a lifetime.
 * @throws {Error} Outside such a function.
 * @see https://nextjs.org/docs/app/api-reference/functions/cacheLife
 */
export function cacheLife(_profile: string | CacheLife): void {
  throw createOutsideError("cacheLife", "cache-life-outside-use-cache");
}

/**
 * Adds tags to the result of a `"use cache"` function.
 *
 * @param _tags The tags.
 * @throws {Error} Outside such a function.
 * @see https://nextjs.org/docs/app/api-reference/functions/cacheTag
 */
export function cacheTag(..._tags: string[]): void {
  throw createOutsideError("cacheTag", "cache-tag-outside-use-cache");
}

function createOutsideError(name: string, page: string): Error {
  const route = getScope()?.route.id;
  const where = route === undefined ? "" : `Route "${route}": `;
  return new Error(
    `${where}\`${name}()\` can only be called inside a \`"use cache"\` or \`"use cache: private"\` function.\nLearn more: https://nextjs.org/docs/messages/${page}`,
  );
}

const warned = new Set<string>();

function warnOfRename(old: string, name: string): void {
  if (warned.has(old)) return;
  warned.add(old);
  writeLog(
    "error",
    `Error: \`${old}\` was recently stabilized and should be imported as \`${name}\`. The \`unstable\` prefixed form will be removed in a future version of Next.js.`,
  );
}

/**
 * The old name of {@linkcode cacheLife}.
 *
 * @param profile The name of a profile, or a lifetime.
 * @throws {Error} Outside a `"use cache"` function.
 */
export function unstable_cacheLife(profile: string | CacheLife): void {
  warnOfRename("unstable_cacheLife", "cacheLife");
  cacheLife(profile);
}

/**
 * The old name of {@linkcode cacheTag}.
 *
 * @param tags The tags.
 * @throws {Error} Outside a `"use cache"` function.
 */
export function unstable_cacheTag(...tags: string[]): void {
  warnOfRename("unstable_cacheTag", "cacheTag");
  cacheTag(...tags);
}

/**
 * Defers the following code to an actual request. A route handler always runs for one, so this resolves immediately.
 */
export function io(): Promise<void> {
  return Promise.resolve();
}

/**
 * Throws: only available in pages that are prefetched.
 *
 * @throws {Error} Always.
 */
export function navigation(): Promise<void> {
  throw createCacheComponentsError("navigation");
}

/**
 * Throws: only available in pages that are prefetched.
 *
 * @throws {Error} Always.
 */
export function prefetch(): Promise<void> {
  throw createCacheComponentsError("prefetch");
}

function createCacheComponentsError(name: string): Error {
  const { route } = requireScope(name);
  return new Error(
    `Route ${route.id} used \`${name}()\`, which requires Cache Components to be enabled. Learn more: https://nextjs.org/docs/app/api-reference/config/next-config-js/cacheComponents`,
  );
}
