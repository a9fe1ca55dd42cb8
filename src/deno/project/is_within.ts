/**
 * Which path is inside which.
 *
 * @module
 */

import { SEPARATOR } from "@std/path";

/**
 * Whether a path is a folder, or inside it.
 *
 * @param path An absolute path.
 * @param folder The absolute path of the folder.
 */
export function isWithin(path: string, folder: string): boolean {
  return withSeparator(path).startsWith(withSeparator(folder));
}

/** The root of a disk ends with one already. */
function withSeparator(path: string): string {
  return path.endsWith(SEPARATOR) ? path : path + SEPARATOR;
}
