/**
 * The invalidations of a cache in Deno KV.
 *
 * A commit of KV has at most 1,000 writes, and an invalidation may have more tags than that. So an invalidation is one
 * record of a log, and each process has all marks in memory: before it uses them, it reads the records that were added.
 * After many records, one process writes down all marks and removes the log.
 *
 * @module
 */

import { markTag, MAX_TAGS, type TagMark, toTagMark } from "../store.ts";
import { deleteBlob, type KvBlob, readBlob, writeBlob } from "./kv_blob.ts";
import { CONFLICT, type KvDatabase } from "./kv_database.ts";

/** What is stored once for all entries. */
export interface KvCounts {
  /** Invalidations so far; starts at the time in microseconds, above every earlier count. */
  readonly generation: number;
  /** Entries of an earlier generation have lost their tags. */
  readonly floor: number;
  /** Identifies a series of records: marks of another one are not continued. */
  readonly series: string;
  /** The invalidation up to which marks are written down. */
  readonly base: number;
  /** The marks up to `base`; `null` for none. */
  readonly marks: KvBlob | null;
  /** How many tags have marks at most: one that was marked twice is counted twice. */
  readonly tags: number;
}

/** A record of the log. */
interface MarkRecord {
  readonly expireAt: number | null;
  readonly now: number;
  /** The tags as JSON. */
  readonly tags: KvBlob;
}

/** The invalidations of a cache. */
export interface KvMarks {
  /** Returns the counts that were read, or creates them. */
  ensureCounts(value: unknown): Promise<KvCounts>;
  /** Returns the marks of tags, at least up to the counts. */
  read(counts: KvCounts, tags: readonly string[]): Promise<TagMark[]>;
  /** Adds an invalidation. */
  add(tags: readonly string[], expireAt: number | null, now: number): Promise<void>;
}

/** How many records the log has before its marks are written down. */
const MAX_RECORDS = 500;
/** How often the log is read again because another process has removed a part meanwhile. */
const MAX_READS = 20;

/** Creates access to the invalidations of a database. */
export function createKvMarks(database: KvDatabase): KvMarks {
  const countsKey = database.key("counts");
  let marks = new Map<string, TagMark>();
  /** The series of `marks`, and the invalidation up to which they are known. */
  let series = "", seen = 0;
  let reading: Promise<unknown> = Promise.resolve();

  async function ensureCounts(value: unknown): Promise<KvCounts> {
    if (isCounts(value)) return value;
    return await database.retry(async (kv) => {
      const stored = await kv.get(countsKey);
      if (isCounts(stored.value)) return stored.value;
      const counts = startSeries(Date.now() * 1000);
      return await database.commit(kv.atomic().check(stored).set(countsKey, counts)) ? counts : CONFLICT;
    });
  }

  async function readCounts(
    kv: Deno.Kv,
  ): Promise<{ readonly stored: Deno.KvEntryMaybe<unknown>; readonly counts: KvCounts }> {
    for (;;) {
      const stored = await kv.get(countsKey);
      if (isCounts(stored.value)) return { stored, counts: stored.value };
      await ensureCounts(stored.value);
    }
  }

  async function read(counts: KvCounts, tags: readonly string[]): Promise<TagMark[]> {
    await follow(counts);
    return tags.map((tag) => marks.get(tag)).filter((mark) => mark !== undefined);
  }

  /** Reads what was added; one call at a time, because all change the same marks. */
  function follow(counts: KvCounts): Promise<void> {
    const next = reading.then(() => readRecords(counts));
    reading = next.catch(() => {});
    return next;
  }

  async function readRecords(wanted: KvCounts): Promise<void> {
    let counts = wanted;
    for (let reads = 0; series !== counts.series || seen < counts.generation; reads++) {
      if (reads === MAX_READS) throw new Error("the invalidations are incomplete");
      if (reads > 0) ({ counts } = await readCounts(await database.open()));
      if (series !== counts.series || seen < counts.base) {
        if (!await readBase(counts)) continue;
      }
      await readLog(counts);
    }
  }

  /** Returns whether the marks were there: another process may have replaced them. */
  async function readBase(counts: KvCounts): Promise<boolean> {
    const bytes = counts.marks === null ? undefined : await readBlob(database, counts.marks);
    if (counts.marks !== null && bytes === undefined) return false;
    const rows: [string, ...number[]][] = bytes === undefined ? [] : parseJson(bytes);
    marks = new Map(rows.map(([tag, ...parts]) => [tag, toTagMark(parts)]));
    ({ series, base: seen } = counts);
    return true;
  }

  async function readLog(counts: KvCounts): Promise<void> {
    const kv = await database.open();
    const start = database.key("marks", counts.series, seen + 1);
    const end = database.key("marks", counts.series, counts.generation + 1);
    for await (const { key, value } of kv.list<MarkRecord>({ start, end })) {
      const bytes = await readBlob(database, value.tags);
      // A part of the log was removed meanwhile.
      if (bytes === undefined || key.at(-1) !== seen + 1) return;
      const count = seen + 1;
      for (const tag of parseJson<string[]>(bytes)) {
        marks.set(tag, markTag(marks.get(tag), count, value.expireAt, value.now));
      }
      seen = count;
    }
  }

  async function add(tags: readonly string[], expireAt: number | null, now: number): Promise<void> {
    const record: MarkRecord = { expireAt, now, tags: await writeBlob(database, toJson(tags), {}) };
    const counts = await database.retry(async (kv) => {
      const { stored, counts } = await readCounts(kv);
      const next = { ...counts, generation: counts.generation + 1, tags: counts.tags + tags.length };
      const ok = await database.commit(
        kv.atomic().check(stored).set(countsKey, next)
          .set(database.key("marks", counts.series, next.generation), record),
      );
      return ok ? next : CONFLICT;
    });
    if (counts.generation - counts.base >= MAX_RECORDS || counts.tags > MAX_TAGS) await shorten(counts);
  }

  /** Replaces the log: by the marks that it results in, or if they are too many by a new series. */
  async function shorten(before: KvCounts): Promise<void> {
    await follow(before);
    const isFull = marks.size > MAX_TAGS;
    if (!isFull && before.generation - before.base < MAX_RECORDS) return;
    const kv = await database.open();
    const stored = await kv.get(countsKey);
    // Another process has added an invalidation meanwhile, and does this.
    if (!isCounts(stored.value) || stored.value.generation !== seen || stored.value.series !== series) return;
    const blob = isFull ? null : await writeBlob(database, toJson(toRows(marks)), {});
    const after = isFull ? startSeries(seen) : { ...stored.value, base: seen, marks: blob, tags: marks.size };
    const ok = await database.commit(kv.atomic().check(stored).set(countsKey, after));
    if (!ok) return await deleteBlob(database, blob);
    await deleteLog(before.series, after.base);
    await deleteBlob(database, stored.value.marks);
  }

  async function deleteLog(series: string, last: number): Promise<void> {
    const kv = await database.open();
    const range = { start: database.key("marks", series), end: database.key("marks", series, last + 1) };
    for await (const { value } of kv.list<MarkRecord>(range)) await deleteBlob(database, value.tags);
    await database.deleteAll(range);
  }

  return { ensureCounts, read, add };
}

function startSeries(generation: number): KvCounts {
  return { generation, floor: generation, series: crypto.randomUUID(), base: generation, marks: null, tags: 0 };
}

function isCounts(value: unknown): value is KvCounts {
  if (typeof value !== "object" || value === null) return false;
  const { generation, floor, series, base, tags } = value as Record<string, unknown>;
  return [generation, floor, base, tags].every(Number.isSafeInteger) && typeof series === "string";
}

function toRows(marks: ReadonlyMap<string, TagMark>): readonly unknown[][] {
  return [...marks].map(([tag, { hard, soft, expireAt, markedAt }]) => [tag, hard, soft, expireAt, markedAt]);
}

/** As JSON: lone surrogates stay distinct, which in UTF-8 they are not. */
function toJson(value: unknown): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify(value));
}

function parseJson<T>(bytes: Uint8Array): T {
  return JSON.parse(new TextDecoder().decode(bytes));
}
