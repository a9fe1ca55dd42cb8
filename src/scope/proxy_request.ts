/**
 * The request that a proxy sees. What it reads of the body, the route handler reads again.
 *
 * @module
 */

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

class ProxyRequest extends InboundRequest {
  /** The same body once more. */
  rest: Response | undefined;

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

  override get body(): ReadableStream<Uint8Array<ArrayBuffer>> | null {
    this.#split();
    return super.body;
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
