/**
 * A store in an SQLite file: it survives restarts, and all processes of one machine share it.
 *
 * @module
 */

import type { CacheStore } from "../store.ts";
import { createSqliteStore, type SqliteStoreOptions } from "./sqlite_store.ts";

export type { CacheEntry, CacheListing, CacheRead, CacheStore, MaybePromise, TagMark } from "../store.ts";
export type { SqliteStoreOptions } from "./sqlite_store.ts";

/** How long a file that another process has locked is waited for when it is opened, in milliseconds. */
const PATIENCE_MS = 2_000;

/**
 * Makes a store in an SQLite file.
 *
 * The process needs to read and write the file and its folder. What can happen to the file while it is in use:
 *
 * - Another process has it locked: what needs to write tries again for half a second, without blocking the process, and
 *   then counts as failed; reading goes on.
 * - It is removed, or another file takes its place: the store begins again in what is there.
 * - It is damaged or cut, or the log beside it, `PATH-wal`, is: as soon as SQLite meets the damage, all is set aside as
 *   `PATH.damaged`, and a new file is begun.
 *
 * What it cannot survive: SQLite maps `PATH-shm` into memory, so a process that has it open ends with SIGBUS when that
 * file is cut, and may read older pages when another program writes into it. And a log that is cut, or that a power failure
 * cuts, just where a transaction ends makes the next start begin with an earlier state, in which what was invalidated
 * since is not.
 *
 * @param path The file; it and its folder are made if they are not there.
 * @param options How much it keeps.
 * @throws {TypeError} If the file is another program's database.
 * @throws {Error} If it cannot be opened or written, or if another process has it locked for 2 seconds.
 *
 * @example
 * ```ts ignore
 * const server = await serveRoutes("./app", { cache: sqliteStore(".routes/cache.db") });
 * ```
 */
export function sqliteStore(path: string, options: SqliteStoreOptions = {}): CacheStore {
  return createSqliteStore(path, options, PATIENCE_MS);
}
