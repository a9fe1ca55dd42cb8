/**
 * The request that a route handler sees. While its response is generated for the cache, what it reads is recorded.
 *
 * @module
 */

import type { NextRequest } from "../http/next_request.ts";
import { markDynamic } from "./dynamic_access.ts";
import { createInboundRequest, getRequest } from "./inbound_request.ts";
import type { RequestScope } from "./request_scope.ts";

/** Returns the request of a scope for its handler. */
export function getHandlerRequest(scope: RequestScope): NextRequest {
  const { fill } = scope;
  if (fill === undefined || fill.mode === "force-static") return getRequest(scope);
  return createInboundRequest(scope, {
    // HEAD is answered from the cached response to GET.
    method: "GET",
    onRead: (part) => markDynamic(scope, part),
    onShare: () => markDynamic(scope, "request"),
  });
}
