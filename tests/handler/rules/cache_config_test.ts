import { assertEquals, assertRejects } from "@std/assert";
import { readAppConfig } from "../../../src/handler/rules/next_config.ts";

const read = async (config: unknown) => (await readAppConfig(config, "next.config.ts")).useCache;

const FLAGS: readonly [config: unknown, isEnabled: boolean, cacheComponents: boolean][] = [
  [{}, false, false],
  [{ cacheComponents: true }, true, true],
  [{ cacheComponents: false }, false, false],
  [{ experimental: { cacheComponents: true } }, true, true],
  [{ experimental: { useCache: true } }, true, false],
];

for (const [config, isEnabled, cacheComponents] of FLAGS) {
  Deno.test(`${JSON.stringify(config)} ${isEnabled ? "enables" : "does not enable"} "use cache"`, async () => {
    const settings = await read(config);
    assertEquals([settings.isEnabled, settings.cacheComponents], [isEnabled, cacheComponents]);
  });
}

Deno.test("cacheLife, cacheHandlers and cacheMaxMemorySize are read, and are not reported as ignored", async () => {
  const config = {
    cacheLife: { mine: { revalidate: 5 } },
    cacheHandlers: { redis: "/a.js", none: undefined },
    cacheMaxMemorySize: 1000,
  };
  const { profiles, handlers, maxMemoryBytes } = await read(config);
  assertEquals(profiles.mine, { stale: 300, revalidate: 5, expire: Infinity });
  assertEquals([handlers, maxMemoryBytes], [{ redis: "/a.js" }, 1000]);
  assertEquals((await readAppConfig(config, "next.config.ts")).ignored, []);
});

const REFUSED: readonly [config: unknown, message: string][] = [
  [{ cacheLife: "hours" }, "Cannot read cacheLife of next.config.ts: it is string, write { name: { revalidate: 60 } }"],
  [
    { cacheLife: { a: { revalidate: "5" } } },
    "Cannot read cacheLife of next.config.ts: The revalidate option must be a number of seconds.",
  ],
  [
    { cacheHandlers: { a: 5 } },
    "Cannot read cacheHandlers.a of next.config.ts: it is number, write the path of a module",
  ],
  [
    { cacheMaxMemorySize: "5mb" },
    'Cannot read cacheMaxMemorySize of next.config.ts: it is "5mb", write a number of bytes',
  ],
]; // deno-fmt-ignore

for (const [config, message] of REFUSED) {
  Deno.test(`${JSON.stringify(config)} is refused`, async () => {
    await assertRejects(() => readAppConfig(config, "next.config.ts"), TypeError, message);
  });
}
