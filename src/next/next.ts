/**
 * `next`: the types of a project's files. Of the server of Next.js itself there is only a name.
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

/** What metadata files return. */
export declare namespace MetadataRoute {
  /** What `robots.ts` returns. */
  type Robots = import("../handler/metadata/robots_txt.ts").Robots;
  /** What `sitemap.ts` returns. */
  type Sitemap = SitemapEntry[];
  /** What `manifest.ts` returns. */
  type Manifest = WebManifest;
}

/** What `instrumentation.ts` exports. */
export declare namespace Instrumentation {
  /** Told of each error of a request. */
  type onRequestError = (
    error: unknown,
    request: Readonly<ErrorRequest>,
    context: Readonly<ErrorContext>,
  ) => void | Promise<void>;
}

/** A path of the application, where `typedRoutes` checks links. */
export type Route<_RouteInferType = unknown> = string & Record<never, never>;

/** What a page or a layout says of itself in its `<head>`; this server renders none. */
export interface Metadata {
  /** The title of the page. */
  title?: unknown;
  /** What the page is about. */
  description?: string | null | undefined;
  /** What relative URLs in it are relative to. */
  metadataBase?: URL | string | null | undefined;
  /** Everything else. */
  [field: string]: unknown;
}

/** The metadata of the layouts above. */
export type ResolvedMetadata = Readonly<Metadata>;
/** The metadata of the layouts above, as `generateMetadata()` gets it. */
export type ResolvingMetadata = Promise<ResolvedMetadata>;

/** How a page is shown on a screen; this server renders none. */
export interface Viewport {
  /** The width of the page. */
  width?: string | number | undefined;
  /** The scale at first. */
  initialScale?: number | undefined;
  /** Everything else. */
  [field: string]: unknown;
}

/** The viewport of the layouts above. */
export type ResolvedViewport = Readonly<Viewport>;
/** The viewport of the layouts above, as `generateViewport()` gets it. */
export type ResolvingViewport = Promise<ResolvedViewport>;

/** Where a file runs. */
export type ServerRuntime = "nodejs" | "experimental-edge" | "edge" | undefined;
/** A number of bytes, or a text with a unit: `"1mb"`. */
export type SizeLimit = number | string;
/** Where a page redirects to. */
export type Redirect =
  | { statusCode: 301 | 302 | 303 | 307 | 308; destination: string; basePath?: false }
  | { permanent: boolean; destination: string; basePath?: false };

/**
 * Would create a server of Next.js.
 *
 * @throws {Error} Always.
 */
export default function next(_options?: unknown): never {
  throw new Error(
    'Cannot create a Next.js server: @x/routes serves route handlers without it, call createRequestHandler() of "@x/routes"',
  );
}
