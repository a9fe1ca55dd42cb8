/**
 * Finds out whether a GET is dynamic while its response is generated for all clients (`cacheComponents`).
 *
 * @see https://nextjs.org/docs/app/getting-started/cache-components
 * @module
 */

import type { CacheResult, Lookup } from "../cache/incremental_cache.ts";
import type { MaybePromise } from "../cache/store.ts";
import { markDynamic } from "./dynamic_access.ts";
import { watchImpureCalls } from "./impure_calls.ts";
import { getScope, runOutsideScope } from "./current_scope.ts";
import type { RequestScope } from "./request_scope.ts";
import { settlesAlone } from "./settle.ts";

/**
 * Runs code of a GET until it settles, or until it turns out to be dynamic.
 *
 * @param scope The scope of the response.
 * @param run The code.
 * @returns Its promise, which may be pending if the response is dynamic.
 */
export async function watchPrerender<T>(
  scope: RequestScope,
  run: () => MaybePromise<T>,
): Promise<{ result: Promise<T> }> {
  const stop = watchImpureCalls(reportImpureCall);
  try {
    const result = Promise.try(run);
    // Until it is awaited by the caller, a rejection is expected.
    result.catch(() => {});
    if (!await settlesAlone(result, scope.tracking!.prerender!.work)) markDynamic(scope, "input or output");
    return { result };
  } finally {
    stop();
  }
}

/** The results of a cached function may differ: it is run once for all. */
function reportImpureCall(call: string): void {
  const scope = getScope();
  if (scope?.tracking?.prerender !== undefined && scope.cachedFunction === undefined) markDynamic(scope, call);
}

/**
 * Looks up cached data for the code that runs in a scope, which may wait for it and still not be dynamic. The cache runs
 * outside of the scope: its clock and its timers are not used by the code.
 *
 * @param scope The scope.
 * @param lookup The lookup.
 */
export function lookUpData(scope: RequestScope, lookup: Lookup): MaybePromise<CacheResult | null> {
  return allowWait(scope, runOutsideScope(() => scope.application.cache.get(lookup)));
}

/** Lets the code that runs in a scope wait for work, and still not be dynamic. */
export function allowWait<T>(scope: RequestScope, work: MaybePromise<T>): MaybePromise<T> {
  const pending = scope.tracking?.prerender?.work;
  return work instanceof Promise && pending !== undefined ? pending.add(work) : work;
}

/**
 * Marks a response as dynamic when a promise is awaited, as Next.js does: code may create it and leave it alone.
 *
 * @param scope The scope.
 * @param what The call, as in code: `cookies()`.
 * @param promise What the call returns.
 */
export function markWhenAwaited<T>(scope: RequestScope, what: string, promise: Promise<T>): Promise<T> {
  if (scope.tracking?.prerender !== undefined && scope.cachedFunction === undefined) {
    // The code after it is not for a build to run.
    const settled = scope.application.isBuild ? new Promise<never>(() => {}) : promise;
    return new ObservedPromise(settled, () => markDynamic(scope, what));
  }
  markDynamic(scope, what);
  return promise;
}

/** Whether a value is a promise that makes the response dynamic when it is awaited. */
export function isRequestPromise(value: unknown): boolean {
  return value instanceof ObservedPromise;
}

/** `await` calls `then()` of a promise whose constructor is not `Promise`. */
class ObservedPromise<T> extends Promise<T> {
  readonly #onAwait: () => void;

  constructor(promise: Promise<T>, onAwait: () => void) {
    super((resolve) => resolve(promise));
    this.#onAwait = onAwait;
  }

  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  override then<A = T, B = never>(
    onFulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.#onAwait();
    return super.then(onFulfilled, onRejected);
  }
}
