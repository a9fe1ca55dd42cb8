/**
 * The two clocks of the cache: a wall clock for the ages of entries, which may be set back, and a monotonic clock for
 * spans inside this process.
 *
 * @module
 */

/** How far the clocks of machines that share a store may differ before a time counts as wrong. */
export const MAX_SKEW_MS = 1_000;

/**
 * Whether a time was written by a clock that was ahead: the age of an entry of that time is unknown.
 *
 * @param time The time, in milliseconds since 1970.
 * @param now The time now.
 */
export function isAhead(time: number, now: number): boolean {
  return time > now + MAX_SKEW_MS;
}

/**
 * Creates a monotonic clock for spans: pauses, waits, how long ago a warning was printed.
 *
 * @param now The wall clock. If a test passes its own, the spans follow each of its forward steps as well.
 * @returns A function that returns milliseconds since an arbitrary time and never goes back.
 */
export function createElapsed(now: () => number): () => number {
  if (now === Date.now) return () => performance.now();
  let last = now(), stepped = 0;
  return () => {
    const time = now();
    stepped += Math.max(0, time - last);
    last = time;
    return performance.now() + stepped;
  };
}
