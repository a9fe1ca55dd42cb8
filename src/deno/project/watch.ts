/**
 * Watching the files of a project.
 *
 * @module
 */

import { join } from "@std/path";
import { writeLog } from "../../log/log.ts";

/** A watch that runs. */
export interface ProjectWatch {
  /** Says that a file has changed, as who looked at it knows. */
  note(path: string): void;
  /** Whether a file has been written to and not been closed since; `false` where the system does not tell of that. */
  isBeingWritten(path: string): boolean;
  /** Settles when no change is under way: what was noted before has been told then. */
  settled(): Promise<void>;
  /** Ends the watch. */
  close(): void;
}

/** Folders whose files are no sources, by name: those of packages, of tools, and this module's own. */
const IGNORED: ReadonlySet<string> = new Set(["node_modules", ".git", ".routes", ".next", "coverage"]);

/** How long nothing may happen before changes are told, in milliseconds: an editor writes a file in several steps. */
const QUIET = 20;

/** How long changes are gathered at most, in milliseconds: some files are written all the time. */
const AT_MOST = 250;

/** Whether the end of a write is told of, as "access"; Deno tells of no other access. */
const TELLS_OF_CLOSING = Deno.build.os === "linux";

/** What a watch is for. */
export interface WatchOptions {
  /** Whether a file, or a folder, is of interest by its absolute path. Default: all are. */
  concerns?: (path: string) => boolean;
  /**
   * Told of the absolute paths that changed, came or went, many at once. The next ones are told when it is done; what it
   * throws is printed.
   */
  onChange(paths: ReadonlySet<string>): unknown;
}

/**
 * Watches a project.
 *
 * @param root Its folder.
 * @param options What the watch is for.
 */
export function watchProject(root: string, { concerns = () => true, onChange }: WatchOptions): ProjectWatch {
  const watchers = new Map<string, Deno.FsWatcher>();
  const changed = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let since = 0;
  /** Resolves when what is gathered has been told; and when what was gathered before has. */
  let gathered: PromiseWithResolvers<void> | undefined;
  let told = Promise.resolve();
  let isClosed = false;
  const writing = new Set<string>();
  /** Folders to watch anew: a watcher that is made in the turn in which that of the same folder is closed sees nothing. */
  const renewed = new Set<string>();

  function note(path: string): void {
    if (isClosed || !concerns(path)) return;
    if (changed.size === 0) since = performance.now();
    changed.add(path);
    gathered ??= Promise.withResolvers();
    clearTimeout(timer);
    timer = setTimeout(tell, Math.max(0, Math.min(QUIET, since + AT_MOST - performance.now())));
  }

  function tell(): void {
    const paths = new Set(changed), done = gathered;
    changed.clear();
    gathered = undefined;
    for (const folder of renewed) if (isFolder(folder)) watch(folder, true);
    renewed.clear();
    told = told.then(() => onChange(paths)).then(
      () => {},
      (error) => writeLog("error", "Cannot follow a change:", { error }),
    )
      .then(done?.resolve);
  }

  /** The folders of packages have ten thousands of files, so each folder but those is watched by itself. */
  async function watch(folder: string, recursive: boolean): Promise<void> {
    if (isClosed || watchers.has(folder)) return;
    let watcher: Deno.FsWatcher;
    try {
      watcher = Deno.watchFs(folder, { recursive });
    } catch (error) {
      // It is gone already, or not for everyone's eyes; what is imported from there is looked at all the same.
      if (!(error instanceof Deno.errors.NotFound)) {
        writeLog("warn", `Cannot watch "${folder}": ${(error as Error).message}`);
      }
      return;
    }
    watchers.set(folder, watcher);
    for await (const { kind, paths } of watcher) {
      for (const path of paths) {
        if (isIgnored(path, root)) continue;
        if (kind === "modify" && TELLS_OF_CLOSING) writing.add(path);
        else writing.delete(path);
        if (kind === "access") continue;
        // A folder may have gone and come again, and its old watcher sees nothing of the new one.
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
    settled: () => gathered?.promise ?? told,
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
