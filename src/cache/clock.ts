/**
 * Time as the cache needs it: a wall clock for the ages of entries, which may be set back, and a clock for spans inside
 * this process, which may not.
 *
 * @module
 */

/** How far the clocks of machines that share a store may differ, in milliseconds, before a time counts as wrong. */
export const MAX_SKEW_MS = 1_000;

/**
 * Whether a time was written by a clock that was ahead: of what was made then, nobody can tell the age.
 *
 * @param time The time, in milliseconds since 1970.
 * @param now The time now.
 */
export function isAhead(time: number, now: number): boolean {
  return time > now + MAX_SKEW_MS;
}

/**
 * Makes a clock for spans: pauses, waiting, how long ago a warning was printed.
 *
 * @param now The wall clock. Where a test has its own, the spans follow each of its steps forward as well.
 * @returns Milliseconds since some time, which never go back.
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
