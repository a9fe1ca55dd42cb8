/**
 * Parses `"use cache"` directives.
 *
 * @see https://nextjs.org/docs/app/api-reference/directives/use-cache
 * @module
 */

/** The settings of the directive in a project. */
export interface UseCacheSettings {
  /** Whether `next.config` enables it. */
  readonly isEnabled: boolean;
  /** The kinds of `cacheHandlers` in `next.config`. */
  readonly kinds: readonly string[];
  /** The packages in which it is ignored: the `serverExternalPackages` of `next.config`. */
  readonly externalPackages: readonly string[];
}

/** The settings of a project without a `next.config`. */
export const NO_USE_CACHE: UseCacheSettings = { isEnabled: false, kinds: [], externalPackages: [] };

/** A parsed directive. */
export type Directive =
  /** The kind of a cache: `default`, `remote`, `private`, or one of `cacheHandlers`. */
  | { readonly kind: string }
  /** The directive that was probably meant. */
  | { readonly meant: string };

/** A string that is the directive, or similar to it. */
const MAY_BE_DIRECTIVE = /["']use(?: {1,2}|-)cache[^"'\n]*["']/i;
const DIRECTIVE = /^use cache(?:$|: (\S.*)$)/;
const SUFFIX = /^use cache[\s:]*(.*)$/;
const SIMILAR = /^use(?: {1,2}|-)cache$/i;
/** The kinds that need no configuration. */
const KINDS: readonly string[] = ["default", "remote", "private"];

/**
 * Whether a source may have the directive.
 *
 * @param source JavaScript, JSX or TypeScript.
 */
export function mayUseCache(source: string): boolean {
  return MAY_BE_DIRECTIVE.test(source);
}

/**
 * Reads a directive.
 *
 * @param text The text between the quotes.
 * @returns `undefined` if it is another directive.
 */
export function parseUseCache(text: string): Directive | undefined {
  const match = DIRECTIVE.exec(text);
  if (match !== null) return { kind: match[1] ?? "default" };
  const suffix = SUFFIX.exec(text)?.[1];
  if (suffix !== undefined) return { meant: `use cache: ${suffix === "" ? "<cache-kind>" : suffix}` };
  return SIMILAR.test(text) ? { meant: "use cache" } : undefined;
}

/** Whether a kind of cache can be used. */
export function isKnownKind(kind: string, settings: UseCacheSettings): boolean {
  return KINDS.includes(kind) || settings.kinds.includes(kind);
}
