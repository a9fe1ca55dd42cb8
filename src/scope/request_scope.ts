/**
 * The request scope: the state of one request, and what it shares with the others.
 *
 * @module
 */

import type { CacheHandler } from "../cache/cache_handler.ts";
import type { CacheLifeProfiles } from "../cache/cache_life.ts";
import type { IncrementalCache } from "../cache/incremental_cache.ts";
import type { RateLimitStore } from "../cache/rate_limit.ts";
import type { BodyError } from "../http/body_error.ts";
import type { RequestCookies, ResponseCookies } from "../http/cookies.ts";
import type { NextRequest } from "../http/next_request.ts";
import type { CachedFunction, StaticGeneration } from "./static_generation.ts";

/** State shared by all requests of a handler. */
export interface Application {
  /** Keeps the server alive until the promise settles; reports its failure. */
  waitUntil(promise: Promise<unknown>): void;
  /** Reports an error to the developer; `what` names its source if it is not the handler. */
  report(error: unknown, scope: RequestScope, what?: string): void;
  /** Functions that cancel the open response streams: a server that stops does not wait for an endless one. */
  readonly streams: Set<() => void>;
  /** The key that signs the cookie of draft mode. */
  readonly draftSecret: string;
  /** Whether this is a development server, which has no TLS. */
  readonly isDevelopment?: boolean | undefined;
  /** Whether no client waits, as in `next build`: what depends on a request never settles. Default: `false`. */
  readonly isBuild?: boolean | undefined;
  /** The cache of `fetch()`, `unstable_cache()` and whole responses. */
  readonly cache: IncrementalCache;
  /** The store of the cache, if it can keep the counts of rate limits too. */
  readonly limits?: RateLimitStore | undefined;
  /** The settings of `"use cache"`; `undefined` without a `next.config`. */
  readonly useCache?: UseCacheOptions | undefined;
  /** Identifies the code being served, so that what other code has cached is not used. */
  readonly fingerprint?: (() => string) | undefined;
  /** The path that all routes live under, or `""`. */
  readonly basePath: string;
  /** The limits of request bodies. */
  readonly body: BodySettings;
  /** How long the server of a rewrite may take to respond, in milliseconds. */
  readonly rewriteTimeoutMs: number;
  /** Tunnels a WebSocket upgrade to another server, if the host supports that. */
  readonly openTunnel?: OpenTunnel | undefined;
}

/** Tunnels a WebSocket upgrade to another server; resolves to `null` if that server does not accept it. */
export type OpenTunnel = (
  request: Request,
  options: {
    readonly url: string;
    readonly headers: Headers;
    readonly signal: AbortSignal;
    readonly sent: Promise<void>;
    readonly onOpen: (close: () => void) => () => void;
  },
) => Promise<Response | null>;

/** The limits of request bodies. */
export interface BodySettings {
  /** The largest body that is read into memory, in bytes, unless the route sets its own. */
  readonly limit: number;
  /** Whether the limit is explicit: it then also applies to streams that the handler reads itself. */
  readonly isLimitChosen: boolean;
  /** How long to wait for the next bytes, in milliseconds. */
  readonly timeout: number;
  /** The largest number of fields and files in a form. */
  readonly formFields: number;
}

/** The settings of `"use cache"`. */
export interface UseCacheOptions {
  /** Whether the directive may be used. */
  readonly isEnabled: boolean;
  /** The profiles of `cacheLife()`. */
  readonly profiles: CacheLifeProfiles;
  /** The modules that store values instead of the cache, by kind. */
  readonly handlers: ReadonlyMap<string, CacheHandler>;
}

/** The route of a request. */
export interface ScopedRoute {
  /** Its URL pattern: `/users/[id]`. */
  readonly id: string;

  readonly file: string;
  /** Whether it is the application's `proxy.ts`. */
  readonly isProxy?: boolean;
  /** Its `fetchCache`: how `fetch()` caches by default. */
  readonly fetchCache?: string | undefined;
  /** The largest request body, in bytes, if the file sets one. */
  readonly bodyLimit?: number | undefined;
}

/** The part of `Deno.ServeHandlerInfo` that the module uses. */
export interface ConnectionInfo {
  /** Settles when the response has been sent or the client has disconnected. */
  readonly completed: Promise<void>;
  /** The address of the client; that of the server if it is a Unix socket. */
  readonly remoteAddr?: { readonly transport?: string; readonly hostname?: string };
}

/**
 * The state of one request. Most properties are created on first use. They are declared and not initialized, because
 * most requests never need them, and an object of half the size is half the work for the garbage collector.
 */
export class RequestScope {
  /** Whether the handler runs, or a task after the response, which can no longer set cookies. */
  phase: "handler" | "after" = "handler";
  /** Whether the response has been sent completely, or can no longer change. */
  delivered = false;
  /** The request that the route handler sees. */
  declare adopted?: NextRequest;
  /** The result of `cookies()`. */
  declare cookies?: Promise<ResponseCookies>;
  /** The cookies to which that promise resolves. */
  declare cookieJar?: ResponseCookies;
  /** The result of `headers()`. */
  declare headers?: Promise<Headers>;
  /** A copy of the request headers that user code may change. */
  declare requestHeaders?: Headers;
  /** The cookies of the request as user code may change them. */
  declare requestCookies?: RequestCookies;
  /** The headers as received, for use after the end of the request. */
  declare keptHeaders?: Headers;
  /** The address of the client, kept with the headers. */
  declare keptAddress?: string;
  /** Aborts `request.signal` when the client leaves. */
  declare abort?: AbortController;
  /** Replaces the source of the body, after `request.clone()`. */
  declare body?: Response;
  /** The body for the code after a proxy that has read it. */
  declare bodyAfterProxy?: Response;
  /** Whether the stream of `body` already enforces the limits. */
  declare isBodyGuarded?: boolean;
  /** How many bytes the body may have, if the contract of the handler has a limit. */
  declare bodyLimit?: number;
  /** Why the body was refused; determines the response even if the handler catches the error. */
  declare refusal?: BodyError;
  /** Tracks the handler while it generates a cache entry. */
  declare tracking?: StaticGeneration;
  /** Settles when the handler's invalidations are visible to all processes; the response waits for it. */
  declare invalidated?: Promise<unknown>;
  /** The cached function that is running, which must not use the request. */
  declare cachedFunction?: CachedFunction;
  /** The scope that has called the cached function; the response is sent in that scope. */
  declare caller?: RequestScope;
  /** Whether no request is being answered, as in `generateStaticParams`: only cached data may be used. */
  declare isDetached?: boolean;
  /** Whether the handler has invalidated a tag, after which it does not get stale values any more. */
  declare hasInvalidated?: boolean;
  /** The results of `"use cache"` functions by key: each runs once per request. */
  declare cachedCalls?: Map<string, unknown>;
  /** Whether the client is in draft mode, for a scope without the client's cookies. */
  declare isDraft?: boolean;
  /** The path that the route answers, if it is not the path of the URL. */
  declare matched?: string;
  declare private end?: PromiseWithResolvers<void>;

  constructor(
    /** Shared by all requests of the handler. */
    readonly application: Application,
    /** The route that answers the request. */
    readonly route: ScopedRoute,
    /** The request as received from the server. */
    readonly received: Request,
    /** The connection, if a server received the request. */
    readonly info: ConnectionInfo | undefined,
    /** The canonical URL: set on first use, or if it differs from the URL as sent. */
    public url: string | undefined,
  ) {}

  /** Settles when the response has been sent or the client has disconnected. */
  done(): Promise<void> {
    if (this.info?.completed !== undefined) return this.info.completed;
    if (this.caller !== undefined) return this.caller.done();
    if (this.delivered) return Promise.resolve();
    return (this.end ??= Promise.withResolvers<void>()).promise;
  }

  /** Marks the response as sent completely. */
  deliver(): void {
    this.delivered = true;
    this.end?.resolve();
  }

  /** Marks the rest of the response as unread: the client has disconnected. */
  abandon(): void {
    this.end?.resolve();
  }

  /** The canonical path that the route answers, below the base path. */
  get pathname(): string {
    if (this.matched !== undefined) return this.matched;
    return new URL(this.url ?? this.received.url).pathname.replace(/(?<=.)\/$/, "");
  }

  /**
   * Derives a scope for other code that runs for the same request. It keeps the state of the request, but not that of
   * the response. This is the only way to derive a scope.
   *
   * @param changes The properties that differ.
   */
  fork({ route = this.route, url = this.url, received = this.received, ...changes }: ScopeChanges): RequestScope {
    const info = received === this.received ? this.info : undefined;
    const scope = new RequestScope(this.application, route, received, info, url);
    if (this.matched !== undefined) scope.matched = this.matched;
    if (this.requestHeaders !== undefined) scope.requestHeaders = this.requestHeaders;
    if (this.keptHeaders !== undefined) scope.keptHeaders = this.keptHeaders;
    if (this.keptAddress !== undefined) scope.keptAddress = this.keptAddress;
    if (this.isDraft !== undefined) scope.isDraft = this.isDraft;
    if (this.cachedCalls !== undefined) scope.cachedCalls = this.cachedCalls;
    if (this.isDetached) scope.isDetached = true;
    if (changes.cachedFunction !== undefined) scope.caller = this;
    return Object.assign(scope, changes);
  }
}

/** The properties of a derived scope that differ from those of its origin. */
export interface ScopeChanges {
  /** Another route, or the same route with other settings. */
  readonly route?: ScopedRoute;
  /** Another request, without a connection. */
  readonly received?: Request;
  /** The URL that the code sees, if it is not that of the request. */
  readonly url?: string | undefined;
  /** The path that the route answers. */
  readonly matched?: string;
  /** The request that the code sees. */
  readonly adopted?: NextRequest | undefined;
  /** The request headers that the code sees. */
  readonly requestHeaders?: Headers | undefined;
  /** The source of the body. */
  readonly body?: Response | undefined;
  /** Tracks the code while it generates a cache entry. */
  readonly tracking?: StaticGeneration | undefined;
  /** The cached function. */
  readonly cachedFunction?: CachedFunction;
  /** The results of `"use cache"` functions to reuse. */
  readonly cachedCalls?: Map<string, unknown> | undefined;
  /** Set for a task after the response. */
  readonly phase?: "after";
  /** Set if the response has been sent. */
  readonly delivered?: true;
}
