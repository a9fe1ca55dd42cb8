import { assertEquals, assertThrows } from "@std/assert";
import { readSegmentConfig } from "../../src/handler/segment_config.ts";

const GOOD: readonly Readonly<Record<string, unknown>>[] = [
  {},
  { dynamic: "auto" },
  { dynamic: "force-static", revalidate: 60, dynamicParams: false, fetchCache: "only-cache", maxDuration: 5 },
  { revalidate: false },
  { revalidate: 0 },
  { revalidate: 0.5 },
  { runtime: "edge", preferredRegion: ["iad1", "fra1"] },
  { runtime: "nodejs", preferredRegion: "home", generateStaticParams: () => [] },
];

for (const module of GOOD) {
  Deno.test(`readSegmentConfig() accepts ${JSON.stringify(module)}`, () => {
    const { dynamic, revalidate, dynamicParams, fetchCache, maxDuration, generateStaticParams } = module;
    assertEquals(readSegmentConfig(module, "f") as unknown, {
      dynamic,
      revalidate,
      dynamicParams,
      fetchCache,
      maxDuration,
      generateStaticParams,
    });
  });
}

const WRONG: readonly [module: Readonly<Record<string, unknown>>, state: string][] = [
  [{ dynamic: "nope" }, 'export "dynamic" is "nope", write "auto", "force-dynamic", "error" or "force-static"'],
  [{ dynamic: true }, 'export "dynamic" is true, write "auto", "force-dynamic", "error" or "force-static"'],
  [{ revalidate: -1 }, 'export "revalidate" is -1, write false or a number of seconds from 0'],
  [{ revalidate: "60" }, 'export "revalidate" is "60", write false or a number of seconds from 0'],
  [{ revalidate: NaN }, 'export "revalidate" is NaN, write false or a number of seconds from 0'],
  [{ revalidate: true }, 'export "revalidate" is true, write false or a number of seconds from 0'],
  [{ dynamicParams: "no" }, 'export "dynamicParams" is "no", write true or false'],
  [
    { fetchCache: "always" },
    'export "fetchCache" is "always", write "auto", "default-cache", "only-cache", "force-cache", "force-no-store", "default-no-store" or "only-no-store"',
  ],
  [{ maxDuration: 0 }, 'export "maxDuration" is 0, write a number of seconds from 1'],
  [{ maxDuration: Infinity }, 'export "maxDuration" is Infinity, write a number of seconds from 1'],
  [{ runtime: "bun" }, 'export "runtime" is "bun", write "nodejs", "edge" or "experimental-edge"'],
  [{ preferredRegion: [1] }, 'export "preferredRegion" is [1], write a string or an array of strings'],
  [{ generateStaticParams: [] }, 'export "generateStaticParams" is [], write a function'],
];

for (const [module, state] of WRONG) {
  Deno.test(`readSegmentConfig() throws: ${state}`, () => {
    const error = assertThrows(() => readSegmentConfig(module, "app/x/route.ts"), TypeError);
    assertEquals(error.message, `Cannot load route "app/x/route.ts": ${state}`);
  });
}
