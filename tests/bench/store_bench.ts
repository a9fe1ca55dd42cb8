/**
 * Operations a second of the three stores, with entries of 1 kB: `deno bench -A tests/bench/store_bench.ts`. Redis is
 * measured if there is a `redis-server`.
 */
import { sqliteStore } from "../../src/cache/stores/sqlite.ts";
import { memoryStore } from "../../src/cache/stores/memory.ts";
import { redisStore } from "../../src/cache/stores/redis.ts";
import type { CacheEntry, CacheStore } from "../../src/cache/store.ts";
import { startRedis } from "../helpers/redis.ts";

const dir = await Deno.makeTempDir({ prefix: "routes_bench_" });
const redis = await startRedis().catch(() => null);
const stores: [string, CacheStore][] = [["memory", memoryStore()], ["sqlite", sqliteStore(`${dir}/cache.db`)]];
if (redis !== null) stores.push(["redis", redisStore(redis.url)]);

const body = new Uint8Array(1024).fill(97);

for (const [name, store] of stores) {
  const { generation } = await store.get("first", []);
  const entry: CacheEntry = {
    meta: { status: 200, headers: [["content-type", "text/plain"]] },
    body,
    tags: ["_N_T_/layout", "_N_T_/news/layout", "_N_T_/news/route", "_N_T_/news", "news"],
    madeAt: Date.now(),
    revalidate: 60,
    generation,
  };
  await store.set("first", entry);
  let number = 0;
  Deno.bench(`${name}: get`, { group: "get" }, async () => void await store.get("first", []));
  Deno.bench(`${name}: set`, { group: "set" }, async () => void await store.set(`key ${number++ % 10_000}`, entry));
  Deno.bench(`${name}: mark`, { group: "mark" }, async () => void await store.mark([`tag ${number++ % 100}`], null, 0));
}

globalThis.addEventListener("unload", () => {
  redis?.kill();
  Deno.removeSync(dir, { recursive: true });
});
