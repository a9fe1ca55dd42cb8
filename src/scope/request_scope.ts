/**
 * The scope of a request, and the one AsyncLocalStorage that carries it.
 *
 * @module
 */

import { AsyncLocalStorage } from "node:async_hooks";
import type { IncrementalCache } from "../cache/incremental_cache.ts";
import type { RateLimitStore } from "../cache/rate_limit.ts";
import type { BodyError } from "../http/body_error.ts";
import type { ResponseCookies } from "../http/cookies.ts";
import type { NextRequest } from "../http/next_request.ts";

/** What all requests of one handler share. */
export interface Application {
  /** Keeps the server alive until the promise settles; reports its failure. */
  waitUntil(promise: Promise<unknown>): void;
  /** Reports a failure to the developer that no response can show. */
  report(error: unknown, scope: RequestScope, what?: string): void;
  /** How to cut each response stream that is under way; a server that stops does not wait for an endless one. */
  readonly streams: Set<() => void>;
  /** The key that draft mode's cookie is signed with. */
  readonly draftSecret: string;
  /** Whether it is served to its developer, without TLS. */
  readonly isDevelopment?: boolean | undefined;
  /** What `fetch()` and `unstable_cache()` keep, and whole responses. */
  readonly cache: IncrementalCache;
  /** The store of the cache, if it can keep the counts of rate limits too. */
  readonly limits?: RateLimitStore | undefined;
  /** The path that all routes live under, or `""`. */
  readonly basePath: string;
  /** How much of a request body is read, and how long it may take. */
  readonly body: BodySettings;
  /** Opens a WebSocket to another server for a request to upgrade; `null` if that server does not accept one. */
  readonly openTunnel?: OpenTunnel | undefined;
}

/** Connects a request to upgrade to another server. */
export type OpenTunnel = (
  request: Request,
  options: {
    readonly url: string;
    readonly headers: Headers;
    readonly onOpen: (close: () => void) => () => void;
  },
) => Promise<Response | null>;

/** How much of a request body is read, and how long it may take. */
export interface BodySettings {
  /** How many bytes of a body are kept in memory, unless the route says it. */
  readonly limit: number;
  /** Whether somebody chose that limit: then it holds for streams that are read by hand too. */
  readonly isLimitChosen: boolean;
  /** How long a body may stand still, in milliseconds. */
  readonly timeout: number;
  /** How many fields and files a form may have. */
  readonly formFields: number;
}

/** What the cache wants to know of a handler that runs to fill an entry. */
export interface StaticGeneration {
  /** The `dynamic` of the route: what happens when the handler uses the request. */
  readonly mode: "auto" | "error" | "force-static";
  /** Why it runs. */
  readonly reason: "miss" | "stale";
  /** What its response can be invalidated by. */
  readonly tags: Set<string>;
  /** How long its response is fresh, in seconds; `null` for ever. */
  revalidate: number | null;
  /** What the handler used first of the request, as in code: `cookies()`. */
  dynamic: string | undefined;
}

/** The route of a request. */
export interface ScopedRoute {
  /** Its URL pattern: `/users/[id]`. */
  readonly id: string;
  /** Its file. */
  readonly file: string;
  /** Whether it is the proxy of the application. */
  readonly isProxy?: boolean;
  /** Its `fetchCache`: what `fetch()` does where a call does not say it. */
  readonly fetchCache?: string | undefined;
  /** How many bytes a request body may have, where the file says it. */
  readonly bodyLimit?: number | undefined;
}

/** The part of `Deno.ServeHandlerInfo` that the module uses. */
export interface ConnectionInfo {
  /** Settles when the response has been sent, or when the client is gone. */
  readonly completed: Promise<void>;
  /** The client's end of the connection. */
  readonly remoteAddr?: { readonly hostname?: string };
}

/**
 * Everything that belongs to one request; its parts are made when they are first asked for. Those are declared and not
 * initialized: most requests never get them, and an object half the size is half the work for the garbage collector.
 */
export class RequestScope {
  /** What the request APIs do: answer, or refuse to set cookies because the response is gone. */
  phase: "handler" | "after" = "handler";
  /** Whether the whole response has been sent, or nothing can change it any more. */
  delivered = false;
  /** The request as route handlers see it. */
  declare adopted?: NextRequest;
  /** The result of `cookies()`. */
  declare cookies?: Promise<ResponseCookies>;
  /** The cookies behind it. */
  declare cookieJar?: ResponseCookies;
  /** The result of `headers()`. */
  declare headers?: Promise<Headers>;
  /** The headers of the request as user code may change them; a copy, made when it asks for all of them. */
  declare requestHeaders?: Headers;
  /** The headers as received, kept beyond the end of the request. */
  declare keptHeaders?: Headers;
  /** Aborts `request.signal` when the client leaves. */
  declare abort?: AbortController;
  /** What the body is read from instead, after `request.clone()`. */
  declare body?: Response;
  /** Whether `body` is a stream that minds limit and time. */
  declare isBodyGuarded?: boolean;
  /** How many bytes the body may have, where the contract of the handler says it. */
  declare bodyLimit?: number;
  /** Why the body was refused; the answer says it, whatever the handler makes of the error. */
  declare refusal?: BodyError;
  /** What is noted while the handler runs to fill the cache. */
  declare fill?: StaticGeneration;
  /** Settles when what the handler invalidated is out of date everywhere; the response waits for it. */
  declare invalidated?: Promise<unknown>;
  /** The function whose result is kept for others, where one runs: nothing of the request may be in it. */
  declare cachedFunction?: string;
  /** Whether the client may see drafts although its cookies are not to be seen. */
  declare isDraft?: boolean;
  /** The path that the route answers; left out where it is the one of the URL. */
  declare matched?: string;
  declare private end?: PromiseWithResolvers<void>;

  constructor(
    /** What the requests of the handler share. */
    readonly application: Application,
    /** The route that answers. */
    readonly route: ScopedRoute,
    /** The request as the server gave it. */
    readonly received: Request,
    /** The connection, where a server is on the other side. */
    readonly info: ConnectionInfo | undefined,
    /** The canonical URL, once someone asked for it or where it is not the URL as sent. */
    public url: string | undefined,
  ) {}

  /** Settles when the response has been sent, or when the client is gone. */
  done(): Promise<void> {
    if (this.info?.completed !== undefined) return this.info.completed;
    if (this.delivered) return Promise.resolve();
    return (this.end ??= Promise.withResolvers<void>()).promise;
  }

  /** Says that the whole response is out. */
  deliver(): void {
    this.delivered = true;
    this.end?.resolve();
  }

  /** Says that nobody will read the rest of the response. */
  abandon(): void {
    this.end?.resolve();
  }

  /** The canonical path that the route answers, below the base path. */
  get pathname(): string {
    if (this.matched !== undefined) return this.matched;
    return new URL(this.url ?? this.received.url).pathname.replace(/(?<=.)\/$/, "");
  }

  /**
   * Derives the scope of other code that runs for the same request: what is known of the request goes along, what is
   * known of the response does not. This is the only way to derive one.
   *
   * @param changes What is different for that code.
   */
  fork({ route = this.route, url = this.url, received = this.received, ...changes }: ScopeChanges): RequestScope {
    const info = received === this.received ? this.info : undefined;
    const scope = new RequestScope(this.application, route, received, info, url);
    if (this.matched !== undefined) scope.matched = this.matched;
    if (this.requestHeaders !== undefined) scope.requestHeaders = this.requestHeaders;
    if (this.keptHeaders !== undefined) scope.keptHeaders = this.keptHeaders;
    if (this.isDraft !== undefined) scope.isDraft = this.isDraft;
    return Object.assign(scope, changes);
  }
}

/** What a derived scope has of its own. */
export interface ScopeChanges {
  /** Another route, or the same with another setting. */
  readonly route?: ScopedRoute;
  /** Another request, without a connection. */
  readonly received?: Request;
  /** The URL that the code sees, where it is not the one of the request. */
  readonly url?: string | undefined;
  /** The path that the route answers. */
  readonly matched?: string;
  /** The request that the code sees. */
  readonly adopted?: NextRequest | undefined;
  /** The request headers that the code sees. */
  readonly requestHeaders?: Headers | undefined;
  /** What the body is read from. */
  readonly body?: Response | undefined;
  /** What is noted while the code runs to fill the cache. */
  readonly fill?: StaticGeneration | undefined;
  /** The function whose result is kept for others. */
  readonly cachedFunction?: string;
  /** What the request APIs do. */
  readonly phase?: "after";
  /** Whether the response is out. */
  readonly delivered?: true;
}

/** Carries a value along a call, its awaits, timers and streams; an `AsyncLocalStorage` is one. */
export interface AsyncStorage<Value> {
  /** Calls a function that the value goes along with. */
  run<Args extends unknown[], Result>(value: Value, call: (...args: Args) => Result, ...args: Args): Result;
  /** The value that came along. */
  getStore(): Value | undefined;
}

interface Shared {
  storage: AsyncStorage<RequestScope>;
  /** Whether a request may be under way in it. */
  isUsed?: boolean;
}

/** What copies of the module know the scope by. */
export const SCOPE_NAME = "@x/routes.scope.v1";

// Two copies of the module, of two versions even, serve one process when a dependency pins its own; they share one
// scope, or `cookies()` of the one would know nothing of the requests of the other.
const KEY = Symbol.for(SCOPE_NAME);
const copies = globalThis as unknown as Record<symbol, Shared | undefined>;
const shared: Shared = copies[KEY] ??= { storage: new AsyncLocalStorage() };

// Next.js has it there on every runtime, so packages for it import nothing of Node.js.
(globalThis as { AsyncLocalStorage?: unknown }).AsyncLocalStorage ??= AsyncLocalStorage;

/**
 * Has scopes carried by something that is faster here than `AsyncLocalStorage`; too late once a request was answered.
 */
export function carryScopesBy(storage: AsyncStorage<RequestScope>): void {
  if (shared.isUsed !== true) shared.storage = storage;
}

/** Calls a function whose awaits, timers and streams all see the scope. */
export function runInScope<Args extends unknown[], Result>(
  scope: RequestScope,
  call: (...args: Args) => Result,
  ...args: Args
): Result {
  shared.isUsed = true;
  return shared.storage.run(scope, call, ...args);
}

/** The scope of the request that is being answered, or `undefined` where none is. */
export function getScope(): RequestScope | undefined {
  return shared.storage.getStore();
}

/**
 * The scope of the request that is being answered.
 *
 * @param name The function that asks, for the message.
 * @throws {Error} If there is none.
 */
export function requireScope(name: string): RequestScope {
  const scope = shared.storage.getStore();
  if (scope === undefined) {
    throw new Error(
      `\`${name}\` was called outside a request scope. Read more: https://nextjs.org/docs/messages/next-dynamic-api-wrong-context`,
    );
  }
  return scope;
}
