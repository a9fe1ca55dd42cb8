/**
 * The request that a proxy sees. What it reads of the body, the route handler reads again.
 *
 * @module
 */

import { guardInside } from "../http/native.ts";
import type { NextRequest } from "../http/next_request.ts";
import { InboundRequest, scopeOf } from "./inbound_request.ts";
import type { RequestScope } from "./request_scope.ts";

/** The request of a scope for a proxy. */
export function proxyRequestOf(scope: RequestScope): NextRequest {
  return scope.adopted ??= new ProxyRequest(scope);
}

/** The body for who comes after the proxy, where the proxy has touched it; else the one that was received. */
export function bodyAfterProxy(scope: RequestScope): Response | undefined {
  return scope.adopted instanceof ProxyRequest ? scope.adopted.rest : undefined;
}

/** All that it tells comes from a request behind it: who takes its inside gets a copy that has a body of its own. */
class ProxyRequest extends InboundRequest {
  /** The same body once more. */
  rest: Response | undefined;
  readonly #behind: NextRequest;

  constructor(scope: RequestScope) {
    super(scope);
    this.#behind = new InboundRequest(scope);
    guardInside(this, () => new Request(this.url, { method: this.method, headers: this.headers, body: this.body }));
  }

  /** Both read at their own speed; what one has read and the other not is kept in between. */
  #split(): void {
    const scope = scopeOf(this);
    if (this.rest !== undefined || scope.received.body === null) return;
    const [mine, rest] = scope.received.body.tee();
    const type = this.headers.get("content-type");
    const headers: HeadersInit = type === null ? {} : { "content-type": type };
    scope.body = new Response(mine, { headers });
    this.rest = new Response(rest, { headers });
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
    return scopeOf(this).body?.bodyUsed ?? false;
  }

  override get body(): ReadableStream<Uint8Array<ArrayBuffer>> | null {
    this.#split();
    return scopeOf(this).body?.body ?? null;
  }

  override clone(): NextRequest {
    this.#split();
    return super.clone();
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
