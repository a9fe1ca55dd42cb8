/**
 * Whether a project has the package `next` itself.
 *
 * @module
 */

import { existsSync } from "node:fs";
import { dirname, join } from "@std/path";
import { DENO_CONFIGS, mayRead, readPackageFile } from "./package_file.ts";

/**
 * Whether a project names `next` among its packages, or has it installed, in it or above.
 *
 * @param root The absolute path of the project's folder.
 */
export function hasNextPackage(root: string): boolean {
  const { dependencies, devDependencies } = readPackageFile(join(root, "package.json"));
  const isImported = DENO_CONFIGS.some((name) => {
    const { imports } = readPackageFile(join(root, name));
    return imports?.next?.startsWith("npm:") || imports?.["next/"]?.startsWith("npm:");
  });
  return dependencies?.next !== undefined || devDependencies?.next !== undefined || isImported || isInstalled(root);
}

function isInstalled(root: string): boolean {
  for (let folder = root;; folder = dirname(folder)) {
    const path = join(folder, "node_modules/next/package.json");
    if (mayRead(path) && existsSync(path)) return true;
    if (dirname(folder) === folder) return false;
  }
}
