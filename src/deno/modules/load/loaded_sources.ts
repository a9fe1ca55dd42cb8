/**
 * Keeps track of the loaded files, with a digest of each.
 *
 * @module
 */

import { getBuiltinModule } from "node:process";
import { getTextShape, type TextShape } from "./save_guard.ts";

/** The loaded files. */
export interface LoadedSources {
  /**
   * Records a file.
   *
   * @param url The URL of the file, without query.
   * @param source The content of the file.
   */
  add(url: string, source: string | Uint8Array): void;
  /** Returns the shape of the text of a file when it was last loaded; `undefined` if it is not code. */
  getShape(url: string): TextShape | undefined;
  /** Whether a file was loaded. */
  has(url: string): boolean;
  /**
   * Returns a digest of all loaded files, which is the same on every machine that has the same files.
   *
   * @param base The URL that their names are relative to, with a trailing slash.
   */
  getFingerprint(base: string): string;
}

/** Creates an empty record of loaded files. */
export function createLoadedSources(): LoadedSources {
  const loaded = new Map<string, { readonly digest: string; readonly shape: TextShape | undefined }>();
  return {
    add(url, source) {
      const shape = typeof source === "string" && !url.endsWith(".json") ? getTextShape(source) : undefined;
      loaded.set(url, {
        digest: getBuiltinModule("node:crypto").createHash("sha256").update(source).digest("base64url"),
        shape,
      });
    },
    getShape: (url) => loaded.get(url)?.shape,
    has: (url) => loaded.has(url),
    getFingerprint(base) {
      const hash = getBuiltinModule("node:crypto").createHash("sha256");
      for (const [url, { digest }] of [...loaded].sort(([a], [b]) => a < b ? -1 : 1)) {
        hash.update(`${url.startsWith(base) ? url.slice(base.length) : url} ${digest}\n`);
      }
      return hash.digest("base64url").slice(0, 16);
    },
  };
}
