/**
 * The context of a request that a route answers.
 *
 * @module
 */

import type { Method } from "../http/method.ts";
import type { RouteParams } from "../routing/router.ts";
import type { RequestScope } from "../scope/request_scope.ts";
import type { Route } from "./served_route.ts";

/** A request that a route answers. */
export interface RequestContext {
  readonly method: Method;
  readonly route: Route;
  /** The params of its path; `undefined` for a route without dynamic segments. */
  readonly params: RouteParams | undefined;
  readonly scope: RequestScope;
}
