import { assertEquals, assertThrows } from "@std/assert";
import { type CacheLife, readProfiles, resolveLife, shortenLife } from "../../src/cache/cache_life.ts";

const PROFILES = readProfiles({ mine: { revalidate: 400 }, blog: { stale: 60, revalidate: 2, expire: 4 } });

const ACCEPTED: readonly [profile: unknown, life: CacheLife][] = [
  ["seconds", { stale: 30, revalidate: 1, expire: 60 }],
  ["max", { stale: 300, revalidate: 2_592_000, expire: 31_536_000 }],
  ["default", { stale: 300, revalidate: 900, expire: Infinity }],
  ["blog", { stale: 60, revalidate: 2, expire: 4 }],
  ["mine", { stale: 300, revalidate: 400, expire: Infinity }],
  [{}, {}],
  [{ other: 1 }, { other: 1 } as CacheLife],
  [{ revalidate: 5, expire: 5 }, { revalidate: 5, expire: 5 }],
  [{ revalidate: -1 }, { revalidate: -1 }],
  [{ revalidate: 1.5, expire: Infinity }, { revalidate: 1.5, expire: Infinity }],
];

for (const [profile, life] of ACCEPTED) {
  Deno.test(`cacheLife() accepts ${Deno.inspect(profile)}`, () => assertEquals(resolveLife(profile, PROFILES), life));
}

const NO_OPTION = "Invalid `cacheLife()` option. Either pass a profile name or object.";
const REFUSED: readonly [profile: unknown, message: string][] = [
  [
    "nope",
    'Unknown `cacheLife()` profile "nope" is not configured in next.config.js\nmodule.exports = {\n  cacheLife: {\n    "nope": ...\n  }\n}',
  ],
  ["", 'Unknown `cacheLife()` profile "" is not configured in next.config.js'],
  [
    " hours ",
    'Unknown `cacheLife()` profile " hours " is not configured in next.config.js\nDid you mean "hours" without the spaces?',
  ],
  [null, NO_OPTION],
  [undefined, NO_OPTION],
  [[], NO_OPTION],
  [5, NO_OPTION],
  [
    { revalidate: 10, expire: 5 },
    "If providing both the revalidate and expire options, the expire option must be greater than the revalidate option.",
  ],
  [{ revalidate: "5" }, "The revalidate option must be a number of seconds."],
  [{ expire: null }, "The expire option must be a number of seconds."],
  [
    { stale: NaN },
    'Invalid `cacheLife()` option "stale" provided, expected a finite number of seconds or Infinity, received NaN.',
  ],
  [{ revalidate: false }, "Pass `Infinity` instead of `false` if you do not want to revalidate by time."],
  [
    { expire: false },
    "Pass `Infinity` instead of `false` if you want to cache on the server forever without checking with the origin.",
  ],
]; // deno-fmt-ignore

for (const [profile, message] of REFUSED) {
  Deno.test(`cacheLife() refuses ${Deno.inspect(profile)}`, () => {
    assertThrows(() => resolveLife(profile, PROFILES), Error, message);
  });
}

Deno.test("a profile named default changes what other profiles do not say", () => {
  const profiles = readProfiles({ default: { revalidate: 60 }, mine: { stale: 5 } });
  assertEquals(profiles.default, { stale: 300, revalidate: 60, expire: Infinity });
  assertEquals(profiles.mine, { stale: 5, revalidate: 60, expire: Infinity });
  assertEquals(profiles.hours, { stale: 300, revalidate: 3600, expire: 86_400 });
});

Deno.test("shortenLife() takes the shorter part of each", () => {
  const life: CacheLife = { stale: 10, expire: 20 };
  shortenLife(life, { stale: 5, revalidate: 3, expire: 30 });
  assertEquals(life, { stale: 5, revalidate: 3, expire: 20 });
});
