/**
 * Rewrites requests by the rules of `next.config`, to another path or to another server.
 *
 * @module
 */

import type { MaybePromise } from "../../cache/store.ts";
import { canonicalPath, removeTrailingSlash } from "../../routing/canonical_path.ts";
import { forward } from "./external_rewrite.ts";
import type { DestinationRule } from "./next_config.ts";
import type { RuleParams } from "./path_rule.ts";
import { type Answer, getCurrentRequest, matchRule, type RoutedRequest } from "./routed_request.ts";

/**
 * Applies one rewrite.
 *
 * @returns The answer of another server, or whether the rewrite changed the path.
 */
export function applyRewrite(rule: DestinationRule, request: RoutedRequest): MaybePromise<Answer | boolean> {
  const { destination } = rule;
  const params = matchRule(rule, request, request, () => getCurrentRequest(request));
  if (params === null) return false;
  const target = toTarget(rule, params);
  if (target === null) return createBadRequest();
  if (destination.external) return rewriteToServer(target, rule, request);
  const path = canonicalPath(target.split("?", 1)[0]!);
  if (path === null) return createBadRequest();
  // The handler sees the URL as requested, which is also a part of the key of its cached response.
  request.url ??= request.visibleUrl;
  request.pathname = removeTrailingSlash(path);
  return true;
}

function createBadRequest(): Answer {
  return { response: new Response(null, { status: 400 }), headers: "proxy" };
}

/** Returns the URL of a destination; `null` if a param is not allowed in it. */
function toTarget({ destination }: DestinationRule, params: RuleParams): string | null {
  try {
    return destination.to(params);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

async function rewriteToServer(target: string, rule: DestinationRule, request: RoutedRequest): Promise<Answer> {
  const { scope, headers, visibleUrl } = request;
  const url = joinQuery(target, new URL(visibleUrl).search);
  const withholdsCredentials = rule.destination.hasHostParams;
  return { response: await forward(url, scope, { headers, withholdsCredentials }), headers: "proxy" };
}

function joinQuery(target: string, search: string): string {
  if (search === "") return target;
  return target + (target.includes("?") ? `&${search.slice(1)}` : search);
}
