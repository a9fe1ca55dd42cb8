/**
 * A clock for tests.
 *
 * @module
 */

/** A clock that a test controls. */
export interface TestClock {
  /** The time, in milliseconds since 1970: the option `now` of `createRequestHandler()` and `testHandler()`. */
  readonly now: () => number;
  /** Advances the clock, in seconds. */
  pass(seconds: number): void;
}

/**
 * Creates a clock that only `pass()` advances.
 *
 * @param start The initial time, in milliseconds since 1970. Default: the current time.
 *
 * @example
 * ```ts
 * import { createTestClock } from "@x/routes/testing";
 * import { assertEquals } from "@std/assert";
 *
 * const clock = createTestClock(0);
 * clock.pass(60);
 * assertEquals(clock.now(), 60_000);
 * ```
 */
export function createTestClock(start: number = Date.now()): TestClock {
  let time = start;
  return {
    now: () => time,
    pass(seconds) {
      time += seconds * 1000;
    },
  };
}
