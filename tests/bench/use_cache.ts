/**
 * A cached call that hits the memory, with a value of 1 kB: `deno run -A tests/bench/use_cache.ts`. Each call is the first
 * one of its request, except where the name says otherwise.
 */
import { unstable_cache } from "../../src/cache.ts";
import { getScope, runInScope } from "../../src/scope/current_scope.ts";
import { createCaller, useCache } from "../use_cache/_cached.ts";

const CALLS = 20_000, ROUNDS = 7;

/** The call that reuses the results of its request. */
const AGAIN = "use cache, again in the request";

const value = {
  users: Array.from({ length: 10 }, (_, id) => ({ id, name: `user ${id}`, mail: `${"m".repeat(60)}@x` })),
};
const load = (_id: string, _options: object) => Promise.resolve(value);
const cached = useCache(load);
const calls: Readonly<Record<string, (id: string, options: object) => Promise<unknown>>> = {
  "use cache": cached,
  [AGAIN]: cached,
  "use cache, a Date and a Map in the value": useCache(() => ({ ...value, at: new Date(0), map: new Map([["a", 1]]) })),
  unstable_cache: unstable_cache(load),
  "no cache": load,
};

const { inRequest } = await createCaller();
const results = await inRequest(async () => {
  const scope = getScope()!;
  const times = new Map<string, number[]>();
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, call] of Object.entries(calls)) {
      const cachedCalls = name === AGAIN ? new Map() : undefined;
      const start = performance.now();
      for (let i = 0; i < CALLS; i++) await runInScope(scope.fork({ cachedCalls }), call, "42", { a: 1, b: [2] });
      times.set(name, [...times.get(name) ?? [], (performance.now() - start) * 1000 / CALLS]);
    }
  }
  return times;
});
for (const [name, times] of results) {
  const median = times.toSorted((a, b) => a - b)[ROUNDS >> 1]!;
  console.log(`${name.padEnd(42)} ${median.toFixed(1)} µs`);
}
