/**
 * Reads the exports of `next.config` and `instrumentation.ts`.
 *
 * @module
 */

import { fromFileUrl } from "@std/path/from-file-url";
import { type CacheHandler, readCacheHandler } from "../../cache/cache_handler.ts";
import { type AppConfig, readAppConfig } from "../../handler/rules/next_config.ts";
import type { ErrorReporter } from "../../handler/error_report.ts";
import type { ModuleNamespace } from "../../handler/served_route.ts";
import { getErrorMessage } from "../../log/error_text.ts";
import { setEnvironment } from "./environment.ts";

/** The exports of an `instrumentation.ts`. */
export interface Instrumentation {
  /** The exported `onRequestError`. */
  readonly onRequestError: ErrorReporter | undefined;
  /** Calls the exported `register`, once, before the server listens. */
  register(): Promise<void>;
}

/**
 * Reads a `next.config`, and sets its environment variables.
 *
 * @param module The module.
 * @param file The file, for messages.
 * @throws {Error} If its default export is invalid.
 */
export async function readConfig(module: ModuleNamespace, file: string): Promise<AppConfig> {
  const config = await readAppConfig(module.default, file);
  for (const [name, value] of Object.entries(config.env)) setEnvironment(name, String(value));
  return config;
}

/**
 * Reads an `instrumentation.ts`.
 *
 * @param module The module.
 * @param file The file, for messages.
 * @throws {TypeError} If an export is invalid.
 */
export function readInstrumentation(module: ModuleNamespace, file: string): Instrumentation {
  const run = getFunction(module, "register", file);
  return {
    onRequestError: getFunction(module, "onRequestError", file) as ErrorReporter | undefined,
    async register() {
      setEnvironment("NEXT_RUNTIME", "nodejs");
      try {
        await run?.();
      } catch (cause) {
        const reason = getErrorMessage(cause);
        throw new Error(`Cannot start: register() of "${file}" failed: ${reason}`, { cause });
      }
    },
  };
}

/**
 * Loads the modules of `cacheHandlers` in a `next.config`.
 *
 * @param config The configuration.
 * @param importModule Imports a module by its path.
 * @throws {Error} If one cannot be imported, or lacks a method.
 */
export async function loadCacheHandlers(
  { useCache, file }: AppConfig,
  importModule: (path: string) => Promise<ModuleNamespace>,
): Promise<ReadonlyMap<string, CacheHandler>> {
  const handlers = new Map<string, CacheHandler>();
  for (const [kind, address] of Object.entries(useCache.handlers)) {
    const path = address.startsWith("file:") ? fromFileUrl(address) : address;
    handlers.set(kind, readCacheHandler((await importModule(path)).default, `cacheHandlers.${kind} of ${file}`));
  }
  return handlers;
}

function getFunction(
  module: ModuleNamespace,
  name: string,
  file: string,
): ((...args: unknown[]) => unknown) | undefined {
  const value = module[name];
  if (value === undefined || typeof value === "function") return value as ((...args: unknown[]) => unknown) | undefined;
  throw new TypeError(`Cannot load "${file}": export "${name}" is ${typeof value}, write a function`);
}
