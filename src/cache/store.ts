/**
 * The storage of a cache: the contract that every store implements, and the tag arithmetic that they share.
 *
 * A store counts invalidations. Each entry records the count at which its generation started, and each tag the count of
 * its last invalidation; an entry is out of date if one of its tags was invalidated later. So no entry has to be found
 * and deleted, an entry that is being generated cannot bring back data that was invalidated meanwhile, and all
 * processes that share a store agree without communicating.
 *
 * @module
 */

import { isAhead } from "./clock.ts";
import type { RateLimitStore } from "./rate_limit.ts";

/** A value, or a promise of one: a store in this process answers synchronously, which saves its callers a promise. */
export type MaybePromise<T> = T | Promise<T>;

/** The value stored under a key. Never modified once it is created. */
export interface CacheEntry {
  /** Metadata of the body as a JSON value: status, headers and so on. */
  readonly meta: unknown;
  /** The content. */
  readonly body: Uint8Array<ArrayBuffer>;
  /** The tags that invalidate it. */
  readonly tags: readonly string[];
  /** When it was generated, in milliseconds since 1970. */
  readonly madeAt: number;
  /** How long it is fresh, in seconds; `null` for forever. */
  readonly revalidate: number | null;
  /** The store's count of invalidations when its generation started. */
  readonly generation: number;
}

/** The last invalidations of a tag, as counts of the store. */
export interface TagMark {
  /** The last invalidation that expired its entries immediately; 0 for never. */
  readonly hard: number;
  /** The last invalidation that made its entries stale; 0 for never. */
  readonly soft: number;
  /** When the entries that `soft` made stale expire, in milliseconds since 1970. */
  readonly expireAt: number;
  /** The time of the last invalidation, in milliseconds since 1970; 0 if a store of an earlier version has none. */
  readonly markedAt: number;
}

/** The result of a read. */
export interface CacheRead {
  /** The entry; `undefined` if the key has no entry that can be read. */
  readonly entry: CacheEntry | undefined;
  /** The marks of its tags and of the requested tags; may be empty if none is later than the entry. */
  readonly marks: readonly TagMark[];
  /** The count of invalidations. */
  readonly generation: number;
}

/** An entry as `routes cache ls` lists it. */
export interface CacheListing {
  /** The key. */
  readonly key: string;
  /** The entry; `undefined` if it cannot be read. */
  readonly entry: CacheEntry | undefined;
}

/**
 * Stores the entries of a cache.
 *
 * - Each method is atomic, also across processes: an entry is there completely or not at all.
 * - An entry that cannot be read (truncated, tampered with, of another version) counts as missing.
 * - A store may forget any entry at any time. It may forget tags and the count only together with all earlier entries, and
 *   a new count starts above the old one. If it does not, because the clock was set back, an entry whose count is above
 *   that of the store counts as missing.
 * - A method that cannot do its work throws or rejects; the cache then continues without the store.
 * - `take()` is optional: with it, the store also keeps the counts of `rateLimit({ store: "cache" })`.
 */
export interface CacheStore extends Partial<RateLimitStore> {
  /**
   * Reads an entry.
   *
   * @param key Its key.
   * @param tags Tags to return the marks of, besides the entry's own.
   */
  get(key: string, tags: readonly string[]): MaybePromise<CacheRead>;
  /**
   * Stores an entry, unless there is one of a later generation.
   *
   * @throws {RangeError} If it is larger than the store allows.
   */
  set(key: string, entry: CacheEntry): MaybePromise<void>;
  /** Deletes an entry. */
  delete(key: string): MaybePromise<void>;
  /**
   * Invalidates all entries with one of the tags, including those that are being generated.
   *
   * @param tags The tags; any characters, any number.
   * @param expireAt Until when the entries may be served stale, in milliseconds since 1970; `null` for not at all.
   * @param now The current time, in milliseconds since 1970.
   */
  mark(tags: readonly string[], expireAt: number | null, now: number): MaybePromise<void>;
  /**
   * Acquires or extends a lease, so that only one process generates an entry.
   *
   * @param name The name of the lease.
   * @param holder The id of the holder.
   * @param ms How long it lasts, in milliseconds, at most {@linkcode MAX_LEASE_MS}. A lease that ends later than that from
   * now was acquired while the clock was ahead, and has expired.
   * @param now The current time, in milliseconds since 1970.
   * @returns Whether the holder has the lease.
   */
  lease(name: string, holder: string, ms: number, now: number): MaybePromise<boolean>;
  /** Releases a lease, if the holder has it. */
  release(name: string, holder: string): MaybePromise<void>;
  /** Lists all entries. */
  list(): AsyncIterable<CacheListing>;
  /** Deletes all entries. */
  clear(): MaybePromise<void>;
  /** Closes the store. */
  close(): MaybePromise<void>;
}

/** How large the body of an entry can be: 32 MiB. */
export const MAX_ENTRY_BYTES = 32 * 1024 * 1024;

/** How long a lease lasts at most. */
export const MAX_LEASE_MS = 60_000;

/** How many tags a store remembers; with more it forgets them, and all entries with them. */
export const MAX_TAGS = 100_000;

/**
 * Returns the mark of a tag after one more invalidation.
 *
 * @param before Its mark before.
 * @param count The count of this invalidation.
 * @param expireAt See {@linkcode CacheStore.mark}.
 * @param now The current time, in milliseconds since 1970.
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
  // The earlier entries have expired, or their end was set by a clock that was ahead.
  if (end <= now || isAhead(markedAt, now)) return { hard: Math.max(hard, soft), soft: count, expireAt, markedAt: now };
  // Entries of both invalidations expire at the earlier end: too early costs a regeneration, too late is a wrong
  // response.
  return { hard, soft: count, expireAt: Math.min(end, expireAt), markedAt: now };
}

const NEVER: TagMark = { hard: 0, soft: 0, expireAt: 0, markedAt: 0 };

/**
 * Reads a mark of a store outside the process. An invalid mark counts as an invalidation later than every entry,
 * because it is unknown what was invalidated.
 *
 * @param parts The numbers of the mark, in the order of {@linkcode TagMark}.
 */
export function toTagMark(parts: unknown): TagMark {
  const [hard, soft, expireAt, markedAt = 0] = Array.isArray(parts) ? parts : [];
  if ([hard, soft, expireAt, markedAt].every(Number.isFinite)) return { hard, soft, expireAt, markedAt };
  return { hard: Infinity, soft: Infinity, expireAt: 0, markedAt: 0 };
}

/**
 * Throws if the body of an entry is too large.
 *
 * @param key The key of the entry, for the message.
 * @param bytes The size of its body.
 * @param capacity How many bytes the store can hold.
 * @throws {RangeError} If it is.
 */
export function refuseLarge(key: string, bytes: number, capacity: number = MAX_ENTRY_BYTES): void {
  const limit = Math.min(capacity, MAX_ENTRY_BYTES);
  if (bytes <= limit) return;
  throw new RangeError(`Cannot cache "${key}": its body has ${bytes} bytes, the limit of this store is ${limit}`);
}

/** Throws for an entry whose body would fit, but not with its headers and tags. */
export function refuseWhole(key: string, capacity: number): never {
  throw new RangeError(
    `Cannot cache "${key}": with headers and tags it is larger than the whole store, ${capacity} bytes`,
  );
}
