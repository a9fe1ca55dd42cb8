/**
 * What Deno builds `AsyncLocalStorage` of, without the table that it adds.
 *
 * Deno's `AsyncLocalStorage` keeps the value of each `run()` in a WeakMap. V8's young collections take the values of
 * such a table for reachable, so every request with all that hangs on it is copied once after its response, which costs
 * more than everything else that a request with a scope does (tests/bench/README.md). Here the value stands in the async
 * context itself and dies with it.
 *
 * @module
 */

import { AsyncLocalStorage } from "node:async_hooks";
import type { AsyncStorage } from "../../scope/request_scope.ts";

/** A mapping of all that is carried: the values of each `AsyncLocalStorage` by a number, and ours by a name. */
type Context = Readonly<Record<string, unknown>>;

/** What Deno's core has for it. */
interface ContextFunctions {
  getAsyncContext(): Context | null | undefined;
  setAsyncContext(context: Context | null | undefined): void;
}

/**
 * Makes a storage.
 *
 * @param name Its name among all that is carried; not a number.
 * @param host Deno, or what a test has for it.
 * @returns `undefined` where Deno's core is not as it is known.
 */
export function openContextStorage<Value>(name: string, host: object = Deno): AsyncStorage<Value> | undefined {
  const core = contextFunctions(host as Readonly<Record<PropertyKey, unknown>>);
  if (core === undefined) return undefined;
  const { getAsyncContext, setAsyncContext } = core;

  /** The common context, with nothing else in it: an object of a class is made faster than one without prototype. */
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
      // What else is carried, by the AsyncLocalStorage of a tracer, stays; and Deno copies ours in its turn.
      setAsyncContext(before == null ? new Alone(value) : { __proto__: null, ...before, [name]: value });
      try {
        return call(...args);
      } finally {
        setAsyncContext(before);
      }
    },
    getStore: () => getAsyncContext()?.[name] as Value | undefined,
  };
  return holds(storage as AsyncStorage<unknown>) ? storage : undefined;
}

function contextFunctions(host: Readonly<Record<PropertyKey, unknown>>): ContextFunctions | undefined {
  const inside = host[host.internal as symbol] as { core?: Partial<ContextFunctions> } | undefined;
  const { getAsyncContext, setAsyncContext } = inside?.core ?? {};
  if (typeof getAsyncContext !== "function" || typeof setAsyncContext !== "function") return undefined;
  return { getAsyncContext, setAsyncContext };
}

/** Whether the storage and an `AsyncLocalStorage` go together, each inside the other. */
function holds(storage: AsyncStorage<unknown>): boolean {
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
