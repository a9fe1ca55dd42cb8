/**
 * What all requests of a handler share: the cache, the limits, the work that outlives responses.
 *
 * @module
 */

import { createIncrementalCache } from "../cache/incremental_cache.ts";
import type { RateLimitStore } from "../cache/rate_limit.ts";
import type { CacheStore } from "../cache/store.ts";
import { memoryStore } from "../cache/stores/memory.ts";
import { writeLog } from "../log/log.ts";
import type { Application, OpenTunnel } from "../scope/request_scope.ts";
import { readBasePath, readBodySettings, readDraftSecret, type RequestHandlerOptions } from "./handler_options.ts";
import type { RoutingRules } from "./rules/pipeline.ts";

/** What an application is made of. */
export interface ApplicationOptions extends RequestHandlerOptions {
  /** What applies to requests before their routes. */
  readonly rules?: RoutingRules | undefined;
  /** Whether it is served to its developer, without TLS. */
  readonly isDevelopment?: boolean | undefined;
  /** Connects requests to upgrade to another server. */
  readonly openTunnel?: OpenTunnel | undefined;
}

/** An application, and how it comes to rest. */
export interface OpenApplication {
  readonly application: Application;
  /** Settles when all that was promised for after a response is done. */
  drain(): Promise<void>;
  /** Cuts the response streams that are under way. */
  cut(): void;
}

/**
 * Creates what the requests of a handler share.
 *
 * @param options How they are answered.
 * @param report Reports an error.
 */
export function createApplication(options: ApplicationOptions, report: Application["report"]): OpenApplication {
  const pending = new Set<Promise<unknown>>();
  const streams = new Set<() => void>();
  const store = options.cache ?? memoryStore();
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
      report,
      streams,
      waitUntil,
      cache,
      limits: canCount(store) ? store : undefined,
      basePath: readBasePath(options.basePath),
      body: readBodySettings(options, options.rules),
      openTunnel: options.openTunnel,
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
