/**
 * The methods of the SQLite store.
 *
 * @module
 */

import { nextTick } from "node:process";
import { ByteLru } from "../byte_lru.ts";
import { decodeEntry, decodeName, encodeEntry, encodeName } from "../entry_codec.ts";
import { countRequest, type RateLimitState, type RateLimitStore } from "../rate_limit.ts";
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
  /** How many bytes of entries the file holds; the oldest are evicted first. Default: 1 GiB. */
  maxBytes?: number;
  /** How many bytes of entries the process also keeps in memory. Default: 32 MiB. */
  memoryBytes?: number;
}

/** An error code of SQLite. */
const SQLITE_CORRUPT = 11;

/** How many entries a write evicts at most: all of a file that became too large would block the process for seconds. */
const MAX_EVICTED = 500;

/** The numbers that are stored once for all entries. */
interface Counts {
  /** Invalidations so far; starts at the time when the file was created, above the count of any earlier file. */
  generation: number;
  /** Entries of an earlier generation have lost their tags. */
  floor: number;
  /** The total size of the entries. */
  bytes: number;
}

/**
 * Creates a store in an SQLite file.
 *
 * @param path The file.
 * @param options How much it stores.
 * @param maxOpenWaitMs How long opening may block the process while another one has the file locked, in milliseconds.
 * @throws As {@linkcode openCacheFile} does.
 */
export function createSqliteStore(
  path: string,
  options: SqliteStoreOptions,
  maxOpenWaitMs: number,
): CacheStore & RateLimitStore {
  const { maxBytes = 1024 ** 3, memoryBytes = 32 * 1024 ** 2 } = options;
  const memory = new ByteLru(memoryBytes);
  const queue = createLockQueue(path);
  let file = openCacheFile(path, maxOpenWaitMs);
  let isClosed = false;
  /** The counts as of a version of the file; valid until another process writes. */
  let cached = { version: -1, counts: { generation: 0, floor: 0, bytes: 0 } };
  /** The marks of the tags of entries in memory, as of a count of invalidations. */
  const ownMarks = new WeakMap<CacheEntry, { readonly generation: number; readonly marks: readonly TagMark[] }>();
  /** Whether the counts were checked in this turn of the event loop. */
  let isChecked = false;

  /**
   * Returns the counts for reading. Checking the file takes as long as answering a request, so it is checked once for all
   * requests of one turn: what another process wrote before a request came is seen.
   */
  function getTurnCounts(): Counts {
    if (isChecked) return cached.counts;
    ensureFile();
    const counts = readCounts();
    isChecked = true;
    nextTick(() => isChecked = false);
    return counts;
  }

  /** Opens the file again if another one has taken its place. */
  function ensureFile(): void {
    if (!file.database.isOpen || getFileIdentity(path) !== file.identity) reopen();
  }

  /** Reads the counts if another process has written since, and drops the memory layer then. */
  function readCounts(): Counts {
    const { data_version: version } = file.statements.version.get() as { data_version: number };
    if (version !== cached.version) {
      memory.clear();
      const counts = file.statements.counts.get() as unknown as Counts | undefined;
      if (counts === undefined) {
        throw Object.assign(new Error("the counts row is missing"), { errcode: SQLITE_CORRUPT });
      }
      cached = { version, counts };
    }
    return cached.counts;
  }

  /** Does not wait for a locked file: a request is being answered. */
  function reopen(): void {
    if (isClosed) throw new Error("the store is closed");
    cached.version = -1;
    isChecked = false;
    if (file.database.isOpen) file.database.close();
    file = openCacheFile(path, 0);
  }

  /** Does work on the file when no other process has it locked; if it is corrupt, moves it away and tries again. */
  function work<T>(call: () => T): MaybePromise<T> {
    return queue.run(() => {
      isChecked = false;
      try {
        ensureFile();
        return call();
      } catch (error) {
        if (!isDamage(error)) throw error;
        // Another process may have moved it already.
        if (getFileIdentity(path) === file.identity) moveDamagedFile(path);
        reopen();
        return call();
      }
    });
  }

  /** Writes in one transaction. */
  function transact<T>(call: (counts: Counts) => T): MaybePromise<T> {
    return work(() => {
      const { begin, commit, rollback } = file.statements;
      begin.run();
      try {
        const result = call(readCounts());
        commit.run();
        return result;
      } catch (error) {
        memory.clear();
        cached.version = -1;
        // If the disk is full, SQLite has rolled the transaction back itself.
        if (file.database.isTransaction) rollback.run();
        throw error;
      }
    });
  }

  function readWithMarks(key: string, tags: readonly string[]): CacheRead {
    const counts = getTurnCounts(), { generation } = counts;
    const entry = read(key, counts);
    if (entry === undefined || entry.generation === generation) return { entry, marks: [], generation };
    return { entry, marks: [...readOwnMarks(entry, generation), ...readMarks(tags)], generation };
  }

  /** Reads the marks of an entry's tags, once for each count of invalidations: it may have thousands of tags. */
  function readOwnMarks(entry: CacheEntry, generation: number): readonly TagMark[] {
    const known = ownMarks.get(entry);
    if (known?.generation === generation) return known.marks;
    const marks = readMarks(entry.tags);
    ownMarks.set(entry, { generation, marks });
    return marks;
  }

  function readMarks(tags: readonly string[]): readonly TagMark[] {
    return tags.map(readMark).filter((mark) => mark !== undefined);
  }

  function read(key: string, counts: Counts): CacheEntry | undefined {
    const inMemory = memory.get(key);
    if (inMemory !== undefined) return inMemory;
    const row = file.statements.get.get(encodeName(key));
    const entry = decodeEntry(row?.data);
    if (entry === undefined || entry.generation < counts.floor || entry.generation > counts.generation) {
      return undefined;
    }
    memory.set(key, entry);
    return entry;
  }

  /** @param name The encoded key. */
  function remove(name: string, counts: Counts): void {
    memory.delete(decodeName(name));
    const row = file.statements.delete.get(name) as { size: number } | undefined;
    if (row !== undefined) resize(counts, -row.size);
  }

  function removeOldest(counts: Counts): void {
    for (let removed = 0; counts.bytes > maxBytes && removed < MAX_EVICTED; removed++) {
      const oldest = file.statements.oldest.get() as { key: string } | undefined;
      if (oldest === undefined) return resize(counts, -counts.bytes);
      remove(oldest.key, counts);
    }
  }

  function resize(counts: Counts, by: number): void {
    counts.bytes += by;
    file.statements.resize.run(counts.bytes);
  }

  function deleteAll(counts: Counts): void {
    memory.clear();
    file.statements.deleteAll.run();
    resize(counts, -counts.bytes);
  }

  function readMark(tag: string): TagMark | undefined {
    const row = file.statements.tag.get(encodeName(tag));
    return row === undefined ? undefined : toTagMark([row.hard, row.soft, row.expireAt, row.markedAt]);
  }

  return {
    get(key, tags) {
      try {
        return readWithMarks(key, tags);
      } catch {
        return work(() => readWithMarks(key, tags));
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
        memory.set(key, entry);
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
          const { hard, soft, expireAt: end, markedAt } = markTag(readMark(tag), counts.generation, expireAt, now);
          mark.run(encodeName(tag), hard, soft, end, markedAt);
        }
        const { many } = countTags.get() as { many: number };
        if (many <= MAX_TAGS) return;
        deleteTags.run();
        counts.floor = counts.generation;
        advance.run(counts.generation, counts.floor);
        deleteAll(counts);
      }),
    // The previous holder may have stored an entry just now; after `work()` the next read checks the file again.
    lease: (name, holder, ms, now) =>
      work(() => file.statements.lease.run(encodeName(name), holder, now + ms, now).changes === 1),
    release: (name, holder) => work(() => void file.statements.release.run(encodeName(name), holder)),
    take: (key, policy, now) =>
      transact(() => {
        const { limit, setLimit, deleteOldLimits } = file.statements;
        const name = encodeName(key);
        const before = limit.get(name) as unknown as RateLimitState | undefined;
        const { state, result } = countRequest(before, policy, now);
        setLimit.run(name, state.used, state.since, state.since + policy.windowMs);
        if (before === undefined) deleteOldLimits.run(now);
        return result;
      }),
    async *list() {
      // Not one long read: SQLite could not checkpoint the log meanwhile.
      for (const { key } of file.statements.list.all() as { key: string }[]) {
        const row = file.statements.get.get(key);
        if (row !== undefined) yield { key: decodeName(key), entry: decodeEntry(row.data) };
      }
    },
    clear: () => transact(deleteAll),
    close() {
      isClosed = true;
      queue.close();
      memory.clear();
      if (file.database.isOpen) file.database.close();
    },
  };
}
