/**
 * The scope of the current request, carried by AsyncLocalStorage or by a faster storage of the runtime.
 *
 * @module
 */

import { AsyncLocalStorage } from "node:async_hooks";
import type { RequestScope } from "./request_scope.ts";

/** Carries a value through a call and its awaits, timers and streams, as an `AsyncLocalStorage` does. */
export interface AsyncStorage<Value> {
  /** Calls a function with the value as the current one. */
  run<Args extends unknown[], Result>(value: Value, call: (...args: Args) => Result, ...args: Args): Result;
  /** Returns the current value. */
  getStore(): Value | undefined;
}

interface Shared {
  storage: AsyncStorage<RequestScope | undefined>;
  /** Whether it has carried a request. */
  isUsed?: boolean;
}

/** The name by which all copies of the module find the scope. */
export const SCOPE_NAME = "@x/routes.scope.v1";

// If a dependency pins its own version, two copies of the module run in one process. They must share the scope, or
// `cookies()` of one copy would not find the requests of the other.
const KEY = Symbol.for(SCOPE_NAME);
const copies = globalThis as unknown as Record<symbol, Shared | undefined>;
const shared: Shared = copies[KEY] ??= { storage: new AsyncLocalStorage() };

// Next.js defines this global on every runtime, so packages use it without importing it from Node.js.
(globalThis as { AsyncLocalStorage?: unknown }).AsyncLocalStorage ??= AsyncLocalStorage;

/** Replaces `AsyncLocalStorage` by a faster storage; has no effect after the first request. */
export function setScopeStorage(storage: AsyncStorage<RequestScope | undefined>): void {
  if (shared.isUsed !== true) shared.storage = storage;
}

/** Calls a function in a scope; its awaits, timers and streams see the scope too. */
export function runInScope<Args extends unknown[], Result>(
  scope: RequestScope,
  call: (...args: Args) => Result,
  ...args: Args
): Result {
  shared.isUsed = true;
  return shared.storage.run(scope, call, ...args);
}

/** Calls a function that belongs to no request, from code that does. */
export function runOutsideScope<Result>(call: () => Result): Result {
  return shared.storage.run(undefined, call);
}

/** Returns the scope of the current request, or `undefined` outside a request. */
export function getScope(): RequestScope | undefined {
  return shared.storage.getStore();
}

/**
 * Returns the scope of the current request.
 *
 * @param name The name of the calling function, for the message.
 * @throws {Error} Outside a request.
 */
export function requireScope(name: string): RequestScope {
  const scope = shared.storage.getStore();
  if (scope === undefined || scope.isDetached) {
    throw new Error(
      `\`${name}\` was called outside a request scope. Read more: https://nextjs.org/docs/messages/next-dynamic-api-wrong-context`,
    );
  }
  return scope;
}
