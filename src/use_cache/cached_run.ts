/**
 * Runs cached functions, and collects the tags and lifetimes of their results.
 *
 * @module
 */

import { type CacheLife, DEFAULT_PROFILES, MIN_EXPIRE } from "../cache/cache_life.ts";
import { runInScope } from "../scope/current_scope.ts";
import type { RequestScope } from "../scope/request_scope.ts";
import type { CachedFunction } from "../scope/static_generation.ts";
import { createOpaqueReferences, decodeArguments } from "./argument_codec.ts";
import { reportThrown } from "./masked_error.ts";
import { encodeResult } from "./result_codec.ts";

/** A call of a cached function. */
export interface CachedCall {
  /** The kind of its cache: `default`, `remote`, `private`, or one of `cacheHandlers`. */
  readonly kind: string;
  /** The function. Its first argument is an object with the captured variables, if it has any. */
  readonly run: (...args: unknown[]) => Promise<unknown>;
  /** The paths of the captured variables: `user.name`. */
  readonly captured: readonly string[] | undefined;
  /** The captured variables and the arguments, encoded. */
  readonly text: string;
  /** The scope of the caller. */
  readonly scope: RequestScope;
}

/** The outcome of a call: a value, the digest of a masked error, or an error (in development). */
export type Outcome = CachedValue | { readonly digest: string } | { readonly error: unknown };

/** A lifetime of inner cached data that `next build` does not inherit. */
export type InheritedTime = "revalidate" | "expire";

/** An encoded value, with its tags and lifetime. */
export interface CachedValue {
  readonly text: string;
  readonly tags: readonly string[];
  readonly life: Required<CacheLife>;
  /** The time that inner cached data makes too short for a prerendered response, without a `cacheLife()` that allows it. */
  readonly inherited?: InheritedTime | undefined;
  /** Whether it is being regenerated. */
  readonly isStale?: boolean;
}

/**
 * Runs a cached function.
 *
 * @param call The call.
 * @param calls The results of other cached functions to reuse. Default: none, because they may be out of date.
 * @returns The outcome; the promise never rejects.
 */
export async function runCached(call: CachedCall, calls?: Map<string, unknown>): Promise<Outcome> {
  const { kind, run, captured, text, scope } = call;
  const dependencies = { tags: new Set<string>(), ownLife: {}, innerLife: {} };
  const name: CachedFunction["name"] = kind === "private" ? '`"use cache: private"`' : '`"use cache"`';
  const inside = scope.fork({ cachedFunction: { name, dependencies }, cachedCalls: calls });
  const references = createOpaqueReferences();
  try {
    const [variables, args] = decodeArguments(text, references) as [unknown[], unknown[]];
    const allArguments = captured === undefined ? args : [toVariables(captured, variables), ...args];
    const report = (reason: unknown) => reportThrown(reason, scope);
    // Streams and promises in the result run in the scope too.
    const result = await runInScope(
      inside,
      async () => await encodeResult(await run(...allArguments), { references, report }),
    );
    const { tags, ownLife, innerLife } = dependencies;
    const life = toLife(ownLife, innerLife, scope);
    return { text: result, tags: [...tags], life, inherited: findInheritedTime(life, ownLife, scope) };
  } catch (error) {
    // Errors are not masked in development.
    return scope.application.isDevelopment ? { error } : { digest: reportThrown(error, scope) };
  }
}

/** Times that `cacheLife()` has not set are those of the profile `default`, or shorter ones of inner cached data. */
function toLife(own: CacheLife, inner: CacheLife, scope: RequestScope): Required<CacheLife> {
  const fallback = getDefaultLife(scope);
  const pick = (name: keyof CacheLife) => own[name] ?? Math.min(fallback[name], inner[name] ?? Infinity);
  return { stale: pick("stale"), revalidate: pick("revalidate"), expire: pick("expire") };
}

function findInheritedTime(
  life: Required<CacheLife>,
  own: CacheLife,
  scope: RequestScope,
): InheritedTime | undefined {
  const fallback = getDefaultLife(scope);
  if (fallback.revalidate === 0 || fallback.expire < MIN_EXPIRE) return undefined;
  if (life.revalidate === 0) return own.revalidate === undefined ? "revalidate" : undefined;
  return life.expire < MIN_EXPIRE && own.expire === undefined ? "expire" : undefined;
}

function getDefaultLife({ application }: RequestScope): Required<CacheLife> {
  return { ...DEFAULT_PROFILES.default, ...application.useCache?.profiles.default };
}

/** Creates an object with the captured variables; of an object with captured properties, it has only these. */
function toVariables(paths: readonly string[], values: readonly unknown[]): Record<string, unknown> {
  const variables: Record<string, unknown> = {};
  for (const [i, path] of paths.entries()) {
    const names = path.split("."), last = names.pop()!;
    let target = variables;
    for (const name of names) target = (target[name] ??= {}) as Record<string, unknown>;
    target[last] = values[i];
  }
  return variables;
}
