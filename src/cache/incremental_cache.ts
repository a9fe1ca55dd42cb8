/**
 * The incremental cache: fresh, stale or missing; one fill for all who wait; what a fill may keep.
 *
 * @module
 */

import { delay } from "@std/async/delay";
import { type CacheEntry, type CacheRead, type CacheStore, MAX_ENTRY_BYTES, type MaybePromise } from "./store.ts";

/** What a fill made: an entry but for what the cache knows itself. */
export type FilledEntry = Pick<CacheEntry, "meta" | "body" | "tags" | "revalidate">;

/**
 * How a fill ended: with an entry; with nothing that may be kept; or with a failure, which says nothing about what is
 * kept already.
 */
export type Filled = FilledEntry | "uncacheable" | "failed";

/** Why a fill runs: nobody has an entry, or there is one that is served and stale. */
export type FillReason = "miss" | "stale";

/** What the cache knows of a key, and how it can know more. */
export interface Lookup {
  /** The key. */
  readonly key: string;
  /** Tags besides the entry's own that it goes out of date by. */
  readonly tags: readonly string[];
  /** Whether a stale entry will not do: what is made of it would be stale from the start. */
  readonly fresh?: boolean;
  /** Makes the entry. */
  fill(reason: FillReason): Promise<Filled>;
}

/** An entry to answer with. */
export interface Found {
  /** The entry. */
  readonly entry: CacheEntry;
  /** Whether it is fresh, served once more while it is made anew, or was made for this question. */
  readonly state: "HIT" | "STALE" | "MISS";
}

/** The cache of an application. */
export interface IncrementalCache {
  /**
   * The entry of a key; made, if nobody has it.
   *
   * @returns `null` if there is none to be had: the caller's own fill, or the one it waited for, gave none, or the store is
   * down. Who has not filled then does the work on its own.
   */
  get(lookup: Lookup): MaybePromise<Found | null>;
  /**
   * Invalidates by tags, for all who share the store.
   *
   * @param tags The tags.
   * @param expire How long their entries may still be served stale, in seconds; 0 for not at all.
   */
  invalidate(tags: readonly string[], expire: number): MaybePromise<void>;
  /** The time, in milliseconds since 1970. */
  now(): number;
  /** Tells the operator of a body that is larger than an entry can be. */
  refuseLarge(key: string): void;
  /** Ends the use of the store, which stays open: others may use it too. */
  close(): void;
}

/** What a cache works with. */
export interface IncrementalCacheOptions {
  /** Keeps the entries. */
  store: CacheStore;
  /** The time, in milliseconds since 1970. */
  now: () => number;
  /** Keeps the process alive until a promise settles. */
  waitUntil: (promise: Promise<unknown>) => void;
  /** Tells the operator that something is wrong with the store. */
  warn: (message: string) => void;
}

/** For how long a stale entry is served, in seconds: a year, as in Next.js. */
export const YEAR = 31_536_000;

/** How long a process has for a fill before another one tries, in milliseconds; prolonged while it works. */
const LEASE = 10_000;
/** How long nobody tries again after a failed refill, in milliseconds. */
const RETRY = 3_000;
/** How often a process looks whether another one has filled, in milliseconds. */
const POLL = 20;
/** How long a request waits for the fill of another process, in milliseconds. */
const PATIENCE = 30_000;
/** How long a store that failed is left alone, in milliseconds. */
const PAUSE = 1_000;
/** How often the operator is told, in milliseconds. */
const TELL = 60_000;

/** What came of a fill: what the one who filled answers with, and whether others find it in the store. */
interface FirstFill {
  readonly found: Found | null;
  readonly kept: boolean;
}

/** The right to fill, for one fill. */
interface Lease {
  readonly name: string;
  readonly holder: string;
}

/** Makes a cache. */
export function createIncrementalCache(
  { store, now, waitUntil, warn }: IncrementalCacheOptions,
): IncrementalCache {
  const process = crypto.randomUUID();
  /** The fills that this process waits for; each tells whether an entry was kept. */
  const flights = new Map<string, Promise<boolean>>();
  const refills = new Set<string>();
  /** Invalidations that the store has not taken yet. Until it has, nothing it says can be trusted. */
  const owed: { tags: readonly string[]; expireAt: number | null }[] = [];
  let settling: Promise<void> | undefined;
  let retrying = false;
  const closing = new AbortController();
  let pausedUntil = -Infinity;
  /** When the operator was told of what. */
  const told = new Map<"entry" | "store", number>();

  function get(lookup: Lookup): MaybePromise<Found | null> {
    const read = ask(lookup);
    return read instanceof Promise ? read.then((read) => decide(lookup, read)) : decide(lookup, read);
  }

  function decide(lookup: Lookup, read: CacheRead | null): MaybePromise<Found | null> {
    if (read === null) return null;
    const state = stateOf(read, now());
    if (state === "MISS" || (state === "STALE" && lookup.fresh)) return fillOrWait(lookup);
    if (state === "STALE") refillLater(lookup);
    return { entry: read.entry!, state };
  }

  async function fillOrWait(lookup: Lookup): Promise<Found | null> {
    for (let flight = flights.get(lookup.key); flight !== undefined; flight = flights.get(lookup.key)) {
      if (!await flight) return null;
      // Not the result of the flight itself: it may have been invalidated before it landed.
      const found = kept(await ask(lookup), lookup);
      if (found !== undefined) return found;
    }
    const landed = Promise.withResolvers<boolean>();
    flights.set(lookup.key, landed.promise);
    let first: FirstFill = { found: null, kept: false };
    try {
      first = await fillFirst(lookup);
      return first.found;
    } finally {
      flights.delete(lookup.key);
      landed.resolve(first.kept);
    }
  }

  /** What a read says after someone else's fill: an entry, `null` for no store, `undefined` for none yet. */
  function kept(read: CacheRead | null, { fresh }: Lookup): Found | null | undefined {
    if (read === null) return null;
    const state = stateOf(read, now());
    return state === "MISS" || (state === "STALE" && fresh) ? undefined : { entry: read.entry!, state: "MISS" };
  }

  /** Fills as the only process of all, or takes what another one filled. */
  async function fillFirst(lookup: Lookup): Promise<FirstFill> {
    // The process holds it, whose flights are one a key: a lease that could not be given back does not stop its own.
    const lease: Lease = { name: `fill ${lookup.key}`, holder: process };
    for (let polls = 0; !await holds(lease); polls++) {
      // Prolonged again and again: better to do the work twice than to wait for what may never come.
      if (polls > PATIENCE / POLL) return { found: null, kept: false };
      await delay(POLL);
      const found = kept(await ask(lookup), lookup);
      if (found !== undefined) return { found, kept: found !== null };
    }
    try {
      return await whileHolding(lease, async () => {
        const read = await ask(lookup);
        const found = kept(read, lookup);
        if (found !== undefined) return { found, kept: found !== null };
        const filled = await lookup.fill("miss");
        return typeof filled === "string"
          ? { found: null, kept: false }
          : await keep(lookup.key, filled, read!.generation);
      });
    } finally {
      await attempt(() => give(lease));
    }
  }

  function refillLater(lookup: Lookup): void {
    if (refills.has(lookup.key)) return;
    refills.add(lookup.key);
    waitUntil(refill(lookup).finally(() => refills.delete(lookup.key)));
  }

  /** Makes a stale entry anew, unless another process is at it. */
  async function refill(lookup: Lookup): Promise<void> {
    // This fill holds it: a lease that is kept after a failure stops the next one of this process too.
    const lease: Lease = { name: `refill ${lookup.key}`, holder: crypto.randomUUID() };
    if (!await attempt(() => take(lease, LEASE))) return;
    const filled = await whileHolding(lease, async () => {
      const read = await ask(lookup);
      if (read === null || stateOf(read, now()) === "HIT") return null;
      const filled = await lookup.fill("stale");
      if (filled === "uncacheable") await attempt(() => store.delete(lookup.key));
      else if (filled !== "failed") await keep(lookup.key, filled, read.generation);
      return filled;
    });
    // Who fails keeps the lease for a while: the next request would fail too.
    if (filled === "failed") await attempt(() => take(lease, RETRY));
    else await attempt(() => give(lease));
  }

  async function keep(key: string, filled: FilledEntry, generation: number): Promise<FirstFill> {
    const entry = { ...filled, madeAt: now(), generation };
    const found: Found = { entry, state: "MISS" };
    try {
      await store.set(key, entry);
      return { found, kept: true };
    } catch (error) {
      // An entry that is too large says nothing about the store.
      if (error instanceof RangeError) tell("entry", error.message);
      else storeFailed(error);
      return { found, kept: false };
    }
  }

  /** Whether this process has the lease; yes too where there is no store to ask. */
  async function holds(lease: Lease): Promise<boolean> {
    return await attempt(() => take(lease, LEASE)) ?? true;
  }

  function take({ name, holder }: Lease, ms: number): MaybePromise<boolean> {
    return store.lease(name, holder, ms, now());
  }

  function give({ name, holder }: Lease): MaybePromise<void> {
    return store.release(name, holder);
  }

  async function whileHolding<T>(lease: Lease, work: () => Promise<T>): Promise<T> {
    const timer = setInterval(() => attempt(() => take(lease, LEASE)), LEASE / 3);
    try {
      return await work();
    } finally {
      clearInterval(timer);
    }
  }

  function invalidate(tags: readonly string[], expire: number): MaybePromise<void> {
    if (tags.length === 0) return;
    owed.push({ tags, expireAt: expire === 0 ? null : now() + expire * 1000 });
    // The store is being left alone; nobody may ask this process again before it is back.
    if (now() < pausedUntil) settleLater();
    return settleOwed();
  }

  /** Gives the store the invalidations that it has not got yet, in order. */
  function settleOwed(): MaybePromise<void> {
    if (settling !== undefined) return settling.then(settleOwed);
    try {
      while (owed.length > 0 && now() >= pausedUntil) {
        const { tags, expireAt } = owed[0]!;
        const marked = store.mark(tags, expireAt, now());
        if (marked instanceof Promise) return settling = settleRest(marked).finally(() => settling = undefined);
        owed.shift();
      }
    } catch (error) {
      storeFailed(error);
    }
  }

  async function settleRest(first: Promise<void>): Promise<void> {
    try {
      await first;
      for (owed.shift(); owed.length > 0; owed.shift()) await store.mark(owed[0]!.tags, owed[0]!.expireAt, now());
    } catch (error) {
      storeFailed(error);
    }
  }

  function settleLater(): void {
    if (retrying) return;
    retrying = true;
    waitUntil(settleInTime());
  }

  /** Other processes must learn of an invalidation also when nobody asks this one again. */
  async function settleInTime(): Promise<void> {
    while (owed.length > 0 && !closing.signal.aborted) {
      await delay(PAUSE, { signal: closing.signal }).catch(() => {});
      await settleOwed();
    }
    retrying = false;
  }

  /** Reads, or `null` while the store is down. */
  function ask({ key, tags }: Lookup): MaybePromise<CacheRead | null> {
    if (now() < pausedUntil) return null;
    if (owed.length > 0) return askWhenSettled(key, tags);
    try {
      const read = store.get(key, tags);
      return read instanceof Promise ? read.catch(storeFailed) : read;
    } catch (error) {
      return storeFailed(error);
    }
  }

  async function askWhenSettled(key: string, tags: readonly string[]): Promise<CacheRead | null> {
    await settleOwed();
    if (owed.length > 0) return null;
    return await attempt(() => store.get(key, tags));
  }

  async function attempt<T>(call: () => MaybePromise<T>): Promise<T | null> {
    try {
      return await call();
    } catch (error) {
      return storeFailed(error);
    }
  }

  function storeFailed(error: unknown): null {
    pausedUntil = now() + PAUSE;
    const reason = error instanceof Error ? error.message : String(error);
    tell("store", `The cache's store does not answer, requests are served uncached until it does: ${reason}`);
    if (owed.length > 0) settleLater();
    return null;
  }

  function tell(kind: "entry" | "store", message: string): void {
    if (now() < (told.get(kind) ?? -Infinity) + TELL) return;
    told.set(kind, now());
    warn(message);
  }

  function close(): void {
    closing.abort();
  }

  function refuseLarge(key: string): void {
    tell("entry", `Cannot cache "${key}": it has more than ${MAX_ENTRY_BYTES} bytes`);
  }

  return { get, invalidate, now, refuseLarge, close };
}

/** Whether what was read can be served. */
function stateOf({ entry, marks }: CacheRead, now: number): Found["state"] {
  if (entry === undefined || now >= entry.madeAt + YEAR * 1000) return "MISS";
  let stale = entry.revalidate !== null && now >= entry.madeAt + entry.revalidate * 1000;
  for (const { hard, soft, expireAt } of marks) {
    if (hard > entry.generation) return "MISS";
    if (soft <= entry.generation) continue;
    if (now >= expireAt) return "MISS";
    stale = true;
  }
  return stale ? "STALE" : "HIT";
}
