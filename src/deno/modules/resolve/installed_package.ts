/**
 * What is installed in `node_modules`, in a folder or above it.
 *
 * @module
 */

import { existsSync } from "node:fs";
import { dirname, join } from "@std/path";

/** Whether a file may be read; without the check, Deno would prompt for the permission. */
export function mayRead(path: string): boolean {
  return Deno.permissions.querySync({ name: "read", path }).state === "granted";
}

/**
 * Finds a file or a folder of an installed package.
 *
 * @param name Its path below `node_modules`: `next/package.json`.
 * @param start The absolute path of the folder to start from.
 * @returns Its absolute path, or `undefined` if no `node_modules` that may be read has it.
 */
export function findInstalled(name: string, start: string): string | undefined {
  for (let folder = start;; folder = dirname(folder)) {
    const path = join(folder, "node_modules", name);
    if (mayRead(path) && existsSync(path)) return path;
    if (dirname(folder) === folder) return undefined;
  }
}
