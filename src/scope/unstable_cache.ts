/**
 * `unstable_cache()`: caches the results of a function across requests.
 *
 * @module
 */

import { isDraftScope } from "./draft_mode.ts";
import { digestParts, getValueParts, type KeyPart } from "../cache/cache_key.ts";
import type { GenerateResult } from "../cache/incremental_cache.ts";
import { getPathTags } from "../cache/path_tags.ts";
import type { CacheEntry } from "../cache/store.ts";
import { lookUpData } from "./prerender.ts";
import { getScope, runInScope } from "./current_scope.ts";
import type { RequestScope } from "./request_scope.ts";
import { needsFreshData, trackData } from "./dynamic_access.ts";

/** Options of {@linkcode unstable_cache}. */
export interface UnstableCacheOptions {
  /** How long a result is fresh, in seconds. Default: forever. */
  revalidate?: number | false;
  /** Tags that invalidate it, with `revalidateTag()`. */
  tags?: string[];
}

/**
 * Returns a function whose results are cached by its source text, `keyParts` and arguments. A cached result has been
 * converted to JSON and back: a `Date` becomes a string.
 *
 * @param fn The function. It must not call `cookies()` or `headers()`; pass their values as arguments.
 * @param keyParts Other values that the result depends on, such as variables that the function uses.
 * @param options Lifetime and tags of a result.
 * @returns The cached function; it throws outside a request.
 * @throws {Error} If `revalidate` is 0.
 * @see https://nextjs.org/docs/app/api-reference/functions/unstable_cache
 *
 * @example
 * ```ts
 * import { unstable_cache } from "@x/routes/cache";
 *
 * const getUser = unstable_cache((id: string) => Promise.resolve({ id }), ["user"], { tags: ["users"], revalidate: 60 });
 *
 * export async function GET() {
 *   return Response.json(await getUser("42"));
 * }
 * ```
 */
export function unstable_cache<Args extends unknown[], Result>(
  fn: (...args: Args) => Promise<Result>,
  keyParts: readonly string[] = [],
  { revalidate, tags = [] }: UnstableCacheOptions = {},
): (...args: Args) => Promise<Result> {
  if (revalidate === 0) {
    throw new Error(
      `Invariant revalidate: 0 can not be passed to unstable_cache(), must be "false" or "> 0" ${fn.toString()}`,
    );
  }
  const policy = { revalidate: revalidate || null, tags: [tags].flat() };
  return async (...args) => {
    const scope = getScope();
    if (scope === undefined) throw new Error(`Invariant: incrementalCache missing in unstable_cache ${fn.toString()}`);
    trackData(scope, policy.tags, policy);
    if (isDraftScope(scope)) return await runInScope(forkInside(scope), () => fn(...args));

    let made: { result: Result } | { error: unknown } | undefined;
    let read: { entry: CacheEntry; result: unknown } | undefined;
    const inside = forkInside(scope);
    const found = await lookUpData(scope, {
      key: `unstable_cache ${fn.name} ${digestParts(await toKeyParts(fn, keyParts, args))}`,
      tags: getPathTags(scope.route.id, scope.pathname),
      fresh: needsFreshData(scope),
      accepts(entry) {
        try {
          read = { entry, result: fromBytes(entry.body) };
          return true;
        } catch {
          return false;
        }
      },
      async generate(): Promise<GenerateResult> {
        try {
          const result = await runInScope(inside, () => fn(...args));
          made = { result };
          return { meta: null, body: toBytes(result), ...policy };
        } catch (error) {
          made ??= { error };
          return "failed";
        }
      },
    });
    if (made !== undefined && found?.state !== "STALE") {
      // As in Next.js, the call that generated the result returns it unchanged.
      if ("error" in made) throw made.error;
      return made.result;
    }
    if (found === null) return await runInScope(inside, () => fn(...args));
    return (read?.entry === found.entry ? read.result : fromBytes(found.entry.body)) as Result;
  };
}

const INSIDE = { name: "`unstable_cache()`", dependencies: undefined } as const;

/** Derives the scope of the function: the same request, which it must not use. */
function forkInside(scope: RequestScope): RequestScope {
  return scope.fork({ route: { ...scope.route, fetchCache: "force-no-store" }, cachedFunction: INSIDE });
}

async function toKeyParts(
  fn: { toString(): string },
  keyParts: readonly string[],
  args: unknown[],
): Promise<KeyPart[]> {
  return [fn.toString(), String(keyParts.length), ...keyParts, ...await getValueParts(args)];
}

/** Encodes a result as JSON; no bytes stand for `undefined`, which JSON cannot represent. */
function toBytes(value: unknown): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(value === undefined ? "" : JSON.stringify(value));
}

function fromBytes(bytes: Uint8Array): unknown {
  return bytes.length === 0 ? undefined : JSON.parse(new TextDecoder().decode(bytes));
}
