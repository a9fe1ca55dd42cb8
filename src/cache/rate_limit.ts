/**
 * The counts of rate limits: the contract of their stores, and the arithmetic that the stores share.
 *
 * Two numbers per key are enough for both algorithms: how much is used, and since when. A window that has ended, or a
 * bucket that is full again, is the same as no state at all, so a store may forget it after the window.
 *
 * @module
 */

import { isAhead } from "./clock.ts";

/** How requests are counted. */
export type RateLimitAlgorithm = "fixed" | "token-bucket";

/** How many requests are allowed. */
export interface RateLimitPolicy {
  /**
   * `fixed` allows `limit` requests in each window, which begins with the first one. `token-bucket` allows `limit`
   * requests at once, and then one each time that a `limit`th of the window has passed.
   */
  readonly algorithm: RateLimitAlgorithm;
  /** How many requests; an integer above 0. */
  readonly limit: number;
  /** The length of the window, in milliseconds; an integer above 0. */
  readonly windowMs: number;
}

/** What is stored under a key. */
export interface RateLimitState {
  /** How many requests are used, times the window in milliseconds: a bucket refills by integers, without rounding. */
  readonly used: number;
  /** When the window began, or when the bucket was last used, in milliseconds since 1970. */
  readonly since: number;
}

/** The decision about a request. */
export interface RateLimitResult {
  /** Whether it is allowed. */
  readonly isAllowed: boolean;
  /** How many more requests are allowed now. */
  readonly remaining: number;
  /** When the whole limit is available again, in milliseconds from now. */
  readonly resetMs: number;
  /** When the next request is allowed, in milliseconds from now; 0 if one is allowed now. */
  readonly retryMs: number;
}

/** Stores the counts of rate limits. */
export interface RateLimitStore {
  /**
   * Counts a request, unless it is over the limit. Atomic, also across processes.
   *
   * @param key What the limit is for; any characters.
   * @param policy How many requests are allowed.
   * @param now The current time, in milliseconds since 1970. A store with a clock of its own uses that one.
   */
  take(key: string, policy: RateLimitPolicy, now: number): RateLimitResult | Promise<RateLimitResult>;
}

/**
 * Counts a request.
 *
 * @param before The state under its key, if there is one.
 * @param policy How many requests are allowed.
 * @param now The current time, in milliseconds since 1970.
 * @returns The state to store, and the decision.
 */
export function countRequest(
  before: RateLimitState | undefined,
  policy: RateLimitPolicy,
  now: number,
): { state: RateLimitState; result: RateLimitResult } {
  const { limit, windowMs } = policy;
  const { used, since } = before === undefined ? { used: 0, since: now } : advance(before, policy, now);
  const isAllowed = used + windowMs <= limit * windowMs;
  const state = { used: isAllowed ? used + windowMs : used, since };
  return { state, result: toRateLimitResult(state, isAllowed, policy, now) };
}

/** Returns the state at another time, which may be a little earlier: a process waits for others after it took the time. */
function advance(
  { used, since }: RateLimitState,
  { algorithm, limit, windowMs }: RateLimitPolicy,
  now: number,
): RateLimitState {
  const elapsed = now - since, wasAhead = isAhead(since, now);
  if (algorithm === "fixed") return elapsed >= windowMs || wasAhead ? { used: 0, since: now } : { used, since };
  if (elapsed < 0) return { used, since: wasAhead ? now : since };
  return { used: Math.max(0, used - elapsed * limit), since: now };
}

/**
 * Describes a decision.
 *
 * @param state The state after it.
 * @param isAllowed The decision.
 * @param policy How many requests are allowed.
 * @param now The time of the decision, by the clock of the state.
 */
export function toRateLimitResult(
  { used, since }: RateLimitState,
  isAllowed: boolean,
  { algorithm, limit, windowMs }: RateLimitPolicy,
  now: number,
): RateLimitResult {
  const remaining = Math.max(0, Math.floor(limit - used / windowMs));
  const isBucket = algorithm === "token-bucket";
  const resetMs = isBucket ? Math.ceil(used / limit) : since + windowMs - now;
  const nextMs = isBucket ? Math.ceil((used + windowMs) / limit - windowMs) : resetMs;
  return { isAllowed, remaining, resetMs, retryMs: remaining > 0 ? 0 : nextMs };
}
