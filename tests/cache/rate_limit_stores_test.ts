import { DatabaseSync } from "node:sqlite";
import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import type { RateLimitPolicy, RateLimitResult } from "../../src/cache/rate_limit.ts";
import { encodeName } from "../../src/cache/entry_codec.ts";
import type { CacheStore } from "../../src/cache/store.ts";
import { redisStore } from "../../src/cache/stores/redis.ts";
import { sqliteStore } from "../../src/cache/stores/sqlite.ts";
import { temporaryFiles } from "../helpers/app.ts";
import { IGNORE_REDIS, startRedis } from "../helpers/redis.ts";
import { eachSharedStore, eachStore, type Place, T0 } from "./_stores.ts";

const WINDOW_MS = 2000;
const FIXED: RateLimitPolicy = { algorithm: "fixed", limit: 3, windowMs: WINDOW_MS };
const BUCKET: RateLimitPolicy = { algorithm: "token-bucket", limit: 2, windowMs: WINDOW_MS };

async function take(store: CacheStore, key: string, policy: RateLimitPolicy, place: Place): Promise<RateLimitResult> {
  return await store.take!(key, policy, place.now());
}

eachStore((symbol) => `${symbol} counts each key of a fixed window by itself`, async (store, place) => {
  const decisions: boolean[] = [];
  for (let i = 0; i < 5; i++) decisions.push((await take(store, "a", FIXED, place)).isAllowed);
  assertEquals(decisions, [true, true, true, false, false]);
  const { retryMs, resetMs } = await take(store, "a", FIXED, place);
  assert(retryMs > 0 && retryMs <= WINDOW_MS && resetMs === retryMs, `${retryMs} ${resetMs}`);
  assertStrictEquals((await take(store, "b", FIXED, place)).remaining, 2);
  await place.pass(WINDOW_MS + 10);
  assertStrictEquals((await take(store, "a", FIXED, place)).remaining, 2);
});

eachStore((symbol) => `${symbol} refills a token bucket one by one`, async (store, place) => {
  const next = async () => (await take(store, "a", BUCKET, place)).isAllowed;
  assertEquals([await next(), await next(), await next()], [true, true, false]);
  await place.pass(WINDOW_MS / 2 + 10);
  assertEquals([await next(), await next()], [true, false]);
});

eachStore((symbol) => `${symbol} counts keys of any characters`, async (store, place) => {
  for (const key of ["", "a:b", "\u{1f600}", "\ud800", "' OR 1=1", "__proto__", "x".repeat(10_000)]) {
    assertStrictEquals((await take(store, key, FIXED, place)).remaining, 2, key.slice(0, 20));
    assertStrictEquals((await take(store, key, FIXED, place)).remaining, 1, key.slice(0, 20));
  }
});

eachStore((symbol) => `${symbol} keeps counts apart from entries`, async (store, place) => {
  await store.set("a", {
    meta: 1,
    body: new Uint8Array(1),
    tags: [],
    madeAt: T0,
    revalidate: null,
    generation: (await store.get("", [])).generation,
  });
  await take(store, "a", FIXED, place);
  await store.clear();
  assertStrictEquals((await take(store, "a", FIXED, place)).remaining, 1);
});

eachSharedStore(
  (symbol) => `two processes on one ${symbol} share a limit, and none is over it`,
  async (a, b, place) => {
    const policy = { ...FIXED, limit: 50, windowMs: 60_000 };
    const results = await Promise.all(
      Array.from({ length: 120 }, (_, index) => take(index % 2 === 0 ? a : b, "shared", policy, place)),
    );
    assertStrictEquals(results.filter(({ isAllowed }) => isAllowed).length, 50);
    const left = results.filter(({ isAllowed }) => isAllowed).map(({ remaining }) => remaining);
    assertEquals(left.sort((x, y) => x - y), Array.from({ length: 50 }, (_, index) => index));
  },
);

Deno.test("S72 sqliteStore() removes the counts of windows that have ended", async () => {
  await using folder = await temporaryFiles({});
  const path = `${folder.dir}/cache.db`;
  const store = sqliteStore(path);
  for (let index = 0; index < 1000; index++) {
    await store.take(`client ${index}`, { algorithm: "fixed", limit: 1, windowMs: 10 }, T0 + index);
  }
  await store.close();
  using database = new DatabaseSync(path);
  const { many } = database.prepare("SELECT count(*) AS many FROM limits").get() as { many: number };
  assert(many <= 20, `${many} rows are left`);
});

Deno.test({
  name: "S72 redisStore() has Redis remove the counts of windows that have ended, and replaces what is no count",
  ignore: IGNORE_REDIS,
  async fn() {
    await using server = await startRedis();
    const store = redisStore(server.url, { timeout: 60_000 });
    await store.take("a", FIXED, T0);
    const left = Number((await server.command("PTTL", `routes:limit:${encodeName("a")}`)).slice(1));
    assert(left > 0 && left <= WINDOW_MS, `${left} ms are left`);
    const key = `routes:limit:${encodeName("b")}`;
    for (const command of [["SET", key, "x"], ["HSET", key, "used", "x", "since", "y"]]) {
      await server.command("DEL", key);
      await server.command(...command);
      assertStrictEquals((await store.take("b", FIXED, T0)).remaining, 2);
    }
    await store.close();
  },
});
