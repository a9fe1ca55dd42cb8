/**
 * Reads a `next.config` once, validates its rules for paths, and lists the options that are ignored.
 *
 * @module
 */

import { parseByteSize } from "../../http/byte_size.ts";
import { NO_USE_CACHE_CONFIG, readUseCacheConfig, USE_CACHE_KEYS, type UseCacheConfig } from "./cache_config.ts";
import { createRuleHeader, type RuleHeader } from "./header_rule.ts";
import { type Destination, readDestination } from "./destination.ts";
import { createRule, type PathRule, type RuleInit } from "./path_rule.ts";

/** A rule that sets headers. */
export interface HeaderRule extends PathRule {
  /** The headers; both names and values may contain params. */
  readonly headers: readonly RuleHeader[];
}

/** A rule with a destination. */
export interface DestinationRule extends PathRule {
  /** The destination. */
  readonly destination: Destination;
}

/** A rule that redirects. */
export interface RedirectRule extends DestinationRule {
  /** The status: 301, 302, 303, 307 or 308. */
  readonly status: number;
}

/** The rewrites, by the stage at which they apply. */
export interface RewriteRules {
  /** Applied before files and routes. */
  readonly beforeFiles: readonly DestinationRule[];
  /** Applied before dynamic routes. */
  readonly afterFiles: readonly DestinationRule[];
  /** Applied if nothing else answers. */
  readonly fallback: readonly DestinationRule[];
}

/** The options of a `next.config` that apply to requests. */
export interface AppConfig {
  /** The file, if there is one. */
  readonly file: string | undefined;
  /** The path that all routes live under: `/docs`. */
  readonly basePath: string | undefined;
  /** Whether paths end with a slash; `"either"` leaves them as they are. */
  readonly trailingSlash: "never" | "always" | "either";
  /** Rules that set response headers. */
  readonly headers: readonly HeaderRule[];
  /** Rules that redirect. */
  readonly redirects: readonly RedirectRule[];
  /** Rules that answer with another route. */
  readonly rewrites: RewriteRules;
  /** Whether responses are compressed. */
  readonly compress: boolean;
  /** Whether `forbidden()` and `unauthorized()` may be used. */
  readonly authInterrupts: boolean;
  /** The largest body that a proxy can pass on, in bytes (`experimental.proxyClientMaxBodySize`). */
  readonly proxyBodyLimit: number | undefined;
  /** How long the server of a rewrite may take to respond, in milliseconds (`experimental.proxyTimeout`). */
  readonly proxyTimeoutMs: number;
  /** Environment variables to set. */
  readonly env: Readonly<Record<string, string>>;
  /** The extensions of route files, without a dot. */
  readonly pageExtensions: readonly string[] | undefined;
  /** The `tsconfig.json` whose `paths` apply, relative to the project (`typescript.tsconfigPath`). */
  readonly tsconfigPath: string | undefined;
  /** The extensions of files that are imported as text, with a dot (`turbopack.rules` with `raw-loader`). */
  readonly textExtensions: readonly string[];
  /** Aliases of module names (`turbopack.resolveAlias`). */
  readonly moduleAliases: Readonly<Record<string, readonly string[]>>;
  /** The packages that a build does not bundle. */
  readonly serverExternalPackages: readonly string[];
  /** The settings of `"use cache"`. */
  readonly useCache: UseCacheConfig;
  /** Keys that are ignored. */
  readonly ignored: readonly string[];
}

/** Keys that are followed, or that say nothing about route handlers and proxies: there is nothing to report then. */
const KNOWN_KEYS: ReadonlySet<string> = new Set([
  "basePath",
  "trailingSlash",
  "skipTrailingSlashRedirect",
  "headers",
  "redirects",
  "rewrites",
  "env",
  "pageExtensions",
  "poweredByHeader",
  "compress",
  "generateEtags",
  "distDir",
  "serverExternalPackages",
  "transpilePackages",
  "assetPrefix",
  "skipProxyUrlNormalize",
  "skipMiddlewareUrlNormalize",
  ...USE_CACHE_KEYS,
]);

const KNOWN_EXPERIMENTS: ReadonlySet<string> = new Set([
  "authInterrupts",
  "caseSensitiveRoutes",
  "proxyClientMaxBodySize",
  "proxyTimeout",
  ...USE_CACHE_KEYS,
]);

/** How long Next.js waits for the server of a rewrite. */
const PROXY_TIMEOUT_MS = 30_000;

type Keys = Readonly<Record<string, unknown>>;

/**
 * Reads the default export of a `next.config`.
 *
 * @param exported An object, or a function that returns one: `(phase, { defaultConfig }) => config`.
 * @param file The file, for messages.
 * @throws {TypeError} If an option is invalid.
 * @see https://nextjs.org/docs/app/api-reference/config/next-config-js
 */
export async function readAppConfig(exported: unknown, file: string): Promise<AppConfig> {
  const value = typeof exported === "function"
    ? await exported("phase-production-server", { defaultConfig: {} })
    : await exported;
  if (typeof value !== "object" || value === null) {
    throw new TypeError(`Cannot read "${file}": its default export is ${typeof value}, export an object`);
  }
  const config = value as Keys;
  const experimental = (config.experimental ?? {}) as Keys;
  const tsconfigPath = readTsconfigPath((config.typescript as Keys | undefined)?.tsconfigPath, file);
  const turbopack = (config.turbopack ?? {}) as Keys;
  const textExtensions = readTextExtensions(turbopack.rules);
  const moduleAliases = readModuleAliases(turbopack.resolveAlias);
  const used = new Set([
    ...(tsconfigPath === undefined ? [] : ["typescript"]),
    ...(textExtensions.length + Object.keys(moduleAliases).length === 0 ? [] : ["turbopack"]),
  ]);
  const trailingSlash = config.trailingSlash === true ? "always" : "never";
  const ignoreCase = experimental.caseSensitiveRoutes !== true;
  return {
    file,
    basePath: readBasePath(config.basePath, file),
    trailingSlash: config.skipTrailingSlashRedirect === true ? "either" : trailingSlash,
    headers: (await readRules(config, "headers", file)).map((rule, index) =>
      readHeaderRule(rule, `headers[${index}] of ${file}`, ignoreCase)
    ),
    redirects: (await readRules(config, "redirects", file)).map((rule, index) =>
      readRedirectRule(rule, `redirects[${index}] of ${file}`, ignoreCase)
    ),
    rewrites: await readRewriteRules(config, file, ignoreCase),
    compress: config.compress === true,
    authInterrupts: experimental.authInterrupts === true,
    proxyBodyLimit: readProxyBodyLimit(experimental.proxyClientMaxBodySize, file),
    proxyTimeoutMs: readProxyTimeout(experimental.proxyTimeout, file),
    env: (config.env ?? {}) as Readonly<Record<string, string>>,
    pageExtensions: readExtensions(config.pageExtensions, file),
    tsconfigPath,
    textExtensions,
    moduleAliases,
    serverExternalPackages: readPackages(config.serverExternalPackages, "serverExternalPackages", file),
    useCache: readUseCacheConfig(config, experimental, file),
    ignored: [
      ...Object.keys(config).filter((key) => !KNOWN_KEYS.has(key) && key !== "experimental" && !used.has(key)),
      ...Object.keys(experimental).filter((key) => !KNOWN_EXPERIMENTS.has(key)).map((key) => `experimental.${key}`),
    ],
  };
}

function readBasePath(value: unknown, file: string): string | undefined {
  if (value === undefined || value === "") return undefined;
  if (typeof value === "string") return value;
  throw new TypeError(`Cannot read basePath of ${file}: it is ${typeof value}, expected a path such as "/docs"`);
}

function readProxyBodyLimit(value: unknown, file: string): number | undefined {
  if (value === undefined) return undefined;
  const bytes = parseByteSize(value);
  if (bytes !== undefined) return bytes;
  const fix = 'write a number of bytes or a size like "10mb"';
  throw new TypeError(`Cannot read proxyClientMaxBodySize of ${file}: it is ${JSON.stringify(value)}, ${fix}`);
}

/** `null` means no limit, as in Next.js. */
function readProxyTimeout(value: unknown, file: string): number {
  if (value === null) return Infinity;
  if (value === undefined || value === 0) return PROXY_TIMEOUT_MS;
  if (typeof value === "number" && value > 0) return value;
  throw new TypeError(
    `Cannot read proxyTimeout of ${file}: it is ${JSON.stringify(value)}, write milliseconds, or null for no limit`,
  );
}

function readExtensions(value: unknown, file: string): readonly string[] | undefined {
  if (value === undefined) return undefined;
  if (Array.isArray(value) && value.every((each) => typeof each === "string")) return value;
  throw new TypeError(
    `Cannot read pageExtensions of ${file}: expected an array of file extensions, for example ["ts", "tsx"]`,
  );
}

function readPackages(value: unknown, key: string, file: string): readonly string[] {
  if (value === undefined) return [];
  if (Array.isArray(value) && value.every((each) => typeof each === "string")) return value;
  throw new TypeError(`Cannot read ${key} of ${file}: expected an array of package names such as ["jsdom"]`);
}

function readTsconfigPath(value: unknown, file: string): string | undefined {
  if (value === undefined || typeof value === "string") return value;
  throw new TypeError(
    `Cannot read typescript.tsconfigPath of ${file}: it is ${typeof value}, expected a path such as "tsconfig.json"`,
  );
}

/**
 * Reads the extensions that `raw-loader` imports as text; other rules of Turbopack need webpack loaders, which do not
 * run here.
 */
function readTextExtensions(rules: unknown): string[] {
  return Object.entries((rules ?? {}) as Keys).flatMap(([pattern, rule]) => {
    const extension = /^(?:\*\*\/)?\*(\.[\w.-]+)$/.exec(pattern)?.[1];
    return extension !== undefined && isTextRule(rule) ? [extension] : [];
  });
}

/** Reads aliases; of conditional ones, the target for servers: the only condition of Turbopack is `browser`. */
function readModuleAliases(aliases: unknown): Record<string, readonly string[]> {
  const found = Object.entries((aliases ?? {}) as Keys).map(([name, value]) => {
    const target = typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Keys).default
      : value;
    return [name, [target].flat().filter((each) => typeof each === "string")] as const;
  });
  return Object.fromEntries(found.filter(([, targets]) => targets.length > 0));
}

function isTextRule(rule: unknown): boolean {
  const loaders = Array.isArray(rule) ? rule : (rule as Keys | null)?.loaders;
  const [loader, ...others] = Array.isArray(loaders) ? loaders : [];
  return others.length === 0 && (loader === "raw-loader" || (loader as Keys | undefined)?.loader === "raw-loader");
}

/** The configuration of a project without a `next.config`. */
export const NO_CONFIG: AppConfig = {
  file: undefined,
  basePath: undefined,
  trailingSlash: "never",
  headers: [],
  redirects: [],
  rewrites: { beforeFiles: [], afterFiles: [], fallback: [] },
  compress: false,
  authInterrupts: false,
  proxyBodyLimit: undefined,
  proxyTimeoutMs: PROXY_TIMEOUT_MS,
  env: {},
  pageExtensions: undefined,
  tsconfigPath: undefined,
  textExtensions: [],
  moduleAliases: {},
  serverExternalPackages: [],
  useCache: NO_USE_CACHE_CONFIG,
  ignored: [],
};

async function readRules(config: Keys, key: string, file: string): Promise<readonly (RuleInit & Keys)[]> {
  const list = config[key];
  if (list === undefined) return [];
  if (typeof list !== "function") {
    throw new TypeError(`Cannot read "${key}" of ${file}: must be a function: async ${key}() { return [...] }`);
  }
  return toRules(await list(), `${key}() of ${file}`);
}

function toRules(value: unknown, where: string): readonly (RuleInit & Keys)[] {
  if (value === undefined) return [];
  if (Array.isArray(value) && value.every((rule) => typeof rule === "object" && rule !== null)) return value;
  throw new TypeError(`Cannot read ${where}: must return an array of rules`);
}

async function readRewriteRules(config: Keys, file: string, ignoreCase: boolean): Promise<RewriteRules> {
  const value = typeof config.rewrites === "function" ? await config.rewrites() : config.rewrites;
  const lists: Keys = Array.isArray(value) ? { afterFiles: value } : value ?? {};
  const read = (key: string) =>
    toRules(lists[key], `rewrites.${key} of ${file}`).map((rule, index) =>
      readDestinationRule(rule, `rewrites.${key}[${index}] of ${file}`, ignoreCase)
    );
  return { beforeFiles: read("beforeFiles"), afterFiles: read("afterFiles"), fallback: read("fallback") };
}

function readHeaderRule(rule: RuleInit & Keys, where: string, ignoreCase: boolean): HeaderRule {
  const headers = toRules(rule.headers, `headers of ${where}`).map(({ key, value }: Keys) => {
    if (typeof key !== "string" || typeof value !== "string") {
      throw new TypeError(`Cannot read header ${JSON.stringify(key)} (${where}): "key" and "value" must be strings`);
    }
    try {
      // Validated without params, which are not known yet.
      new Headers([[key.replaceAll(":", "_"), value.replaceAll(":", "_")]]);
    } catch (cause) {
      throw new TypeError(`Cannot read header "${key}" (${where}): not a valid HTTP header name or value`, { cause });
    }
    return createRuleHeader(key, value);
  });
  return { ...createRule(rule, where, ignoreCase), headers };
}

function readDestinationRule(rule: RuleInit & Keys, where: string, ignoreCase: boolean): DestinationRule {
  const destination = readDestination(rule.destination, where);
  return { ...createRule(rule, where, ignoreCase), destination };
}

const REDIRECT_STATUSES: ReadonlySet<unknown> = new Set([301, 302, 303, 307, 308]);

function readRedirectRule(rule: RuleInit & Keys, where: string, ignoreCase: boolean): RedirectRule {
  const { permanent, statusCode } = rule;
  const hasStatus = REDIRECT_STATUSES.has(statusCode);
  if (typeof permanent !== "boolean" && !hasStatus) {
    throw new TypeError(`Cannot read ${where}: it has no valid "statusCode" and no boolean "permanent"`);
  }
  const byPermanence = permanent === true ? 308 : 307;
  return { ...readDestinationRule(rule, where, ignoreCase), status: hasStatus ? statusCode as number : byPermanence };
}
