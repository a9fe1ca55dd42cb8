/**
 * The import graph of a project, and the version of each module, so that `routes dev` can reload the changed files, and
 * only those.
 *
 * Deno imports a URL only once. So a changed file gets a new URL, `route.ts?v=3`, and so does every file that imports
 * it, directly or not. All other modules stay loaded, with their state.
 *
 * @module
 */

/** The import graph of a project. */
export interface ModuleGraph {
  /**
   * Records an import.
   *
   * @param url The URL of the imported file.
   * @param parent The URL of the importing file.
   * @returns The URL to import the file by.
   */
  recordImport(url: string, parent: string): string;
  /** Returns the version of a file, which changes with the file and with everything that it imports. */
  getVersion(url: string): number;
  /**
   * Records that files have been changed, created or removed.
   *
   * @param urls The URLs of files, imported or not, and of folders.
   * @returns The URLs of all files that must be imported again.
   */
  invalidate(urls: Iterable<string>): ReadonlySet<string>;
  /** Whether a URL is that of an imported file, or of a folder that contains one. */
  isTracked(url: string): boolean;
  /** Returns a file and everything that it imports, directly or not. */
  getReached(url: string): ReadonlySet<string>;
  /**
   * Returns the files that have changed on the disk since they were imported.
   *
   * @param urls The files to check. Default: all.
   */
  findStale(urls?: Iterable<string>): string[];
  /** Records that a file, with everything that it imports, has been imported. */
  recordSuccess(url: string): void;
  /** Records that a file could not be imported; the next change retries it, with everything that it imports. */
  recordFailure(url: string): void;
}

/**
 * Creates a graph.
 *
 * @param follows Whether a file belongs to the project.
 * @param getStamp Returns a text that differs after a file has changed; without it, every reported change counts.
 */
export function createModuleGraph(
  follows: (url: string) => boolean,
  getStamp: (url: string) => string | undefined = () => undefined,
): ModuleGraph {
  const versions = new Map<string, number>();
  const importers = new Map<string, Set<string>>();
  const imports = new Map<string, Set<string>>();
  /** All files that were ever imported. */
  const files = new Set<string>();
  /** The stamps of files when they were imported. */
  const stamps = new Map<string, string | undefined>();
  /** The files that are loaded, and those that could not be imported. */
  const loaded = new Set<string>(), broken = new Set<string>();
  let clock = 0;

  function recordImport(versioned: string, parent: string): string {
    const url = removeVersion(versioned), from = removeVersion(parent);
    if (!follows(url)) return versioned;
    files.add(url);
    if (!stamps.has(url)) stamps.set(url, getStamp(url));
    if (follows(from) && from !== url) {
      getOrCreateSet(importers, url).add(from);
      getOrCreateSet(imports, from).add(url);
    }
    const version = versions.get(url);
    return version === undefined ? versioned : `${url}?v=${version}`;
  }

  function invalidate(urls: Iterable<string>): ReadonlySet<string> {
    clock++;
    const reloaded = new Set<string>();
    for (const url of urls) {
      for (const file of getFiles(url)) {
        if (isChanged(file)) bump(file, reloaded);
      }
    }
    // A file that a failed import had already reached may be the one that failed.
    for (const url of broken) {
      for (const reached of getReached(url)) {
        if (!loaded.has(reached)) bump(reached, reloaded);
      }
    }
    broken.clear();
    return reloaded;
  }

  /**
   * A change may be reported twice, by polling and by the system; and a file that will be imported again is not stale.
   */
  function isChanged(url: string): boolean {
    const stamp = getStamp(url);
    return stamps.has(url) && (stamp === undefined || stamp !== stamps.get(url));
  }

  /** When a folder is renamed, the system reports only the folder, not its files. */
  function getFiles(url: string): Iterable<string> {
    return files.has(url) ? [url] : [...files].filter((file) => file.startsWith(`${url}/`));
  }

  function bump(url: string, seen: Set<string>): void {
    if (seen.has(url)) return;
    seen.add(url);
    versions.set(url, clock);
    stamps.delete(url);
    loaded.delete(url);
    const above = importers.get(url) ?? [];
    // Its current imports are unknown until it is imported again.
    for (const child of imports.get(url) ?? []) importers.get(child)?.delete(url);
    imports.delete(url);
    for (const importer of [...above]) bump(importer, seen);
  }

  function getReached(url: string): ReadonlySet<string> {
    const reached = new Set([url]);
    // A set may grow while it is walked.
    for (const importer of reached) {
      for (const child of imports.get(importer) ?? []) reached.add(child);
    }
    return reached;
  }

  return {
    recordImport,
    getReached,
    isTracked: (url) => files.has(url) || files.values().some((file) => file.startsWith(`${url}/`)),
    findStale: (urls = stamps.keys()) => [...urls].filter(isChanged),
    getVersion: (url) => versions.get(url) ?? 0,
    invalidate,
    recordSuccess(url) {
      broken.delete(url);
      for (const reached of getReached(url)) loaded.add(reached);
    },
    recordFailure: (url) => void broken.add(url),
  };
}

/** Removes the version from the URL of a file. */
export function removeVersion(url: string): string {
  return url.replace(/\?v=\d+$/, "");
}

function getOrCreateSet(map: Map<string, Set<string>>, key: string): Set<string> {
  const set = map.get(key) ?? new Set<string>();
  map.set(key, set);
  return set;
}
