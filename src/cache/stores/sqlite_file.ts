/**
 * Opens the SQLite file of a cache, creates its tables, and moves it away if it is corrupt.
 *
 * @module
 */

import { mkdirSync, renameSync, statSync } from "node:fs";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { dirname } from "@std/path/dirname";
import { writeLog } from "../../log/log.ts";
import { MAX_LEASE_MS } from "../store.ts";
import { isLocked } from "./lock_queue.ts";

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
  CREATE TABLE IF NOT EXISTS limits (
    key TEXT PRIMARY KEY, used REAL NOT NULL, since REAL NOT NULL, until REAL NOT NULL
  ) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS limits_until ON limits (until);
  CREATE TABLE IF NOT EXISTS counts (
    one INTEGER PRIMARY KEY CHECK (one = 1), generation INTEGER NOT NULL, floor INTEGER NOT NULL, bytes INTEGER NOT NULL
  );
  INSERT OR IGNORE INTO counts
    SELECT 1, now, now, 0 FROM (SELECT CAST(unixepoch('subsec') * 1000000 AS INTEGER) AS now);
  DELETE FROM leases WHERE until < unixepoch('subsec') * 1000;
  PRAGMA application_id = ${APPLICATION};
  PRAGMA user_version = ${VERSION};
`;

/** A column that files of an earlier release lack; that release can read and write a file that has it. */
const HAS_MARKED_AT = "SELECT 1 FROM pragma_table_info('tags') WHERE name = 'markedAt'";
const ADD_MARKED_AT = "ALTER TABLE tags ADD COLUMN markedAt REAL NOT NULL DEFAULT 0";

/** The prepared statements; unlike `exec()`, their errors have a code. */
export type Statements = Readonly<Record<StatementName, StatementSync>>;

/** The names of the statements. */
export type StatementName =
  | "begin"
  | "commit"
  | "rollback"
  | "version"
  | "counts"
  | "get"
  | "set"
  | "delete"
  | "deleteAll"
  | "oldest"
  | "list"
  | "tag"
  | "mark"
  | "countTags"
  | "deleteTags"
  | "advance"
  | "resize"
  | "lease"
  | "release"
  | "limit"
  | "setLimit"
  | "deleteOldLimits";

const STATEMENTS: Readonly<Record<StatementName, string>> = {
  begin: "BEGIN IMMEDIATE",
  commit: "COMMIT",
  rollback: "ROLLBACK",
  version: "PRAGMA data_version",
  counts: "SELECT generation, floor, bytes FROM counts",
  get: "SELECT data FROM entries WHERE key = ?",
  set: "INSERT INTO entries (key, generation, size, data) VALUES (?, ?, ?, ?)",
  delete: "DELETE FROM entries WHERE key = ? RETURNING size",
  deleteAll: "DELETE FROM entries",
  oldest: "SELECT key FROM entries ORDER BY number LIMIT 1",
  list: "SELECT key FROM entries ORDER BY key",
  tag: "SELECT hard, soft, expireAt, markedAt FROM tags WHERE tag = ?",
  mark: "INSERT OR REPLACE INTO tags (tag, hard, soft, expireAt, markedAt) VALUES (?, ?, ?, ?, ?)",
  countTags: "SELECT count(*) AS many FROM tags",
  deleteTags: "DELETE FROM tags",
  advance: "UPDATE counts SET generation = ?, floor = ?",
  resize: "UPDATE counts SET bytes = ?",
  lease: "INSERT INTO leases (name, holder, until) VALUES (?1, ?2, ?3) ON CONFLICT (name) DO UPDATE " +
    "SET holder = excluded.holder, until = excluded.until " +
    `WHERE holder = excluded.holder OR until <= ?4 OR until > ?4 + ${MAX_LEASE_MS}`,
  release: "DELETE FROM leases WHERE name = ? AND holder = ?",
  limit: "SELECT used, since FROM limits WHERE key = ?",
  setLimit: "INSERT OR REPLACE INTO limits (key, used, since, until) VALUES (?, ?, ?, ?)",
  // More than one for each that is added, so that they become fewer.
  deleteOldLimits: "DELETE FROM limits WHERE key IN (SELECT key FROM limits WHERE until <= ? LIMIT 2)",
};

/** An open file. */
export interface CacheFile {
  /** The database. */
  readonly database: DatabaseSync;
  /** Its statements. */
  readonly statements: Statements;
  /** Distinguishes it from another file at the same path. */
  readonly identity: string;
}

/**
 * Opens a file. A corrupt one is moved away and recreated.
 *
 * No statement on it ever waits for a lock: SQLite would block the event loop.
 *
 * @param path The file; it and its folder are created if they do not exist.
 * @param maxWaitMs How long to wait for a file that another process has locked, in milliseconds. This blocks the process.
 * @throws {TypeError} If the file is another program's database.
 * @throws {Error} If it cannot be opened or written.
 */
export function openCacheFile(path: string, maxWaitMs: number): CacheFile {
  const start = performance.now();
  for (let isRecreated = false;;) {
    try {
      return openOrThrow(path);
    } catch (error) {
      const isLate = performance.now() - start >= maxWaitMs;
      if (isDamage(error) && !isRecreated) {
        moveDamagedFile(path);
        isRecreated = true;
      } else if (isLate || !isLocked(error)) throw toOpenError(error, path);
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}

function toOpenError(error: unknown, path: string): unknown {
  if (error instanceof TypeError || !(error instanceof Error)) return error;
  return new Error(`Cannot open cache "${path}": ${error.message}, choose another path`, { cause: error });
}

/** Returns what distinguishes a file from another one at the same path; `""` if the file does not exist. */
export function getFileIdentity(path: string): string {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats === undefined ? "" : `${stats.dev} ${stats.ino}`;
}

function openOrThrow(path: string): CacheFile {
  mkdirSync(dirname(path), { recursive: true });
  const database = new DatabaseSync(path);
  try {
    database.exec("PRAGMA busy_timeout = 0");
    refuseForeign(database, path);
    database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
    database.exec(`BEGIN IMMEDIATE; ${LAYOUT}`);
    if (database.prepare(HAS_MARKED_AT).get() === undefined) database.exec(ADD_MARKED_AT);
    database.exec("COMMIT");
    const prepared = Object.entries(STATEMENTS).map(([name, sql]) => [name, database.prepare(sql)]);
    return { database, statements: Object.fromEntries(prepared), identity: getFileIdentity(path) };
  } catch (error) {
    database.close();
    throw error;
  }
}

/** A cache may be deleted; another program's data may not. */
function refuseForeign(database: DatabaseSync, path: string): void {
  // In one transaction: another process may create the tables of a new file between two queries.
  database.exec("BEGIN");
  const { application_id: application } = database.prepare("PRAGMA application_id").get() as { application_id: number };
  const { user_version: version } = database.prepare("PRAGMA user_version").get() as { user_version: number };
  const empty = database.prepare("SELECT 1 FROM sqlite_schema").get() === undefined;
  database.exec("COMMIT");
  if (empty || (application === APPLICATION && version === VERSION)) return;
  const state = application === APPLICATION ? `a cache of layout version ${version}` : "another program's database";
  throw new TypeError(`Cannot open cache "${path}": it is ${state}, choose another path or remove the file`);
}

/**
 * SQLITE_CORRUPT, SQLITE_NOTADB, and SQLITE_IOERR_SHORT_READ, the error of a truncated file or log. Errors of `exec()` have
 * no code on Deno 2.9, only SQLite's message.
 */
export function isDamage(error: unknown): boolean {
  const { errcode = 0, message = "" } = error as { errcode?: number; message?: string };
  return [11, 26].includes(errcode & 0xff) || errcode === 522 ||
    /is not a database|disk image is malformed/.test(message);
}

/** Renames a corrupt file and the files that SQLite keeps next to it. */
export function moveDamagedFile(path: string): void {
  writeLog("warn", `The cache "${path}" is corrupt: moved to "${path}.damaged" and recreated`);
  for (const suffix of ["", "-wal", "-shm"]) {
    try {
      renameSync(path + suffix, `${path}.damaged${suffix}`);
    } catch {
      // It does not exist.
    }
  }
}
