/**
 * Compares paths.
 *
 * @module
 */

import { SEPARATOR } from "@std/path";

/**
 * Whether a path is a folder or inside it.
 *
 * @param path An absolute path.
 * @param folder The absolute path of the folder.
 */
export function isWithin(path: string, folder: string): boolean {
  return withSeparator(path).startsWith(withSeparator(folder));
}

/** Adds a separator, unless the path ends with one, as the root of a disk does. */
function withSeparator(path: string): string {
  return path.endsWith(SEPARATOR) ? path : path + SEPARATOR;
}
