/**
 * The exports of `next/server`: the request and response of a route handler, the types of a proxy, and `after()`.
 *
 * @module
 */

export type {
  CookieNameArgs,
  CookieSource,
  DeleteCookieArgs,
  RequestCookie,
  RequestCookies,
  ResponseCookie,
  ResponseCookies,
  SetCookieArgs,
} from "./http/cookies.ts";
export type {
  NextFetchEvent,
  NextProxy,
  NextProxy as NextMiddleware,
  NextProxyResult,
  ProxyCondition,
  ProxyConfig,
  ProxyConfig as MiddlewareConfig,
  ProxyMatcher,
} from "./http/next_proxy.ts";
export { NextRequest, type NextRequestInit } from "./http/next_request.ts";
export { NextResponse, type NextResponseInit } from "./http/next_response.ts";
export { NextURL, type NextURLOptions } from "./http/next_url.ts";
export { type UserAgent, userAgent, userAgentFromString } from "./http/user_agent.ts";
export { URLPattern } from "./http/url_pattern.ts";
export { after } from "./scope/after.ts";
export { connection } from "./scope/request_apis.ts";
export { ImageResponse } from "./next/moved_image_response.ts";
