/**
 * A faster `AsyncLocalStorage`, built directly on Deno's async context.
 *
 * Deno's `AsyncLocalStorage` keeps the value of each `run()` in a WeakMap. Minor collections of V8 treat the values of
 * a WeakMap as reachable, so every request and all its objects are copied once after the response, which costs more
 * than all other work for a request with a scope (tests/bench/README.md). Here the value is stored in the async context
 * itself, and is released with it.
 *
 * @module
 */

import { AsyncLocalStorage } from "node:async_hooks";
import type { AsyncStorage } from "../../scope/current_scope.ts";

/** All values of an async context: those of each `AsyncLocalStorage` by number, ours by name. */
type Context = Readonly<Record<string, unknown>>;

/** The functions of Deno's core for async contexts. */
interface ContextFunctions {
  getAsyncContext(): Context | null | undefined;
  setAsyncContext(context: Context | null | undefined): void;
}

/**
 * Opens a storage.
 *
 * @param name Its name in the context; not a number.
 * @param host Deno, or a stand-in for tests.
 * @returns `undefined` if Deno's core does not have the expected functions.
 */
export function openContextStorage<Value>(name: string, host: object = Deno): AsyncStorage<Value> | undefined {
  const core = getContextFunctions(host as Readonly<Record<PropertyKey, unknown>>);
  if (core === undefined) return undefined;
  const { getAsyncContext, setAsyncContext } = core;

  /**
   * The common context without other values: an instance of a class is faster to create than an object without
   * prototype.
   */
  class Alone {
    readonly [key: string]: unknown;
    constructor(value: Value) {
      (this as Record<string, unknown>)[name] = value;
    }
  }
  Object.setPrototypeOf(Alone.prototype, null);

  const storage: AsyncStorage<Value> = {
    run(value, call, ...args) {
      const before = getAsyncContext();
      // Keeps other values, such as those of a tracer's AsyncLocalStorage; Deno likewise copies ours.
      setAsyncContext(before == null ? new Alone(value) : { __proto__: null, ...before, [name]: value });
      try {
        return call(...args);
      } finally {
        setAsyncContext(before);
      }
    },
    getStore: () => getAsyncContext()?.[name] as Value | undefined,
  };
  return canNest(storage as AsyncStorage<unknown>) ? storage : undefined;
}

function getContextFunctions(host: Readonly<Record<PropertyKey, unknown>>): ContextFunctions | undefined {
  const inside = host[host.internal as symbol] as { core?: Partial<ContextFunctions> } | undefined;
  const { getAsyncContext, setAsyncContext } = inside?.core ?? {};
  if (typeof getAsyncContext !== "function" || typeof setAsyncContext !== "function") return undefined;
  return { getAsyncContext, setAsyncContext };
}

/** Whether the storage and an `AsyncLocalStorage` work inside each other. */
function canNest(storage: AsyncStorage<unknown>): boolean {
  const other = new AsyncLocalStorage<unknown>();
  const inner = {}, outer = {};
  const both = () => storage.getStore() === inner && other.getStore() === outer;
  try {
    return other.run(outer, () => storage.run(inner, both) && storage.getStore() === undefined) &&
      storage.run(inner, () => other.run(outer, both) && other.getStore() === undefined);
  } catch {
    return false;
  }
}
