/**
 * Entries of the cache, changed in any way: bit by bit, cut, or by someone who knows how they are made.
 *
 * @module
 */

import type { FuzzArea, Input } from "./area.ts";
import type { CacheEntryInput } from "./cache_entry_check.ts";
import { chance, integer, pick, pieces, type Random, several } from "./random.ts";
import { runCheck } from "./subject_process.ts";

const CHARACTERS = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code));
const PIECES = [
  '"',
  "{",
  "}",
  "[",
  "]",
  ",",
  ":",
  "\\",
  "0",
  "1",
  "9",
  "-",
  "e",
  "null",
  '"status":',
  '"headers":',
  "\0",
  "\u00ff",
];
const STATUSES = [99, 100, 101, 103, 199, 204, 205, 206, 304, 500, 599, 600, 999, 1000, -1, 0, 200.5, 1e21];
const ODD: readonly Input[] = [null, true, 0, "", "200", [], {}, [[]], { length: 1 }];
const NAMES = [
  "content-type",
  "x-a",
  "set-cookie",
  "content-length",
  "transfer-encoding",
  "x-nextjs-cache",
  "age",
  "etag",
  "vary",
  "",
  "a b",
  "\u0100",
  "a\r\nb",
  "__proto__",
];
const VALUES = ["a", "text/html", "0", "100", "chunked", '"tag"', "", " ", "a\r\nb: c", "\0", "\u0100", "\ud800", "*"];

/** Entries of the cache. */
export const cacheEntryArea: FuzzArea<CacheEntryInput> = {
  name: "cache",
  expectedLog: /^Cannot use cached entry ".*": its content is invalid/,
  kept: ["method"],
  make(random) {
    const isChanged = chance(random, 0.5);
    return {
      meta: makeMeta(random),
      body: pieces(random, 20, chance(random, 0.5) ? CHARACTERS : ["a", "\u00c3\u00a9", "\u00ef\u00bb\u00bf", "hello"]),
      tags: several(random, 3, () => pick(random, ["a", "_N_T_/", "\0", "\ud800", "", "x".repeat(300)])),
      age: pick(random, [0, 1, 59, 61, 3600, 31_536_001, -1, -86_401, -1e9, 1.5]),
      revalidate: pick(random, [null, 0, 1, 60, 60, 0.5, -1, 1e12, 31_536_000]),
      generation: pick(random, [0, 0, 1, -1, Number.MAX_SAFE_INTEGER]),
      changes: isChanged ? [makeChange(random), ...several(random, 2, makeChange)] : [],
      isSigned: chance(random, 0.5),
      request: {
        method: pick(random, ["GET", "GET", "HEAD"]),
        condition: chance(random, 0.7) ? "" : pick(random, ["*", '"tag"', 'W/"a", "b"', "x", ",", '"']),
      },
    };
  },
  check: async (input, subject) => await runCheck("cache_entry", input, subject),
};

function makeMeta(random: Random): Input {
  const kind = random();
  if (kind < 0.4) {
    return { status: pick(random, [200, 200, 203, 404]), headers: several(random, 3, () => ["x-a", "b"]) };
  }
  if (kind < 0.5) return pick(random, ODD);
  const status = chance(random, 0.5) ? 200 : chance(random, 0.8) ? pick(random, STATUSES) : pick(random, ODD);
  const pair = () => chance(random, 0.9) ? [pick(random, NAMES), pick(random, VALUES)] : pick(random, ODD);
  const headers = chance(random, 0.9) ? several(random, 3, pair) : pick(random, ODD);
  return chance(random, 0.9) ? { status, headers } : chance(random, 0.5) ? { status } : { headers };
}

function makeChange(random: Random): CacheEntryInput["changes"][number] {
  return {
    at: random(),
    remove: chance(random, 0.6) ? integer(random, chance(random, 0.2) ? 1000 : 6) : 0,
    insert: pieces(random, 2, chance(random, 0.5) ? CHARACTERS : PIECES),
  };
}
