/**
 * The lifetimes of cached values, and the profiles of `cacheLife()`.
 *
 * @see https://nextjs.org/docs/app/api-reference/functions/cacheLife
 * @module
 */

/** The lifetime of a cached value, in seconds; `Infinity` means forever. */
export interface CacheLife {
  /** How long a client may use it without revalidating. */
  stale?: number;
  /** How long until it is regenerated. */
  revalidate?: number;
  /** How long it may be served at all. */
  expire?: number;
}

/** Lifetimes by name. */
export type CacheLifeProfiles = Readonly<Record<string, CacheLife>>;

/** The profiles of Next.js. */
export const DEFAULT_PROFILES: CacheLifeProfiles & { readonly default: Required<CacheLife> } = {
  default: { stale: 300, revalidate: 900, expire: Infinity },
  seconds: { stale: 30, revalidate: 1, expire: 60 },
  minutes: { stale: 300, revalidate: 60, expire: 3600 },
  hours: { stale: 300, revalidate: 3600, expire: 86_400 },
  days: { stale: 300, revalidate: 86_400, expire: 604_800 },
  weeks: { stale: 300, revalidate: 604_800, expire: 2_592_000 },
  max: { stale: 300, revalidate: 2_592_000, expire: 31_536_000 },
};

/** The shortest times of cached data, in seconds, with which a response is worth to be cached, as in Next.js. */
export const MIN_EXPIRE = 300, MIN_STALE = 30;

const PARTS = ["stale", "revalidate", "expire"] as const;

/**
 * Reads the profiles of a `next.config`.
 *
 * @param value Its `cacheLife`.
 * @returns The profiles, and those of Next.js. Times that a profile lacks are those of `default`.
 * @throws {TypeError} If a profile is invalid.
 */
export function readProfiles(value: unknown): CacheLifeProfiles {
  const own = Object.entries((value ?? {}) as Record<string, unknown>).map(([name, life]) => {
    checkLife(life, `cacheLife.${name}`);
    return [name, life as CacheLife] as const;
  });
  const fallback = { ...DEFAULT_PROFILES.default, ...Object.fromEntries(own).default };
  const complete = own.map(([name, life]) => [name, { ...fallback, ...life }] as const);
  return { ...DEFAULT_PROFILES, ...Object.fromEntries(complete) };
}

/**
 * Returns the lifetime that an argument of `cacheLife()` describes.
 *
 * @param profile The name of a profile, or a lifetime.
 * @param profiles The profiles of the application.
 * @throws {Error} If the argument is invalid, or there is no such profile.
 */
export function resolveLife(profile: unknown, profiles: CacheLifeProfiles): CacheLife {
  if (typeof profile !== "string") {
    checkLife(profile, "`cacheLife()`");
    return profile as CacheLife;
  }
  const life = profiles[profile];
  if (life !== undefined) return life;
  const start = `Unknown \`cacheLife()\` profile "${profile}" is not configured in next.config.js\n`;
  const trimmed = profile.trim();
  throw new Error(
    trimmed !== profile && profiles[trimmed] !== undefined
      ? `${start}Did you mean "${trimmed}" without the spaces?`
      : `${start}module.exports = {\n  cacheLife: {\n    "${profile}": ...\n  }\n}`,
  );
}

/**
 * Shortens a lifetime to that of another one.
 *
 * @param life The lifetime, which is modified.
 * @param other The other lifetime; times that it lacks have no effect.
 */
export function shortenLife(life: CacheLife, other: CacheLife): void {
  for (const name of PARTS) {
    const value = other[name];
    if (value !== undefined) life[name] = Math.min(value, life[name] ?? Infinity);
  }
}

function checkLife(life: unknown, where: string): void {
  if (typeof life !== "object" || life === null || Array.isArray(life)) {
    throw new TypeError(`Invalid ${where} option. Either pass a profile name or object.`);
  }
  const parts = life as Record<string, unknown>;
  for (const name of PARTS) checkSeconds(name, parts[name]);
  const { revalidate, expire } = parts;
  if (typeof revalidate === "number" && typeof expire === "number" && expire < revalidate) {
    throw new TypeError(
      "If providing both the revalidate and expire options, the expire option must be greater than the revalidate option. The expire option indicates how many seconds from the start until it can no longer be used.",
    );
  }
}

/** The meanings that `false` would have. */
const WISHES: Readonly<Record<typeof PARTS[number], string>> = {
  stale: "want to cache on the client forever without checking with the server",
  revalidate: "do not want to revalidate by time",
  expire: "want to cache on the server forever without checking with the origin",
};

function checkSeconds(name: typeof PARTS[number], value: unknown): void {
  if (value === undefined) return;
  if (value === false) {
    throw new TypeError(`Pass \`Infinity\` instead of \`false\` if you ${WISHES[name]}.`);
  }
  if (typeof value !== "number") throw new TypeError(`The ${name} option must be a number of seconds.`);
  if (Number.isNaN(value)) {
    throw new TypeError(
      `Invalid \`cacheLife()\` option "${name}" provided, expected a finite number of seconds or Infinity, received NaN.`,
    );
  }
}
