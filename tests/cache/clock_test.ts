import { assert, assertEquals, assertLess, assertStrictEquals } from "@std/assert";
import { createElapsed, isAhead, MAX_SKEW_MS } from "../../src/cache/clock.ts";

const DAY = 86_400_000;

const TIMES: readonly { name: string; time: number; ahead: boolean }[] = [
  { name: "of the past", time: 1_000_000 - DAY, ahead: false },
  { name: "of now", time: 1_000_000, ahead: false },
  { name: "of another machine's clock", time: 1_000_000 + MAX_SKEW_MS, ahead: false },
  { name: "just beyond that", time: 1_000_000 + MAX_SKEW_MS + 1, ahead: true },
  { name: "of tomorrow", time: 1_000_000 + DAY, ahead: true },
  { name: "that is the last one", time: Infinity, ahead: true },
];

for (const { name, time, ahead } of TIMES) {
  Deno.test(`S61 isAhead() of a time ${name} is ${ahead}`, () => assertStrictEquals(isAhead(time, 1_000_000), ahead));
}

Deno.test("S61 createElapsed() returns the monotonic clock for the system's clock", () => {
  const elapsed = createElapsed(Date.now);
  const [before, time, after] = [performance.now(), elapsed(), performance.now()];
  assert(before <= time && time <= after, `${before} <= ${time} <= ${after}`);
});

Deno.test("S61 createElapsed() never goes back when the clock is set back, and follows it forward again", () => {
  let now = DAY;
  const elapsed = createElapsed(() => now);
  const times = [1_000, -DAY, 0, 5_000, -1, 2_000].map((step) => {
    now += step;
    return elapsed();
  });
  assertEquals(times, times.toSorted((a, b) => a - b));
  const stepped = times.at(-1)! - times[0]!;
  assert(stepped >= 7_000, `${stepped}`);
  // The monotonic clock adds the time that the test took.
  assertLess(stepped, 7_000 + DAY / 24);
});
