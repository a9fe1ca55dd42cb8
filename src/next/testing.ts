/**
 * `next/experimental/testing/server`: what tests ask of a proxy and of a `next.config`.
 *
 * @module
 */

import { type DestinationRule, readAppConfig } from "../handler/rules/next_config.ts";
import { createRuleHeader } from "../handler/rules/header_rule.ts";
import { readProxy } from "../handler/rules/proxy.ts";
import type { ProxyConfig } from "../http/next_proxy.ts";
import { NextRequest } from "../http/next_request.ts";
import { NextResponse } from "../http/next_response.ts";

/** A request that a test makes up. */
export interface TestedRequest {
  /** Its URL, or its path. */
  url: string;
  /** Its headers. */
  headers?: Readonly<Record<string, string>>;
  /** Its cookies. */
  cookies?: Readonly<Record<string, string>>;
}

/** Where a path is, if nothing says it. */
const ORIGIN = "https://example.com";

function createTestRequest({ url, headers = {}, cookies = {} }: TestedRequest): NextRequest {
  const cookie = Object.entries(cookies).map(([name, value]) => `${name}=${value}`).join("; ");
  return new NextRequest(new URL(url, ORIGIN), { headers: { ...headers, ...(cookie === "" ? {} : { cookie }) } });
}

/**
 * Whether a proxy sees a request.
 *
 * @param options The `config` that the proxy exports, and the request.
 * @throws {TypeError} If a matcher cannot be read.
 */
export function unstable_doesMiddlewareMatch(
  { config, ...request }: TestedRequest & { config: ProxyConfig; nextConfig?: unknown },
): boolean {
  const tested = createTestRequest(request);
  const proxy = readProxy({ proxy() {}, config }, "the proxy");
  return proxy.matches(tested.nextUrl.pathname, () => tested);
}

/**
 * The response that a `next.config` makes of a request: a redirect, a rewrite, or one with headers only.
 *
 * @param options The configuration, and the request.
 * @throws {TypeError} If a rule cannot be read.
 */
export async function unstable_getResponseFromNextConfig(
  { nextConfig, ...request }: TestedRequest & { nextConfig: unknown },
): Promise<NextResponse> {
  const tested = createTestRequest(request);
  const { pathname } = tested.nextUrl;
  const config = await readAppConfig(nextConfig, "next.config");
  const headers = new Headers();
  for (const rule of config.headers) {
    const params = rule.match(pathname, () => tested);
    if (params === null) continue;
    for (const header of rule.headers) {
      const written = createRuleHeader(header, params);
      if (written !== null) headers.set(...written);
    }
  }
  const find = <Rule extends DestinationRule>(rules: readonly Rule[]) => {
    for (const rule of rules) {
      const params = rule.match(pathname, () => tested);
      if (params !== null) return { rule, url: new URL(rule.destination.to(params), tested.nextUrl.origin) };
    }
  };
  const redirected = find(config.redirects);
  if (redirected !== undefined) {
    const { url, rule: { status } } = redirected;
    return NextResponse.redirect(url, { status, headers });
  }
  const { beforeFiles, afterFiles, fallback } = config.rewrites;
  const rewritten = find([...beforeFiles, ...afterFiles, ...fallback]);
  return rewritten === undefined ? new NextResponse("", { headers }) : NextResponse.rewrite(rewritten.url, { headers });
}

/** Where a response redirects to; `null` if it does not. */
export function getRedirectUrl(response: Response): string | null {
  return response.headers.get("location");
}

/** Where a response rewrites to; `null` if it does not. */
export function getRewrittenUrl(response: Response): string | null {
  return response.headers.get("x-middleware-rewrite");
}

/** Whether a response rewrites. */
export function isRewrite(response: Response): boolean {
  return Boolean(getRewrittenUrl(response));
}
