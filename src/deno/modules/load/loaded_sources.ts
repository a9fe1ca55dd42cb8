/**
 * What was loaded: a digest of every file, and whether any may ask for the request scope.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { isInstalled } from "../resolve/module_address.ts";
import { checkForUseCache } from "../source/use_cache_directive.ts";
import { mayUseScope } from "../source/scope_use.ts";
import { getTextShape, type TextShape } from "./unfinished_save.ts";

/** What was loaded. */
export interface LoadedSources {
  /** Whether a module that was loaded may ask for the request scope. Once true, it stays. */
  readonly isScopeUsed: boolean;
  /** Notes that a module may ask for the request scope. */
  useScope(): void;
  /**
   * Notes a file.
   *
   * @param url Its URL, without query.
   * @param source What it is.
   */
  add(url: string, source: string | Uint8Array): void;
  /** The shape of the text that a file had when it was loaded last; what is no code has none. */
  getShape(url: string): TextShape | undefined;
  /** Whether a file was loaded. */
  has(url: string): boolean;
  /**
   * A digest of all files that were loaded, the same on every machine that has the same files.
   *
   * @param base The URL that their names are relative to, with a slash at the end.
   */
  getFingerprint(base: string): string;
}

/** Creates a list of what was loaded. */
export function createLoadedSources(): LoadedSources {
  const loaded = new Map<string, { readonly digest: string; readonly shape: TextShape | undefined }>();
  let isScopeUsed = false;
  return {
    get isScopeUsed() {
      return isScopeUsed;
    },
    useScope() {
      isScopeUsed = true;
    },
    add(url, source) {
      isScopeUsed ||= typeof source === "string" && mayUseScope(source);
      const shape = typeof source === "string" && !url.endsWith(".json") ? getTextShape(source) : undefined;
      if (typeof source === "string" && !isInstalled(url)) checkForUseCache(url, source);
      loaded.set(url, { digest: createHash("sha256").update(source).digest("base64url"), shape });
    },
    getShape: (url) => loaded.get(url)?.shape,
    has: (url) => loaded.has(url),
    getFingerprint(base) {
      const hash = createHash("sha256");
      for (const [url, { digest }] of [...loaded].sort(([a], [b]) => a < b ? -1 : 1)) {
        hash.update(`${url.startsWith(base) ? url.slice(base.length) : url} ${digest}\n`);
      }
      return hash.digest("base64url").slice(0, 16);
    },
  };
}
