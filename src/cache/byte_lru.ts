/**
 * A map that evicts the least recently used entries when it holds too many bytes.
 *
 * @module
 */

import type { CacheEntry } from "./store.ts";

/** Estimated size of an entry besides its body: the objects around it, and its headers. */
const OVERHEAD_BYTES = 512;

/** Entries by key, limited in bytes. */
export class ByteLru {
  readonly #entries = new Map<string, CacheEntry>();
  readonly #limit: number;
  #bytes = 0;
  /** The most recently used key, which is at the end already. */
  #newest: string | undefined;

  /** @param limit How many bytes it holds at most. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Returns the entry of a key and marks it most recently used. */
  get(key: string): CacheEntry | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined || key === this.#newest) return entry;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    this.#newest = key;
    return entry;
  }

  /**
   * Stores an entry.
   *
   * @returns `false` if the entry alone exceeds the limit.
   */
  set(key: string, entry: CacheEntry): boolean {
    this.delete(key);
    const size = getSize(key, entry);
    if (size > this.#limit) return false;
    this.#entries.set(key, entry);
    this.#newest = key;
    this.#bytes += size;
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.#limit) break;
      this.delete(oldest);
    }
    return true;
  }

  delete(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    this.#bytes -= getSize(key, entry);
  }

  clear(): void {
    this.#entries.clear();
    this.#bytes = 0;
  }

  /** All entries, the most recently used last. */
  [Symbol.iterator](): IterableIterator<[string, CacheEntry]> {
    return this.#entries[Symbol.iterator]();
  }
}

function getSize(key: string, entry: CacheEntry): number {
  const tags = entry.tags.reduce((sum, tag) => sum + tag.length, 0);
  return OVERHEAD_BYTES + 2 * (key.length + tags) + entry.body.length;
}
