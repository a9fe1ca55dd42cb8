/**
 * The stores that processes share.
 *
 * @module
 */

import { IGNORE_REDIS, startRedis } from "./redis.ts";

/** A store for a test, removed after it. */
export interface Place extends AsyncDisposable {
  /** The value of `--cache`. */
  readonly location: string;
}

/** The stores that processes share. */
export const SHARED_STORES: readonly { name: string; ignore: boolean; open(): Promise<Place> }[] = [
  { name: "SQLite", ignore: false, open: openSqlite },
  { name: "Deno KV", ignore: false, open: openKv },
  { name: "Redis", ignore: IGNORE_REDIS, open: openRedis },
];

async function openSqlite(): Promise<Place> {
  const dir = await Deno.makeTempDir({ prefix: "routes_cache_" });
  return {
    location: `sqlite:${dir}/cache.db`,
    [Symbol.asyncDispose]: () => Deno.remove(dir, { recursive: true }),
  };
}

async function openKv(): Promise<Place> {
  const dir = await Deno.makeTempDir({ prefix: "routes_cache_" });
  return {
    location: `kv:${dir}/cache.kv`,
    [Symbol.asyncDispose]: () => Deno.remove(dir, { recursive: true }),
  };
}

async function openRedis(): Promise<Place> {
  const redis = await startRedis();
  return { location: redis.url, [Symbol.asyncDispose]: () => redis[Symbol.asyncDispose]() };
}
