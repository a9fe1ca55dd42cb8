/**
 * Wraps the functions that `"use cache"` marks while their modules are loaded.
 *
 * @module
 */

import { getPackageName, getPortableName, isInstalled } from "../resolve/module_address.ts";
import { ParseError } from "../source/javascript_parser.ts";
import { mayUseCache, type UseCacheSettings } from "../source/use_cache_directive.ts";
import { transformUseCache } from "../source/use_cache_transform.ts";

/** The dependencies of {@linkcode createCachedFunctions}. */
export interface CachedFunctionsHost {
  /** Returns the URL of the project's folder, with a trailing slash; `undefined` if unknown. */
  root(): string | undefined;
  /** Returns the settings of the directive. */
  settings(): UseCacheSettings;
}

/** Wraps cached functions. */
export interface CachedFunctions {
  /**
   * Whether a file may have the directive.
   *
   * @param url The URL of the file, without query.
   * @param source Its text.
   */
  mayUseCache(url: string, source: string): boolean;
  /**
   * Wraps the functions of a module that have the directive.
   *
   * @param url The URL of the file, without query.
   * @param source Its text.
   * @param code The code that it was transpiled to.
   * @throws {SyntaxError} If the directive is misused, or a file of the project cannot be parsed.
   */
  wrapCached(url: string, source: string, code: string): string;
}

/** Creates the functions that wrap the cached functions of a project. */
export function createCachedFunctions({ root, settings }: CachedFunctionsHost): CachedFunctions {
  return {
    mayUseCache(url, source) {
      if (!mayUseCache(source)) return false;
      const name = getPackageName(url);
      // Next.js compiles all other packages. Its own modules contain the text of the directive.
      return name === undefined || (name !== "next" && !settings().externalPackages.includes(name));
    },
    wrapCached(url, source, code) {
      const module = { code, url, name: getPortableName(url, root()), source, settings: settings() };
      try {
        return transformUseCache(module);
      } catch (error) {
        if (!(error instanceof ParseError)) throw error;
        // The text may only look like a directive.
        if (isInstalled(url)) return code;
        throw new SyntaxError(`Cannot parse "${module.name}", which has the text "use cache": ${error.message}`);
      }
    },
  };
}
