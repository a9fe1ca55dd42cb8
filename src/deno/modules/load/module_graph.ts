/**
 * Which module of a project imports which, and how often each has changed: what `routes dev` needs to import changed
 * files anew, and those only.
 *
 * Deno imports a URL once. So a file that changed gets a new URL, `route.ts?v=3`, and so does every file that imports it,
 * directly or not; all others stay the modules they are, with what they hold.
 *
 * @module
 */

/** The modules of a project. */
export interface ModuleGraph {
  /**
   * Notes an import.
   *
   * @param url The URL of the imported file.
   * @param parent The URL of the importing one.
   * @returns The URL to import it by.
   */
  resolved(url: string, parent: string): string;
  /** How often a file has changed, or one that it imports. */
  version(url: string): number;
  /**
   * Says that files have changed, have come or gone.
   *
   * @param urls Their URLs; of files that nobody imported too, and of folders.
   * @returns The URLs of all files that are to be imported anew.
   */
  changed(urls: Iterable<string>): ReadonlySet<string>;
  /** Whether a URL is that of an imported file, or of a folder that has one. */
  has(url: string): boolean;
  /** A file, and all that it imports, directly or not. */
  reached(url: string): ReadonlySet<string>;
  /**
   * The files that are not any more what was imported, told by a look at the disk.
   *
   * @param urls Those that are looked at. Default: all.
   */
  stale(urls?: Iterable<string>): string[];
  /** Says that a file, and all it imports, has been imported. */
  succeeded(url: string): void;
  /** Says that a file could not be imported; by the next change it is tried anew, with what it imports. */
  failed(url: string): void;
}

/**
 * Makes a graph.
 *
 * @param follows Whether a file belongs to the project.
 * @param stampOf What differs when a file has changed; without it, whatever is said to have changed has.
 */
export function createModuleGraph(
  follows: (url: string) => boolean,
  getStamp: (url: string) => string | undefined = () => undefined,
): ModuleGraph {
  const versions = new Map<string, number>();
  const importers = new Map<string, Set<string>>();
  const imports = new Map<string, Set<string>>();
  const known = new Set<string>();
  /** What the files were when they were imported. */
  const stamps = new Map<string, string | undefined>();
  /** The files that run, and those that could not be imported. */
  const running = new Set<string>(), broken = new Set<string>();
  let clock = 0;

  function resolved(versioned: string, parent: string): string {
    const url = removeVersion(versioned), from = removeVersion(parent);
    if (!follows(url)) return versioned;
    known.add(url);
    if (!stamps.has(url)) stamps.set(url, getStamp(url));
    if (follows(from) && from !== url) {
      getOrCreateSet(importers, url).add(from);
      getOrCreateSet(imports, from).add(url);
    }
    const version = versions.get(url);
    return version === undefined ? versioned : `${url}?v=${version}`;
  }

  function changed(urls: Iterable<string>): ReadonlySet<string> {
    clock++;
    const all = new Set<string>();
    for (const url of urls) {
      for (const file of getFiles(url)) {
        if (isChanged(file)) bump(file, all);
      }
    }
    // What an import that failed had already reached may be what failed.
    for (const url of broken) {
      for (const reached of getReached(url)) {
        if (!running.has(reached)) bump(reached, all);
      }
    }
    broken.clear();
    return all;
  }

  /** A change may be told twice, by a look and by the system; and a file that is to be imported anew is not stale. */
  function isChanged(url: string): boolean {
    const stamp = getStamp(url);
    return stamps.has(url) && (stamp === undefined || stamp !== stamps.get(url));
  }

  /** A folder that is renamed is all that is told of its files. */
  function getFiles(url: string): Iterable<string> {
    return known.has(url) ? [url] : [...known].filter((file) => file.startsWith(`${url}/`));
  }

  function bump(url: string, seen: Set<string>): void {
    if (seen.has(url)) return;
    seen.add(url);
    versions.set(url, clock);
    stamps.delete(url);
    running.delete(url);
    const above = importers.get(url) ?? [];
    // What it imports now is not known before it is imported anew.
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
    resolved,
    reached: getReached,
    has: (url) => known.has(url) || known.values().some((file) => file.startsWith(`${url}/`)),
    stale: (urls = stamps.keys()) => [...urls].filter(isChanged),
    version: (url) => versions.get(url) ?? 0,
    changed,
    succeeded(url) {
      broken.delete(url);
      for (const reached of getReached(url)) running.add(reached);
    },
    failed: (url) => void broken.add(url),
  };
}

/** The URL of a file, without its version. */
export function removeVersion(url: string): string {
  return url.replace(/\?v=\d+$/, "");
}

function getOrCreateSet(map: Map<string, Set<string>>, key: string): Set<string> {
  const found = map.get(key) ?? new Set<string>();
  map.set(key, found);
  return found;
}
