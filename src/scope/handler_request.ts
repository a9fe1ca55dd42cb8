/**
 * The request that a route handler sees. While its response is generated for the cache, what it reads is recorded.
 *
 * @module
 */

import type { NextRequest } from "../http/next_request.ts";
import { markDynamic } from "./dynamic_access.ts";
import { createInboundRequest, getRequest } from "./inbound_request.ts";
import { getScope } from "./current_scope.ts";
import type { RequestScope } from "./request_scope.ts";

/** Returns the request of a scope for its handler. */
export function getHandlerRequest(scope: RequestScope): NextRequest {
  const { tracking, application } = scope;
  if (tracking !== undefined && tracking.mode !== "force-static") {
    return createInboundRequest(scope, {
      // HEAD is answered from the cached response to GET.
      method: "GET",
      onRead: (part) => markRead(scope, part),
      onShare: () => markRead(scope, "request"),
    });
  }
  if (application.useCache?.isEnabled !== true) return getRequest(scope);
  return scope.adopted ??= createInboundRequest(scope, { onRead: (part) => markRead(scope, part) });
}

/** A cached function must not read the request of its caller. */
function markRead(scope: RequestScope, part: string): void {
  const reader = getScope();
  markDynamic(reader?.cachedFunction === undefined ? scope : reader, part);
}
