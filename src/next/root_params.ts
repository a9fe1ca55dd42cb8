/**
 * `next/root-params`: the params of the root layout, one function for each.
 *
 * @module
 */

import { requireScope } from "../scope/current_scope.ts";

/**
 * Creates the function of `next/root-params` for a param.
 *
 * @param name The param.
 * @returns A function that always throws: Next.js does not support it in route handlers.
 */
export function createRootParam(name: string): () => Promise<string> {
  return () => {
    const call = `import('next/root-params').${name}()`;
    const { route } = requireScope(call);
    throw new Error(
      `Route ${route.id} used \`${call}\` inside a Route Handler. Support for this API in Route Handlers is planned for a future version of Next.js.`,
    );
  };
}
