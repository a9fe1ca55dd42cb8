/**
 * What was loaded: a digest of every file, and whether any may ask for the request scope.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { mayUseScope } from "../scope_use.ts";

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
  const digests = new Map<string, string>();
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
      digests.set(url, createHash("sha256").update(source).digest("base64url"));
    },
    has: (url) => digests.has(url),
    getFingerprint(base) {
      const hash = createHash("sha256");
      for (const [url, digest] of [...digests].sort(([a], [b]) => a < b ? -1 : 1)) {
        hash.update(`${url.startsWith(base) ? url.slice(base.length) : url} ${digest}\n`);
      }
      return hash.digest("base64url").slice(0, 16);
    },
  };
}
