/**
 * Symbolic links below a folder that is listed.
 *
 * @module
 */

import { dirname } from "@std/path";
import { isWithin } from "./is_within.ts";

/** What a symbolic link leads to. */
export interface LinkTarget {
  /** Whether it is a file. */
  readonly isFile: boolean;
  /** Whether it is a folder. */
  readonly isDirectory: boolean;
  /** The absolute path of what it leads to, itself without links. */
  readonly path: string;
}

/**
 * Finds what a symbolic link leads to.
 *
 * @param link The path of the link.
 * @param followed The folders that links have led to on the way to it.
 * @returns `null` if it leads nowhere, to what may not be read, or to a folder that it is in: following that would never
 * end.
 */
export async function followLink(link: string, followed: readonly string[] = []): Promise<LinkTarget | null> {
  try {
    const [path, folder] = await Promise.all([Deno.realPath(link), Deno.realPath(dirname(link))]);
    const { isFile, isDirectory } = await Deno.stat(path);
    const isAround = isDirectory && [folder, ...followed].some((each) => isWithin(each, path));
    return isAround ? null : { isFile, isDirectory, path };
  } catch {
    return null;
  }
}
