import { assertStrictEquals } from "@std/assert";
import { type EntryState, getEntryState, YEAR_SECONDS } from "../../src/cache/entry_state.ts";
import type { CacheEntry, TagMark } from "../../src/cache/store.ts";

const NOW = 1_700_000_000_000, DAY = 86_400_000;

const ENTRY: CacheEntry = {
  meta: null,
  body: new Uint8Array(),
  tags: ["t"],
  madeAt: NOW - 10_000,
  revalidate: 60,
  generation: 5,
};

const SOFT: TagMark = { hard: 0, soft: 6, expireAt: NOW + 1_000, markedAt: NOW - 1_000 };

interface Case {
  readonly name: string;
  readonly entry?: Partial<CacheEntry>;
  readonly marks?: readonly TagMark[];
  readonly generation?: number;
  readonly state: EntryState;
}

const CASES: readonly Case[] = [
  { name: "that is fresh", state: "HIT" },
  { name: "that is fresh forever", entry: { revalidate: null }, state: "HIT" },
  { name: "that is as old as it may be", entry: { madeAt: NOW - 60_000 }, state: "STALE" },
  { name: "of a year ago", entry: { madeAt: NOW - YEAR_SECONDS * 1000, revalidate: null }, state: "MISS" },
  { name: "invalidated softly", marks: [SOFT], state: "STALE" },
  { name: "invalidated softly, whose time is over", marks: [{ ...SOFT, expireAt: NOW }], state: "MISS" },
  { name: "invalidated", marks: [{ ...SOFT, hard: 6 }], state: "MISS" },
  { name: "invalidated before it was made", marks: [{ ...SOFT, hard: 5, soft: 5 }], state: "HIT" },
  { name: "of a clock that is half a second ahead", entry: { madeAt: NOW + 500 }, state: "HIT" },
  { name: "of a clock that was ten seconds ahead", entry: { madeAt: NOW + 10_000 }, state: "STALE" },
  { name: "of a clock that was a day ahead", entry: { madeAt: NOW + DAY }, state: "STALE" },
  { name: "of such a clock, fresh forever", entry: { madeAt: NOW + DAY, revalidate: null }, state: "STALE" },
  { name: "of a clock that was ten years ahead", entry: { madeAt: NOW + 10 * YEAR_SECONDS * 1000 }, state: "STALE" },
  {
    name: "invalidated softly for ten seconds by a clock that was a day ahead",
    marks: [{ ...SOFT, markedAt: NOW + DAY, expireAt: NOW + DAY + 10_000 }],
    state: "MISS",
  },
  {
    name: "made after an invalidation by a clock that was a day ahead",
    marks: [{ hard: 5, soft: 5, markedAt: NOW + DAY, expireAt: NOW + DAY + 10_000 }],
    state: "HIT",
  },
  { name: "whose count is above that of the store", generation: 4, state: "MISS" },
];

for (const { name, entry = {}, marks = [], generation = 6, state } of CASES) {
  Deno.test(`S61 getEntryState() of an entry ${name} is ${state}`, () => {
    assertStrictEquals(getEntryState({ entry: { ...ENTRY, ...entry }, marks, generation }, NOW), state);
  });
}
