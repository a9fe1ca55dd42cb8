/**
 * `next/constants`: the phases in which a `next.config` is loaded, and names that Next.js uses internally.
 *
 * @module
 */

/** The phase of `next analyze`. */
export const PHASE_ANALYZE = "phase-analyze";

/** The phase of `next dev`. */
export const PHASE_DEVELOPMENT_SERVER = "phase-development-server";

/** The phase of `next export`. */
export const PHASE_EXPORT = "phase-export";

/** The phase of `next info`. */
export const PHASE_INFO = "phase-info";

/** The phase of `next build`. */
export const PHASE_PRODUCTION_BUILD = "phase-production-build";

/** The phase of `next start`. */
export const PHASE_PRODUCTION_SERVER = "phase-production-server";

/** The phase of `next test`. */
export const PHASE_TEST = "phase-test";

/** An internal constant of Next.js. */
export const APP_CLIENT_INTERNALS = "app-pages-internals";

/** An internal constant of Next.js. */
export const APP_PATHS_MANIFEST = "app-paths-manifest.json";

/** An internal constant of Next.js. */
export const APP_PATH_ROUTES_MANIFEST = "app-path-routes-manifest.json";

/** An internal constant of Next.js. */
export const AdapterOutputType: Readonly<Record<string, string>> = {
  "PAGES": "PAGES",
  "PAGES_API": "PAGES_API",
  "APP_PAGE": "APP_PAGE",
  "APP_ROUTE": "APP_ROUTE",
  "PRERENDER": "PRERENDER",
  "STATIC_FILE": "STATIC_FILE",
  "MIDDLEWARE": "MIDDLEWARE",
};

/** An internal constant of Next.js. */
export const BARREL_OPTIMIZATION_PREFIX = "__barrel_optimize__";

/** An internal constant of Next.js. */
export const BLOCKED_PAGES: readonly string[] = ["/_document", "/_app", "/_error"];

/** An internal constant of Next.js. */
export const BUILD_ID_FILE = "BUILD_ID";

/** An internal constant of Next.js. */
export const BUILD_MANIFEST = "build-manifest.json";

/** An internal constant of Next.js. */
export const CLIENT_PUBLIC_FILES_PATH = "public";

/** An internal constant of Next.js. */
export const CLIENT_REFERENCE_MANIFEST = "client-reference-manifest";

/** An internal constant of Next.js. */
export const CLIENT_STATIC_FILES_PATH = "static";

/** An internal constant of Next.js. */
export const CLIENT_STATIC_FILES_RUNTIME_MAIN = "main";

/** An internal constant of Next.js. */
export const CLIENT_STATIC_FILES_RUNTIME_MAIN_APP = "main-app";

/** An internal constant of Next.js. */
export const CLIENT_STATIC_FILES_RUNTIME_POLYFILLS = "polyfills";

/** An internal constant of Next.js. */
export const CLIENT_STATIC_FILES_RUNTIME_POLYFILLS_SYMBOL: symbol = Symbol("polyfills");

/** An internal constant of Next.js. */
export const CLIENT_STATIC_FILES_RUNTIME_REACT_REFRESH = "react-refresh";

/** An internal constant of Next.js. */
export const CLIENT_STATIC_FILES_RUNTIME_WEBPACK = "webpack";

/** An internal constant of Next.js. */
export const COMPILER_INDEXES: Readonly<Record<string, number>> = { "client": 0, "server": 1, "edge-server": 2 };

/** An internal constant of Next.js. */
export const COMPILER_NAMES: Readonly<Record<string, string>> = {
  "client": "client",
  "server": "server",
  "edgeServer": "edge-server",
};

/** An internal constant of Next.js. */
export const CONFIG_FILES: readonly string[] = ["next.config.js", "next.config.mjs", "next.config.ts"];

/** An internal constant of Next.js. */
export const DEFAULT_RUNTIME_WEBPACK = "webpack-runtime";

/** An internal constant of Next.js. */
export const DEFAULT_SANS_SERIF_FONT: Readonly<Record<string, string | number>> = {
  "name": "Arial",
  "xAvgCharWidth": 904,
  "azAvgWidth": 934.5116279069767,
  "unitsPerEm": 2048,
};

/** An internal constant of Next.js. */
export const DEFAULT_SERIF_FONT: Readonly<Record<string, string | number>> = {
  "name": "Times New Roman",
  "xAvgCharWidth": 821,
  "azAvgWidth": 854.3953488372093,
  "unitsPerEm": 2048,
};

/** An internal constant of Next.js. */
export const DEV_CLIENT_MIDDLEWARE_MANIFEST = "_devMiddlewareManifest.json";

/** An internal constant of Next.js. */
export const DEV_CLIENT_PAGES_MANIFEST = "_devPagesManifest.json";

/** An internal constant of Next.js. */
export const DYNAMIC_CSS_MANIFEST = "dynamic-css-manifest";

/** An internal constant of Next.js. */
export const EDGE_RUNTIME_WEBPACK = "edge-runtime-webpack";

/** An internal constant of Next.js. */
export const EDGE_UNSUPPORTED_NODE_APIS: readonly string[] = [
  "clearImmediate",
  "setImmediate",
  "BroadcastChannel",
  "ByteLengthQueuingStrategy",
  "CompressionStream",
  "CountQueuingStrategy",
  "DecompressionStream",
  "DomException",
  "MessageChannel",
  "MessageEvent",
  "MessagePort",
  "ReadableByteStreamController",
  "ReadableStreamBYOBRequest",
  "ReadableStreamDefaultController",
  "TransformStreamDefaultController",
  "WritableStreamDefaultController",
];

/** An internal constant of Next.js. */
export const EXPORT_DETAIL = "export-detail.json";

/** An internal constant of Next.js. */
export const EXPORT_MARKER = "export-marker.json";

/** An internal constant of Next.js. */
export const FUNCTIONS_CONFIG_MANIFEST = "functions-config-manifest.json";

/** An internal constant of Next.js. */
export const IMAGES_MANIFEST = "images-manifest.json";

/** An internal constant of Next.js. */
export const INTERCEPTION_ROUTE_REWRITE_MANIFEST = "interception-route-rewrite-manifest";

/** An internal constant of Next.js. */
export const MIDDLEWARE_BUILD_MANIFEST = "middleware-build-manifest";

/** An internal constant of Next.js. */
export const MIDDLEWARE_MANIFEST = "middleware-manifest.json";

/** An internal constant of Next.js. */
export const MIDDLEWARE_REACT_LOADABLE_MANIFEST = "middleware-react-loadable-manifest";

/** An internal constant of Next.js. */
export const MODERN_BROWSERSLIST_TARGET: readonly string[] = ["chrome 111", "edge 111", "firefox 111", "safari 16.4"];

/** An internal constant of Next.js. */
export const NEXT_BUILTIN_DOCUMENT = "__NEXT_BUILTIN_DOCUMENT__";

/** An internal constant of Next.js. */
export const NEXT_FONT_MANIFEST = "next-font-manifest";

/** An internal constant of Next.js. */
export const PAGES_MANIFEST = "pages-manifest.json";

/** An internal constant of Next.js. */
export const PREFETCH_HINTS = "prefetch-hints.json";

/** An internal constant of Next.js. */
export const PRERENDER_MANIFEST = "prerender-manifest.json";

/** An internal constant of Next.js. */
export const PREVIEW_PROPS_MANIFEST = "preview-props.json";

/** An internal constant of Next.js. */
export const REACT_LOADABLE_MANIFEST = "react-loadable-manifest.json";

/** An internal constant of Next.js. */
export const REQUEST_INSIGHTS_DEV_ENDPOINT = "/_next/development/request-insights";

/** An internal constant of Next.js. */
export const ROUTES_MANIFEST = "routes-manifest.json";

/** An internal constant of Next.js. */
export const RSC_MODULE_TYPES: Readonly<Record<string, string>> = { "client": "client", "server": "server" };

/** An internal constant of Next.js. */
export const SERVER_DIRECTORY = "server";

/** An internal constant of Next.js. */
export const SERVER_FILES_MANIFEST = "required-server-files";

/** An internal constant of Next.js. */
export const SERVER_PROPS_ID = "__N_SSP";

/** An internal constant of Next.js. */
export const SERVER_REFERENCE_MANIFEST = "server-reference-manifest";

/** An internal constant of Next.js. */
export const STATIC_PROPS_ID = "__N_SSG";

/** An internal constant of Next.js. */
export const STATIC_STATUS_PAGES: readonly string[] = ["/500"];

/** An internal constant of Next.js. */
export const STRING_LITERAL_DROP_BUNDLE = "__NEXT_DROP_CLIENT_FILE__";

/** An internal constant of Next.js. */
export const SUBRESOURCE_INTEGRITY_MANIFEST = "subresource-integrity-manifest";

/** An internal constant of Next.js. */
export const SYSTEM_ENTRYPOINTS: ReadonlySet<string> = new Set(["main", "react-refresh", "main-app"]);

/** An internal constant of Next.js. */
export const TRACE_OUTPUT_VERSION = 1;

/** An internal constant of Next.js. */
export const TURBOPACK_CLIENT_BUILD_MANIFEST = "client-build-manifest.json";

/** An internal constant of Next.js. */
export const TURBOPACK_CLIENT_MIDDLEWARE_MANIFEST = "_clientMiddlewareManifest.js";

/** An internal constant of Next.js. */
export const TURBO_TRACE_DEFAULT_MEMORY_LIMIT = 6000;

/** An internal constant of Next.js. */
export const UNDERSCORE_GLOBAL_ERROR_ROUTE = "/_global-error";

/** An internal constant of Next.js. */
export const UNDERSCORE_GLOBAL_ERROR_ROUTE_ENTRY = "/_global-error/page";

/** An internal constant of Next.js. */
export const UNDERSCORE_NOT_FOUND_ROUTE = "/_not-found";

/** An internal constant of Next.js. */
export const UNDERSCORE_NOT_FOUND_ROUTE_ENTRY = "/_not-found/page";
