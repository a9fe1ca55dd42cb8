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
  return `${path}${SEPARATOR}`.startsWith(`${folder}${SEPARATOR}`);
}
