/**
 * Redirects requests by the rules of `next.config`.
 *
 * @module
 */

import { toSafeLocation } from "../../http/control_flow.ts";
import type { AppConfig, RedirectRule } from "./next_config.ts";
import type { RuleParams } from "./path_rule.ts";
import { type Answer, matchRule, type RoutedRequest } from "./routed_request.ts";

/** Encodes bodies as bytes: a string would add a content type. */
const encoder = new TextEncoder();

/** Redirects a request by the first rule that matches it. */
export function redirectByRules(
  request: RoutedRequest,
  { config }: { readonly config: AppConfig },
): Answer | undefined {
  // The paths that Next.js serves itself are not redirected.
  if (/^\/_next(?:\/|$)/.test(request.pathname)) return undefined;
  for (const rule of config.redirects) {
    const params = matchRule(rule, request);
    if (params === null) continue;
    const location = toLocation(rule, params, request.source.basePath);
    if (location === null) return { response: new Response(null, { status: 400 }), headers: "own" };
    const { pathname, search } = new URL(request.scope.url ?? request.source.received.url);
    // A pattern matches a path with and without a trailing slash: redirecting one to the other would loop.
    if (location === pathname) continue;
    const target = toSafeLocation(mergeQuery(location, search.slice(1)));
    // As in Next.js, all redirects except 308 have their target as the body.
    const body = rule.status === 308 ? null : encoder.encode(target);
    return { response: new Response(body, { status: rule.status, headers: { location: target } }), headers: "own" };
  }
}

/** Returns the location, or `null` if the params are not allowed in a destination. */
function toLocation(rule: RedirectRule, params: RuleParams, basePath: string): string | null {
  try {
    const target = rule.destination.to(params);
    return !rule.destination.external && rule.withBasePath ? basePath + target : target;
  } catch {
    return null;
  }
}

/** Merges queries; the request's own comes first, as in Next.js. */
function mergeQuery(location: string, own: string): string {
  const [, bare = "", query = "", hash = ""] = /^([^?#]*)\??([^#]*)(.*)$/s.exec(location)!;
  const whole = [own, query].filter((part) => part !== "").join("&");
  return bare + (whole === "" ? "" : `?${whole}`) + hash;
}
