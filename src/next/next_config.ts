/**
 * The type of a `next.config`: the options that are supported here, and any other option of Next.js.
 *
 * @module
 */

/** A condition of a rule. */
export type ConfigCondition =
  | { type: "header" | "cookie" | "query"; key: string; value?: string }
  | { type: "host"; key?: undefined; value: string };

/** The fields of all rules. */
export interface ConfigRule {
  /** The pattern of the path: `/old/:id`. */
  source: string;
  /** `false` if the path is not below `basePath`. */
  basePath?: false;
  /** `false` if the path includes the locale. */
  locale?: false;
  /** Conditions that must all match. */
  has?: ConfigCondition[];
  /** Conditions of which none may match. */
  missing?: ConfigCondition[];
}

/** A rule that sets headers. */
export interface ConfigHeader extends ConfigRule {
  /** The headers. */
  headers: { key: string; value: string }[];
}

/** A rule that redirects, with either `permanent` (308 or 307) or a status. */
export type ConfigRedirect =
  & ConfigRule
  & { destination: string }
  & ({ permanent: boolean; statusCode?: undefined } | {
    permanent?: undefined;
    statusCode: 301 | 302 | 303 | 307 | 308;
  });

/** A rule that rewrites to another path. */
export interface ConfigRewrite extends ConfigRule {
  /** The path, or the URL on another server. */
  destination: string;
}

/** Rules that rewrite to other paths; an array has the same meaning as `afterFiles`. */
export type ConfigRewrites =
  | ConfigRewrite[]
  | { beforeFiles?: ConfigRewrite[]; afterFiles?: ConfigRewrite[]; fallback?: ConfigRewrite[] };

/**
 * A `next.config`.
 *
 * @see https://nextjs.org/docs/app/api-reference/config/next-config-js
 */
export interface NextConfig {
  /** The path prefix of all routes: `/docs`. */
  basePath?: string;
  /** Whether paths end with a slash. Default: `false`. */
  trailingSlash?: boolean;
  /** Whether to skip the redirects that add or remove a trailing slash. */
  skipTrailingSlashRedirect?: boolean;
  /** Whether to compress responses. Default: `false`. */
  compress?: boolean;
  /** Environment variables. */
  env?: Record<string, string | undefined>;
  /** The extensions of route files, without the dot. */
  pageExtensions?: string[];
  /** Returns the rules that set headers of responses. */
  headers?: () => ConfigHeader[] | Promise<ConfigHeader[]>;
  /** Returns the rules that redirect. */
  redirects?: () => ConfigRedirect[] | Promise<ConfigRedirect[]>;
  /** Returns the rules that rewrite. */
  rewrites?: () => ConfigRewrites | Promise<ConfigRewrites>;
  /** Experimental options. */
  experimental?: {
    /** Whether `forbidden()` and `unauthorized()` may be used. */
    authInterrupts?: boolean;
    /** The maximum size of a body that is passed through a proxy: `"10mb"`. */
    proxyClientMaxBodySize?: number | string;
    /** How long the server of a rewrite may leave a request unanswered, in milliseconds; `null` for no limit. Default: 30,000. */
    proxyTimeout?: number | null;
    /** Any other option. */
    [key: string]: unknown;
  };
  /** Any other option. */
  [key: string]: unknown;
}
