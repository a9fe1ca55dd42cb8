/**
 * The request that a handler sees while it fills the cache: one that notes what is used of it.
 *
 * @module
 */

import { guardInside } from "../http/native.ts";
import { NextURL } from "../http/next_url.ts";
import type { NextRequest } from "../http/next_request.ts";
import type { RequestCookies } from "../http/cookies.ts";
import { getRequest, getRequestScope, InboundRequest } from "./inbound_request.ts";
import type { RequestScope } from "./request_scope.ts";
import { markDynamic } from "./dynamic_access.ts";

/** The request of a scope for its handler. */
export function getHandlerRequest(scope: RequestScope): NextRequest {
  const { fill } = scope;
  return fill === undefined || fill.mode === "force-static" ? getRequest(scope) : new TrackedRequest(scope);
}

/** All that it tells comes from the request behind it; who goes past its methods is noticed too. */
class TrackedRequest extends InboundRequest {
  #nextUrl: NextURL | undefined;

  constructor(scope: RequestScope) {
    super(scope);
    guardInside(this, () => markDynamic(scope, "request"));
  }

  get #behind(): NextRequest {
    return getRequest(getRequestScope(this));
  }

  /** HEAD is answered from what GET gives. */
  override get method(): string {
    return "GET";
  }

  override get url(): string {
    markDynamic(getRequestScope(this), "request.url");
    return this.#behind.url;
  }

  override get headers(): Headers {
    markDynamic(getRequestScope(this), "request.headers");
    return this.#behind.headers;
  }

  override get cookies(): RequestCookies {
    markDynamic(getRequestScope(this), "request.cookies");
    return this.#behind.cookies;
  }

  override get body(): ReadableStream<Uint8Array<ArrayBuffer>> | null {
    markDynamic(getRequestScope(this), "request.body");
    return this.#behind.body;
  }

  override get bodyUsed(): boolean {
    return this.#behind.bodyUsed;
  }

  override get nextUrl(): NextURL {
    return this.#nextUrl ??= trackUrl(new NextURL(this.#behind.url), getRequestScope(this));
  }

  override clone(): NextRequest {
    markDynamic(getRequestScope(this), "request.clone");
    return this.#behind.clone();
  }
}

for (const name of ["arrayBuffer", "blob", "bytes", "formData", "json", "text"] as const) {
  Object.defineProperty(TrackedRequest.prototype, name, {
    configurable: true,
    writable: true,
    async value(this: TrackedRequest): Promise<unknown> {
      markDynamic(getRequestScope(this), `request.${name}`);
      return await getRequest(getRequestScope(this))[name]();
    },
  });
}

/** A path is the same for all who get the cached response; host and query are not. */
const TRACKED: ReadonlySet<unknown> = new Set([
  ...["search", "searchParams", "href", "origin", "host", "hostname", "port", "protocol"],
  ...["toString", "toJSON", "clone"],
]);

function trackUrl(url: NextURL, scope: RequestScope): NextURL {
  return new Proxy(url, {
    get(url, name) {
      if (TRACKED.has(name)) markDynamic(scope, `nextUrl.${String(name)}`);
      const value = Reflect.get(url, name, url);
      return typeof value === "function" ? value.bind(url) : value;
    },
    set: (url, name, value) => Reflect.set(url, name, value, url),
  });
}
