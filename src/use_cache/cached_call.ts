/**
 * Calls `"use cache"` functions: returns a result of the same request, or one from the cache, or runs the function.
 *
 * @see https://nextjs.org/docs/app/api-reference/directives/use-cache
 * @module
 */

import { getBuiltinModule } from "node:process";
import { getPathTags } from "../cache/path_tags.ts";
import type { MaybePromise } from "../cache/store.ts";
import { markDynamic, needsFreshData, trackData } from "../scope/dynamic_access.ts";
import { isDraftScope } from "../scope/draft_mode.ts";
import { allowWait } from "../scope/prerender.ts";
import { getScope, runOutsideScope } from "../scope/current_scope.ts";
import type { Application, RequestScope } from "../scope/request_scope.ts";
import { encodeArguments, type EncodedArguments } from "./argument_codec.ts";
import { lookUpInCache } from "./cache_lookup.ts";
import { type CachedCall, type Outcome, runCached } from "./cached_run.ts";
import { lookUpInHandler } from "./handler_lookup.ts";
import { noteInheritedTime, noteInputs } from "./build_failure.ts";
import { createMaskedError } from "./masked_error.ts";
import { decodeResult } from "./result_codec.ts";

type Run = CachedCall["run"];

/**
 * Calls a cached function. The transform of modules inserts these calls.
 *
 * @param kind The kind of its cache.
 * @param id The id of the function.
 * @param count The number of its parameters; other arguments are ignored.
 * @param args The arguments.
 * @param rest The function, preceded by the paths and values of its captured variables if it has any.
 */
export function callCached(
  kind: string,
  id: string,
  count: number,
  args: ArrayLike<unknown>,
  ...rest: [run: Run] | [captured: readonly string[], values: readonly unknown[], run: Run]
): Promise<unknown> {
  const [captured, values, run] = rest.length === 1 ? [undefined, [], rest[0]] as const : rest;
  try {
    const scope = requireScopeFor(kind);
    const own = Array.prototype.slice.call(args, 0, count);
    const encoded = encodeArguments([values, own]);
    if (encoded instanceof Promise) noteInputs(scope, encoded, own);
    const call = ({ text, opaque }: EncodedArguments) => answer({ kind, run, captured, text, scope }, id, opaque);
    return encoded instanceof Promise ? encoded.then(call) : call(encoded);
  } catch (error) {
    return Promise.reject(error);
  }
}

/** Makes {@linkcode callCached} available to modules by a global symbol: they may be CommonJS, or part of a build. */
export function installUseCache(): void {
  (globalThis as unknown as Record<symbol, unknown>)[Symbol.for("@x/routes.useCache.v1")] = callCached;
}

function requireScopeFor(kind: string): RequestScope {
  const scope = getScope();
  if (scope === undefined) {
    throw new Error('"use cache" cannot be used outside of App Router. Expected a WorkStore.');
  }
  if (kind !== "private") return scope;
  const { cachedFunction, route } = scope;
  if (cachedFunction === undefined) markDynamic(scope, '"use cache: private"');
  else if (cachedFunction.name !== '`"use cache: private"`') {
    throw new Error(
      `Route "${route.id}": \`"use cache: private"\` can't be nested inside ${cachedFunction.name} because a shared cached function can't depend on private request data. Nest it only inside another \`"use cache: private"\`.\nLearn more: https://nextjs.org/docs/messages/use-cache-private-composition`,
    );
  }
  return scope;
}

/** Returns the outcome of a call. Equal calls in a request have the same outcome. */
function answer(call: CachedCall, id: string, opaque: readonly unknown[]): Promise<unknown> {
  const { scope, kind, text } = call;
  const calls = (scope.cachedCalls ??= new Map()) as Map<string, MaybePromise<Outcome>>;
  const name = `${kind} ${id} ${text}`;
  const known = calls.get(name);
  if (known !== undefined) return deliver(known, scope, opaque);
  const outcome = allowWait(scope, find(call, id, calls));
  calls.set(name, outcome);
  if (outcome instanceof Promise) return outcome.then(remember).then((outcome) => deliver(outcome, scope, opaque));
  return deliver(remember(outcome), scope, opaque);

  /** Keeps the outcome for the next call, unless it is being regenerated. */
  function remember(outcome: Outcome): Outcome {
    if ("text" in outcome && outcome.isStale) calls.delete(name);
    else calls.set(name, outcome);
    return outcome;
  }
}

/** Returns the cache key of a call, with the fingerprint of all code, because the function may call any of it. */
function getKey({ scope, kind, text }: CachedCall, id: string): string {
  const name = kind === "default" ? "use cache" : `use cache: ${kind}`;
  const digest = getBuiltinModule("node:crypto").hash("sha256", text, "base64url");
  return `${name} ${id} ${scope.application.fingerprint?.() ?? ""} ${digest}`;
}

function deliver(outcome: MaybePromise<Outcome>, scope: RequestScope, opaque: readonly unknown[]): Promise<unknown> {
  if (outcome instanceof Promise) return outcome.then((outcome) => deliver(outcome, scope, opaque));
  if ("error" in outcome) return Promise.reject(outcome.error);
  if ("digest" in outcome) return Promise.reject(createMaskedError(outcome.digest));
  if (outcome.inherited !== undefined) noteInheritedTime(scope, outcome.inherited);
  trackData(scope, outcome.tags, outcome.life);
  return Promise.resolve(decodeResult(outcome.text, opaque));
}

function find(call: CachedCall, id: string, calls: Map<string, MaybePromise<Outcome>>): MaybePromise<Outcome> {
  const { kind, scope } = call;
  if (kind === "private" || isDraftScope(scope)) return runCached(call, calls);
  const { application, route, pathname } = scope;
  const key = getKey(call, id);
  const softTags = getPathTags(route.id, pathname);
  const fresh = scope.hasInvalidated === true || needsFreshData(scope);
  const handler = application.useCache?.handlers.get(kind);
  if (handler === undefined) return lookUpInCache({ call, key, softTags, fresh });
  const lookup = { handler, key, softTags, application, fresh, run: () => runCached(call) };
  // As with the cache: what the handler waits for is not what the code waits for.
  return runOutsideScope(() => refreshTags(application, calls).then(() => lookUpInHandler(lookup)));
}

/** Calls `refreshTags()` of all cache handlers, once per request. */
function refreshTags({ useCache }: Application, calls: Map<string, unknown>): Promise<unknown> {
  let refreshed = calls.get("refreshTags()") as Promise<unknown> | undefined;
  if (refreshed === undefined) {
    refreshed = Promise.all([...useCache!.handlers.values()].map((handler) => handler.refreshTags()));
    calls.set("refreshTags()", refreshed);
  }
  return refreshed;
}
