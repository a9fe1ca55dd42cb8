import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import type { CacheEntry, TagMark } from "../../src/cache/store.ts";
import { seeded } from "../helpers/random.ts";
import { CLUSTER, eachStore, type Freshness, getCount, getFreshness, KINDS, markBoth, T0, toBytes } from "./_stores.ts";

const KEYS = ["a", "b", "c"];
const TAGS = ["s", "t", "u", "v"];
const STEPS = 600;

/** An invalidation as requested. */
interface Invalidation {
  readonly tags: readonly string[];
  readonly expireAt: number | null;
  readonly count: number;
}

/** The invariant, whatever the store remembers: no tag of the entry was invalidated since its generation started. */
function demanded(entry: CacheEntry, asked: readonly string[], log: readonly Invalidation[], now: number): Freshness {
  const later = log.filter(({ count, tags }) =>
    count > entry.generation && tags.some((tag) => entry.tags.includes(tag) || asked.includes(tag))
  );
  if (later.some(({ expireAt }) => expireAt === null || now >= expireAt)) return "gone";
  return later.length > 0 ? "stale" : "fresh";
}

const SEVERITY: readonly Freshness[] = ["fresh", "stale", "gone"];

for (const seed of [1, 2, 3]) {
  eachStore((store) => `${store} agrees with a naive model over ${STEPS} random steps, seed ${seed}`, async (store) => {
    const random = seeded(seed);
    const below = (limit: number) => Math.floor(random() * limit);
    const one = <T>(list: readonly T[]) => list[below(list.length)]!;
    const some = <T>(list: readonly T[]) => list.filter(() => random() < 0.4);
    const entries = new Map<string, CacheEntry>();
    const marks = new Map<string, TagMark>();
    const log: Invalidation[] = [];
    const counts = [await getCount(store)];
    let now = T0;
    const seen = { fresh: 0, stale: 0, gone: 0 };

    for (let step = 0; step < STEPS; step++) {
      const key = one(KEYS);
      const what = random();
      if (what < 0.25) {
        // A generation that started now, or a while ago.
        const generation = random() < 0.6 ? counts.at(-1)! : one(counts.slice(-4));
        const entry = {
          meta: step,
          body: toBytes(`${step}`),
          tags: some(TAGS),
          madeAt: now,
          revalidate: null,
          generation,
        };
        await store.set(key, entry);
        if (generation >= (entries.get(key)?.generation ?? 0)) entries.set(key, entry);
      } else if (what < 0.5) {
        const tags = [one(TAGS), ...some(TAGS)];
        const expireAt = random() < 0.3 ? null : now + below(40);
        const count = await markBoth(store, marks, tags, expireAt, now);
        counts.push(count);
        log.push({ tags, expireAt, count });
      } else if (what < 0.52) {
        await store.delete(key);
        entries.delete(key);
      } else if (what < 0.53) {
        await store.clear();
        entries.clear();
      } else if (what < 0.6) {
        now += below(20);
      } else {
        const asked = some(TAGS);
        const entry = entries.get(key);
        const read = await store.get(key, asked);
        assertEquals(read.entry, entry, `step ${step}`);
        assertStrictEquals(read.generation, counts.at(-1)!);
        if (entry === undefined) continue;
        const known = [...entry.tags, ...asked].flatMap((tag) => marks.get(tag) ?? []);
        const freshness = getFreshness(read, now);
        assertStrictEquals(freshness, getFreshness({ entry, marks: known }, now), `step ${step}`);
        assert(SEVERITY.indexOf(freshness) >= SEVERITY.indexOf(demanded(entry, asked, log, now)), `step ${step}`);
        seen[freshness]++;
      }
    }
    assert(Object.values(seen).every((times) => times > 5), JSON.stringify(seen));
  }, [...KINDS, CLUSTER]);
}
