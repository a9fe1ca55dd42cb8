/**
 * Saying that what was cached is out of date. This version caches nothing yet, so there is nothing to forget; what the
 * functions refuse, they refuse already.
 *
 * @module
 */

import { currentScope } from "./request_scope.ts";

/** How long a value may still be served: `"max"`, a profile's name, or `{ expire: 0 }` for not at all. */
export type RevalidateProfile = string | { expire?: number };

/**
 * Forgets what was cached under a tag.
 *
 * @param tag The tag, at most 256 characters.
 * @param profile How long the old value may still be served.
 * @throws {Error} If no request is being answered.
 * @see https://nextjs.org/docs/app/api-reference/functions/revalidateTag
 */
export function revalidateTag(tag: string, profile?: RevalidateProfile): void {
  currentScope("revalidateTag");
  if (profile !== undefined) return;
  console.warn(
    `"revalidateTag" without the second argument is now deprecated, add second argument of "max" or use "updateTag". See more info here: https://nextjs.org/docs/messages/revalidate-tag-single-arg (tag ${
      JSON.stringify(tag)
    })`,
  );
}

/**
 * Forgets what was cached for a path.
 *
 * @param path The path: `/users/42`, or with `type` a route's pattern: `/users/[id]`.
 * @param type `"page"` for exactly that route, `"layout"` for everything below it too.
 * @throws {Error} If no request is being answered.
 * @see https://nextjs.org/docs/app/api-reference/functions/revalidatePath
 */
export function revalidatePath(path: string, type?: "page" | "layout"): void {
  currentScope("revalidatePath");
  if (type !== undefined || !/\[[^/]+\]/.test(path)) return;
  console.warn(
    `Warning: a dynamic page path "${path}" was passed to "revalidatePath", but the "type" parameter is missing. This has no effect by default, see more info here https://nextjs.org/docs/app/api-reference/functions/revalidatePath`,
  );
}

/**
 * For server actions only.
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
 * For server actions only.
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
 * Says that the response is not to be cached.
 *
 * @see https://nextjs.org/docs/app/api-reference/functions/unstable_noStore
 */
export function unstable_noStore(): void {}
