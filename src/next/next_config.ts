/**
 * The type of a `next.config`: what is read here, and any other key of Next.js.
 *
 * @module
 */

/** A condition of a rule. */
export type ConfigCondition =
  | { type: "header" | "cookie" | "query"; key: string; value?: string }
  | { type: "host"; key?: undefined; value: string };

/** What all rules have. */
export interface ConfigRule {
  /** The pattern of the path: `/old/:id`. */
  source: string;
  /** `false` for a path that is not below `basePath`. */
  basePath?: false;
  /** `false` for a path that has its language written out. */
  locale?: false;
  /** All of these must hold. */
  has?: ConfigCondition[];
  /** None of these may hold. */
  missing?: ConfigCondition[];
}

/** A rule that sets headers. */
export interface ConfigHeader extends ConfigRule {
  /** The headers. */
  headers: { key: string; value: string }[];
}

/** A rule that redirects, by `permanent` (308 or 307) or with a status. */
export type ConfigRedirect =
  & ConfigRule
  & { destination: string }
  & ({ permanent: boolean; statusCode?: undefined } | {
    permanent?: undefined;
    statusCode: 301 | 302 | 303 | 307 | 308;
  });

/** A rule that answers with another path. */
export interface ConfigRewrite extends ConfigRule {
  /** The path, or the URL of another server. */
  destination: string;
}

/** Rules that answer with other paths; a list is one of `afterFiles`. */
export type ConfigRewrites =
  | ConfigRewrite[]
  | { beforeFiles?: ConfigRewrite[]; afterFiles?: ConfigRewrite[]; fallback?: ConfigRewrite[] };

/**
 * A `next.config`.
 *
 * @see https://nextjs.org/docs/app/api-reference/config/next-config-js
 */
export interface NextConfig {
  /** The path that all routes live under: `/docs`. */
  basePath?: string;
  /** Whether paths end with a slash; default: no. */
  trailingSlash?: boolean;
  /** Whether paths are left as they come. */
  skipTrailingSlashRedirect?: boolean;
  /** Whether responses are compressed; default: no. */
  compress?: boolean;
  /** Variables for the environment. */
  env?: Record<string, string | undefined>;
  /** The endings of route files, without dot. */
  pageExtensions?: string[];
  /** Sets headers of responses. */
  headers?: () => ConfigHeader[] | Promise<ConfigHeader[]>;
  /** Redirects. */
  redirects?: () => ConfigRedirect[] | Promise<ConfigRedirect[]>;
  /** Answers with other paths. */
  rewrites?: () => ConfigRewrites | Promise<ConfigRewrites>;
  /** What Next.js may change. */
  experimental?: {
    /** Whether `forbidden()` and `unauthorized()` may be used. */
    authInterrupts?: boolean;
    /** How much of a body goes through a proxy: `"10mb"`. */
    proxyClientMaxBodySize?: number | string;
    /** Everything else. */
    [key: string]: unknown;
  };
  /** Everything else. */
  [key: string]: unknown;
}
