/**
 * The request that a handler sees while it fills the cache: one that notes what is used of it.
 *
 * @module
 */

import { NextURL } from "../http/next_url.ts";
import type { NextRequest } from "../http/next_request.ts";
import type { RequestCookies } from "../http/cookies.ts";
import { InboundRequest, requestOf, scopeOf } from "./inbound_request.ts";
import type { RequestScope } from "./request_scope.ts";
import { useDynamic } from "./static_fill.ts";

/** The request of a scope for its handler. */
export function handlerRequestOf(scope: RequestScope): NextRequest {
  const { fill } = scope;
  return fill === undefined || fill.mode === "force-static" ? requestOf(scope) : new TrackedRequest(scope);
}

class TrackedRequest extends InboundRequest {
  #nextUrl: NextURL | undefined;

  override get url(): string {
    useDynamic(scopeOf(this), "request.url");
    return super.url;
  }

  override get headers(): Headers {
    useDynamic(scopeOf(this), "request.headers");
    return super.headers;
  }

  override get cookies(): RequestCookies {
    useDynamic(scopeOf(this), "request.cookies");
    return super.cookies;
  }

  override get body(): ReadableStream<Uint8Array<ArrayBuffer>> | null {
    useDynamic(scopeOf(this), "request.body");
    return super.body;
  }

  override get nextUrl(): NextURL {
    return this.#nextUrl ??= trackedUrl(new NextURL(super.url), scopeOf(this));
  }

  override clone(): NextRequest {
    useDynamic(scopeOf(this), "request.clone");
    return requestOf(scopeOf(this)).clone();
  }
}

for (const name of ["arrayBuffer", "blob", "bytes", "formData", "json", "text"] as const) {
  Object.defineProperty(TrackedRequest.prototype, name, {
    configurable: true,
    writable: true,
    async value(this: TrackedRequest): Promise<unknown> {
      useDynamic(scopeOf(this), `request.${name}`);
      return await requestOf(scopeOf(this))[name]();
    },
  });
}

/** A path is the same for all who get the cached response; host and query are not. */
const TRACKED: ReadonlySet<unknown> = new Set([
  ...["search", "searchParams", "href", "origin", "host", "hostname", "port", "protocol"],
  ...["toString", "toJSON", "clone"],
]);

function trackedUrl(url: NextURL, scope: RequestScope): NextURL {
  return new Proxy(url, {
    get(url, name) {
      if (TRACKED.has(name)) useDynamic(scope, `nextUrl.${String(name)}`);
      const value = Reflect.get(url, name, url);
      return typeof value === "function" ? value.bind(url) : value;
    },
    set: (url, name, value) => Reflect.set(url, name, value, url),
  });
}
