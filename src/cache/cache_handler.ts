/**
 * The interface of the modules of `cacheHandlers` in `next.config`, which store the values of `"use cache"` instead of
 * the cache.
 *
 * @see https://nextjs.org/docs/app/api-reference/config/next-config-js/cacheHandlers
 * @module
 */

/** A value of a cache handler. */
export interface CacheHandlerEntry {
  /** The value, encoded. */
  readonly value: ReadableStream<Uint8Array>;
  /** The tags that invalidate it. */
  readonly tags: string[];
  /** How long a client may use it, in seconds. */
  readonly stale: number;
  /** When it was generated, in milliseconds since 1970. */
  readonly timestamp: number;
  /** How long it may be used, in seconds. */
  readonly expire: number;
  /** How long until it is regenerated, in seconds. */
  readonly revalidate: number;
}

/** Stores values. */
export interface CacheHandler {
  /**
   * Returns a value, or `undefined`.
   *
   * @param key Its key.
   * @param softTags The tags of the path of the request.
   */
  get(key: string, softTags: string[]): Promise<CacheHandlerEntry | undefined>;
  /** Stores a value when it has been generated. */
  set(key: string, pending: Promise<CacheHandlerEntry>): Promise<void>;
  /** Reads the invalidations of other processes; called before the first `get()` of a request. */
  refreshTags(): Promise<void>;
  /** Returns when tags were last invalidated, in milliseconds since 1970; `Infinity` if `get()` checks the tags. */
  getExpiration(tags: string[]): Promise<number>;
  /**
   * Invalidates values by their tags.
   *
   * @param tags The tags.
   * @param durations How long the values may still be served, in seconds. Default: not at all.
   */
  updateTags(tags: string[], durations?: { readonly expire?: number }): Promise<void>;
}

const METHODS = ["get", "set", "refreshTags", "getExpiration", "updateTags"] as const;

/**
 * Reads the module of a cache handler.
 *
 * @param exported Its default export.
 * @param name The name of the handler in messages.
 * @throws {TypeError} If it lacks a method.
 */
export function readCacheHandler(exported: unknown, name: string): CacheHandler {
  const handler = (exported ?? {}) as Partial<CacheHandler>;
  const missing = METHODS.filter((method) => typeof handler[method] !== "function");
  if (missing.length === 0) return handler as CacheHandler;
  throw new TypeError(`Cannot use ${name}: its default export has no ${missing.join(", ")}, write them as methods`);
}
