/**
 * The interface of the modules that `cacheHandlers` in `next.config` names: they store the values of `"use cache"` instead of
 * the store of the server.
 *
 * @see https://nextjs.org/docs/app/api-reference/config/next-config-js/cacheHandlers
 * @module
 */

/** A value of a cache handler. */
export interface CacheHandlerEntry {
  /** The value, encoded. */
  readonly value: ReadableStream<Uint8Array>;
  /** What it can be invalidated by. */
  readonly tags: string[];
  /** For how long a client may use it, in seconds. */
  readonly stale: number;
  /** When it was made, in milliseconds since 1970. */
  readonly timestamp: number;
  /** For how long it may be used, in seconds. */
  readonly expire: number;
  /** After how long it is regenerated, in seconds. */
  readonly revalidate: number;
}

/** Stores values. */
export interface CacheHandler {
  /**
   * Returns a value, or `undefined`.
   *
   * @param key Its key.
   * @param softTags The tags that it has by the path of the request.
   */
  get(key: string, softTags: string[]): Promise<CacheHandlerEntry | undefined>;
  /** Stores a value, once there is one. */
  set(key: string, pending: Promise<CacheHandlerEntry>): Promise<void>;
  /** Reads what other processes have invalidated; called before the first `get()` of a request. */
  refreshTags(): Promise<void>;
  /** Returns when the last of some tags was invalidated, in milliseconds since 1970; `Infinity` if `get()` checks it. */
  getExpiration(tags: string[]): Promise<number>;
  /**
   * Invalidates values by their tags.
   *
   * @param tags The tags.
   * @param durations How long the values may still be served, in seconds; `undefined` for not at all.
   */
  updateTags(tags: string[], durations?: { readonly expire?: number }): Promise<void>;
}

const METHODS = ["get", "set", "refreshTags", "getExpiration", "updateTags"] as const;

/**
 * Reads the module of a cache handler.
 *
 * @param exported What it exports by default.
 * @param name What messages call it.
 * @throws {TypeError} If it lacks a method.
 */
export function readCacheHandler(exported: unknown, name: string): CacheHandler {
  const handler = (exported ?? {}) as Partial<CacheHandler>;
  const missing = METHODS.filter((method) => typeof handler[method] !== "function");
  if (missing.length === 0) return handler as CacheHandler;
  throw new TypeError(`Cannot use ${name}: its default export has no ${missing.join(", ")}, write them as methods`);
}
