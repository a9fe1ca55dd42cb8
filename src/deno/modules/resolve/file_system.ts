/**
 * What resolving a module asks of a disk, and the disk.
 *
 * @module
 */

import { existsSync, readFileSync, realpathSync } from "node:fs";
import { fromFileUrl, toFileUrl } from "@std/path";

/** A tree of files, by their `file:` URLs; the URL of a folder may end with a slash. */
export interface ModuleFileSystem {
  /** Whether there is a file that may be read. */
  isFile(url: string): boolean;
  /** Whether there is a folder that may be read. */
  isFolder(url: string): boolean;
  /** The text of a file, or `undefined` if there is none. */
  readText(url: string): string | undefined;
  /** The URL with all links followed. Without it there are no links. */
  realUrl?(url: string): string;
}

/** A file system that remembers what it answered. */
export interface CachedFileSystem extends ModuleFileSystem {
  /**
   * Runs a function, and remembers what it asked unless it throws: names that come with requests, as in
   * `import("./locales/" + locale + ".json")`, would fill the memory with files that do not exist.
   *
   * @param find The function.
   */
  attempt<T>(find: () => T): T;
}

/** The options of {@linkcode createDiskFileSystem}. */
export interface DiskFileSystemOptions {
  /**
   * The URL of the project's folder. What may not be read is an error inside of it, and not there outside of it:
   * `node_modules` is looked for in all folders above a project, which are not its own.
   */
  readonly root?: string;
}

/**
 * Creates a view of the disk. Nothing is remembered: see {@linkcode createCachedFileSystem}.
 *
 * @param options What belongs to the project.
 */
export function createDiskFileSystem({ root }: DiskFileSystemOptions = {}): ModuleFileSystem {
  const project = root?.endsWith("/") === false ? `${root}/` : root;
  // A question costs 2 µs; who granted everything is asked once.
  const mayReadAll = Deno.permissions.querySync({ name: "read" }).state === "granted";

  function mayRead(path: string, url: string): boolean {
    // Deno would ask the user at the terminal, about folders that are not the project's.
    return mayReadAll || isInside(url) || Deno.permissions.querySync({ name: "read", path }).state === "granted";
  }

  function isInside(url: string): boolean {
    return project !== undefined && url.startsWith(project);
  }

  function read<T>(url: string, reader: (path: string) => T, otherwise: T): T {
    const path = toPath(url);
    if (path === undefined || !mayRead(path, url)) return otherwise;
    try {
      return reader(path);
    } catch (error) {
      if (isInside(url) && isPermissionError(error)) throw error;
      return otherwise;
    }
  }

  // A failed `statSync()` costs ten times as much as `existsSync()`, and most questions fail.
  const stat = (path: string) => existsSync(path) ? Deno.statSync(path) : undefined;

  return {
    isFile: (url) => read(url, (path) => stat(path)?.isFile ?? false, false),
    isFolder: (url) => read(url, (path) => stat(path)?.isDirectory ?? false, false),
    readText: (url) => read(url, (path) => existsSync(path) ? readFileSync(path, "utf8") : undefined, undefined),
    realUrl: (url) => {
      const real = read(url, (path) => getRealUrl(path, url), url);
      return url.endsWith("/") && !real.endsWith("/") ? `${real}/` : real;
    },
  };
}

function getRealUrl(path: string, url: string): string {
  const real = realpathSync(path);
  // Not written another way where nothing is a link: a URL is the identity of a module.
  return real === path || `${real}/` === path ? url : toFileUrl(real).href;
}

const IS_WINDOWS = Deno.build.os === "windows";

/** A URL of which no path can be made, as `%zz` in it is not an escape, is of no file. */
function toPath(url: string): string | undefined {
  // What most URLs are, at a tenth of the time.
  if (!IS_WINDOWS && url.startsWith("file:///") && !url.includes("%")) return url.slice("file://".length);
  try {
    return fromFileUrl(url);
  } catch {
    return undefined;
  }
}

function isPermissionError(error: unknown): boolean {
  return error instanceof Deno.errors.NotCapable || error instanceof Deno.errors.PermissionDenied ||
    ["EACCES", "EPERM"].includes((error as { readonly code?: string }).code ?? "");
}

/**
 * Creates a file system that asks another one only once. The texts of files are not kept.
 *
 * @param files The other one.
 */
export function createCachedFileSystem(files: ModuleFileSystem): CachedFileSystem {
  const isFile = createMemory((url) => files.isFile(url));
  const isFolder = createMemory((url) => files.isFolder(url));
  const realUrl = createMemory((url) => files.realUrl?.(url) ?? url);
  const memories = [isFile, isFolder, realUrl];
  return {
    isFile: isFile.ask,
    isFolder: isFolder.ask,
    readText: (url) => files.readText(url),
    realUrl: realUrl.ask,
    attempt(find) {
      for (const { asked } of memories) asked.length = 0;
      try {
        return find();
      } catch (error) {
        for (const { asked, answers } of memories) for (const url of asked) answers.delete(url);
        throw error;
      }
    },
  };
}

interface Memory<T> {
  readonly answers: Map<string, T>;
  /** What was asked for the first time since the list was last emptied. */
  readonly asked: string[];
  ask(url: string): T;
}

function createMemory<T>(find: (url: string) => T): Memory<T> {
  const answers = new Map<string, T>();
  const asked: string[] = [];
  return {
    answers,
    asked,
    ask(url) {
      let answer = answers.get(url);
      if (answer === undefined) {
        answers.set(url, answer = find(url));
        asked.push(url);
      }
      return answer;
    },
  };
}
