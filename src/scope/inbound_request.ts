/**
 * The request of the server as a `NextRequest`: its body is not copied, and a WebSocket upgrade still works.
 *
 * @module
 */

import { RequestCookies } from "../http/cookies.ts";
import { NextRequest } from "../http/next_request.ts";
import { NextURL, type NextURLOptions } from "../http/next_url.ts";
import { getReceivedMethod, getReceivedUrl } from "../http/received_request.ts";
import { internals } from "../http/runtime_internals.ts";
import { type Body, BODY_READERS, getGuardedBody, isBodyUsed, refuseUsed, replaceBody } from "./inbound_body.ts";
import { observeUrl } from "./observed_url.ts";
import { getRequestHeaders, peekHeader } from "./received_headers.ts";
import { splitBody } from "./request_body.ts";
import type { RequestScope } from "./request_scope.ts";
import { getRequestSignal } from "./request_signal.ts";

/** What else happens when code uses a request. */
export interface RequestHooks {
  /** The method it shows, if not the one received. */
  readonly method?: string;
  /** The options of its `nextUrl`. */
  readonly urlOptions?: NextURLOptions;
  /** Called before a part is read, as in code: `request.headers`. An error that it throws reaches the reader. */
  readonly onRead?: (part: string) => void;
  /** Called before the body is read, in any way. */
  readonly beforeBody?: () => void;
  /** Called before `new Request(request)` reads the internals; those of the result are read instead, if there is one. */
  readonly onShare?: (request: NextRequest) => Request | void;
}

const SCOPE: unique symbol = Symbol("scope");
const HOOKS: unique symbol = Symbol("hooks");

/** Returns the request of a scope, created when it is first asked for. */
export function getRequest(scope: RequestScope): NextRequest {
  return scope.adopted ??= createInboundRequest(scope);
}

/**
 * Creates a request that reads the state of its scope; all requests of a scope share headers, cookies and body.
 *
 * @param scope The scope.
 * @param hooks What else happens when code uses the request.
 */
export function createInboundRequest(scope: RequestScope, hooks?: RequestHooks): NextRequest {
  if (internals !== undefined) {
    shareInternals();
    return new InboundRequest(scope, hooks);
  }
  // Only the object that the server created can be upgraded to a WebSocket, so that one becomes the request.
  const { received } = scope;
  const base = hooks === undefined ? received : new Request(getReceivedUrl(received), { method: received.method });
  const request = Object.setPrototypeOf(base, InboundRequest.prototype) as InboundRequest;
  request[SCOPE] = scope;
  request[HOOKS] = hooks;
  return request;
}

/** Characters that must be percent-encoded; the path is canonical already, so they can only be in the query. */
const UNENCODED = /[^\x21\x23-\x26\x28-\x3b\x3d\x3f-\x7e]/;

// Only the type is that of a request: its constructor would create fields that nothing here uses.
const Bare = Object as unknown as new () => NextRequest;

/** A request of the server in a scope. */
class InboundRequest extends Bare {
  [SCOPE]: RequestScope;
  [HOOKS]: RequestHooks | undefined;

  constructor(scope: RequestScope, hooks: RequestHooks | undefined) {
    super();
    internals!.brand(this);
    this[SCOPE] = scope;
    this[HOOKS] = hooks;
  }

  override get method(): string {
    return this[HOOKS]?.method ?? getReceivedMethod(this[SCOPE].received);
  }

  override get url(): string {
    this[HOOKS]?.onRead?.("request.url");
    return getUrl(this[SCOPE]);
  }

  override get headers(): Headers {
    this[HOOKS]?.onRead?.("request.headers");
    return getRequestHeaders(this[SCOPE]);
  }

  override get cookies(): RequestCookies {
    this[HOOKS]?.onRead?.("request.cookies");
    const scope = this[SCOPE];
    return scope.requestCookies ??= new RequestCookies({
      get: (name) => peekHeader(scope, name),
      set: (name, value) => getRequestHeaders(scope).set(name, value),
    });
  }

  protected override createUrl(): NextURL {
    const url = new NextURL(getUrl(this[SCOPE]), undefined, this[HOOKS]?.urlOptions);
    const onRead = this[HOOKS]?.onRead;
    return onRead === undefined ? url : observeUrl(url, onRead);
  }

  override get signal(): AbortSignal {
    return getRequestSignal(this[SCOPE]);
  }

  override get body(): Body | null {
    startBody(this, "body");
    return getGuardedBody(this[SCOPE]);
  }

  override get bodyUsed(): boolean {
    return isBodyUsed(this[SCOPE]);
  }

  /** The platform would copy the internals, with the headers and the URL as the client sent them. */
  protected override parts(): RequestInit {
    return { method: this.method, headers: this.headers, body: this.body, signal: this.signal };
  }

  /** A copy whose body can be read beside this one's; the native one would read the server's signal. */
  override clone(): NextRequest {
    startBody(this, "clone");
    const scope = this[SCOPE];
    const init: RequestInit = { method: this.method, headers: getRequestHeaders(scope), signal: this.signal };
    refuseUsed(scope);
    const body = getGuardedBody(scope);
    if (body === null) return new NextRequest(getUrl(scope), init);
    const [mine, copy] = splitBody(body, scope, 2);
    replaceBody(scope, mine!);
    return new NextRequest(getUrl(scope), { ...init, body: copy! });
  }
}

Object.setPrototypeOf(InboundRequest.prototype, NextRequest.prototype);
Object.defineProperty(InboundRequest.prototype, "constructor", { value: NextRequest });

/** The internals of the runtime by which requests share those of the server's request. */
let sharedBy: typeof internals;

function shareInternals(): void {
  if (sharedBy === internals) return;
  sharedBy = internals;
  internals!.shareThrough(InboundRequest.prototype, (object) => {
    const request = object as InboundRequest;
    return request[HOOKS]?.onShare?.(request) ?? request[SCOPE].received;
  });
}

for (const [name, read] of Object.entries(BODY_READERS)) {
  Object.defineProperty(InboundRequest.prototype, name, {
    configurable: true,
    writable: true,
    async value(this: InboundRequest): Promise<unknown> {
      startBody(this, name);
      const value = read(this[SCOPE]);
      return value instanceof Promise ? await value : value;
    },
  });
}

function startBody(request: InboundRequest, method: string): void {
  const hooks = request[HOOKS];
  hooks?.onRead?.(`request.${method}`);
  hooks?.beforeBody?.();
}

function getUrl(scope: RequestScope): string {
  if (scope.url !== undefined) return scope.url;
  const url = getReceivedUrl(scope.received);
  return scope.url = UNENCODED.test(url) ? new URL(url).href : url;
}
