/**
 * The stores that the conformance suite runs over, each in a place of its own.
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
import { memoryStore } from "../../src/cache/stores/memory.ts";
import { redisStore } from "../../src/cache/stores/redis.ts";
import { sqliteStore } from "../../src/cache/stores/sqlite.ts";
import { IGNORE_REDIS, startRedis } from "../helpers/redis.ts";

/** A time to begin with. */
export const T0 = 2_000_000_000_000;

/** Where stores are: a file, a server, or nowhere. */
export interface Place extends AsyncDisposable {
  /** Opens one more store object here; it is closed at the end. */
  open(): CacheStore;
  /** The time as leases have it. */
  now(): number;
  /** Lets time pass. */
  pass(ms: number): Promise<void>;
  /** Loses all that is there, as a removed file or a crashed server does; stores are closed before. */
  lose(): Promise<void>;
}

/** A kind of store. */
export interface StoreKind {
  /** The function that makes it. */
  readonly symbol: string;
  /** Whether several store objects share a place. */
  readonly shared: boolean;
  /** Whether it cannot be had here. */
  readonly ignore: boolean;
  /** Makes a place. */
  prepare(): Promise<Place>;
}

/** Leases of this process's clock, which stands still. */
function standingClock(): Pick<Place, "now" | "pass"> {
  let time = T0;
  return {
    now: () => time,
    pass: (ms) => Promise.resolve(void (time += ms)),
  };
}

/** Stores that are closed with their place. */
function opened(make: () => CacheStore, remove: () => void | PromiseLike<void>): Pick<Place, "open"> & AsyncDisposable {
  const stores: CacheStore[] = [];
  return {
    open() {
      const store = make();
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
    Promise.resolve({ ...standingClock(), ...opened(() => memoryStore(), () => {}), lose: () => Promise.resolve() }),
};

const SQLITE: StoreKind = {
  symbol: "sqliteStore()",
  shared: true,
  ignore: false,
  async prepare() {
    const dir = await Deno.makeTempDir({ prefix: "routes_cache_" });
    const path = `${dir}/deep/cache.db`;
    return {
      ...standingClock(),
      ...opened(() => sqliteStore(path), () => Deno.remove(dir, { recursive: true })),
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
      ...opened(() => redisStore(server.url, { timeout: 60_000 }), () => server[Symbol.asyncDispose]()),
      now: Date.now,
      pass: (ms) => delay(ms),
      async lose() {
        await server.kill();
        await server.start();
      },
    };
  },
};

/** All kinds. */
export const KINDS: readonly StoreKind[] = [MEMORY, SQLITE, REDIS];

/** Registers a test of every kind of store. */
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

/** Waits for the next turn of the event loop, as a request of another process comes in one of its own. */
export function nextTurn(): Promise<void> {
  return delay(0);
}

/** A store as another process has it: none of its answers comes in the turn that the question is asked in. */
function elsewhere(store: CacheStore): CacheStore {
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
    list: store.list,
    clear: later(store.clear),
    close: later(store.close),
  };
}

/** Registers a test of every kind of store whose place several processes share. */
export function eachSharedStore(
  name: (symbol: string) => string,
  run: (store: CacheStore, other: CacheStore, place: Place) => Promise<void>,
): void {
  const kinds = KINDS.filter(({ shared }) => shared);
  eachStore(name, (store, place) => run(elsewhere(store), elsewhere(place.open()), place), kinds);
}

/** Text as the bytes of a body. */
export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

/** The text of an entry that was read. */
export function textOf({ entry }: Pick<CacheRead, "entry">): string | undefined {
  return entry && new TextDecoder().decode(entry.body);
}

/** The count of a store. */
export async function countOf(store: CacheStore): Promise<number> {
  return (await store.get("nobody has this key", [])).generation;
}

/** Makes an entry of now. */
export async function put(store: CacheStore, key: string, parts: Partial<CacheEntry> = {}): Promise<CacheEntry> {
  const generation = await countOf(store);
  const entry = { meta: null, body: bytesOf(key), tags: [], madeAt: T0, revalidate: null, generation, ...parts };
  await store.set(key, entry);
  return entry;
}

/** How an entry may be served, by its marks. */
export type Verdict = "fresh" | "stale" | "gone";

/** The verdict over what was read; nothing is as good as gone. */
export function verdictOf({ entry, marks }: Pick<CacheRead, "entry" | "marks">, now: number = T0): Verdict {
  if (entry === undefined) return "gone";
  let verdict: Verdict = "fresh";
  for (const { hard, soft, expireAt } of marks) {
    if (hard > entry.generation || (soft > entry.generation && now >= expireAt)) return "gone";
    if (soft > entry.generation) verdict = "stale";
  }
  return verdict;
}

/** The verdict over an entry of a store. */
export async function verdictIn(
  store: CacheStore,
  key: string,
  tags: readonly string[] = [],
  now: number = T0,
): Promise<Verdict> {
  return verdictOf(await store.get(key, tags), now);
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
  const count = await countOf(store);
  for (const tag of tags) model.set(tag, markTag(model.get(tag), count, expireAt, now));
  return count;
}

/** Bytes that an entry was written as, changed by an accident or by hand. */
export const TAMPERED: readonly (readonly [title: string, change: (bytes: Uint8Array) => Uint8Array<ArrayBuffer>])[] = [
  ["cut short", (bytes) => bytes.slice(0, -1)],
  ["emptied", () => new Uint8Array(0)],
  ["changed", (bytes) => bytes.with(-1, bytes.at(-1)! ^ 1)],
  ["of another version", (bytes) => bytes.with(3, 2)],
  ["made longer", (bytes) => Uint8Array.from([...bytes, 0])],
  ["replaced by text", () => bytesOf('{"meta":null,"tags":[]}')],
];

/** That an entry is not there, and can be made again. */
export async function assertMissed(store: CacheStore, key: string): Promise<void> {
  assertStrictEquals((await store.get(key, ["asked"])).entry, undefined);
  for await (const listing of store.list()) assertEquals(listing, { key, entry: undefined });
  await put(store, key, { tags: ["t"], body: bytesOf("new") });
  assertStrictEquals(textOf(await store.get(key, ["asked"])), "new");
}
