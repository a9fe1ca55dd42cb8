/**
 * The incremental cache: whether an entry is fresh, stale or missing; one generation for all requests that wait for it;
 * and what may be stored.
 *
 * @module
 */

import { delay } from "@std/async/delay";
import { createElapsed } from "./clock.ts";
import { type EntryState, getEntryState } from "./entry_state.ts";
import { createLeases, type Lease } from "./lease.ts";
import { type CacheQuery, guardStore } from "./guarded_store.ts";
import { type CacheEntry, type CacheRead, type CacheStore, MAX_ENTRY_BYTES, type MaybePromise } from "./store.ts";

export { YEAR_SECONDS } from "./entry_state.ts";

/** A generated entry, without the parts that the cache adds. */
export type GeneratedEntry = Pick<CacheEntry, "meta" | "body" | "tags" | "revalidate">;

/** The result of a generation: an entry to store, "uncacheable" (drop what is stored) or "failed" (keep what is stored). */
export type GenerateResult = GeneratedEntry | "uncacheable" | "failed";

/** Why an entry is generated: it is missing, or it is stale and served meanwhile. */
export type GenerateReason = "miss" | "stale";

/** A key, and how to generate its entry. */
export interface Lookup extends CacheQuery {
  /** Whether a stale entry will not do: what is generated from it would be stale from the start. */
  readonly fresh?: boolean;
  /**
   * Whether an entry is one that `generate` could have generated: a checksum is not a signature, and whoever can write to the
   * store can write anything. Called once for each entry; one that is rejected counts as missing. Default: every entry is.
   */
  accepts?(entry: CacheEntry): boolean;
  /** Returns how long an accepted entry may be served, in seconds; `null` for a year, which is the default. */
  getExpire?(entry: CacheEntry): number | null;
  /** Generates the entry. */
  generate(reason: GenerateReason): Promise<GenerateResult>;
}

/** An entry to answer with. */
export interface CacheResult {
  readonly entry: CacheEntry;
  /** Whether it is fresh, stale and being revalidated, or was generated for this lookup. */
  readonly state: EntryState;
}

/** The cache of an application. */
export interface IncrementalCache {
  /**
   * Returns the entry of a key, and generates a missing one.
   *
   * @returns `null` if there is no entry: neither the caller nor the one that it waited for has generated one, or the store is
   * down. A caller whose `generate` was not called then has to do the work itself.
   */
  get(lookup: Lookup): MaybePromise<CacheResult | null>;
  /**
   * Invalidates by tags, for all processes that share the store.
   *
   * @param tags The tags.
   * @param expire How long their entries may still be served stale, in seconds; 0 for not at all.
   */
  invalidate(tags: readonly string[], expire: number): Promise<void>;
  /** The wall clock, in milliseconds since 1970. */
  now(): number;
  /** A monotonic clock, in milliseconds: for spans inside this process. */
  elapsed(): number;
  /** Whether the last call of the store was a success. */
  isAvailable(): boolean;
  /** Warns the operator about a body that is larger than an entry can be. */
  refuseLarge(key: string): void;
  /** Stops using the store, which stays open: others may use it too. */
  close(): void;
}

/** Options of {@linkcode createIncrementalCache}. */
export interface IncrementalCacheOptions {
  /** Where entries are stored. */
  store: CacheStore;
  /** The wall clock, in milliseconds since 1970. */
  now: () => number;
  /** A monotonic clock, in milliseconds. Default: `performance.now()`, plus the forward steps of `now`. */
  elapsed?: () => number;
  /** Keeps the process alive until a promise settles. */
  waitUntil: (promise: Promise<unknown>) => void;
  /** Warns the operator that something is wrong with the store. */
  warn: (message: string) => void;
}

/** How long no process tries again after a failed revalidation. */
const RETRY_DELAY_MS = 3_000;
/** How often a process checks whether another one has stored the entry. */
const POLL_INTERVAL_MS = 20;
/** How long a request waits for another process to generate the entry. */
const MAX_WAIT_MS = 30_000;

/** The answer for the request that generated an entry, and whether the others find it in the store. */
interface GenerateOutcome {
  readonly result: CacheResult | null;
  readonly isStored: boolean;
}

const NO_ENTRY: GenerateOutcome = { result: null, isStored: false };

/** Creates a cache on top of a store. */
export function createIncrementalCache(
  { store, now, elapsed = createElapsed(now), waitUntil, warn }: IncrementalCacheOptions,
): IncrementalCache {
  const guarded = guardStore({ store, now, elapsed, waitUntil, warn });
  const { read, attempt, pause, invalidate, warnOnce, isAvailable, close } = guarded;
  const { acquire, release, holdDuring } = createLeases(store, now, attempt);
  const processId = crypto.randomUUID();
  /** The generation of each missing key that is in progress; it resolves to whether an entry was stored. */
  const inFlight = new Map<string, Promise<boolean>>();
  /** The keys whose stale entries are being revalidated. */
  const revalidating = new Set<string>();
  /** Entries that passed `accepts()`. */
  const accepted = new WeakSet<CacheEntry>();

  function get(lookup: Lookup): MaybePromise<CacheResult | null> {
    const stored = read(lookup);
    return stored instanceof Promise ? stored.then((stored) => decide(lookup, stored)) : decide(lookup, stored);
  }

  function decide(lookup: Lookup, stored: CacheRead | null): MaybePromise<CacheResult | null> {
    if (stored === null) return null;
    const state = getState(lookup, stored);
    if (state === "MISS" || (state === "STALE" && lookup.fresh)) return generateOrWait(lookup);
    if (state === "STALE") revalidateLater(lookup);
    return { entry: stored.entry!, state };
  }

  function getState(lookup: Lookup, stored: CacheRead): EntryState {
    const state = getEntryState(stored, now());
    if (state === "MISS" || !isAccepted(lookup, stored.entry!)) return "MISS";
    return state === "STALE" && isExpired(lookup, stored.entry!) ? "MISS" : state;
  }

  function isExpired(lookup: Lookup, entry: CacheEntry): boolean {
    const expire = lookup.getExpire?.(entry) ?? null;
    return expire !== null && now() >= entry.madeAt + expire * 1000;
  }

  function isAccepted(lookup: Lookup, entry: CacheEntry): boolean {
    if (lookup.accepts === undefined || accepted.has(entry)) return true;
    if (!lookup.accepts(entry)) return false;
    accepted.add(entry);
    return true;
  }

  async function generateOrWait(lookup: Lookup): Promise<CacheResult | null> {
    const giveUpAt = elapsed() + MAX_WAIT_MS;
    for (let other = inFlight.get(lookup.key); other !== undefined; other = inFlight.get(lookup.key)) {
      if (!await other) return null;
      // Not what the other one has generated: it may have been invalidated before.
      const result = toResult(await read(lookup), lookup);
      if (result !== undefined) return result;
      if (elapsed() > giveUpAt) return null;
    }
    const finished = Promise.withResolvers<boolean>();
    inFlight.set(lookup.key, finished.promise);
    let outcome = NO_ENTRY;
    try {
      outcome = await acquireAndGenerate(lookup, giveUpAt);
      return outcome.result;
    } finally {
      inFlight.delete(lookup.key);
      finished.resolve(outcome.isStored);
    }
  }

  /** The result of a read after another generation: an entry, `null` if the store is down, `undefined` if none is stored yet. */
  function toResult(stored: CacheRead | null, lookup: Lookup): CacheResult | null | undefined {
    if (stored === null) return null;
    const state = getState(lookup, stored);
    if (state === "MISS" || (state === "STALE" && lookup.fresh)) return undefined;
    return { entry: stored.entry!, state: "MISS" };
  }

  /** Fills as the only process, or takes what another one has stored. */
  async function acquireAndGenerate(lookup: Lookup, giveUpAt: number): Promise<GenerateOutcome> {
    // Held per process: it generates an entry once at a time, and a lease it failed to release must not block it.
    const lease: Lease = { name: `generate ${lookup.key}`, holder: processId };
    for (let isHeld = await acquire(lease); isHeld !== true; isHeld = await acquire(lease)) {
      // The store is down, or the lease is extended again and again: better to do the work twice than to wait for what may
      // never come. Limited by time, not by the number of reads: each takes as long as the store does.
      if (isHeld === null || elapsed() > giveUpAt) return NO_ENTRY;
      await delay(POLL_INTERVAL_MS);
      const result = toResult(await read(lookup), lookup);
      if (result !== undefined) return { result, isStored: result !== null };
    }
    try {
      return await holdDuring(lease, () => generateMissing(lookup));
    } finally {
      await release(lease);
    }
  }

  async function generateMissing(lookup: Lookup): Promise<GenerateOutcome> {
    const stored = await read(lookup);
    const result = toResult(stored, lookup);
    if (result !== undefined) return { result, isStored: result !== null };
    const { entry, generation } = stored!;
    if (entry !== undefined && !isAccepted(lookup, entry)) await discard(lookup.key);
    const generated = await lookup.generate("miss");
    return typeof generated === "string" ? NO_ENTRY : await storeEntry(lookup, generated, generation);
  }

  /** Deletes an entry that its lookup rejects, so that it is reported once. */
  async function discard(key: string): Promise<void> {
    warnOnce(
      "invalid entry",
      `Cannot use cached entry "${key}": its content is invalid, deleting and regenerating it`,
    );
    await attempt(() => store.delete(key));
  }

  function revalidateLater(lookup: Lookup): void {
    if (revalidating.has(lookup.key)) return;
    revalidating.add(lookup.key);
    waitUntil(revalidate(lookup).finally(() => revalidating.delete(lookup.key)));
  }

  /** Regenerates a stale entry, unless another process is doing so. */
  async function revalidate(lookup: Lookup): Promise<void> {
    // Held by this revalidation alone: a lease that is kept after a failure blocks the next one of this process too.
    const lease: Lease = { name: `revalidate ${lookup.key}`, holder: crypto.randomUUID() };
    if (!await acquire(lease)) return;
    const generated = await holdDuring(lease, async () => {
      const stored = await read(lookup);
      if (stored === null || getState(lookup, stored) === "HIT") return null;
      const generated = await lookup.generate("stale");
      if (generated === "uncacheable") await attempt(() => store.delete(lookup.key));
      else if (generated !== "failed") await storeEntry(lookup, generated, stored.generation);
      return generated;
    });
    // After a failure the lease is kept for a while: the next request would fail too.
    if (generated === "failed") await acquire(lease, RETRY_DELAY_MS);
    else await release(lease);
  }

  async function storeEntry(lookup: Lookup, generated: GeneratedEntry, generation: number): Promise<GenerateOutcome> {
    const entry = { ...generated, madeAt: now(), generation };
    const result: CacheResult = { entry, state: "MISS" };
    if (!isAccepted(lookup, entry)) return { result, isStored: false };
    try {
      await store.set(lookup.key, entry);
      return { result, isStored: true };
    } catch (error) {
      // An entry that is too large says nothing about the state of the store.
      if (error instanceof RangeError) warnOnce("refused entry", error.message);
      else pause(error);
      return { result, isStored: false };
    }
  }

  function refuseLarge(key: string): void {
    warnOnce("refused entry", `Cannot cache "${key}": its body is larger than the limit of ${MAX_ENTRY_BYTES} bytes`);
  }

  return { get, invalidate, now, elapsed, refuseLarge, isAvailable, close };
}
