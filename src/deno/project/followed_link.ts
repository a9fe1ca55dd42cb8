/**
 * Resolves symbolic links below a folder that is being listed.
 *
 * @module
 */

import { dirname } from "@std/path";
import { isWithin } from "./is_within.ts";

/** The target of a symbolic link. */
export interface LinkTarget {
  /** Whether it is a file. */
  readonly isFile: boolean;
  /** Whether it is a folder. */
  readonly isDirectory: boolean;
  /** The absolute real path. */
  readonly path: string;
}

/**
 * Resolves a symbolic link.
 *
 * @param link The path of the link.
 * @param followed The folders to which links have already led on the way to it.
 * @returns `null` if the target is missing or unreadable, or is a folder that contains the link, which would be an
 * endless loop.
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
