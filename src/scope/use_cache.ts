/**
 * The functions of `next/cache` for `"use cache"` and partial prerendering, which only pages support.
 *
 * @module
 */

import {
  type CacheLife,
  type CacheLifeProfiles,
  DEFAULT_PROFILES,
  resolveLife,
  shortenLife,
} from "../cache/cache_life.ts";
import { writeLog } from "../log/log.ts";
import { markWhenAwaited } from "./prerender.ts";
import { getScope, requireScope } from "./current_scope.ts";
import type { Dependencies } from "./static_generation.ts";

export type { CacheLife };

/**
 * Sets the lifetime of the result of a `"use cache"` function. Of several calls, the shortest times apply.
 *
 * @param profile The name of a profile, which is built in or configured by `cacheLife` of `next.config`; or the lifetime.
 * @throws {Error} Outside such a function, or if there is no such profile.
 * @see https://nextjs.org/docs/app/api-reference/functions/cacheLife
 */
export function cacheLife(profile: string | CacheLife): void {
  const { dependencies, profiles } = requireUseCache("cacheLife", "cache-life-outside-use-cache");
  shortenLife(dependencies.ownLife, resolveLife(profile, profiles));
}

/**
 * Adds tags to the result of a `"use cache"` function, which `revalidateTag()` invalidates. A tag that is not a string or
 * has more than 256 characters is ignored with a warning, as are the tags after the first 128 of a call.
 *
 * @param tags The tags.
 * @throws {Error} Outside such a function.
 * @see https://nextjs.org/docs/app/api-reference/functions/cacheTag
 */
export function cacheTag(...tags: string[]): void {
  const { dependencies } = requireUseCache("cacheTag", "cache-tag-outside-use-cache");
  for (const tag of getValidTags(tags)) dependencies.tags.add(tag);
}

/** How long a tag is at most, and how many there are at most. */
const MAX_TAG_LENGTH = 256, MAX_TAGS = 128;

function getValidTags(tags: readonly unknown[]): string[] {
  const valid: string[] = [], complaints: string[] = [];
  for (const [i, tag] of tags.entries()) {
    if (valid.length === MAX_TAGS) {
      const dropped = tags.slice(i).join(", ");
      writeLog("warn", `Warning: exceeded max tag count for \`cacheTag()\`, dropped tags: ${dropped}`);
      break;
    }
    if (typeof tag !== "string") complaints.push(`tag: "${tag}" invalid type, must be a string`);
    else if (tag.length > MAX_TAG_LENGTH) complaints.push(`tag: "${tag}" exceeded max length of ${MAX_TAG_LENGTH}`);
    else valid.push(tag);
  }
  if (complaints.length > 0) {
    writeLog("warn", ["Warning: invalid tags passed to `cacheTag()`: ", ...complaints].join("\n"));
  }
  return valid;
}

/** What the function that runs depends on, and the profiles of its application. */
function requireUseCache(
  name: string,
  page: string,
): { readonly dependencies: Dependencies; readonly profiles: CacheLifeProfiles } {
  const scope = getScope();
  const useCache = scope?.application.useCache;
  if (useCache !== undefined && !useCache.isEnabled) {
    throw new Error(`\`${name}()\` is only available with the \`cacheComponents\` config.`);
  }
  const dependencies = scope?.cachedFunction?.dependencies;
  if (dependencies !== undefined) return { dependencies, profiles: useCache?.profiles ?? DEFAULT_PROFILES };
  const where = scope === undefined ? "" : `Route "${scope.route.id}": `;
  throw new Error(
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
 * Marks the following code as one that does input or output, so that the response is not cached by `cacheComponents`.
 *
 * @see https://nextjs.org/docs/app/api-reference/functions/io
 */
export function io(): Promise<void> {
  const scope = getScope();
  const done = Promise.resolve();
  return scope?.tracking?.prerender === undefined ? done : markWhenAwaited(scope, "io()", done);
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
