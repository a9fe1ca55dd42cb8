/**
 * A cache of a million entries of 1 kB, and one entry with 10,000 tags:
 * `deno run -A tests/bench/large_cache.ts sqlite|redis [entries]`. It needs 2 GB of disk for SQLite, 2 GB of memory for
 * Redis, and takes minutes.
 *
 * Times of SQLite are CPU time of the process, because the machine may do other work; Redis works in a process of its own,
 * so there it is the time until the answer.
 */
import { cpuUsage, memoryUsage } from "node:process";
import type { CacheEntry, CacheStore } from "../../src/cache/store.ts";
import { redisStore } from "../../src/cache/stores/redis.ts";
import { sqliteStore } from "../../src/cache/stores/sqlite.ts";
import { startRedis } from "../helpers/redis.ts";
import { median } from "./median.ts";

const ENTRIES = Number(Deno.args[1] ?? 1_000_000);
const BODY = new Uint8Array(1024).fill(97);
/** How many calls wait for an answer at a time, while the cache is filled. */
const AT_ONCE = 100;

function createEntry(number: number, generation: number): CacheEntry {
  return {
    meta: { status: 200, headers: [["content-type", "text/plain"]] },
    body: BODY,
    tags: ["_N_T_/layout", `tag ${number % 1000}`],
    madeAt: Date.now(),
    revalidate: 60,
    generation,
  };
}

const toKey = (number: number) => `GET /entry/${number} abcdefgh`;

/** Calls a function for each number, some at a time. */
async function forEach(count: number, call: (number: number) => unknown): Promise<void> {
  for (let start = 0; start < count; start += AT_ONCE) {
    const length = Math.min(AT_ONCE, count - start);
    await Promise.all(Array.from({ length }, (_, index) => call(start + index)));
  }
}

/** Returns the median time of a call in microseconds: CPU time of this process, and time until the answer. */
async function measure(name: string, count: number, call: (number: number) => unknown): Promise<void> {
  const cpu: number[] = [], elapsed: number[] = [];
  for (let number = 0; number < count; number++) {
    const before = cpuUsage(), start = performance.now();
    await call(number);
    elapsed.push((performance.now() - start) * 1000);
    const { user, system } = cpuUsage(before);
    cpu.push(user + system);
  }
  const mean = cpu.reduce((sum, value) => sum + value, 0) / count;
  console.log(
    `${name}: CPU ${Math.round(mean)} µs on average, ${Math.round(median(elapsed))} µs until the answer (median)`,
  );
}

async function fill(store: CacheStore): Promise<void> {
  const { generation } = await store.get("", []);
  const before = cpuUsage(), start = performance.now();
  await forEach(ENTRIES, (number) => store.set(toKey(number), createEntry(number, generation)));
  const { user, system } = cpuUsage(before);
  const seconds = (performance.now() - start) / 1000;
  console.log(`filled in ${seconds.toFixed(0)} s, ${((user + system) / ENTRIES).toFixed(0)} µs of CPU for each`);
}

/** Measures a store that is full. */
async function measureStore(store: CacheStore): Promise<void> {
  const random = () => toKey(Math.floor(Math.random() * ENTRIES));
  await measure("HIT of a random entry", 5_000, () => store.get(random(), ["_N_T_/entry"]));
  await measure("HIT of the same entry", 5_000, () => store.get(toKey(5), ["_N_T_/entry"]));
  await measure(
    "invalidation of a tag of 1,000 entries",
    1_000,
    (number) => store.mark([`tag ${number}`], null, Date.now()),
  );
  await measure("read of an invalidated entry", 5_000, () => store.get(random(), ["_N_T_/entry"]));
  const { generation } = await store.get("", []);
  await measure("write", 2_000, (number) => store.set(toKey(ENTRIES + number), createEntry(number, generation)));
  const tags = Array.from({ length: 10_000 }, (_, index) => `many ${index}`);
  const many = { ...createEntry(0, generation), tags };
  await measure("write of an entry with 10,000 tags", 20, () => store.set("many", many));
  await measure("HIT of it", 20, () => store.get("many", []));
  await measure("invalidation of 10,000 tags", 5, () => store.mark(tags, null, Date.now()));
  await store.set("many", { ...many, generation: (await store.get("", [])).generation });
  await store.mark(["other"], null, Date.now());
  await measure("HIT of it after another invalidation", 20, () => store.get("many", []));
}

const toMegabytes = (bytes: number) => `${Math.round(bytes / 1e6)} MB`;
const printMemory = () => console.log(`memory of this process: ${toMegabytes(memoryUsage().rss)}`);
const printLoad = () => console.log(`load of the machine: ${Deno.loadavg().map((load) => load.toFixed(1)).join(" ")}`);

async function measureSqlite(): Promise<void> {
  const dir = await Deno.makeTempDir({ prefix: "routes_bench_" });
  const path = `${dir}/cache.db`;
  console.log(`SQLite, ${ENTRIES} entries`);
  printLoad();
  printMemory();
  const store = sqliteStore(path, { maxBytes: 1e12 });
  await fill(store);
  console.log(`file: ${toMegabytes((await Deno.stat(path)).size)}`);
  printMemory();
  await measureStore(store);
  printMemory();
  await store.close();
  const size = 1300 * ENTRIES / 2;
  const small = sqliteStore(path, { maxBytes: size });
  const { generation } = await small.get("", []);
  await measure("first write with half of the size", 1, () => small.set("one", createEntry(0, generation)));
  await measure("next writes", 2_000, (number) => small.set(`more ${number}`, createEntry(number, generation)));
  await small.close();
  await Deno.remove(dir, { recursive: true });
}

async function measureRedis(): Promise<void> {
  await using server = await startRedis();
  console.log(`Redis, ${ENTRIES} entries`);
  printLoad();
  printMemory();
  const store = redisStore(server.url, { timeout: 5_000 });
  await fill(store);
  printMemory();
  await printRedisMemory(server.port);
  await measureStore(store);
  await server.command("CONFIG", "SET", "maxmemory-policy", "allkeys-lru");
  const start = performance.now();
  await server.command("CONFIG", "SET", "maxmemory", `${Math.round(650 * ENTRIES)}`);
  console.log(`maxmemory of half of it: ${Math.round(performance.now() - start)} ms until the server answered`);
  const { generation } = await store.get("", []);
  await measure("writes then", 2_000, (number) => store.set(`more ${number}`, createEntry(number, generation)));
  await printRedisMemory(server.port);
  await store.close();
}

async function printRedisMemory(port: number): Promise<void> {
  const { stdout } = await new Deno.Command("redis-cli", { args: ["-p", `${port}`, "INFO", "memory"] }).output();
  const [, bytes] = /used_memory_rss:(\d+)/.exec(new TextDecoder().decode(stdout)) ?? [];
  console.log(`memory of Redis: ${toMegabytes(Number(bytes))}`);
}

await (Deno.args[0] === "redis" ? measureRedis() : measureSqlite());
