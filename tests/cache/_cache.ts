/**
 * The incremental cache with a clock that the test controls.
 *
 * @module
 */

import {
  type CacheResult,
  createIncrementalCache,
  type GeneratedEntry,
  type GenerateReason,
  type GenerateResult,
  type IncrementalCache,
  type Lookup,
} from "../../src/cache/incremental_cache.ts";
import type { CacheStore, MaybePromise } from "../../src/cache/store.ts";
import { memoryStore } from "../../src/cache/stores/memory.ts";

/** A clock that several caches share. */
export interface Clock {
  time: number;
}

/** A cache under test. */
export interface Bench extends AsyncDisposable {
  readonly cache: IncrementalCache;
  readonly clock: Clock;
  readonly warnings: string[];
  /** The promises that run in the background. */
  readonly pending: readonly Promise<unknown>[];
  /** Waits for everything that runs in the background. */
  settled(): Promise<void>;
}

/** Creates a cache; it and its store are closed at the end. */
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

/** Creates the result of a generation. */
export function filled(text: string, parts: Partial<GeneratedEntry> = {}): GeneratedEntry {
  return { meta: null, body: new TextEncoder().encode(text), tags: ["t"], revalidate: 60, ...parts };
}

/** A lookup that records its fills. */
export interface Question extends Lookup {
  /** Why each generation ran. */
  readonly reasons: GenerateReason[];
}

/** Creates a lookup whose fills return `answer` of their number, starting at 1. */
export function question(
  answer: (number: number) => MaybePromise<GenerateResult> = (number) => filled(`${number}`),
  { key = "k", tags = [] }: Partial<Pick<Lookup, "key" | "tags">> = {},
): Question {
  const reasons: GenerateReason[] = [];
  return { key, tags, reasons, generate: async (reason) => await answer(reasons.push(reason)) };
}

/** Formats a result as text: `HIT 1`. */
export function toText(found: CacheResult | null): string | null {
  return found && `${found.state} ${new TextDecoder().decode(found.entry.body)}`;
}

/** Looks a key up, and returns the result as text. */
export async function ask({ cache }: Bench, lookup: Lookup): Promise<string | null> {
  return toText(await cache.get(lookup));
}

/** Creates a promise and the functions that settle it. */
export function gate(): PromiseWithResolvers<void> {
  return Promise.withResolvers<void>();
}

/** The store methods that a cache calls. */
export const METHODS = ["get", "set", "delete", "mark", "lease", "release"] as const;

/** One of them. */
export type Method = (typeof METHODS)[number];

/** A store that can fail. */
export interface FaultyStore extends CacheStore {
  /** The methods that currently fail. */
  readonly broken: Set<Method>;
  /** The methods that were called. */
  readonly calls: Method[];
}

/** How a store answers: at once, like one in this process, or later, by promises. */
export type Manner = "immediately" | "later";

/** Wraps a store so that its methods can fail. */
export function faulty(inner: CacheStore, manner: Manner): FaultyStore {
  const broken = new Set<Method>();
  const calls: Method[] = [];
  function run<T>(method: Method, call: () => MaybePromise<T>): MaybePromise<T> {
    calls.push(method);
    const work = () => {
      if (broken.has(method)) throw new Error(`${method} is broken`);
      return call();
    };
    return manner === "immediately" ? work() : Promise.resolve().then(work);
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
