/**
 * The request that a proxy sees. What it reads of the body, the route handler reads again.
 *
 * @module
 */

import { guardInside } from "../http/native.ts";
import { NextRequest } from "../http/next_request.ts";
import { getRequestScope, InboundRequest, replaceBody } from "./inbound_request.ts";
import { guardBody, splitBody } from "./request_body.ts";
import type { RequestScope } from "./request_scope.ts";

/** The request of a scope for a proxy. */
export function getProxyRequest(scope: RequestScope): NextRequest {
  return scope.adopted ??= new ProxyRequest(scope);
}

/** Returns the body for the code after the proxy; `undefined` if the proxy has not touched it. */
export function getBodyAfterProxy(scope: RequestScope): Response | undefined {
  return scope.adopted instanceof ProxyRequest ? scope.adopted.rest : undefined;
}

/** Delegates to an inner request; `new Request(proxyRequest)` gets its own copy of the body. */
class ProxyRequest extends InboundRequest {
  /** The same body once more. */
  rest: Response | undefined;
  readonly #behind: NextRequest;

  constructor(scope: RequestScope) {
    super(scope);
    this.#behind = new InboundRequest(scope);
    guardInside(this, () => new Request(this.url, { method: this.method, headers: this.headers, body: this.body }));
  }

  /** Splits the body: one stream for the proxy, one for the code after it, and more for copies. */
  #split(copies = 0): ReadableStream<Uint8Array<ArrayBuffer>>[] {
    const scope = getRequestScope(this);
    if (this.rest !== undefined || scope.received.body === null) return [];
    const [mine, rest, ...others] = splitBody(guardBody(scope.received.body, scope), scope, 2 + copies);
    replaceBody(scope, mine!);
    scope.isBodyGuarded = true;
    this.rest = new Response(rest!);
    return others;
  }

  override get method(): string {
    return this.#behind.method;
  }

  override get url(): string {
    return this.#behind.url;
  }

  override get headers(): Headers {
    return this.#behind.headers;
  }

  override get bodyUsed(): boolean {
    return getRequestScope(this).body?.bodyUsed ?? false;
  }

  override get body(): ReadableStream<Uint8Array<ArrayBuffer>> | null {
    this.#split();
    return getRequestScope(this).body?.body ?? null;
  }

  override clone(): NextRequest {
    const [copy] = this.#split(1);
    if (copy === undefined) return super.clone();
    return new NextRequest(this.url, { method: this.method, headers: this.headers, signal: this.signal, body: copy });
  }
}

for (const name of ["arrayBuffer", "blob", "bytes", "formData", "json", "text"] as const) {
  const read = InboundRequest.prototype[name] as () => Promise<unknown>;
  Object.defineProperty(ProxyRequest.prototype, name, {
    configurable: true,
    writable: true,
    async value(this: ProxyRequest): Promise<unknown> {
      void this.body;
      return await read.call(this);
    },
  });
}
