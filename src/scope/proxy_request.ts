/**
 * The request that a proxy sees. The route handler can read the body again that the proxy has read.
 *
 * @module
 */

import type { NextRequest } from "../http/next_request.ts";
import { getReceivedStream } from "../http/received_request.ts";
import { replaceBody } from "./inbound_body.ts";
import { createInboundRequest } from "./inbound_request.ts";
import { guardBody, splitBody } from "./request_body.ts";
import type { RequestScope } from "./request_scope.ts";

/** Returns the request of a scope for a proxy. */
export function getProxyRequest(scope: RequestScope): NextRequest {
  return scope.adopted ??= createInboundRequest(scope, {
    urlOptions: { nextConfig: { basePath: scope.application.basePath } },
    beforeBody: () => keepBodyForRoute(scope),
    onShare: ({ url, method, headers, body }) => new Request(url, { method, headers, body }),
  });
}

function keepBodyForRoute(scope: RequestScope): void {
  const stream = getReceivedStream(scope.received);
  if (scope.bodyAfterProxy !== undefined || stream === null) return;
  const [own, rest] = splitBody(guardBody(stream, scope), scope, 2);
  replaceBody(scope, own!);
  scope.isBodyGuarded = true;
  scope.bodyAfterProxy = new Response(rest!);
}
