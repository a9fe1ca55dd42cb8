/**
 * What generated modules reach: a registry under a symbol, as a module that is only text has no other way to this code.
 *
 * @module
 */

/** What generated modules call. */
export interface ModuleBridge {
  /** What a CommonJS module exports; it runs now, if it has not before. */
  require(url: string): unknown;
  /** The namespace object of what a CommonJS module exports. */
  toNamespace(exports: unknown, isNodeMode: boolean): unknown;
  /** The names of CommonJS for an ES module. */
  createScope(url: string, deferred: Readonly<Record<string, () => unknown>>): unknown;
  /** Takes ES modules that run when a CommonJS module requires them. */
  defer(deferred: Readonly<Record<string, () => unknown>>): void;
  /** Runs a deferred ES module, and gives what `require()` gives of it. */
  runDeferred(url: string): unknown;
  /**
   * Has Deno's synchronous loader load an ES module.
   *
   * @throws {Error} If that cannot be done now.
   */
  loadSynchronously(load: () => void, path: string): void;
}

const KEY = "@x/routes.modules.v1";

/** The bridge as it is written in a generated module. */
export const BRIDGE = `globalThis[Symbol.for(${JSON.stringify(KEY)})]`;

/**
 * Has generated modules reach the bridge.
 *
 * @param bridge What they call.
 */
export function registerBridge(bridge: ModuleBridge): void {
  (globalThis as unknown as Record<symbol, ModuleBridge>)[Symbol.for(KEY)] = bridge;
}
