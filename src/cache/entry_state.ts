/**
 * Whether an entry can be served: by its age, and by the invalidations since it was made.
 *
 * @module
 */

import { isAhead } from "./clock.ts";
import type { CacheEntry, CacheRead } from "./store.ts";

/** Fresh, served stale while it is revalidated, or not to be served. */
export type EntryState = "HIT" | "STALE" | "MISS";

/** How long a stale entry is served: a year, as in Next.js. */
export const YEAR_SECONDS = 31_536_000;

/**
 * Returns the state of what a store has under a key.
 *
 * A time that is ahead of the clock was written before the clock was set back. An entry of such a time is stale, as its
 * age is unknown; the entries of a mark of such a time are no longer served stale.
 *
 * @param read The result of the read.
 * @param now The time, in milliseconds since 1970.
 */
export function getEntryState({ entry, marks, generation }: CacheRead, now: number): EntryState {
  if (entry === undefined || entry.generation > generation || now >= entry.madeAt + YEAR_SECONDS * 1000) return "MISS";
  let isStale = isAhead(entry.madeAt, now) || isOld(entry, now);
  for (const { hard, soft, expireAt, markedAt } of marks) {
    if (hard > entry.generation) return "MISS";
    if (soft <= entry.generation) continue;
    if (now >= expireAt || isAhead(markedAt, now)) return "MISS";
    isStale = true;
  }
  return isStale ? "STALE" : "HIT";
}

/** Whether an entry is older than its `revalidate`. */
function isOld({ madeAt, revalidate }: CacheEntry, now: number): boolean {
  return revalidate !== null && now >= madeAt + revalidate * 1000;
}
