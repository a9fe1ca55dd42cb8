/**
 * `unstable_cache()`: the result of a function, kept for others.
 *
 * @module
 */

import { isDraftScope } from "./draft_mode.ts";
import { digestParts, getValueParts, type KeyPart } from "../cache/cache_key.ts";
import type { FillResult } from "../cache/incremental_cache.ts";
import { getPathTags } from "../cache/path_tags.ts";
import type { CacheEntry } from "../cache/store.ts";
import { getScope, type RequestScope, runInScope } from "./request_scope.ts";
import { trackData } from "./dynamic_access.ts";

/** Options of {@linkcode unstable_cache}. */
export interface UnstableCacheOptions {
  /** How long a result is fresh, in seconds; default: for ever. */
  revalidate?: number | false;
  /** What it can be invalidated by, with `revalidateTag()`. */
  tags?: string[];
}

/**
 * Makes a function whose results are kept, by its source text, `keyParts` and arguments. A result that comes from the
 * cache went through JSON: a `Date` is a string then.
 *
 * @param fn The function. It may not ask for `cookies()` or `headers()`; what it needs of them are arguments.
 * @param keyParts What else makes the results different: variables that the function uses.
 * @param options How long a result is fresh, and its tags.
 * @returns The function with a cache; it throws outside a request.
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
    trackData(scope, policy.tags, policy.revalidate);
    if (isDraftScope(scope)) return await runInScope(forkInside(scope), () => fn(...args));

    let made: { result: Result } | { error: unknown } | undefined;
    let read: { entry: CacheEntry; result: unknown } | undefined;
    const inside = forkInside(scope);
    const found = await scope.application.cache.get({
      key: `unstable_cache ${fn.name} ${digestParts(await toKeyParts(fn, keyParts, args))}`,
      tags: getPathTags(scope.route.id, scope.pathname),
      fresh: scope.fill !== undefined,
      accepts(entry) {
        try {
          read = { entry, result: fromBytes(entry.body) };
          return true;
        } catch {
          return false;
        }
      },
      async fill(): Promise<FillResult> {
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
      // As in Next.js, who made it gets it as it is.
      if ("error" in made) throw made.error;
      return made.result;
    }
    if (found === null) return await runInScope(inside, () => fn(...args));
    return (read?.entry === found.entry ? read.result : fromBytes(found.entry.body)) as Result;
  };
}

/** The scope that the function runs in: the same request, of which it may ask for nothing. */
function forkInside(scope: RequestScope): RequestScope {
  return scope.fork({ route: { ...scope.route, fetchCache: "force-no-store" }, cachedFunction: "unstable_cache" });
}

async function toKeyParts(
  fn: { toString(): string },
  keyParts: readonly string[],
  args: unknown[],
): Promise<KeyPart[]> {
  return [fn.toString(), String(keyParts.length), ...keyParts, ...await getValueParts(args)];
}

/** No bytes are `undefined`, which JSON cannot say. */
function toBytes(value: unknown): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(value === undefined ? "" : JSON.stringify(value));
}

function fromBytes(bytes: Uint8Array): unknown {
  return bytes.length === 0 ? undefined : JSON.parse(new TextDecoder().decode(bytes));
}
