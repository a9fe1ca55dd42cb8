/**
 * The one AsyncLocalStorage and what it holds: the scope of a request.
 *
 * @module
 */

import { AsyncLocalStorage } from "node:async_hooks";
import type { ResponseCookies } from "../http/cookies.ts";
import type { NextRequest } from "../http/next_request.ts";

/** What all requests of one handler share. */
export interface Application {
  /** Keeps the server alive until the promise settles; reports its failure. */
  waitUntil(promise: Promise<unknown>): void;
  /** Tells the developer of a failure that no response can tell of. */
  report(error: unknown, scope: RequestScope, what?: string): void;
  /** The key that draft mode's cookie is signed with. */
  readonly draftSecret: string;
}

/** The part of `Deno.ServeHandlerInfo` that the module uses. */
export interface ConnectionInfo {
  /** Settles when the response has been sent, or when the client is gone. */
  readonly completed: Promise<void>;
}

/** Everything that belongs to one request; its parts are made when they are first asked for. */
export class RequestScope {
  /** The canonical URL, once someone asked for it or where it is not the URL as sent. */
  url: string | undefined;
  /** What the request APIs do: answer, or refuse to set cookies because the response is gone. */
  phase: "handler" | "after" = "handler";
  /** Whether the whole response is out, or as good as out. */
  delivered = false;
  /** The result of `cookies()`. */
  cookies: Promise<ResponseCookies> | undefined;
  /** The cookies behind it. */
  cookieJar: ResponseCookies | undefined;
  /** The result of `headers()`. */
  headers: Promise<Headers> | undefined;
  /** The request as route handlers see it. */
  adopted: NextRequest | undefined;
  /** The headers of the request as user code may change them; a copy, made when it asks for all of them. */
  requestHeaders: Headers | undefined;
  /** The headers as received, kept beyond the end of the request. */
  keptHeaders: Headers | undefined;
  /** Aborts `request.signal` when the client leaves. */
  abort: AbortController | undefined;
  /** What the body is read from instead, after `request.clone()`. */
  body: Response | undefined;
  #done: PromiseWithResolvers<void> | undefined;

  constructor(
    /** What the requests of the handler share. */
    readonly application: Application,
    /** The URL pattern of the route: `/users/[id]`. */
    readonly routeId: string,
    /** The file of the route. */
    readonly file: string,
    /** The request as the server gave it. */
    readonly received: Request,
    /** The connection, where a server is on the other side. */
    readonly info: ConnectionInfo | undefined,
    url: string | undefined,
  ) {
    this.url = url;
  }

  /** Settles when the response has been sent, or when the client is gone. */
  done(): Promise<void> {
    if (this.info !== undefined) return this.info.completed;
    if (this.delivered) return Promise.resolve();
    return (this.#done ??= Promise.withResolvers<void>()).promise;
  }

  /** Says that the whole response is out. */
  deliver(): void {
    this.delivered = true;
    this.#done?.resolve();
  }

  /** The scope that a task after the response sees: the same request, and no response to change. */
  afterwards(): RequestScope {
    const scope = new RequestScope(this.application, this.routeId, this.file, this.received, this.info, this.url);
    scope.adopted = this.adopted;
    scope.requestHeaders = this.requestHeaders;
    scope.keptHeaders = this.keptHeaders;
    scope.phase = "after";
    scope.delivered = true;
    return scope;
  }
}

interface Shared {
  readonly storage: AsyncLocalStorage<RequestScope>;
}

// Two copies of the module, of two versions even, serve one process when a dependency pins its own; they share one
// scope, or `cookies()` of the one would know nothing of the requests of the other.
const KEY = Symbol.for("@x/routes.scope.v1");
const shared = globalThis as unknown as Record<symbol, Shared | undefined>;
const { storage } = shared[KEY] ??= { storage: new AsyncLocalStorage() };

/** Calls a function whose awaits, timers and streams all see the scope. */
export function runInScope<Args extends unknown[], Result>(
  scope: RequestScope,
  call: (...args: Args) => Result,
  ...args: Args
): Result {
  return storage.run(scope, call, ...args);
}

/**
 * The scope of the request that is being answered.
 *
 * @param name The function that asks, for the message.
 * @throws {Error} If there is none.
 */
export function currentScope(name: string): RequestScope {
  const scope = storage.getStore();
  if (scope === undefined) {
    throw new Error(
      `\`${name}\` was called outside a request scope. Read more: https://nextjs.org/docs/messages/next-dynamic-api-wrong-context`,
    );
  }
  return scope;
}
