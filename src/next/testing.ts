/**
 * `next/experimental/testing/server`: tests for a proxy and for a `next.config`.
 *
 * @module
 */

import { type DestinationRule, readAppConfig } from "../handler/rules/next_config.ts";
import { readProxy } from "../handler/rules/proxy.ts";
import type { ProxyConfig } from "../http/next_proxy.ts";
import { NextRequest } from "../http/next_request.ts";
import { NextResponse } from "../http/next_response.ts";

/** A request in a test. */
export interface TestedRequest {
  /** The URL, or the path. */
  url: string;
  /** The headers. */
  headers?: Readonly<Record<string, string>>;
  /** The cookies. */
  cookies?: Readonly<Record<string, string>>;
}

/** The origin of a request with only a path. */
const ORIGIN = "https://example.com";

function createTestRequest({ url, headers = {}, cookies = {} }: TestedRequest): NextRequest {
  const cookie = Object.entries(cookies).map(([name, value]) => `${name}=${value}`).join("; ");
  return new NextRequest(new URL(url, ORIGIN), { headers: { ...headers, ...(cookie === "" ? {} : { cookie }) } });
}

/**
 * Whether a proxy runs for a request.
 *
 * @param options The `config` that the proxy exports, and the request.
 * @throws {TypeError} If a matcher is invalid.
 */
export function unstable_doesMiddlewareMatch(
  { config, ...request }: TestedRequest & { config: ProxyConfig; nextConfig?: unknown },
): boolean {
  const tested = createTestRequest(request);
  const proxy = readProxy({ proxy() {}, config }, "the proxy");
  return proxy.matches(tested.nextUrl.pathname, () => tested);
}

/**
 * Returns the response of a `next.config` to a request: a redirect, a rewrite, or one with only headers.
 *
 * @param options The configuration, and the request.
 * @throws {TypeError} If a rule is invalid.
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
    for (const createHeader of rule.headers) {
      const written = createHeader(params);
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

/** Returns the destination of a redirect; `null` for any other response. */
export function getRedirectUrl(response: Response): string | null {
  return response.headers.get("location");
}

/** Returns the destination of a rewrite; `null` for any other response. */
export function getRewrittenUrl(response: Response): string | null {
  return response.headers.get("x-middleware-rewrite");
}

/** Whether a response is a rewrite. */
export function isRewrite(response: Response): boolean {
  return Boolean(getRewrittenUrl(response));
}
