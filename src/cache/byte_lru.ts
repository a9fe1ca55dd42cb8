/**
 * A map that forgets what was used longest ago when it holds too many bytes.
 *
 * @module
 */

import type { CacheEntry } from "./store.ts";

/** About what an entry takes besides its body: the objects around it, and its headers. */
const OVERHEAD = 512;

/** Entries by key, bounded in bytes. */
export class ByteLru {
  readonly #entries = new Map<string, CacheEntry>();
  readonly #limit: number;
  #bytes = 0;
  /** The key that was used last: it is at its place already. */
  #newest: string | undefined;

  /** @param limit How many bytes it holds. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The entry of a key, which is the one used last from then on. */
  get(key: string): CacheEntry | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined || key === this.#newest) return entry;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    this.#newest = key;
    return entry;
  }

  /**
   * Keeps an entry.
   *
   * @returns Whether it did: not one that is larger than all the room there is.
   */
  set(key: string, entry: CacheEntry): boolean {
    this.delete(key);
    const size = sizeOf(key, entry);
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

  /** Removes an entry. */
  delete(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    this.#bytes -= sizeOf(key, entry);
  }

  /** Removes all entries. */
  clear(): void {
    this.#entries.clear();
    this.#bytes = 0;
  }

  /** All entries, those used last at the end. */
  [Symbol.iterator](): IterableIterator<[string, CacheEntry]> {
    return this.#entries[Symbol.iterator]();
  }
}

function sizeOf(key: string, entry: CacheEntry): number {
  const tags = entry.tags.reduce((sum, tag) => sum + tag.length, 0);
  return OVERHEAD + 2 * (key.length + tags) + entry.body.length;
}
