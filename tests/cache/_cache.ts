/**
 * The incremental cache on a clock of the test.
 *
 * @module
 */

import {
  type CacheResult,
  createIncrementalCache,
  type FilledEntry,
  type FillReason,
  type FillResult,
  type IncrementalCache,
  type Lookup,
} from "../../src/cache/incremental_cache.ts";
import type { CacheStore, MaybePromise } from "../../src/cache/store.ts";
import { memoryStore } from "../../src/cache/stores/memory.ts";

/** A time that several caches have in common. */
export interface Clock {
  time: number;
}

/** A cache, and what it did. */
export interface Bench extends AsyncDisposable {
  readonly cache: IncrementalCache;
  readonly clock: Clock;
  readonly warnings: string[];
  /** How much runs in the background. */
  readonly pending: readonly Promise<unknown>[];
  /** Waits for all that runs in the background. */
  settled(): Promise<void>;
}

/** Makes a cache; it and its store are closed at the end. */
export function createBench(store: CacheStore = memoryStore(), clock: Clock = { time: 1_000_000 }): Bench {
  const warnings: string[] = [];
  const pending: Promise<unknown>[] = [];
  const cache = createIncrementalCache({
    store,
    now: () => clock.time,
    elapsed: () => clock.time,
    waitUntil: (promise) => void pending.push(promise),
    warn: (message) => void warnings.push(message),
  });
  const settled = async () => {
    while (pending.length > 0) await Promise.all(pending.splice(0));
  };
  return {
    cache,
    clock,
    warnings,
    pending,
    settled,
    async [Symbol.asyncDispose]() {
      cache.close();
      await settled();
      await store.close();
    },
  };
}

/** What a fill made. */
export function filled(text: string, parts: Partial<FilledEntry> = {}): FilledEntry {
  return { meta: null, body: new TextEncoder().encode(text), tags: ["t"], revalidate: 60, ...parts };
}

/** A question whose fills the test ends by itself. */
export interface Question extends Lookup {
  /** Why each fill ran. */
  readonly reasons: FillReason[];
}

/** A question whose fills end with what `answer` gives for their number, from 1. */
export function question(
  answer: (number: number) => MaybePromise<FillResult> = (number) => filled(`${number}`),
  { key = "k", tags = [] }: Partial<Pick<Lookup, "key" | "tags">> = {},
): Question {
  const reasons: FillReason[] = [];
  return { key, tags, reasons, fill: async (reason) => await answer(reasons.push(reason)) };
}

/** What was found, as text: `HIT 1`. */
export function textOf(found: CacheResult | null): string | null {
  return found && `${found.state} ${new TextDecoder().decode(found.entry.body)}`;
}

/** Asks, and gives what was found as text. */
export async function ask({ cache }: Bench, lookup: Lookup): Promise<string | null> {
  return textOf(await cache.get(lookup));
}

/** A promise, and how to settle it. */
export function gate(): PromiseWithResolvers<void> {
  return Promise.withResolvers<void>();
}

/** The methods of a store that a cache calls. */
export const METHODS = ["get", "set", "delete", "mark", "lease", "release"] as const;

/** One of them. */
export type Method = (typeof METHODS)[number];

/** A store that can break down. */
export interface FaultyStore extends CacheStore {
  /** The methods that fail now. */
  readonly broken: Set<Method>;
  /** Which methods were called. */
  readonly calls: Method[];
}

/** How a store answers: at once, as one in this process does, or by promises. */
export type Manner = "at once" | "later";

/** A store around another one. */
export function faulty(inner: CacheStore, manner: Manner): FaultyStore {
  const broken = new Set<Method>();
  const calls: Method[] = [];
  function run<T>(method: Method, call: () => MaybePromise<T>): MaybePromise<T> {
    calls.push(method);
    const work = () => {
      if (broken.has(method)) throw new Error(`${method} is broken`);
      return call();
    };
    return manner === "at once" ? work() : Promise.resolve().then(work);
  }
  return {
    broken,
    calls,
    get: (key, tags) => run("get", () => inner.get(key, tags)),
    set: (key, entry) => run("set", () => inner.set(key, entry)),
    delete: (key) => run("delete", () => inner.delete(key)),
    mark: (tags, expireAt, now) => run("mark", () => inner.mark(tags, expireAt, now)),
    lease: (name, holder, ms, now) => run("lease", () => inner.lease(name, holder, ms, now)),
    release: (name, holder) => run("release", () => inner.release(name, holder)),
    list: () => inner.list(),
    clear: () => inner.clear(),
    close: () => inner.close(),
  };
}
