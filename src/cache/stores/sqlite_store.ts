/**
 * What the SQLite store does with its file.
 *
 * @module
 */

import { nextTick } from "node:process";
import { ByteLru } from "../byte_lru.ts";
import { decodeEntry, decodeName, encodeEntry, encodeName } from "../entry_codec.ts";
import {
  type CacheEntry,
  type CacheRead,
  type CacheStore,
  markTag,
  MAX_TAGS,
  type MaybePromise,
  refuseLarge,
  refuseWhole,
  type TagMark,
  toTagMark,
} from "../store.ts";
import { createLockQueue } from "./lock_queue.ts";
import { getFileIdentity, isDamage, moveDamagedFile, openCacheFile } from "./sqlite_file.ts";

/** Options of `sqliteStore()`. */
export interface SqliteStoreOptions {
  /** How many bytes of entries the file keeps; the oldest go first. Default: 1 GiB. */
  maxBytes?: number;
  /** How many bytes of entries the process keeps in memory besides. Default: 32 MiB. */
  memoryBytes?: number;
}

/** The code of an error of SQLite. */
const SQLITE_CORRUPT = 11;

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
 * @param path The file.
 * @param options How much it keeps.
 * @param patience How long the process may stand still while another one has the file locked, in milliseconds.
 * @throws As {@linkcode openCacheFile} does.
 */
export function createSqliteStore(path: string, options: SqliteStoreOptions, patience: number): CacheStore {
  const { maxBytes = 1024 ** 3, memoryBytes = 32 * 1024 ** 2 } = options;
  const front = new ByteLru(memoryBytes);
  const queue = createLockQueue(path);
  let file = openCacheFile(path, patience);
  let isClosed = false;
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
    ensureFile();
    const counts = readCounts();
    asked = true;
    nextTick(() => asked = false);
    return counts;
  }

  /** Looks whether another file is in the place of this one, and opens that. */
  function ensureFile(): void {
    if (!file.database.isOpen || getFileIdentity(path) !== file.identity) reopen();
  }

  /** Looks whether another process has written. */
  function readCounts(): Counts {
    const { data_version: version } = file.statements.version.get() as { data_version: number };
    if (version !== seen.version) {
      front.clear();
      const counts = file.statements.counts.get() as unknown as Counts | undefined;
      if (counts === undefined) {
        throw Object.assign(new Error("the counts row is missing"), { errcode: SQLITE_CORRUPT });
      }
      seen = { version, counts };
    }
    return seen.counts;
  }

  /** Nobody waits for a locked file here: a request is being answered. */
  function reopen(): void {
    if (isClosed) throw new Error("the store is closed");
    seen.version = -1;
    asked = false;
    if (file.database.isOpen) file.database.close();
    file = openCacheFile(path, 0);
  }

  /** Does work on the file when nobody else has it locked; one that turns out to be damaged is set aside before. */
  function work<T>(call: () => T): MaybePromise<T> {
    return queue.run(() => {
      asked = false;
      try {
        ensureFile();
        return call();
      } catch (error) {
        if (!isDamage(error)) throw error;
        // Another process may have set it aside already.
        if (getFileIdentity(path) === file.identity) moveDamagedFile(path);
        reopen();
        return call();
      }
    });
  }

  /** Writes as one step, among all processes. */
  function transact<T>(call: (counts: Counts) => T): MaybePromise<T> {
    return work(() => {
      const { begin, commit, rollback } = file.statements;
      begin.run();
      try {
        const result = call(readCounts());
        commit.run();
        return result;
      } catch (error) {
        front.clear();
        seen.version = -1;
        // A disk that is full has ended the transaction itself.
        if (file.database.isTransaction) rollback.run();
        throw error;
      }
    });
  }

  function look(key: string, tags: readonly string[]): CacheRead {
    const counts = countsOfTurn(), { generation } = counts;
    const entry = read(key, counts);
    if (entry === undefined || entry.generation === generation) return { entry, marks: [], generation };
    const marks = [...entry.tags, ...tags].map(tagOf).filter((mark) => mark !== undefined);
    return { entry, marks, generation };
  }

  function read(key: string, counts: Counts): CacheEntry | undefined {
    const known = front.get(key);
    if (known !== undefined) return known;
    const row = file.statements.get.get(encodeName(key));
    const entry = decodeEntry(row?.data);
    if (entry === undefined || entry.generation < counts.floor || entry.generation > counts.generation) {
      return undefined;
    }
    front.set(key, entry);
    return entry;
  }

  /** @param name The key, encoded. */
  function remove(name: string, counts: Counts): void {
    front.delete(decodeName(name));
    const row = file.statements.delete.get(name) as { size: number } | undefined;
    if (row !== undefined) resize(counts, -row.size);
  }

  function removeOldest(counts: Counts): void {
    while (counts.bytes > maxBytes) {
      const oldest = file.statements.oldest.get() as { key: string } | undefined;
      if (oldest === undefined) return resize(counts, -counts.bytes);
      remove(oldest.key, counts);
    }
  }

  function resize(counts: Counts, by: number): void {
    counts.bytes += by;
    file.statements.resize.run(counts.bytes);
  }

  function forgetAll(counts: Counts): void {
    front.clear();
    file.statements.deleteAll.run();
    resize(counts, -counts.bytes);
  }

  function tagOf(tag: string): TagMark | undefined {
    const row = file.statements.tag.get(encodeName(tag));
    return row === undefined ? undefined : toTagMark([row.hard, row.soft, row.expireAt, row.markedAt]);
  }

  return {
    get(key, tags) {
      try {
        return look(key, tags);
      } catch {
        return work(() => look(key, tags));
      }
    },
    set(key, entry) {
      refuseLarge(key, entry.body.length, maxBytes);
      const data = encodeEntry(entry);
      if (data.length > maxBytes) refuseWhole(key, maxBytes);
      return transact((counts) => {
        const before = read(key, counts);
        if (entry.generation < Math.max(counts.floor, before?.generation ?? 0)) return;
        if (entry.generation > counts.generation) return;
        const name = encodeName(key);
        remove(name, counts);
        file.statements.set.run(name, entry.generation, data.length, data);
        resize(counts, data.length);
        front.set(key, entry);
        removeOldest(counts);
      });
    },
    delete: (key) => transact((counts) => remove(encodeName(key), counts)),
    mark: (tags, expireAt, now) =>
      transact((counts) => {
        const { advance, mark, countTags, deleteTags } = file.statements;
        counts.generation++;
        advance.run(counts.generation, counts.floor);
        for (const tag of tags) {
          const { hard, soft, expireAt: end, markedAt } = markTag(tagOf(tag), counts.generation, expireAt, now);
          mark.run(encodeName(tag), hard, soft, end, markedAt);
        }
        const { many } = countTags.get() as { many: number };
        if (many <= MAX_TAGS) return;
        deleteTags.run();
        counts.floor = counts.generation;
        advance.run(counts.generation, counts.floor);
        forgetAll(counts);
      }),
    // Who had the lease before may have filled just now: `work()` has the next question ask the file.
    lease: (name, holder, ms, now) =>
      work(() => file.statements.lease.run(encodeName(name), holder, now + ms, now).changes === 1),
    release: (name, holder) => work(() => void file.statements.release.run(encodeName(name), holder)),
    async *list() {
      // Not one long read: it would keep the file from being tidied while it lasts.
      for (const { key } of file.statements.list.all() as { key: string }[]) {
        const row = file.statements.get.get(key);
        if (row !== undefined) yield { key: decodeName(key), entry: decodeEntry(row.data) };
      }
    },
    clear: () => transact(forgetAll),
    close() {
      isClosed = true;
      queue.close();
      front.clear();
      if (file.database.isOpen) file.database.close();
    },
  };
}
