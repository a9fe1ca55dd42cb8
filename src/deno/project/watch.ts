/**
 * Watches the files of a project.
 *
 * @module
 */

import { join } from "@std/path";
import { writeLog } from "../../log/log.ts";

/** A running watch. */
export interface ProjectWatch {
  /** Records a change that was found by checking the file. */
  note(path: string): void;
  /** Whether a file has been written to but not closed; `false` if the system does not report that. */
  isBeingWritten(path: string): boolean;
  /** Settles when all changes that were recorded so far have been reported. */
  settled(): Promise<void>;
  /** Ends the watch. */
  close(): void;
}

/** Names of folders without sources: those of packages, tools, and this package. */
const IGNORED: ReadonlySet<string> = new Set(["node_modules", ".git", ".routes", ".next", "coverage"]);

/** How long there must be no change before changes are reported: an editor saves a file in several steps. */
const QUIET_MS = 20;

/** How long changes are collected at most: some files are written continuously. */
const MAX_DELAY_MS = 250;

/** Whether the system reports the end of a write, as "access"; Deno reports no other access. */
const REPORTS_CLOSING = Deno.build.os === "linux";

/** Options of {@linkcode watchProject}. */
export interface WatchOptions {
  /** Whether to report changes of a file or folder, by its absolute path. Default: all. */
  filter?: (path: string) => boolean;
  /**
   * Called with the absolute paths that were changed, created or removed. It is called again only after it has settled;
   * its errors are logged.
   */
  onChange(paths: ReadonlySet<string>): unknown;
}

/**
 * Watches a project.
 *
 * @param root The project's folder.
 * @param options Its options.
 */
export function watchProject(root: string, { filter = () => true, onChange }: WatchOptions): ProjectWatch {
  const watchers = new Map<string, Deno.FsWatcher>();
  const changed = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let since = 0;
  /** Settles when the collected changes have been reported. */
  let collected: PromiseWithResolvers<void> | undefined;
  let reported = Promise.resolve();
  let isClosed = false;
  const writing = new Set<string>();
  /** Folders to watch again: a watcher that is created in the turn in which the old one is closed sees nothing. */
  const renewed = new Set<string>();

  function note(path: string): void {
    if (isClosed || !filter(path)) return;
    if (changed.size === 0) since = performance.now();
    changed.add(path);
    collected ??= Promise.withResolvers();
    clearTimeout(timer);
    timer = setTimeout(report, Math.max(0, Math.min(QUIET_MS, since + MAX_DELAY_MS - performance.now())));
  }

  function report(): void {
    const paths = new Set(changed), done = collected;
    changed.clear();
    collected = undefined;
    for (const folder of renewed) {
      if (isFolder(folder)) watch(folder, true);
    }
    renewed.clear();
    reported = reported.then(() => onChange(paths)).then(
      () => {},
      (error) => writeLog("error", "Cannot apply a change:", { error }),
    )
      .then(done?.resolve);
  }

  /** Watches a single folder: package folders have tens of thousands of files, and must be left out. */
  async function watch(folder: string, recursive: boolean): Promise<void> {
    if (isClosed || watchers.has(folder)) return;
    let watcher: Deno.FsWatcher;
    try {
      watcher = Deno.watchFs(folder, { recursive });
    } catch (error) {
      // It is gone already, or unreadable; imported files from there are still checked with each request.
      if (!(error instanceof Deno.errors.NotFound)) {
        writeLog("warn", `Cannot watch "${folder}": ${(error as Error).message}`);
      }
      return;
    }
    watchers.set(folder, watcher);
    for await (const { kind, paths } of watcher) {
      for (const path of paths) {
        if (isIgnored(path, root)) continue;
        if (kind === "modify" && REPORTS_CLOSING) writing.add(path);
        else writing.delete(path);
        if (kind === "access") continue;
        // A folder may have been replaced, and its old watcher sees nothing of the new one.
        const isTop = !recursive && path !== root;
        if (isTop && kind !== "modify") {
          unwatch(path);
          renewed.add(path);
        }
        note(path);
      }
    }
  }

  function unwatch(folder: string): void {
    watchers.get(folder)?.close();
    watchers.delete(folder);
  }

  watch(root, false);
  for (const { name, isDirectory } of Deno.readDirSync(root)) {
    if (isDirectory && !IGNORED.has(name)) watch(join(root, name), true);
  }

  return {
    note,
    isBeingWritten: (path) => writing.has(path),
    settled: () => collected?.promise ?? reported,
    close() {
      isClosed = true;
      clearTimeout(timer);
      for (const watcher of watchers.values()) watcher.close();
    },
  };
}

function isIgnored(path: string, root: string): boolean {
  return path.slice(root.length).split(/[\\/]/).some((name) => IGNORED.has(name));
}

function isFolder(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}
