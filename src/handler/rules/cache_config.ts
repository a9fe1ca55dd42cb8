/**
 * What a `next.config` says about `"use cache"`.
 *
 * @module
 */

import { type CacheLifeProfiles, readProfiles } from "../../cache/cache_life.ts";

/** What a `next.config` says about `"use cache"`. */
export interface UseCacheConfig {
  /** Whether the directive may be used (`cacheComponents`, or `experimental.useCache`). */
  readonly isEnabled: boolean;
  /** Whether a GET is cached unless it uses its request (`cacheComponents`). */
  readonly cacheComponents: boolean;
  /** The lives that `cacheLife()` and `revalidateTag()` know by name (`cacheLife`). */
  readonly profiles: CacheLifeProfiles;
  /** The modules that store the values of a kind (`cacheHandlers`), by kind. */
  readonly handlers: Readonly<Record<string, string>>;
  /** How many bytes the memory of the process stores (`cacheMaxMemorySize`). */
  readonly maxMemoryBytes: number | undefined;
}

/** What has no `next.config`. */
export const NO_USE_CACHE_CONFIG: UseCacheConfig = {
  isEnabled: false,
  cacheComponents: false,
  profiles: readProfiles(undefined),
  handlers: {},
  maxMemoryBytes: undefined,
};

/** The keys that are read here, at the top or in `experimental`. */
export const USE_CACHE_KEYS = ["cacheComponents", "cacheLife", "cacheHandlers", "cacheMaxMemorySize", "useCache"];

type Keys = Readonly<Record<string, unknown>>;

/**
 * Reads what a `next.config` says about `"use cache"`.
 *
 * @param config The configuration.
 * @param experimental Its `experimental`.
 * @param file What messages call it.
 * @throws {TypeError} If something has a value that it cannot have.
 */
export function readUseCacheConfig(config: Keys, experimental: Keys, file: string): UseCacheConfig {
  const cacheComponents = (config.cacheComponents ?? experimental.cacheComponents) === true;
  return {
    cacheComponents,
    isEnabled: cacheComponents || experimental.useCache === true,
    profiles: readConfiguredProfiles(config.cacheLife ?? experimental.cacheLife, file),
    handlers: readHandlers(config.cacheHandlers ?? experimental.cacheHandlers, file),
    maxMemoryBytes: readBytes(config.cacheMaxMemorySize, file),
  };
}

function readConfiguredProfiles(value: unknown, file: string): CacheLifeProfiles {
  if (value !== undefined && (typeof value !== "object" || value === null)) {
    throw new TypeError(`Cannot read cacheLife of ${file}: it is ${typeof value}, write { name: { revalidate: 60 } }`);
  }
  try {
    return readProfiles(value);
  } catch (cause) {
    throw new TypeError(`Cannot read cacheLife of ${file}: ${(cause as Error).message}`, { cause });
  }
}

function readHandlers(value: unknown, file: string): Record<string, string> {
  const handlers: Record<string, string> = {};
  for (const [kind, path] of Object.entries((value ?? {}) as Keys)) {
    if (path === undefined) continue;
    if (typeof path !== "string") {
      const fix = `write the path of a module: require.resolve("./cache_handler.js")`;
      throw new TypeError(`Cannot read cacheHandlers.${kind} of ${file}: it is ${typeof path}, ${fix}`);
    }
    handlers[kind] = path;
  }
  return handlers;
}

function readBytes(value: unknown, file: string): number | undefined {
  if (value === undefined || (typeof value === "number" && value >= 0)) return value;
  throw new TypeError(
    `Cannot read cacheMaxMemorySize of ${file}: it is ${JSON.stringify(value)}, write a number of bytes`,
  );
}
