/**
 * Relative paths as used in specifiers.
 *
 * @module
 */

import { relative, SEPARATOR } from "@std/path";

/** The path functions of an operating system. */
export interface PathSystem {
  /** The separator between the names of folders. */
  readonly sep: string;
  /** Returns the relative path from one absolute path to another. */
  relative(from: string, to: string): string;
}

/**
 * Returns the relative path from one absolute path to another, with `/` on all systems.
 *
 * @param from The folder.
 * @param to The file or folder.
 * @param system The path functions to use. Default: those of this system.
 * @returns An absolute path if they are on two drives of Windows.
 */
export function getRelativePath(from: string, to: string, system: PathSystem = { sep: SEPARATOR, relative }): string {
  const path = system.relative(from, to);
  return system.sep === "\\" ? path.replaceAll("\\", "/") : path;
}
