/**
 * The file system that modules are resolved in.
 *
 * @module
 */

import { existsSync, readFileSync, realpathSync } from "node:fs";
import { fromFileUrl, toFileUrl } from "@std/path";

/** Files by their `file:` URLs; the URL of a folder may end with a slash. */
export interface ModuleFileSystem {
  /** Whether a URL is that of a readable file. */
  isFile(url: string): boolean;
  /** Whether a URL is that of a readable folder. */
  isFolder(url: string): boolean;
  /** Reads the text of a file; `undefined` if there is no such file. */
  readText(url: string): string | undefined;
  /** Resolves all symbolic links. If omitted, there are none. */
  realUrl?(url: string): string;
}

/** A file system that caches its answers. */
export interface CachedFileSystem extends ModuleFileSystem {
  /**
   * Calls a function, and caches the answers that it asked for unless it throws: names that come from requests, as in
   * `import("./locales/" + locale + ".json")`, would fill the memory with files that do not exist.
   *
   * @param find The function to call.
   */
  attempt<T>(find: () => T): T;
}

/** The options of {@linkcode createDiskFileSystem}. */
export interface DiskFileSystemOptions {
  /**
   * The URL of the project's folder. Missing permissions are an error inside it, and count as a missing file outside
   * it: `node_modules` is looked for in every folder above a project, and those may be off limits.
   */
  readonly root?: string;
}

/**
 * Creates a file system that reads the disk. It caches nothing: see {@linkcode createCachedFileSystem}.
 *
 * @param options Which files belong to the project.
 */
export function createDiskFileSystem({ root }: DiskFileSystemOptions = {}): ModuleFileSystem {
  const project = root?.endsWith("/") === false ? `${root}/` : root;
  // A permission query costs 2 µs, so ask only once if everything is granted.
  const mayReadAll = Deno.permissions.querySync({ name: "read" }).state === "granted";

  function mayRead(path: string, url: string): boolean {
    // Otherwise Deno would prompt the user for folders outside the project.
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

  // A failing `statSync()` costs ten times as much as `existsSync()`, and most lookups fail.
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
  // Without links, return the URL exactly as given: a URL is the identity of a module.
  return real === path || `${real}/` === path ? url : toFileUrl(real).href;
}

const IS_WINDOWS = Deno.build.os === "windows";

/** Returns `undefined` for a URL that is not a valid path, such as one with `%zz`: no file has it. */
function toPath(url: string): string | undefined {
  // Most URLs are like this; it takes a tenth of the time.
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
 * Creates a file system that caches the answers of another one. The texts of files are not cached.
 *
 * @param files The file system to read from.
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
        for (const { asked, answers } of memories) {
          for (const url of asked) answers.delete(url);
        }
        throw error;
      }
    },
  };
}

interface Memory<T> {
  readonly answers: Map<string, T>;
  /** The URLs that were asked for the first time since the list was last emptied. */
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
