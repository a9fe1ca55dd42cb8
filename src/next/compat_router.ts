/**
 * `next/compat/router`: the router of the pages in `pages/`, where there may be none.
 *
 * @module
 */

/**
 * The router, of which there is none in a route handler.
 *
 * @see https://nextjs.org/docs/pages/api-reference/functions/use-router#the-nextcompatrouter-export
 */
export function useRouter(): null {
  return null;
}
