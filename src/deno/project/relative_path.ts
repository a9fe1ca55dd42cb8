/**
 * The way from a folder to a file or another folder, as specifiers have it.
 *
 * @module
 */

import { relative, SEPARATOR } from "@std/path";

/** What is asked of the paths of a system. */
export interface PathSystem {
  /** What is between the names of folders. */
  readonly sep: string;
  /** The way from one absolute path to another. */
  relative(from: string, to: string): string;
}

/**
 * Gets the way from one absolute path to another, with `/` on all systems.
 *
 * @param from The folder.
 * @param to The file or folder.
 * @param system How paths are written. Default: as this system does.
 * @returns An absolute path if they are on two drives of Windows.
 */
export function getRelativePath(from: string, to: string, system: PathSystem = { sep: SEPARATOR, relative }): string {
  const path = system.relative(from, to);
  return system.sep === "\\" ? path.replaceAll("\\", "/") : path;
}
