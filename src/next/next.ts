/**
 * `next`: the types for the files of a project. The server of Next.js itself is not available.
 *
 * @module
 */

import type { ErrorContext, ErrorRequest } from "../handler/error_report.ts";
import type { Robots } from "../handler/metadata/robots_txt.ts";
import type { SitemapEntry } from "../handler/metadata/sitemap_xml.ts";
import type { ConfigHeader, ConfigRedirect, ConfigRewrite, NextConfig } from "./next_config.ts";
import type { WebManifest } from "./web_manifest.ts";

export type { ConfigHeader, ConfigRedirect, ConfigRewrite, NextConfig };
export type { Robots, SitemapEntry, WebManifest };
export type { OneOrMore, RobotsRule } from "../handler/metadata/robots_txt.ts";
export type { ConfigCondition, ConfigRewrites, ConfigRule } from "./next_config.ts";
export type { ErrorContext, ErrorRequest };
export type {
  GetServerSideProps,
  GetStaticPaths,
  GetStaticProps,
  InferGetServerSidePropsType,
  InferGetStaticPropsType,
  NextApiHandler,
  NextApiRequest,
  NextApiResponse,
  NextPage,
  PageConfig,
  PropsContext,
  PropsResult,
} from "./pages_router.ts";

/** The return types of metadata files. */
export declare namespace MetadataRoute {
  /** The return type of `robots.ts`. */
  type Robots = import("../handler/metadata/robots_txt.ts").Robots;
  /** The return type of `sitemap.ts`. */
  type Sitemap = SitemapEntry[];
  /** The return type of `manifest.ts`. */
  type Manifest = WebManifest;
}

/** The types of the exports of `instrumentation.ts`. */
export declare namespace Instrumentation {
  /** Called for each error of a request. */
  type onRequestError = (
    error: unknown,
    request: Readonly<ErrorRequest>,
    context: Readonly<ErrorContext>,
  ) => void | Promise<void>;
}

/** A path of the application, which `typedRoutes` checks. */
export type Route<_RouteInferType = unknown> = string & Record<never, never>;

/** The metadata in the `<head>` of a page or a layout; this server does not render any. */
export interface Metadata {
  /** The title of the page. */
  title?: unknown;
  /** The description of the page. */
  description?: string | null | undefined;
  /** The base of relative URLs in the metadata. */
  metadataBase?: URL | string | null | undefined;
  /** Any other field. */
  [field: string]: unknown;
}

/** The metadata of the parent layouts. */
export type ResolvedMetadata = Readonly<Metadata>;
/** The metadata of the parent layouts, as passed to `generateMetadata()`. */
export type ResolvingMetadata = Promise<ResolvedMetadata>;

/** The viewport of a page; this server does not render any. */
export interface Viewport {
  /** The width of the page. */
  width?: string | number | undefined;
  /** The initial scale. */
  initialScale?: number | undefined;
  /** Any other field. */
  [field: string]: unknown;
}

/** The viewport of the parent layouts. */
export type ResolvedViewport = Readonly<Viewport>;
/** The viewport of the parent layouts, as passed to `generateViewport()`. */
export type ResolvingViewport = Promise<ResolvedViewport>;

/** The runtime of a file. */
export type ServerRuntime = "nodejs" | "experimental-edge" | "edge" | undefined;
/** A number of bytes, or a string with a unit: `"1mb"`. */
export type SizeLimit = number | string;
/** The redirect of a page. */
export type Redirect =
  | { statusCode: 301 | 302 | 303 | 307 | 308; destination: string; basePath?: false }
  | { permanent: boolean; destination: string; basePath?: false };

/**
 * Would create a Next.js server, which is not available.
 *
 * @throws {Error} Always.
 */
export default function next(_options?: unknown): never {
  throw new Error(
    'Cannot create a Next.js server: @x/routes serves route handlers without it, call createRequestHandler() of "@x/routes"',
  );
}
