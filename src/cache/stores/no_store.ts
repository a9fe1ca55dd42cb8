/**
 * A store that keeps nothing: every question makes the entry anew.
 *
 * @module
 */

import type { CacheStore } from "../store.ts";

/** Makes a store that keeps nothing. */
export function noStore(): CacheStore {
  return {
    get: () => ({ entry: undefined, marks: [], generation: 0 }),
    set() {},
    delete() {},
    mark() {},
    lease: () => true,
    release() {},
    async *list() {},
    clear() {},
    close() {},
  };
}
