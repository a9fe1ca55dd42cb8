/**
 * Next.js Route Handlers on Deno, without Next.js and without a build: point it at an `app/` folder of `route.ts` files.
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
  type LoadOptions,
  type RouteInfo,
  type RouteServer,
  serveRoutes,
  type ServeRoutesOptions,
} from "./src/deno/serve.ts";
export type { ErrorContext, ErrorReporter, ErrorRequest } from "./src/handler/error_report.ts";
export type { ModuleNamespace, RequestHandlerOptions } from "./src/handler/request_handler.ts";
export { createManifest, type RouteEntry, type RouteManifest, RouteManifestError } from "./src/routing/manifest.ts";
export type { Segment } from "./src/routing/pattern.ts";
export type { ConnectionInfo } from "./src/scope/request_scope.ts";
