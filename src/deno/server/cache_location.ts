/**
 * Opens the cache at a location from the command line or the environment.
 *
 * @module
 */

import { join } from "@std/path/join";
import type { RateLimitStore } from "../../cache/rate_limit.ts";
import type { CacheStore, MaybePromise } from "../../cache/store.ts";
import { createLockQueue, isLocked } from "../../cache/stores/lock_queue.ts";
import { kvStore } from "../../cache/stores/kv.ts";
import { isKvUrl } from "../../cache/stores/kv_database.ts";
import { memoryStore } from "../../cache/stores/memory.ts";
import { sqliteStore } from "../../cache/stores/sqlite.ts";
import { createSqliteStore } from "../../cache/stores/sqlite_store.ts";
import { getErrorMessage } from "../../log/error_text.ts";
import { writeLog } from "../../log/log.ts";
import { SOURCE_URL } from "../modules/own_package.ts";
import { makeRoutesFolder } from "../project/routes_folder.ts";

/** A store that also keeps the counts of rate limits. */
type SharedStore = CacheStore & RateLimitStore;

/** The module `@x/routes/cache/redis`. */
export interface RedisModule {
  /** Opens a store in Redis. */
  redisStore(url: string): CacheStore;
}

/** Options of {@linkcode openCache}. */
export interface OpenCacheOptions {
  /** Imports the module of the Redis store. */
  readonly importRedis?: (() => Promise<RedisModule>) | undefined;
  /** The capacity of `memory` by default, in bytes. Default: 64 MiB. */
  readonly memoryBytes?: number | undefined;
  /** The capacity of `memory` or `sqlite`, in bytes. Default: `memoryBytes`, or 1 GiB. */
  readonly maxBytes?: number | undefined;
}

function toLimit(maxBytes: number | undefined): { maxBytes?: number } {
  return maxBytes === undefined ? {} : { maxBytes };
}

/**
 * Opens the store at a location.
 *
 * @param location `memory`, `sqlite:PATH`, `kv:PATH` or `kv:URL`, or `redis://…`, `redis+sentinel://…`, `redis+cluster://…`
 * (`rediss` over TLS).
 * @param options How it is opened.
 * @throws {TypeError} If the location is invalid, or its size is limited elsewhere.
 */
export async function openCache(
  location: string,
  { importRedis = importRedisModule, memoryBytes, maxBytes }: OpenCacheOptions = {},
): Promise<CacheStore> {
  if (location === "memory") return memoryStore(toLimit(maxBytes ?? memoryBytes));
  const path = /^sqlite:(.+)$/s.exec(location)?.[1];
  if (path !== undefined) return sqliteStore(path, toLimit(maxBytes));
  if (maxBytes !== undefined && /^(?:kv|rediss?)\b/.test(location)) {
    const [kind = ""] = location.split(/[:+]/), fix = kind === "kv" ? "leave it out" : "set maxmemory of Redis";
    throw new TypeError(`Cannot limit the size of cache "${kind}:": entries expire there after 30 days, ${fix}`);
  }
  if (/^rediss?(?:\+(?:cluster|sentinel))?:\/\//.test(location)) return (await importRedis()).redisStore(location);
  const database = /^kv:(.*)$/s.exec(location)?.[1];
  if (database !== undefined) return await openKv(database);
  const shown = location.replace(/\/\/[^@/]*@/, "//…@");
  throw new TypeError(`Cannot open cache "${shown}": expected ${CACHE_LOCATIONS}`);
}

/** What a location can be, for messages. */
export const CACHE_LOCATIONS = "memory, sqlite:PATH, kv:PATH or redis://HOST:PORT";

/** Opens a store in Deno KV, and a file at once: a wrong path is a mistake of the operator, a server may come up later. */
async function openKv(database: string): Promise<CacheStore> {
  const store = kvStore(database === "" ? undefined : database);
  if (!isKvUrl(database)) await closeOnFailure(store, () => store.get("", []));
  return store;
}

async function closeOnFailure(store: CacheStore, open: () => MaybePromise<unknown>): Promise<void> {
  try {
    await open();
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** Imports the Redis store with a computed specifier, so that its client is downloaded only if it is used. */
async function importRedisModule(): Promise<RedisModule> {
  const module = new URL("cache/stores/redis.ts", SOURCE_URL).href;
  try {
    return await import(module);
  } catch (cause) {
    if (!(cause instanceof Error) || !cause.message.includes("@redis/client")) throw cause;
    throw new Error(`Cannot open cache "redis:": ${cause.message}; add it with "deno add npm:@redis/client"`, {
      cause,
    });
  }
}

/** Returns the path of the cache of `routes start`. */
export function getDefaultCachePath(root: string): string {
  return join(root, ".routes", "cache.db");
}

/**
 * Creates the store of `routes start`: a file in the project, created when the first entry is stored. If it cannot be
 * written, caches in memory and logs a warning.
 *
 * @param root The project's folder.
 * @param maxBytes Its capacity, in bytes. Default: that of the store.
 */
export function createDefaultCache(root: string, maxBytes?: number): CacheStore {
  const path = getDefaultCachePath(root);
  return createLazyStore(path, () => {
    const folder = join(root, ".routes");
    if (Deno.permissions.querySync({ name: "write", path: folder }).state !== "granted") {
      writeLog(
        "warn",
        `Caching in memory: "${folder}" is not writable, add --allow-write="${folder}" or --cache memory`,
      );
      return memoryStore(toLimit(maxBytes));
    }
    try {
      makeRoutesFolder(root);
      // Does not wait for a locked file: a request is being answered.
      return createSqliteStore(path, toLimit(maxBytes), 0);
    } catch (error) {
      if (isLocked(error)) throw error;
      writeLog("warn", `Caching in memory: ${getErrorMessage(error)}`);
      return memoryStore(toLimit(maxBytes));
    }
  });
}

/**
 * Creates a store that is opened on first use, or as soon as its file is unlocked.
 *
 * @param path The file, for messages.
 */
function createLazyStore(path: string, open: () => SharedStore): SharedStore {
  let opened: SharedStore | undefined;
  const queue = createLockQueue(path);

  function use<T>(call: (store: SharedStore) => MaybePromise<T>): MaybePromise<T> {
    const store = queue.run(() => opened ??= open());
    return store instanceof Promise ? store.then(call) : call(store);
  }

  return {
    get: (key, tags) => opened?.get(key, tags) ?? use((store) => store.get(key, tags)),
    set: (key, entry) => use((store) => store.set(key, entry)),
    delete: (key) => use((store) => store.delete(key)),
    mark: (tags, expireAt, now) => use((store) => store.mark(tags, expireAt, now)),
    lease: (name, holder, ms, now) => use((store) => store.lease(name, holder, ms, now)),
    release: (name, holder) => use((store) => store.release(name, holder)),
    take: (key, policy, now) => use((store) => store.take(key, policy, now)),
    async *list() {
      yield* (await use((store) => store)).list();
    },
    clear: () => use((store) => store.clear()),
    async close() {
      queue.close();
      await opened?.close();
    },
  };
}
