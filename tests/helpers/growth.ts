/**
 * Checks whether work takes linear or quadratic time.
 *
 * @module
 */

import { assert } from "@std/assert";

/** How often each size runs: the shortest time counts, because other load only adds to it. */
const RUNS = 5;

/** How often work is measured before it counts as nonlinear. */
const ATTEMPTS = 3;

/** The ratio of the two input sizes. Linear work grows by about this factor, quadratic work by its square. */
const FACTOR = 8;

/**
 * Asserts that work is linear: that 8 times the input takes less than 24 times as long, where 64 would be quadratic.
 *
 * @param run The work, for an input of a size.
 * @param size The smaller size: large enough for a millisecond of work or so.
 */
export async function assertLinear(run: (size: number) => unknown, size: number): Promise<void> {
  await run(size);
  let small = 0, large = 0;
  // A busy machine can make linear work look nonlinear once, but quadratic work never looks linear.
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    small = await shortest(run, size);
    large = await shortest(run, size * FACTOR);
    // Shorter times cannot be distinguished from noise, and do no harm.
    if (large < 50 || large < small * FACTOR * 3) return;
  }
  assert(false, `${small} ms for ${size}, ${large} ms for ${size * FACTOR}`);
}

async function shortest(run: (size: number) => unknown, size: number): Promise<number> {
  let least = Infinity;
  for (let i = 0; i < RUNS; i++) {
    const start = performance.now();
    await run(size);
    least = Math.min(least, performance.now() - start);
  }
  return least;
}
