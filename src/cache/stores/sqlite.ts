/**
 * A store in an SQLite file: it survives restarts, and all processes of one machine share it.
 *
 * @module
 */

import type { RateLimitStore } from "../rate_limit.ts";
import type { CacheStore } from "../store.ts";
import { createSqliteStore, type SqliteStoreOptions } from "./sqlite_store.ts";

export type { RateLimitAlgorithm, RateLimitPolicy, RateLimitResult, RateLimitStore } from "../rate_limit.ts";
export type { CacheEntry, CacheListing, CacheRead, CacheStore, MaybePromise, TagMark } from "../store.ts";
export type { SqliteStoreOptions } from "./sqlite_store.ts";

/** How long opening waits for a file that another process has locked. */
const MAX_OPEN_WAIT_MS = 2_000;

/**
 * Creates a store in an SQLite file.
 *
 * The process needs permission to read and write the file and its folder. The store handles these cases while the file is
 * in use:
 *
 * - Another process has it locked: writes are retried for half a second, without blocking the process, and then fail;
 *   reads continue.
 * - It is removed or replaced: the store continues with the file that is there, or a new one.
 * - It, or the log next to it, `PATH-wal`, is corrupt or truncated: as soon as SQLite finds the damage, the files are moved
 *   to `PATH.damaged` and a new file is created.
 *
 * It cannot handle these: SQLite maps `PATH-shm` into memory, so a process that has it open is killed by SIGBUS if that
 * file is truncated, and may read older pages if another program writes to it. And if the log is truncated, by a power
 * failure for example, exactly at the end of a transaction, the next start continues from an earlier state, without the
 * invalidations since.
 *
 * @param path The file; it and its folder are created if they do not exist.
 * @param options How much it stores.
 * @throws {TypeError} If the file is another program's database, or has another layout version.
 * @throws {Error} If it cannot be opened or written, or if another process has it locked for 2 seconds.
 *
 * @example
 * ```ts ignore
 * const server = await serveRoutes("./app", { cache: sqliteStore(".routes/cache.db") });
 * ```
 */
export function sqliteStore(path: string, options: SqliteStoreOptions = {}): CacheStore & RateLimitStore {
  return createSqliteStore(path, options, MAX_OPEN_WAIT_MS);
}
