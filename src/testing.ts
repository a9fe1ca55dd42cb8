/**
 * Tests of route handlers: a handler alone, a clock and a cache.
 *
 * @module
 */

export type { CacheEntry, CacheListing, CacheRead, CacheStore, MaybePromise, TagMark } from "./cache/store.ts";
export type { FormValues, QueryValues, TextValue } from "./client/endpoint.ts";
export type { Method } from "./http/method.ts";
export { createTestCache, type TestCache } from "./testing/test_cache.ts";
export { createTestClock, type TestClock } from "./testing/test_clock.ts";
export { type TestableHandler, testHandler, type TestRequest } from "./testing/test_handler.ts";
