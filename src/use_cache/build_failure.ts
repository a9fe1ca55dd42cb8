/**
 * Records why `next build` fails for a handler that can answer requests, which `routes check` reports.
 *
 * @module
 */

import { isRequestPromise } from "../scope/prerender.ts";
import type { RequestScope } from "../scope/request_scope.ts";
import type { InheritedTime } from "./cached_run.ts";

/** The settings that the outer function has to choose. */
const CHOICES: Readonly<Record<InheritedTime, readonly [time: string, longer: string, short: string]>> = {
  revalidate: ["`revalidate: 0`", "a non-zero `revalidate`", "`revalidate: 0`"],
  expire: ["a short `expire` (under 5 minutes)", "a longer `expire`", "a short `expire`"],
};

/** Records that a cached function has inherited a lifetime that prevents prerendering its result. */
export function noteInheritedTime({ tracking, route }: RequestScope, inherited: InheritedTime): void {
  if (tracking?.prerender === undefined) return;
  const [time, longer, short] = CHOICES[inherited];
  tracking.prerender.failure ??=
    `Route "${route.id}": A nested \`"use cache"\` with ${time} is inside an outer \`"use cache"\` that has no \`cacheLife()\`. Add \`cacheLife()\` to the outer one to choose whether to prerender it with ${longer} or keep it dynamic with ${short}.\nLearn more: https://nextjs.org/docs/messages/nested-use-cache-no-explicit-cachelife`;
}

/**
 * Records that a cached function waits for its arguments. While Next.js builds, promises that depend on the request
 * never settle.
 *
 * @param scope The scope of the caller.
 * @param inputs Settles when the arguments have been read.
 * @param args The arguments.
 */
export function noteInputs(
  { tracking, route }: RequestScope,
  inputs: Promise<unknown>,
  args: readonly unknown[],
): void {
  if (tracking?.prerender === undefined) return;
  if (args.some(isRequestPromise)) tracking.prerender.failure ??= createSlowInputsMessage(route.id);
  else tracking.prerender.inputs.add(inputs);
}

/**
 * Returns the message about a cached function whose arguments do not settle.
 *
 * @param id The URL pattern of the route.
 */
export function createSlowInputsMessage(id: string): string {
  return `Route "${id}": A \`"use cache"\` function took too long during prerendering. The most common cause is passing unresolved request-specific arguments, such as \`params\` or \`searchParams\`, into the cached function. Resolve the data before calling the function and pass only the values you need.\nLearn more: https://nextjs.org/docs/messages/next-request-in-use-cache`;
}
