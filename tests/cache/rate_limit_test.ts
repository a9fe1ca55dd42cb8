import { assertEquals } from "@std/assert";
import { countRequest, type RateLimitPolicy, type RateLimitState } from "../../src/cache/rate_limit.ts";
import { memoryLimits } from "../../src/cache/stores/memory_limits.ts";
import { T0 } from "./_stores.ts";

const FIXED: RateLimitPolicy = { algorithm: "fixed", limit: 2, windowMs: 1000 };
const BUCKET: RateLimitPolicy = { algorithm: "token-bucket", limit: 2, windowMs: 1000 };

/** Requests at times, and for each whether it is allowed, what remains, when the limit is whole, when to retry. */
const CASES: readonly [title: string, RateLimitPolicy, [at: number, boolean, number, number, number][]][] = [
  ["a fixed window allows the limit, then nothing until it ends", FIXED, [
    [0, true, 1, 1000, 0],
    [400, true, 0, 600, 600],
    [999, false, 0, 1, 1],
    [1000, true, 1, 1000, 0],
  ]],
  ["a fixed window begins with its first request", FIXED, [[0, true, 1, 1000, 0], [1500, true, 1, 1000, 0], [
    2499,
    true,
    0,
    1,
    1,
  ]]],
  ["a fixed window of a clock that was ahead has ended", FIXED, [[5000, true, 1, 1000, 0], [0, true, 1, 1000, 0]]],
  ["a token bucket allows the limit at once, then one each half window", BUCKET, [
    [0, true, 1, 500, 0],
    [0, true, 0, 1000, 500],
    [400, false, 0, 600, 100],
    [500, true, 0, 1000, 500],
    [5000, true, 1, 500, 0],
  ]],
  ["a token bucket does not refill while the clock goes back", BUCKET, [
    [5000, true, 1, 500, 0],
    [5000, true, 0, 1000, 500],
    [0, false, 0, 1000, 500],
    [500, true, 0, 1000, 500],
  ]],
  ["a fixed window does not end when a process that waited comes with an earlier time", FIXED, [
    [100, true, 1, 1000, 0],
    [0, true, 0, 1100, 1100],
    [50, false, 0, 1050, 1050],
  ]],
  ["a token bucket does not refill twice when a process that waited comes with an earlier time", BUCKET, [
    [500, true, 1, 500, 0],
    [500, true, 0, 1000, 500],
    [0, false, 0, 1000, 500],
    [750, false, 0, 750, 250],
  ]],
  ["a rejected request uses nothing", { ...BUCKET, limit: 1 }, [
    [0, true, 0, 1000, 1000],
    [900, false, 0, 100, 100],
    [1000, true, 0, 1000, 1000],
  ]],
];

for (const [title, policy, requests] of CASES) {
  Deno.test(title, () => {
    let state: RateLimitState | undefined;
    for (const [at, isAllowed, remaining, resetMs, retryMs] of requests) {
      const counted = countRequest(state, policy, T0 + at);
      assertEquals(counted.result, { isAllowed, remaining, resetMs, retryMs }, `at ${at}`);
      state = counted.state;
    }
  });
}

Deno.test("S72 memoryLimits() forgets the least recently used keys beyond its number", async () => {
  const store = memoryLimits(2);
  const remaining = async (key: string) => (await store.take(key, { ...FIXED, limit: 10 }, T0)).remaining;
  assertEquals([await remaining("a"), await remaining("b"), await remaining("a"), await remaining("c")], [9, 9, 8, 9]);
  assertEquals([await remaining("a"), await remaining("b")], [7, 9]);
});
