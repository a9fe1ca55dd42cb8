/**
 * The counts of rate limits in the memory of this process.
 *
 * @module
 */

import { countRequest, type RateLimitState, type RateLimitStore } from "../rate_limit.ts";

/** How many keys are stored. */
export const MAX_LIMIT_KEYS = 100_000;

/** How many expired keys are removed with each request; more than one, so that they become fewer. */
const REMOVED_PER_REQUEST = 2;

/**
 * Creates a store of counts in memory.
 *
 * @param maxKeys How many keys it stores; the least recently used are forgotten first. Default: 100,000, about 20 MB.
 */
export function memoryLimits(maxKeys: number = MAX_LIMIT_KEYS): RateLimitStore {
  // The most recently used is last.
  const states = new Map<string, RateLimitState & { readonly until: number }>();

  return {
    take(key, policy, now) {
      const { state, result } = countRequest(states.get(key), policy, now);
      states.delete(key);
      states.set(key, { ...state, until: state.since + policy.windowMs });
      let checked = 0;
      for (const [oldest, { until }] of states) {
        if (states.size > maxKeys || until <= now) states.delete(oldest);
        if (++checked === REMOVED_PER_REQUEST) break;
      }
      return result;
    },
  };
}
