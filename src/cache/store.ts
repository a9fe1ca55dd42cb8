/**
 * What a cache keeps its entries in: the contract that every store fulfils, and the arithmetic of tags that they share.
 *
 * A store counts invalidations. An entry carries the count that its fill began with, and each tag the count of its last
 * invalidation; an entry is out of date when a tag of it was invalidated later than that. So nothing has to be found and
 * deleted, a fill that was under way cannot bring back what was invalidated meanwhile, and all processes of a shared
 * store agree without telling each other.
 *
 * @module
 */

import { isAhead } from "./clock.ts";

/** A value, or a promise of one: a store in this process answers at once, and its callers then wait for nothing. */
export type MaybePromise<T> = T | Promise<T>;

/** What is kept under a key. Never changed once made. */
export interface CacheEntry {
  /** What belongs to the body: status, headers and the like, as JSON can have it. */
  readonly meta: unknown;
  /** The bytes. */
  readonly body: Uint8Array<ArrayBuffer>;
  /** What it can be invalidated by. */
  readonly tags: readonly string[];
  /** When it was made, in milliseconds since 1970. */
  readonly madeAt: number;
  /** How long it is fresh, in seconds; `null` for ever. */
  readonly revalidate: number | null;
  /** The store's count of invalidations when its fill began. */
  readonly generation: number;
}

/** When a tag was last invalidated, as counts of the store. */
export interface TagMark {
  /** The last time that its entries were gone at once; 0 for never. */
  readonly hard: number;
  /** The last time that its entries became stale; 0 for never. */
  readonly soft: number;
  /** When those of `soft` are gone too, in milliseconds since 1970. */
  readonly expireAt: number;
  /** When the last invalidation was, in milliseconds since 1970; 0 where a store of an earlier version does not say. */
  readonly markedAt: number;
}

/** What a store knows of a key. */
export interface CacheRead {
  /** The entry, if there is one that can be read. */
  readonly entry: CacheEntry | undefined;
  /** The marks of its tags and of the tags asked for; may be left out where none is later than the entry. */
  readonly marks: readonly TagMark[];
  /** The count of invalidations. */
  readonly generation: number;
}

/** An entry as `routes cache ls` shows it. */
export interface CacheListing {
  /** The key. */
  readonly key: string;
  /** The entry; `undefined` where it cannot be read. */
  readonly entry: CacheEntry | undefined;
}

/**
 * A place for entries.
 *
 * - Each method is atomic, also among processes: an entry is there whole or not at all.
 * - What cannot be read (cut short, tampered with, of another version) is as good as not there.
 * - A store may forget any entry at any time. It may forget tags and the count only together with all entries made
 *   before, and a new count begins above the old one. Where it does not, because the clock was set back, an entry whose
 *   count is above that of the store counts as missing.
 * - A method that cannot do its work throws or rejects; the cache then goes on without the store.
 */
export interface CacheStore {
  /**
   * Reads an entry.
   *
   * @param key Its key.
   * @param tags Tags to look at besides the entry's own.
   */
  get(key: string, tags: readonly string[]): MaybePromise<CacheRead>;
  /**
   * Keeps an entry, unless one of a later generation is there.
   *
   * @throws {RangeError} If it is larger than the store can have.
   */
  set(key: string, entry: CacheEntry): MaybePromise<void>;
  /** Removes an entry. */
  delete(key: string): MaybePromise<void>;
  /**
   * Invalidates all entries with one of the tags that exist or are being made.
   *
   * @param tags The tags; any characters, any number.
   * @param expireAt Until when they may be served stale, in milliseconds since 1970; `null` for not at all.
   * @param now The time.
   */
  mark(tags: readonly string[], expireAt: number | null, now: number): MaybePromise<void>;
  /**
   * Takes or prolongs a lease, so that one process of all makes an entry.
   *
   * @param name What it is for.
   * @param holder Who asks.
   * @param ms How long it holds, in milliseconds, at most {@linkcode MAX_LEASE_MS}. One that ends later than that from now was
   * taken while the clock was ahead, and holds no more.
   * @param now The time.
   * @returns Whether the holder has it.
   */
  lease(name: string, holder: string, ms: number, now: number): MaybePromise<boolean>;
  /** Gives a lease back, if the holder has it. */
  release(name: string, holder: string): MaybePromise<void>;
  /** All entries. */
  list(): AsyncIterable<CacheListing>;
  /** Removes all entries. */
  clear(): MaybePromise<void>;
  /** Ends the use of the store. */
  close(): MaybePromise<void>;
}

/** How large an entry can be, in bytes: 32 MiB. */
export const MAX_ENTRY_BYTES = 32 * 1024 * 1024;

/** How long a lease holds at most, in milliseconds. */
export const MAX_LEASE_MS = 60_000;

/** How many tags a store remembers; beyond it forgets them, and with them all entries. */
export const MAX_TAGS = 100_000;

/**
 * The mark of a tag after one more invalidation.
 *
 * @param before Its mark until now.
 * @param count The count of this invalidation.
 * @param expireAt See {@linkcode CacheStore.mark}.
 * @param now The time.
 */
export function markTag(
  before: TagMark | undefined,
  count: number,
  expireAt: number | null,
  now: number,
): TagMark {
  const { hard, soft, expireAt: end, markedAt } = before ?? NEVER;
  if (hard === Infinity) return { hard: count, soft: 0, expireAt: 0, markedAt: now };
  if (expireAt === null) return { hard: count, soft, expireAt: end, markedAt: now };
  // Those of before are gone, or their end was set by a clock that was ahead.
  if (end <= now || isAhead(markedAt, now)) return { hard: Math.max(hard, soft), soft: count, expireAt, markedAt: now };
  // Entries of both invalidations are held to the earlier end: too early is a fill too many, too late is a wrong answer.
  return { hard, soft: count, expireAt: Math.min(end, expireAt), markedAt: now };
}

const NEVER: TagMark = { hard: 0, soft: 0, expireAt: 0, markedAt: 0 };

/**
 * A mark as a store outside the process has it. What is not a mark is read as an invalidation that no entry is later
 * than: nobody knows what was invalidated.
 *
 * @param parts The numbers of the mark, in the order of {@linkcode TagMark}.
 */
export function toTagMark(parts: unknown): TagMark {
  const [hard, soft, expireAt, markedAt = 0] = Array.isArray(parts) ? parts : [];
  if ([hard, soft, expireAt, markedAt].every(Number.isFinite)) return { hard, soft, expireAt, markedAt };
  return { hard: Infinity, soft: Infinity, expireAt: 0, markedAt: 0 };
}

/**
 * Refuses an entry that is too large.
 *
 * @param key The entry's key, for the message.
 * @param bytes The size of its body.
 * @param room What the store has room for at all.
 */
export function refuseLarge(key: string, bytes: number, room: number = MAX_ENTRY_BYTES): void {
  const limit = Math.min(room, MAX_ENTRY_BYTES);
  if (bytes <= limit) return;
  throw new RangeError(`Cannot cache "${key}": its body has ${bytes} bytes, the limit of this store is ${limit}`);
}

/** Refuses an entry whose body would fit, but not with its headers and tags. */
export function refuseWhole(key: string, room: number): never {
  throw new RangeError(`Cannot cache "${key}": with headers and tags it is larger than the whole store, ${room} bytes`);
}
