/**
 * A store in an SQLite file: it survives restarts, and all processes of one machine share it.
 *
 * @module
 */

import { mkdirSync, renameSync, statSync } from "node:fs";
import { nextTick } from "node:process";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { dirname } from "@std/path/dirname";
import { ByteLru } from "../byte_lru.ts";
import { decodeEntry, decodeName, encodeEntry, encodeName } from "../entry_codec.ts";
import {
  type CacheEntry,
  type CacheStore,
  markTag,
  MAX_TAGS,
  refuseLarge,
  refuseWhole,
  type TagMark,
} from "../store.ts";

export type { CacheEntry, CacheListing, CacheRead, CacheStore, MaybePromise, TagMark } from "../store.ts";

/** Options of {@linkcode sqliteStore}. */
export interface SqliteStoreOptions {
  /** How many bytes of entries the file keeps; the oldest go first. Default: 1 GiB. */
  maxBytes?: number;
  /** How many bytes of entries the process keeps in memory besides. Default: 32 MiB. */
  frontBytes?: number;
}

/** Marks the file as a cache of this module: "XRts", and a version of the layout. */
const APPLICATION = 0x58_52_74_73;
const VERSION = 1;

const LAYOUT = `
  CREATE TABLE IF NOT EXISTS entries (
    number INTEGER PRIMARY KEY, key TEXT UNIQUE NOT NULL, generation INTEGER NOT NULL, size INTEGER NOT NULL,
    data BLOB NOT NULL
  );
  CREATE TABLE IF NOT EXISTS tags (
    tag TEXT PRIMARY KEY, hard INTEGER NOT NULL, soft INTEGER NOT NULL, expireAt REAL NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS leases (name TEXT PRIMARY KEY, holder TEXT NOT NULL, until REAL NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS counts (
    one INTEGER PRIMARY KEY CHECK (one = 1), generation INTEGER NOT NULL, floor INTEGER NOT NULL, bytes INTEGER NOT NULL
  );
  INSERT OR IGNORE INTO counts
    SELECT 1, now, now, 0 FROM (SELECT CAST(unixepoch('subsec') * 1000000 AS INTEGER) AS now);
  DELETE FROM leases WHERE until < unixepoch('subsec') * 1000;
  PRAGMA application_id = ${APPLICATION};
  PRAGMA user_version = ${VERSION};
`;

/** The statements, prepared once. */
interface Statements {
  readonly version: StatementSync;
  readonly counts: StatementSync;
  readonly get: StatementSync;
  readonly set: StatementSync;
  readonly delete: StatementSync;
  readonly oldest: StatementSync;
  readonly list: StatementSync;
  readonly tag: StatementSync;
  readonly mark: StatementSync;
  readonly advance: StatementSync;
  readonly resize: StatementSync;
  readonly lease: StatementSync;
  readonly release: StatementSync;
}

/** What all entries have in common. */
interface Counts {
  /** Invalidations so far; begins at the time of the file's birth, above that of any file before. */
  generation: number;
  /** Entries of an earlier generation have lost their tags. */
  floor: number;
  /** The size of all entries. */
  bytes: number;
}

/**
 * Makes a store in an SQLite file.
 *
 * A file that is damaged is set aside as `PATH.damaged` and a new one begun. The process needs to read and write the file
 * and its folder.
 *
 * @param path The file; it and its folder are made if they are not there.
 * @param options How much it keeps.
 * @throws {TypeError} If the file is another program's database.
 * @throws {Error} If it cannot be opened or written.
 *
 * @example
 * ```ts ignore
 * const server = await serveRoutes("./app", { cache: sqliteStore(".routes/cache.db") });
 * ```
 */
export function sqliteStore(path: string, options: SqliteStoreOptions = {}): CacheStore {
  const { maxBytes = 1024 ** 3, frontBytes = 32 * 1024 ** 2 } = options;
  const front = new ByteLru(frontBytes);
  let database = open(path);
  let statements = prepare(database);
  let file = fileAt(path);
  /** What this process knows of the file, while no other process has written since. */
  let seen = { version: -1, counts: { generation: 0, floor: 0, bytes: 0 } };

  /** Whether the file was asked in this turn of the event loop. */
  let asked = false;

  /**
   * What all entries have in common, for reading. To ask the file takes as long as to answer a request, so it is asked
   * once for all requests that the server got together: what another process wrote before a request came is seen.
   */
  function countsOfTurn(): Counts {
    if (asked) return seen.counts;
    asked = true;
    nextTick(() => asked = false);
    return refresh();
  }

  /** Looks whether another process has written, or has put another file in the place of this one. */
  function refresh(): Counts {
    if (fileAt(path) !== file) reopen();
    const { data_version: version } = statements.version.get() as { data_version: number };
    if (version !== seen.version) {
      front.clear();
      seen = { version, counts: statements.counts.get() as unknown as Counts };
    }
    return seen.counts;
  }

  function reopen(): void {
    database.close();
    database = open(path);
    statements = prepare(database);
    file = fileAt(path);
    seen.version = -1;
    asked = false;
  }

  /** Does work on the file; one that turns out to be damaged is set aside, and the work done on a new one. */
  function work<T>(call: () => T): T {
    try {
      return call();
    } catch (error) {
      if (!isDamage(error)) throw error;
      // Another process may have set it aside already.
      if (fileAt(path) === file) setAside(path);
      reopen();
      return call();
    }
  }

  /** Writes as one step, among all processes. */
  function transact<T>(call: (counts: Counts) => T): T {
    return work(() => {
      asked = false;
      refresh();
      database.exec("BEGIN IMMEDIATE");
      try {
        const result = call(refresh());
        database.exec("COMMIT");
        return result;
      } catch (error) {
        front.clear();
        seen.version = -1;
        // A disk that is full has ended the transaction itself.
        if (database.isTransaction) database.exec("ROLLBACK");
        throw error;
      }
    });
  }

  function read(key: string, counts: Counts): CacheEntry | undefined {
    const known = front.get(key);
    if (known !== undefined) return known;
    const row = statements.get.get(encodeName(key));
    const entry = decodeEntry(row?.data);
    if (entry === undefined || entry.generation < counts.floor) return undefined;
    front.set(key, entry);
    return entry;
  }

  /** @param name The key, encoded. */
  function remove(name: string, counts: Counts): void {
    front.delete(decodeName(name));
    const row = statements.delete.get(name) as { size: number } | undefined;
    if (row !== undefined) resize(counts, -row.size);
  }

  function removeOldest(counts: Counts): void {
    while (counts.bytes > maxBytes) {
      const oldest = statements.oldest.get() as { key: string } | undefined;
      if (oldest === undefined) return resize(counts, -counts.bytes);
      remove(oldest.key, counts);
    }
  }

  function resize(counts: Counts, by: number): void {
    counts.bytes += by;
    statements.resize.run(counts.bytes);
  }

  function forgetAll(counts: Counts): void {
    front.clear();
    database.exec("DELETE FROM entries");
    resize(counts, -counts.bytes);
  }

  function tagOf(tag: string): TagMark | undefined {
    return statements.tag.get(encodeName(tag)) as TagMark | undefined;
  }

  return {
    get: (key, tags) =>
      work(() => {
        const counts = countsOfTurn(), { generation } = counts;
        const entry = read(key, counts);
        if (entry === undefined || entry.generation === generation) return { entry, marks: [], generation };
        const marks = [...entry.tags, ...tags].map(tagOf).filter((mark) => mark !== undefined);
        return { entry, marks, generation };
      }),
    set(key, entry) {
      refuseLarge(key, entry.body.length, maxBytes);
      const data = encodeEntry(entry);
      if (data.length > maxBytes) refuseWhole(key, maxBytes);
      transact((counts) => {
        const before = read(key, counts);
        if (entry.generation < Math.max(counts.floor, before?.generation ?? 0)) return;
        const name = encodeName(key);
        remove(name, counts);
        statements.set.run(name, entry.generation, data.length, data);
        resize(counts, data.length);
        front.set(key, entry);
        removeOldest(counts);
      });
    },
    delete: (key) => transact((counts) => remove(encodeName(key), counts)),
    mark: (tags, expireAt, now) =>
      transact((counts) => {
        counts.generation++;
        statements.advance.run(counts.generation, counts.floor);
        for (const tag of tags) {
          const { hard, soft, expireAt: until } = markTag(tagOf(tag), counts.generation, expireAt, now);
          statements.mark.run(encodeName(tag), hard, soft, until);
        }
        const { many } = database.prepare("SELECT count(*) AS many FROM tags").get() as { many: number };
        if (many <= MAX_TAGS) return;
        database.exec("DELETE FROM tags");
        counts.floor = counts.generation;
        statements.advance.run(counts.generation, counts.floor);
        forgetAll(counts);
      }),
    lease: (name, holder, ms, now) =>
      work(() => {
        // Who had the lease before may have filled just now.
        asked = false;
        refresh();
        return statements.lease.run(encodeName(name), holder, now + ms, now).changes === 1;
      }),
    release: (name, holder) => work(() => void statements.release.run(encodeName(name), holder)),
    async *list() {
      // Not one long read: it would keep the file from being tidied while it lasts.
      for (const { key } of statements.list.all() as { key: string }[]) {
        const row = statements.get.get(key);
        if (row !== undefined) yield { key: decodeName(key), entry: decodeEntry(row.data) };
      }
    },
    clear: () => transact(forgetAll),
    close() {
      front.clear();
      if (database.isOpen) database.close();
    },
  };
}

/** How long a file that others lay out is waited for, in milliseconds. */
const LOCKED_FOR = 2000;

function open(path: string): DatabaseSync {
  const start = performance.now();
  for (let isWhole = true;;) {
    try {
      return openOrThrow(path);
    } catch (error) {
      const isLate = performance.now() - start > LOCKED_FOR;
      if (isDamage(error) && isWhole) {
        setAside(path);
        isWhole = false;
      } else if (isLate || !isLocked(error)) throw named(error, path);
      // SQLite waits for others by itself, but not where one changes the kind of journal.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}

function isLocked(error: unknown): boolean {
  return /database is locked/.test((error as Error).message);
}

function named(error: unknown, path: string): unknown {
  if (error instanceof TypeError || !(error instanceof Error)) return error;
  return new Error(`Cannot open cache "${path}": ${error.message}, choose another path`, { cause: error });
}

/** What tells one file from another that has its name. */
function fileAt(path: string): string {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats === undefined ? "" : `${stats.dev} ${stats.ino}`;
}

function openOrThrow(path: string): DatabaseSync {
  mkdirSync(dirname(path), { recursive: true });
  const database = new DatabaseSync(path);
  try {
    // Waits for another process's write; its own never take long.
    database.exec("PRAGMA busy_timeout = 2000");
    refuseForeign(database, path);
    database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
    database.exec(`BEGIN IMMEDIATE; ${LAYOUT} COMMIT`);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** A cache may be thrown away; somebody's data may not. */
function refuseForeign(database: DatabaseSync, path: string): void {
  // One transaction, or another process lays out a new file between two questions.
  database.exec("BEGIN");
  const { application_id: application } = database.prepare("PRAGMA application_id").get() as { application_id: number };
  const { user_version: version } = database.prepare("PRAGMA user_version").get() as { user_version: number };
  const empty = database.prepare("SELECT 1 FROM sqlite_schema").get() === undefined;
  database.exec("COMMIT");
  if (empty || (application === APPLICATION && version === VERSION)) return;
  const state = application === APPLICATION ? `of version ${version}` : "another program's database";
  throw new TypeError(`Cannot open cache "${path}": it is ${state}, choose another path or remove the file`);
}

/** SQLITE_CORRUPT and SQLITE_NOTADB. Errors of `exec()` have no code on Deno 2.9, only the words of SQLite. */
function isDamage(error: unknown): boolean {
  const { errcode = 0, message = "" } = error as { errcode?: number; message?: string };
  return [11, 26].includes(errcode & 0xff) || /is not a database|disk image is malformed/.test(message);
}

function setAside(path: string): void {
  console.warn(`The cache "${path}" is damaged: it is set aside as "${path}.damaged", and a new one begun`);
  for (const suffix of ["", "-wal", "-shm"]) {
    try {
      renameSync(path + suffix, `${path}.damaged${suffix}`);
    } catch {
      // It is not there.
    }
  }
}

function prepare(database: DatabaseSync): Statements {
  return {
    version: database.prepare("PRAGMA data_version"),
    counts: database.prepare("SELECT generation, floor, bytes FROM counts"),
    get: database.prepare("SELECT data FROM entries WHERE key = ?"),
    set: database.prepare("INSERT INTO entries (key, generation, size, data) VALUES (?, ?, ?, ?)"),
    delete: database.prepare("DELETE FROM entries WHERE key = ? RETURNING size"),
    oldest: database.prepare("SELECT key FROM entries ORDER BY number LIMIT 1"),
    list: database.prepare("SELECT key FROM entries ORDER BY key"),
    tag: database.prepare("SELECT hard, soft, expireAt FROM tags WHERE tag = ?"),
    mark: database.prepare("INSERT OR REPLACE INTO tags (tag, hard, soft, expireAt) VALUES (?, ?, ?, ?)"),
    advance: database.prepare("UPDATE counts SET generation = ?, floor = ?"),
    resize: database.prepare("UPDATE counts SET bytes = ?"),
    lease: database.prepare(
      "INSERT INTO leases (name, holder, until) VALUES (?1, ?2, ?3) ON CONFLICT (name) DO UPDATE " +
        "SET holder = excluded.holder, until = excluded.until WHERE holder = excluded.holder OR until <= ?4",
    ),
    release: database.prepare("DELETE FROM leases WHERE name = ? AND holder = ?"),
  };
}
