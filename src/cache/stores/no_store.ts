/**
 * A store that stores nothing: every lookup generates its entry.
 *
 * @module
 */

import type { CacheStore } from "../store.ts";

/** Creates a store that stores nothing. */
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
