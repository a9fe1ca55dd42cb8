/**
 * A tree of files in memory, for tests that resolve modules.
 *
 * @module
 */

import type { ModuleFileSystem } from "../../src/deno/modules/resolve/file_system.ts";

/** The texts of files by their paths. A path that ends with `@` is a link, and its text the path it leads to. */
export type Tree = Readonly<Record<string, string>>;

/** A tree, and a record of its calls. */
export interface MemoryFiles extends ModuleFileSystem {
  /** The URL of the folder that paths are relative to. */
  readonly base: string;
  /** The calls so far, such as `isFile lib/db.ts`. */
  readonly asked: string[];
  /** Writes a file. */
  write(path: string, text: string): void;
  /** The URL of a path. */
  url(path: string): string;
}

/** The systems that a case applies to: their URLs differ by a drive. */
export const BASES: readonly string[] = ["file:///home/ada/app/", "file:///C:/Users/ada/app/"];

/**
 * Creates a tree.
 *
 * @param tree The files.
 * @param base The URL of the folder that paths are relative to.
 * @param hidden The path of a folder that may be read only through links.
 */
export function createMemoryFiles(tree: Tree, base: string = BASES[0]!, hidden?: string): MemoryFiles {
  const url = (path: string) => new URL(path, base).href;
  const texts = new Map<string, string>();
  const links = new Map<string, string>();
  for (const [path, text] of Object.entries(tree)) {
    if (path.endsWith("@")) links.set(url(path.slice(0, -1)), url(text));
    else texts.set(url(path), text);
  }
  const asked: string[] = [];
  const note = (what: string, url: string) =>
    asked.push(`${what} ${url.startsWith(base) ? url.slice(base.length) : url}`);

  function realUrl(url: string): string {
    for (const [link, target] of links) {
      if (url === link || url.startsWith(`${link}/`)) return realUrl(target + url.slice(link.length));
    }
    return url;
  }

  const isHidden = (url: string) => hidden !== undefined && url.startsWith(new URL(hidden, base).href);

  return {
    base,
    asked,
    url,
    write: (path, text) => void texts.set(url(path), text),
    isFile(url) {
      note("isFile", url);
      return texts.has(realUrl(url));
    },
    isFolder(url) {
      note("isFolder", url);
      if (isHidden(url)) return false;
      const folder = realUrl(url).replace(/\/?$/, "/");
      return [...texts.keys(), ...links.keys()].some((file) => file.startsWith(folder));
    },
    readText(url) {
      note("readText", url);
      return texts.get(realUrl(url));
    },
    realUrl,
  };
}
