/**
 * The incremental cache: fresh, stale or missing; one fill for all who wait; what a fill may keep.
 *
 * @module
 */

import { delay } from "@std/async/delay";
import { createElapsed } from "./clock.ts";
import { type EntryState, getEntryState } from "./entry_state.ts";
import { guardStore, type Question } from "./guarded_store.ts";
import { type CacheEntry, type CacheRead, type CacheStore, MAX_ENTRY_BYTES, type MaybePromise } from "./store.ts";

export { YEAR_SECONDS } from "./entry_state.ts";

/** What a fill made: an entry but for what the cache knows itself. */
export type FilledEntry = Pick<CacheEntry, "meta" | "body" | "tags" | "revalidate">;

/**
 * How a fill ended: with an entry; with nothing that may be kept; or with a failure, which says nothing about what is
 * kept already.
 */
export type FillResult = FilledEntry | "uncacheable" | "failed";

/** Why a fill runs: nobody has an entry, or there is one that is served and stale. */
export type FillReason = "miss" | "stale";

/** What the cache knows of a key, and how it can know more. */
export interface Lookup extends Question {
  /** Whether a stale entry will not do: what is made of it would be stale from the start. */
  readonly fresh?: boolean;
  /**
   * Whether an entry is one that `fill` could have made: a checksum is no signature, and whoever can write to the store can
   * write anything. Asked once for each entry; one that is refused is not there. Default: every entry is.
   */
  accepts?(entry: CacheEntry): boolean;
  /** Makes the entry. */
  fill(reason: FillReason): Promise<FillResult>;
}

/** An entry to answer with. */
export interface Found {
  /** The entry. */
  readonly entry: CacheEntry;
  /** Whether it is fresh, served once more while it is made anew, or was made for this question. */
  readonly state: EntryState;
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
  /** Milliseconds since some time, which never go back: for spans inside this process. */
  elapsed(): number;
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
  /** Milliseconds since some time, which never go back. Default: `performance.now()`, and the steps forward of `now`. */
  elapsed?: () => number;
  /** Keeps the process alive until a promise settles. */
  waitUntil: (promise: Promise<unknown>) => void;
  /** Tells the operator that something is wrong with the store. */
  warn: (message: string) => void;
}

/** How long a process has for a fill before another one tries, in milliseconds; prolonged while it works. */
const LEASE_MS = 10_000;
/** How long nobody tries again after a failed refill, in milliseconds. */
const RETRY_MS = 3_000;
/** How often a process looks whether another one has filled, in milliseconds. */
const POLL_MS = 20;
/** How long a request waits for the fill of another process, in milliseconds. */
const PATIENCE_MS = 30_000;

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

const NOTHING: FirstFill = { found: null, kept: false };

/** Makes a cache. */
export function createIncrementalCache(
  { store, now, elapsed = createElapsed(now), waitUntil, warn }: IncrementalCacheOptions,
): IncrementalCache {
  const { ask, attempt, pause, invalidate, warnOnce, close } = guardStore({ store, now, elapsed, waitUntil, warn });
  const process = crypto.randomUUID();
  /** The fills that this process waits for; each tells whether an entry was kept. */
  const flights = new Map<string, Promise<boolean>>();
  const refills = new Set<string>();
  /** Entries that their questions have accepted. */
  const accepted = new WeakSet<CacheEntry>();

  function get(lookup: Lookup): MaybePromise<Found | null> {
    const read = ask(lookup);
    return read instanceof Promise ? read.then((read) => decide(lookup, read)) : decide(lookup, read);
  }

  function decide(lookup: Lookup, read: CacheRead | null): MaybePromise<Found | null> {
    if (read === null) return null;
    const state = stateFor(lookup, read);
    if (state === "MISS" || (state === "STALE" && lookup.fresh)) return fillOrWait(lookup);
    if (state === "STALE") refillLater(lookup);
    return { entry: read.entry!, state };
  }

  function stateFor(lookup: Lookup, read: CacheRead): EntryState {
    const state = getEntryState(read, now());
    return state === "MISS" || isAccepted(lookup, read.entry!) ? state : "MISS";
  }

  function isAccepted(lookup: Lookup, entry: CacheEntry): boolean {
    if (lookup.accepts === undefined || accepted.has(entry)) return true;
    if (!lookup.accepts(entry)) return false;
    accepted.add(entry);
    return true;
  }

  async function fillOrWait(lookup: Lookup): Promise<Found | null> {
    const giveUpAt = elapsed() + PATIENCE_MS;
    for (let flight = flights.get(lookup.key); flight !== undefined; flight = flights.get(lookup.key)) {
      if (!await flight) return null;
      // Not the result of the flight itself: it may have been invalidated before it landed.
      const found = kept(await ask(lookup), lookup);
      if (found !== undefined) return found;
      if (elapsed() > giveUpAt) return null;
    }
    const landed = Promise.withResolvers<boolean>();
    flights.set(lookup.key, landed.promise);
    let first = NOTHING;
    try {
      first = await fillFirst(lookup, giveUpAt);
      return first.found;
    } finally {
      flights.delete(lookup.key);
      landed.resolve(first.kept);
    }
  }

  /** What a read says after someone else's fill: an entry, `null` for no store, `undefined` for none yet. */
  function kept(read: CacheRead | null, lookup: Lookup): Found | null | undefined {
    if (read === null) return null;
    const state = stateFor(lookup, read);
    return state === "MISS" || (state === "STALE" && lookup.fresh) ? undefined : { entry: read.entry!, state: "MISS" };
  }

  /** Fills as the only process of all, or takes what another one filled. */
  async function fillFirst(lookup: Lookup, giveUpAt: number): Promise<FirstFill> {
    // The process holds it, whose flights are one a key: a lease that could not be given back does not stop its own.
    const lease: Lease = { name: `fill ${lookup.key}`, holder: process };
    for (let held = await attempt(() => take(lease)); held !== true; held = await attempt(() => take(lease))) {
      // No store to ask; or the lease is prolonged again and again: better to do the work twice than to wait for what may
      // never come. By time, not by the number of looks: each takes as long as the store does.
      if (held === null || elapsed() > giveUpAt) return NOTHING;
      await delay(POLL_MS);
      const found = kept(await ask(lookup), lookup);
      if (found !== undefined) return { found, kept: found !== null };
    }
    try {
      return await whileHolding(lease, () => fillHolding(lookup));
    } finally {
      await attempt(() => give(lease));
    }
  }

  async function fillHolding(lookup: Lookup): Promise<FirstFill> {
    const read = await ask(lookup);
    const found = kept(read, lookup);
    if (found !== undefined) return { found, kept: found !== null };
    const { entry, generation } = read!;
    if (entry !== undefined && !isAccepted(lookup, entry)) await discard(lookup.key);
    const filled = await lookup.fill("miss");
    return typeof filled === "string" ? NOTHING : await keep(lookup, filled, generation);
  }

  /** Removes an entry that its lookup refuses, so that it is reported once. */
  async function discard(key: string): Promise<void> {
    warnOnce("invalid entry", `Cannot use cached entry "${key}": its content is invalid, deleting and regenerating it`);
    await attempt(() => store.delete(key));
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
    if (!await attempt(() => take(lease))) return;
    const filled = await whileHolding(lease, async () => {
      const read = await ask(lookup);
      if (read === null || stateFor(lookup, read) === "HIT") return null;
      const filled = await lookup.fill("stale");
      if (filled === "uncacheable") await attempt(() => store.delete(lookup.key));
      else if (filled !== "failed") await keep(lookup, filled, read.generation);
      return filled;
    });
    // Who fails keeps the lease for a while: the next request would fail too.
    if (filled === "failed") await attempt(() => take(lease, RETRY_MS));
    else await attempt(() => give(lease));
  }

  async function keep(lookup: Lookup, filled: FilledEntry, generation: number): Promise<FirstFill> {
    const entry = { ...filled, madeAt: now(), generation };
    const found: Found = { entry, state: "MISS" };
    if (!isAccepted(lookup, entry)) return { found, kept: false };
    try {
      await store.set(lookup.key, entry);
      return { found, kept: true };
    } catch (error) {
      // An entry that is too large says nothing about the store.
      if (error instanceof RangeError) warnOnce("refused entry", error.message);
      else pause(error);
      return { found, kept: false };
    }
  }

  function take({ name, holder }: Lease, ms = LEASE_MS): MaybePromise<boolean> {
    return store.lease(name, holder, ms, now());
  }

  function give({ name, holder }: Lease): MaybePromise<void> {
    return store.release(name, holder);
  }

  async function whileHolding<T>(lease: Lease, work: () => Promise<T>): Promise<T> {
    let prolonged: Promise<unknown> | undefined;
    const timer = setInterval(() => prolonged = attempt(() => take(lease)), LEASE_MS / 3);
    try {
      return await work();
    } finally {
      clearInterval(timer);
      // What is still under way would take the lease again after it was given back.
      await prolonged;
    }
  }

  function refuseLarge(key: string): void {
    warnOnce("refused entry", `Cannot cache "${key}": its body is larger than the limit of ${MAX_ENTRY_BYTES} bytes`);
  }

  return { get, invalidate, now, elapsed, refuseLarge, close };
}
