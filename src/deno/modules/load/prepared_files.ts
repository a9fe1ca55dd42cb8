/**
 * Tracks which files Deno has read before it calls the load hook for them.
 *
 * @module
 */

/** The files that were resolved, and are not loaded yet. */
export interface PreparedFiles {
  /**
   * Records that a file was resolved.
   *
   * @param url The URL that it is loaded by.
   * @param isOwn Whether this package imports it by its URL with `import()`: Deno reads only those before loading them.
   */
  add(url: string, isOwn: boolean): void;
  /** Whether Deno has read a file, which is about to be loaded, so that it can be loaded without a source. */
  take(url: string): boolean;
}

/** Creates an empty record. */
export function createPreparedFiles(): PreparedFiles {
  const own = new Set<string>();
  /** Deno calls the load hook for the files that other files import, whether or not it has read them by then. */
  const others = new Set<string>();
  return {
    add: (url, isOwn) => void (isOwn ? own : others).add(url),
    take: (url) => own.delete(url) && !others.has(url),
  };
}
