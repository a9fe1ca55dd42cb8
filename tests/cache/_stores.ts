/**
 * The stores that the conformance suite tests, each in its own place.
 *
 * @module
 */

import { assertEquals, assertStrictEquals } from "@std/assert";
import { delay } from "@std/async/delay";
import {
  type CacheEntry,
  type CacheRead,
  type CacheStore,
  markTag,
  type MaybePromise,
  type TagMark,
} from "../../src/cache/store.ts";
import { kvStore } from "../../src/cache/stores/kv.ts";
import { memoryStore } from "../../src/cache/stores/memory.ts";
import { redisStore } from "../../src/cache/stores/redis.ts";
import { sqliteStore } from "../../src/cache/stores/sqlite.ts";
import { IGNORE_REDIS, startRedis } from "../helpers/redis.ts";
import { startRedisCluster } from "../helpers/redis_topologies.ts";

/** The initial time of the tests. */
export const T0 = 2_000_000_000_000;

/** Where the data of stores is: in a file, on a server, or nowhere. */
export interface Place extends AsyncDisposable {
  /** Opens another store object; it is closed at the end. */
  open(): CacheStore;
  /** The time of the leases. */
  now(): number;
  /** Waits, or advances the clock. */
  pass(ms: number): Promise<void>;
  /** Loses all data, like a removed file or a crashed server; stores are closed before. */
  lose(): Promise<void>;
}

/** A kind of store. */
export interface StoreKind {
  /** The function that creates it. */
  readonly symbol: string;
  /** Whether several store objects share a place. */
  readonly shared: boolean;
  /** Whether it is not available on this machine. */
  readonly ignore: boolean;
  /** Creates a place. */
  prepare(): Promise<Place>;
}

/** Returns a clock for leases that only moves by `pass()`. */
function createManualClock(): Pick<Place, "now" | "pass"> {
  let time = T0;
  return {
    now: () => time,
    pass: (ms) => Promise.resolve(void (time += ms)),
  };
}

/** Opens stores that are closed with their place. */
function closeTogether(
  create: () => CacheStore,
  remove: () => void | PromiseLike<void>,
): Pick<Place, "open"> & AsyncDisposable {
  const stores: CacheStore[] = [];
  return {
    open() {
      const store = create();
      stores.push(store);
      return store;
    },
    async [Symbol.asyncDispose]() {
      for (const store of stores) await store.close();
      await remove();
    },
  };
}

const MEMORY: StoreKind = {
  symbol: "memoryStore()",
  shared: false,
  ignore: false,
  prepare: () =>
    Promise.resolve({
      ...createManualClock(),
      ...closeTogether(() => memoryStore(), () => {}),
      lose: () => Promise.resolve(),
    }),
};

const SQLITE: StoreKind = {
  symbol: "sqliteStore()",
  shared: true,
  ignore: false,
  async prepare() {
    const dir = await Deno.makeTempDir({ prefix: "routes_cache_" });
    const path = `${dir}/deep/cache.db`;
    return {
      ...createManualClock(),
      ...closeTogether(() => sqliteStore(path), () => Deno.remove(dir, { recursive: true })),
      lose: () => Deno.remove(`${dir}/deep`, { recursive: true }),
    };
  },
};

const KV: StoreKind = {
  symbol: "kvStore()",
  shared: true,
  ignore: false,
  async prepare() {
    const dir = await Deno.makeTempDir({ prefix: "routes_cache_" });
    const path = `${dir}/deep/cache.kv`;
    return {
      ...createManualClock(),
      ...closeTogether(() => kvStore(path), () => Deno.remove(dir, { recursive: true })),
      lose: () => Deno.remove(`${dir}/deep`, { recursive: true }),
    };
  },
};

const REDIS: StoreKind = {
  symbol: "redisStore()",
  shared: true,
  ignore: IGNORE_REDIS,
  async prepare() {
    const server = await startRedis();
    return {
      ...closeTogether(() => redisStore(server.url, { timeout: 60_000 }), () => server[Symbol.asyncDispose]()),
      now: Date.now,
      pass: (ms) => delay(ms),
      async lose() {
        await server.kill();
        await server.start();
      },
    };
  },
};

/** A store in a cluster of Redis: the same scripts, whose keys have to be in one slot. */
export const CLUSTER: StoreKind = {
  symbol: "redisStore() on a cluster",
  shared: true,
  ignore: IGNORE_REDIS,
  async prepare() {
    const cluster = await startRedisCluster();
    return {
      ...closeTogether(() => redisStore(cluster.url, { timeout: 60_000 }), () => cluster[Symbol.asyncDispose]()),
      now: Date.now,
      pass: (ms) => delay(ms),
      async lose() {
        for (const port of cluster.ports) await cluster.command(port, "FLUSHALL");
      },
    };
  },
};

export const KINDS: readonly StoreKind[] = [MEMORY, SQLITE, KV, REDIS];

/** Registers a test for every kind of store. */
export function eachStore(
  name: (symbol: string) => string,
  run: (store: CacheStore, place: Place) => Promise<void>,
  kinds: readonly StoreKind[] = KINDS,
): void {
  for (const { symbol, ignore, prepare } of kinds) {
    Deno.test({
      name: name(symbol),
      ignore,
      async fn() {
        await using place = await prepare();
        await run(place.open(), place);
      },
    });
  }
}

/** Waits for the next turn of the event loop: a request of another process comes in its own turn. */
export function nextTurn(): Promise<void> {
  return delay(0);
}

/** Wraps a store as another process would use it: no call is answered in the turn in which it is made. */
function asOtherProcess(store: CacheStore): CacheStore {
  const later = <A extends unknown[], T>(call: (...args: A) => MaybePromise<T>) => async (...args: A): Promise<T> => {
    await nextTurn();
    return await call(...args);
  };
  return {
    get: later(store.get),
    set: later(store.set),
    delete: later(store.delete),
    mark: later(store.mark),
    lease: later(store.lease),
    release: later(store.release),
    ...(store.take === undefined ? {} : { take: later(store.take) }),
    list: store.list,
    clear: later(store.clear),
    close: later(store.close),
  };
}

/** Registers a test for every kind of store that several processes can share. */
export function eachSharedStore(
  name: (symbol: string) => string,
  run: (store: CacheStore, other: CacheStore, place: Place) => Promise<void>,
): void {
  const kinds = KINDS.filter(({ shared }) => shared);
  eachStore(name, (store, place) => run(asOtherProcess(store), asOtherProcess(place.open()), place), kinds);
}

/** Encodes a text as a body. */
export function toBytes(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

/** Decodes the body of an entry. */
export function toText({ entry }: Pick<CacheRead, "entry">): string | undefined {
  return entry && new TextDecoder().decode(entry.body);
}

/** Returns the invalidation count of a store. */
export async function getCount(store: CacheStore): Promise<number> {
  return (await store.get("missing key", [])).generation;
}

/** Stores an entry of the current generation, and returns it. */
export async function put(store: CacheStore, key: string, parts: Partial<CacheEntry> = {}): Promise<CacheEntry> {
  const generation = await getCount(store);
  const entry = { meta: null, body: toBytes(key), tags: [], madeAt: T0, revalidate: null, generation, ...parts };
  await store.set(key, entry);
  return entry;
}

/** How an entry may be served, by its marks. */
export type Freshness = "fresh" | "stale" | "gone";

/** Returns the freshness of a read; a missing entry is "gone". */
export function getFreshness({ entry, marks }: Pick<CacheRead, "entry" | "marks">, now: number = T0): Freshness {
  if (entry === undefined) return "gone";
  let freshness: Freshness = "fresh";
  for (const { hard, soft, expireAt } of marks) {
    if (hard > entry.generation || (soft > entry.generation && now >= expireAt)) return "gone";
    if (soft > entry.generation) freshness = "stale";
  }
  return freshness;
}

/** Reads an entry and returns its freshness. */
export async function readFreshness(
  store: CacheStore,
  key: string,
  tags: readonly string[] = [],
  now: number = T0,
): Promise<Freshness> {
  return getFreshness(await store.get(key, tags), now);
}

/** Marks tags in a store, and in a model of it. */
export async function markBoth(
  store: CacheStore,
  model: Map<string, TagMark>,
  tags: readonly string[],
  expireAt: number | null,
  now: number,
): Promise<number> {
  await store.mark(tags, expireAt, now);
  const count = await getCount(store);
  for (const tag of tags) model.set(tag, markTag(model.get(tag), count, expireAt, now));
  return count;
}

/** Changes to the bytes of a stored entry, by accident or by hand. */
export const TAMPERED: readonly (readonly [title: string, change: (bytes: Uint8Array) => Uint8Array<ArrayBuffer>])[] = [
  ["truncated", (bytes) => bytes.slice(0, -1)],
  ["emptied", () => new Uint8Array(0)],
  ["changed", (bytes) => bytes.with(-1, bytes.at(-1)! ^ 1)],
  ["of another version", (bytes) => bytes.with(3, 2)],
  ["made longer", (bytes) => Uint8Array.from([...bytes, 0])],
  ["replaced by text", () => toBytes('{"meta":null,"tags":[]}')],
];

/** Asserts that an entry is missing, and can be stored again. */
export async function assertMissed(store: CacheStore, key: string): Promise<void> {
  assertStrictEquals((await store.get(key, ["asked"])).entry, undefined);
  for await (const listing of store.list()) assertEquals(listing, { key, entry: undefined });
  await put(store, key, { tags: ["t"], body: toBytes("new") });
  assertStrictEquals(toText(await store.get(key, ["asked"])), "new");
}
