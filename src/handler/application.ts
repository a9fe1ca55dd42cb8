/**
 * State shared by all requests of a handler: the cache, the limits, and work that outlives responses.
 *
 * @module
 */

import { createIncrementalCache } from "../cache/incremental_cache.ts";
import type { RateLimitStore } from "../cache/rate_limit.ts";
import type { CacheHandler } from "../cache/cache_handler.ts";
import type { CacheStore } from "../cache/store.ts";
import { memoryStore } from "../cache/stores/memory.ts";
import { noStore } from "../cache/stores/no_store.ts";
import { writeLog } from "../log/log.ts";
import type { Application, OpenTunnel, UseCacheOptions } from "../scope/request_scope.ts";
import { readBasePath, readBodySettings, readDraftSecret, type RequestHandlerOptions } from "./handler_options.ts";
import type { RoutingRules } from "./rules/pipeline.ts";

/** Options of {@linkcode createApplication}. */
export interface ApplicationOptions extends RequestHandlerOptions {
  /** The rules that apply to requests before their routes. */
  readonly rules?: RoutingRules | undefined;
  /** Whether this is a development server, which has no TLS. */
  readonly isDevelopment?: boolean | undefined;
  /** Whether no client waits, as in `next build`: what depends on a request never settles. Default: `false`. */
  readonly isBuild?: boolean | undefined;
  /** Connects requests to upgrade to another server. */
  readonly openTunnel?: OpenTunnel | undefined;
  /** Identifies the code that is served. */
  readonly fingerprint?: (() => string) | undefined;
  /** What stores the values of `"use cache"` by kind. */
  readonly cacheHandlers?: ReadonlyMap<string, CacheHandler> | undefined;
}

/** An application, and how to shut it down. */
export interface OpenApplication {
  readonly application: Application;
  /** Settles when all work scheduled for after a response is done. */
  drain(): Promise<void>;
  /** Cancels all open response streams. */
  cut(): void;
}

/**
 * Creates the state that the requests of a handler share.
 *
 * @param options Its options.
 * @param report Reports an error.
 */
export function createApplication(options: ApplicationOptions, report: Application["report"]): OpenApplication {
  const pending = new Set<Promise<unknown>>();
  const streams = new Set<() => void>();
  const store = options.cache ?? createDefaultStore(options.rules?.config.useCache.maxMemoryBytes);
  const cache = createIncrementalCache({
    store,
    now: options.now ?? Date.now,
    waitUntil,
    warn: (text) => writeLog("warn", text),
  });

  function waitUntil(promise: Promise<unknown>): void {
    pending.add(promise);
    const done = () => pending.delete(promise);
    promise.then(done, done);
  }

  return {
    application: {
      draftSecret: readDraftSecret(options.draftSecret),
      isDevelopment: options.isDevelopment,
      isBuild: options.isBuild,
      report,
      streams,
      waitUntil,
      cache,
      limits: canCount(store) ? store : undefined,
      basePath: readBasePath(options.basePath),
      body: readBodySettings(options, options.rules),
      rewriteTimeoutMs: options.rules?.config.proxyTimeoutMs ?? Infinity,
      openTunnel: options.openTunnel,
      fingerprint: options.fingerprint,
      useCache: readUseCache(options),
    },
    async drain() {
      while (pending.size > 0) await Promise.allSettled(pending);
    },
    cut() {
      for (const cutStream of streams) cutStream();
      streams.clear();
    },
  };
}

function canCount(store: CacheStore): store is CacheStore & RateLimitStore {
  return store.take !== undefined;
}

/** The store of an application that has no other; one of 0 bytes stores nothing. */
function createDefaultStore(maxBytes: number | undefined): CacheStore {
  if (maxBytes === 0) return noStore();
  return maxBytes === undefined ? memoryStore() : memoryStore({ maxBytes });
}

/** A handler of a manifest without `next.config` has no such settings. */
function readUseCache({ rules, cacheHandlers = new Map() }: ApplicationOptions): UseCacheOptions | undefined {
  if (rules === undefined) return undefined;
  const { isEnabled, profiles } = rules.config.useCache;
  return { isEnabled, profiles, handlers: cacheHandlers };
}
