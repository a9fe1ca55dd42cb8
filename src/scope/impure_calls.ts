/**
 * Detects calls whose results differ from call to call, such as `Date.now()`.
 *
 * A response that all clients will share must not depend on them. The only way to detect them in JavaScript is to
 * replace the functions, so they are replaced while such a response is generated, and then restored.
 *
 * @module
 */

import { getBuiltinModule } from "node:process";

type AnyFunction = (this: unknown, ...args: unknown[]) => unknown;

/** A function that is watched. */
export interface WatchedFunction {
  /** The object that has it as a property. */
  readonly target: object;
  /** The name of the property. */
  readonly key: string;
  /** The call, for messages. */
  readonly call: string;
}

// Deno's `node:crypto` gets its random bytes from `crypto`.
const WATCHED: WatchedFunction[] = [
  { target: Date, key: "now", call: "Date.now()" },
  { target: Math, key: "random", call: "Math.random()" },
  { target: crypto, key: "randomUUID", call: "crypto.randomUUID()" },
  { target: crypto, key: "getRandomValues", call: "crypto.getRandomValues()" },
  { target: globalThis, key: "setTimeout", call: "setTimeout()" },
  { target: globalThis, key: "setInterval", call: "setInterval()" },
  { target: globalThis, key: "setImmediate", call: "setImmediate()" },
];

/** Network connections use a socket of `node:net`, except for `fetch()`, which handles cached responses itself. */
function listSocketCalls(): WatchedFunction[] {
  const { prototype: target } = getBuiltinModule("node:net").Socket;
  return ["connect", "_write", "_writev"].map((key) => ({ target, key, call: "a network connection" }));
}

/** Adds functions of the runtime to those that are watched. */
export function addImpureCalls(functions: readonly WatchedFunction[]): void {
  WATCHED.push(...functions);
}

let watchers = 0;
let restoreAll: () => void = () => {};

/**
 * Watches impure calls until the returned function is called. All watchers have the same report function.
 *
 * @param report Called before each such call, with the call as in code.
 */
export function watchImpureCalls(report: (call: string) => void): () => void {
  if (watchers++ === 0) {
    const watched = [...WATCHED, ...listSocketCalls()];
    const restores = [...watched.map((each) => replaceFunction(each, report)), replaceDate(report)];
    restoreAll = () => restores.forEach((restore) => restore());
  }
  let isWatching = true;
  return () => {
    if (!isWatching) return;
    isWatching = false;
    if (--watchers === 0) restoreAll();
  };
}

function replaceFunction({ target, key, call }: WatchedFunction, report: (call: string) => void): () => void {
  const original = Reflect.get(target, key) as AnyFunction;
  // Libraries keep properties on these functions: `setTimeout[promisify.custom]`.
  const watched = new Proxy(original, {
    apply(original, self, args) {
      report(call);
      return Reflect.apply(original, self, args);
    },
  });
  return replaceProperty(target, key, watched);
}

function replaceDate(report: (call: string) => void): () => void {
  const watched = new Proxy(Date, {
    apply(original, self, args) {
      report("Date()");
      return Reflect.apply(original, self, args);
    },
    construct(original, args, target) {
      if (args.length === 0) report("new Date()");
      return Reflect.construct(original, args, target);
    },
  });
  return replaceProperty(globalThis, "Date", watched);
}

/** Replaces a property, and returns a function that restores it unless other code has replaced it meanwhile. */
function replaceProperty(target: object, key: string, value: unknown): () => void {
  const own = Object.getOwnPropertyDescriptor(target, key);
  Object.defineProperty(target, key, {
    configurable: true,
    writable: true,
    enumerable: own?.enumerable ?? false,
    value,
  });
  return () => {
    if (Object.getOwnPropertyDescriptor(target, key)?.value !== value) return;
    if (own === undefined) Reflect.deleteProperty(target, key);
    else Object.defineProperty(target, key, own);
  };
}
