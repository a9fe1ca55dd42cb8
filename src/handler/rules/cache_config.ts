/**
 * Reads the settings of `"use cache"` in a `next.config`.
 *
 * @module
 */

import { type CacheLifeProfiles, readProfiles } from "../../cache/cache_life.ts";

/** The settings of `"use cache"`. */
export interface UseCacheConfig {
  /** Whether the directive may be used (`cacheComponents`, or `experimental.useCache`). */
  readonly isEnabled: boolean;
  /** Whether a GET is cached unless it is dynamic (`cacheComponents`). */
  readonly cacheComponents: boolean;
  /** The profiles of `cacheLife()` and `revalidateTag()` (`cacheLife`). */
  readonly profiles: CacheLifeProfiles;
  /** The paths of the modules that store values, by kind (`cacheHandlers`). */
  readonly handlers: Readonly<Record<string, string>>;
  /** The capacity of the cache in memory, in bytes (`cacheMaxMemorySize`). */
  readonly maxMemoryBytes: number | undefined;
}

/** The settings without a `next.config`. */
export const NO_USE_CACHE_CONFIG: UseCacheConfig = {
  isEnabled: false,
  cacheComponents: false,
  profiles: readProfiles(undefined),
  handlers: {},
  maxMemoryBytes: undefined,
};

/** The keys of the settings, which may be in `experimental` too. */
export const USE_CACHE_KEYS = ["cacheComponents", "cacheLife", "cacheHandlers", "cacheMaxMemorySize", "useCache"];

type Keys = Readonly<Record<string, unknown>>;

/**
 * Reads the settings.
 *
 * @param config The configuration.
 * @param experimental Its `experimental`.
 * @param file The name of the file in messages.
 * @throws {TypeError} If a value is invalid.
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
