/**
 * `next/constants`: the phases that a `next.config` is asked in, and the names of what Next.js writes.
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

/** Of Next.js itself. */
export const APP_CLIENT_INTERNALS = "app-pages-internals";

/** Of Next.js itself. */
export const APP_PATHS_MANIFEST = "app-paths-manifest.json";

/** Of Next.js itself. */
export const APP_PATH_ROUTES_MANIFEST = "app-path-routes-manifest.json";

/** Of Next.js itself. */
export const AdapterOutputType: Readonly<Record<string, string>> = {
  "PAGES": "PAGES",
  "PAGES_API": "PAGES_API",
  "APP_PAGE": "APP_PAGE",
  "APP_ROUTE": "APP_ROUTE",
  "PRERENDER": "PRERENDER",
  "STATIC_FILE": "STATIC_FILE",
  "MIDDLEWARE": "MIDDLEWARE",
};

/** Of Next.js itself. */
export const BARREL_OPTIMIZATION_PREFIX = "__barrel_optimize__";

/** Of Next.js itself. */
export const BLOCKED_PAGES: readonly string[] = ["/_document", "/_app", "/_error"];

/** Of Next.js itself. */
export const BUILD_ID_FILE = "BUILD_ID";

/** Of Next.js itself. */
export const BUILD_MANIFEST = "build-manifest.json";

/** Of Next.js itself. */
export const CLIENT_PUBLIC_FILES_PATH = "public";

/** Of Next.js itself. */
export const CLIENT_REFERENCE_MANIFEST = "client-reference-manifest";

/** Of Next.js itself. */
export const CLIENT_STATIC_FILES_PATH = "static";

/** Of Next.js itself. */
export const CLIENT_STATIC_FILES_RUNTIME_MAIN = "main";

/** Of Next.js itself. */
export const CLIENT_STATIC_FILES_RUNTIME_MAIN_APP = "main-app";

/** Of Next.js itself. */
export const CLIENT_STATIC_FILES_RUNTIME_POLYFILLS = "polyfills";

/** Of Next.js itself. */
export const CLIENT_STATIC_FILES_RUNTIME_POLYFILLS_SYMBOL: symbol = Symbol("polyfills");

/** Of Next.js itself. */
export const CLIENT_STATIC_FILES_RUNTIME_REACT_REFRESH = "react-refresh";

/** Of Next.js itself. */
export const CLIENT_STATIC_FILES_RUNTIME_WEBPACK = "webpack";

/** Of Next.js itself. */
export const COMPILER_INDEXES: Readonly<Record<string, number>> = { "client": 0, "server": 1, "edge-server": 2 };

/** Of Next.js itself. */
export const COMPILER_NAMES: Readonly<Record<string, string>> = {
  "client": "client",
  "server": "server",
  "edgeServer": "edge-server",
};

/** Of Next.js itself. */
export const CONFIG_FILES: readonly string[] = ["next.config.js", "next.config.mjs", "next.config.ts"];

/** Of Next.js itself. */
export const DEFAULT_RUNTIME_WEBPACK = "webpack-runtime";

/** Of Next.js itself. */
export const DEFAULT_SANS_SERIF_FONT: Readonly<Record<string, string | number>> = {
  "name": "Arial",
  "xAvgCharWidth": 904,
  "azAvgWidth": 934.5116279069767,
  "unitsPerEm": 2048,
};

/** Of Next.js itself. */
export const DEFAULT_SERIF_FONT: Readonly<Record<string, string | number>> = {
  "name": "Times New Roman",
  "xAvgCharWidth": 821,
  "azAvgWidth": 854.3953488372093,
  "unitsPerEm": 2048,
};

/** Of Next.js itself. */
export const DEV_CLIENT_MIDDLEWARE_MANIFEST = "_devMiddlewareManifest.json";

/** Of Next.js itself. */
export const DEV_CLIENT_PAGES_MANIFEST = "_devPagesManifest.json";

/** Of Next.js itself. */
export const DYNAMIC_CSS_MANIFEST = "dynamic-css-manifest";

/** Of Next.js itself. */
export const EDGE_RUNTIME_WEBPACK = "edge-runtime-webpack";

/** Of Next.js itself. */
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

/** Of Next.js itself. */
export const EXPORT_DETAIL = "export-detail.json";

/** Of Next.js itself. */
export const EXPORT_MARKER = "export-marker.json";

/** Of Next.js itself. */
export const FUNCTIONS_CONFIG_MANIFEST = "functions-config-manifest.json";

/** Of Next.js itself. */
export const IMAGES_MANIFEST = "images-manifest.json";

/** Of Next.js itself. */
export const INTERCEPTION_ROUTE_REWRITE_MANIFEST = "interception-route-rewrite-manifest";

/** Of Next.js itself. */
export const MIDDLEWARE_BUILD_MANIFEST = "middleware-build-manifest";

/** Of Next.js itself. */
export const MIDDLEWARE_MANIFEST = "middleware-manifest.json";

/** Of Next.js itself. */
export const MIDDLEWARE_REACT_LOADABLE_MANIFEST = "middleware-react-loadable-manifest";

/** Of Next.js itself. */
export const MODERN_BROWSERSLIST_TARGET: readonly string[] = ["chrome 111", "edge 111", "firefox 111", "safari 16.4"];

/** Of Next.js itself. */
export const NEXT_BUILTIN_DOCUMENT = "__NEXT_BUILTIN_DOCUMENT__";

/** Of Next.js itself. */
export const NEXT_FONT_MANIFEST = "next-font-manifest";

/** Of Next.js itself. */
export const PAGES_MANIFEST = "pages-manifest.json";

/** Of Next.js itself. */
export const PREFETCH_HINTS = "prefetch-hints.json";

/** Of Next.js itself. */
export const PRERENDER_MANIFEST = "prerender-manifest.json";

/** Of Next.js itself. */
export const PREVIEW_PROPS_MANIFEST = "preview-props.json";

/** Of Next.js itself. */
export const REACT_LOADABLE_MANIFEST = "react-loadable-manifest.json";

/** Of Next.js itself. */
export const REQUEST_INSIGHTS_DEV_ENDPOINT = "/_next/development/request-insights";

/** Of Next.js itself. */
export const ROUTES_MANIFEST = "routes-manifest.json";

/** Of Next.js itself. */
export const RSC_MODULE_TYPES: Readonly<Record<string, string>> = { "client": "client", "server": "server" };

/** Of Next.js itself. */
export const SERVER_DIRECTORY = "server";

/** Of Next.js itself. */
export const SERVER_FILES_MANIFEST = "required-server-files";

/** Of Next.js itself. */
export const SERVER_PROPS_ID = "__N_SSP";

/** Of Next.js itself. */
export const SERVER_REFERENCE_MANIFEST = "server-reference-manifest";

/** Of Next.js itself. */
export const STATIC_PROPS_ID = "__N_SSG";

/** Of Next.js itself. */
export const STATIC_STATUS_PAGES: readonly string[] = ["/500"];

/** Of Next.js itself. */
export const STRING_LITERAL_DROP_BUNDLE = "__NEXT_DROP_CLIENT_FILE__";

/** Of Next.js itself. */
export const SUBRESOURCE_INTEGRITY_MANIFEST = "subresource-integrity-manifest";

/** Of Next.js itself. */
export const SYSTEM_ENTRYPOINTS: ReadonlySet<string> = new Set(["main", "react-refresh", "main-app"]);

/** Of Next.js itself. */
export const TRACE_OUTPUT_VERSION = 1;

/** Of Next.js itself. */
export const TURBOPACK_CLIENT_BUILD_MANIFEST = "client-build-manifest.json";

/** Of Next.js itself. */
export const TURBOPACK_CLIENT_MIDDLEWARE_MANIFEST = "_clientMiddlewareManifest.js";

/** Of Next.js itself. */
export const TURBO_TRACE_DEFAULT_MEMORY_LIMIT = 6000;

/** Of Next.js itself. */
export const UNDERSCORE_GLOBAL_ERROR_ROUTE = "/_global-error";

/** Of Next.js itself. */
export const UNDERSCORE_GLOBAL_ERROR_ROUTE_ENTRY = "/_global-error/page";

/** Of Next.js itself. */
export const UNDERSCORE_NOT_FOUND_ROUTE = "/_not-found";

/** Of Next.js itself. */
export const UNDERSCORE_NOT_FOUND_ROUTE_ENTRY = "/_not-found/page";
