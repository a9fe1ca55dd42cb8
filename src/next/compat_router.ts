/**
 * `next/compat/router`: the router of `pages/`, or `null` outside of it.
 *
 * @module
 */

/**
 * Returns `null`, because a route handler has no router.
 *
 * @see https://nextjs.org/docs/pages/api-reference/functions/use-router#the-nextcompatrouter-export
 */
export function useRouter(): null {
  return null;
}
