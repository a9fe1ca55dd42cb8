/**
 * Ready middleware for `route()`: cross-origin requests, rate limits, security headers, authentication, time limits.
 *
 * @example
 * ```ts
 * import { bearerAuth, rateLimit, secureHeaders } from "@x/routes/middleware";
 * import { route } from "@x/routes/route";
 *
 * const api = route.with(secureHeaders(), rateLimit({ limit: 100, window: 60 }), bearerAuth({ token: "t0ken" }));
 *
 * export const GET = api({}, () => Response.json({ secret: 42 }));
 * ```
 *
 * @module
 */

export type { RateLimitAlgorithm, RateLimitPolicy, RateLimitResult, RateLimitStore } from "./cache/rate_limit.ts";
export type { Middleware, MiddlewareContext, MiddlewareFunction, Next, Security } from "./contract/middleware.ts";
export type { RawParams } from "./contract/params.ts";
export { basicAuth, type BasicUsersOptions, type BasicVerifyOptions } from "./middleware/basic_auth.ts";
export { bearerAuth, type BearerTokenOptions, type BearerVerifyOptions } from "./middleware/bearer_auth.ts";
export type { Verified } from "./middleware/challenge.ts";
export { clientAddress, type ClientAddressOptions } from "./middleware/client_address.ts";
export { type Cors, cors, type CorsOptions } from "./middleware/cors.ts";
export { rateLimit, type RateLimitOptions } from "./middleware/rate_limit.ts";
export { type CspDirectives, secureHeaders, type SecureHeadersOptions } from "./middleware/secure_headers.ts";
export { timeout, type TimeoutValues } from "./middleware/timeout.ts";
