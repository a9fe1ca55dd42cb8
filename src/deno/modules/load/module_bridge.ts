/**
 * The functions that generated modules call. They are on `globalThis` under a symbol, because a module that is
 * generated as text has no other access to this code.
 *
 * @module
 */

/** The functions that generated modules call. */
export interface ModuleBridge {
  /** Returns the exports of a CommonJS module; runs it unless it has run before. */
  require(url: string): unknown;
  /** Creates the namespace object of a CommonJS module. */
  toNamespace(exports: unknown, isNodeMode: boolean): unknown;
  /** Creates the CommonJS variables of an ES module. */
  createScope(url: string, deferred: Readonly<Record<string, () => unknown>>): unknown;
  /** Adds ES modules that run when a CommonJS module requires them. */
  defer(deferred: Readonly<Record<string, () => unknown>>): void;
  /** Runs a deferred ES module, and returns the result of `require()`. */
  runDeferred(url: string): unknown;
  /**
   * Loads an ES module with Deno's synchronous loader.
   *
   * @throws {Error} If that is not possible now.
   */
  loadSynchronously(load: () => void, path: string): void;
}

const KEY = "@x/routes.modules.v1";

/** The expression for the bridge in a generated module. */
export const BRIDGE = `globalThis[Symbol.for(${JSON.stringify(KEY)})]`;

/**
 * Makes the bridge available to generated modules.
 *
 * @param bridge The functions that they call.
 */
export function registerBridge(bridge: ModuleBridge): void {
  (globalThis as unknown as Record<symbol, ModuleBridge>)[Symbol.for(KEY)] = bridge;
}
