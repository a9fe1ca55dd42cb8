/**
 * Serves Next.js Route Handlers on Deno, without Next.js and without a build: pass it an `app/` folder with `route.ts` files.
 *
 * @example
 * ```ts ignore
 * import { serveRoutes } from "@x/routes";
 *
 * await serveRoutes("./app", { port: 3000 });
 * ```
 *
 * @module
 */

export {
  type AppHandler,
  createRequestHandler,
  type CreateRequestHandlerOptions,
  type ServeOptions,
  serveRoutes,
  type ServeRoutesOptions,
  type ServeUnixRoutesOptions,
} from "./src/deno/server/serve.ts";
export type { OpenApiOptions } from "./src/deno/openapi/openapi_routes.ts";
export type { CacheOptions, DescribeOptions, LoadOptions, RouteInfo } from "./src/deno/server/app.ts";
export type { ListenOptions, RouteServer, RunOptions, UnixListenOptions } from "./src/deno/server/http_server.ts";
export type { ListenAddress } from "./src/deno/server/lasting_listener.ts";
export type { CronOptions } from "./src/deno/server/crons.ts";
export type { ObservationOptions } from "./src/deno/server/observation.ts";
export type { LogFormat } from "./src/deno/server/request_log.ts";
export type { RequestRecord } from "./src/deno/server/request_watch.ts";
export type { RateLimitAlgorithm, RateLimitPolicy, RateLimitResult, RateLimitStore } from "./src/cache/rate_limit.ts";
export type { CacheEntry, CacheListing, CacheRead, CacheStore, MaybePromise, TagMark } from "./src/cache/store.ts";
export type { OnInvalid, ProblemDetails, ProblemError, RequestPart } from "./src/contract/problem.ts";
export type { ErrorContext, ErrorReporter, ErrorRequest } from "./src/handler/error_report.ts";
export type { AnswerOptions, RequestHandlerOptions } from "./src/handler/handler_options.ts";
export type { ModuleNamespace } from "./src/handler/served_route.ts";
export { createManifest, type RouteEntry, type RouteManifest, RouteManifestError } from "./src/routing/manifest.ts";
export type { MetadataFile } from "./src/routing/metadata_file.ts";
export type { Segment } from "./src/routing/pattern.ts";
export type { ConnectionInfo } from "./src/scope/request_scope.ts";
