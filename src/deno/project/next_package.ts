/**
 * Whether a project has the package `next` itself.
 *
 * @module
 */

import { existsSync } from "node:fs";
import { dirname, join } from "@std/path";
import { readJsonc } from "../modules/resolve/jsonc.ts";

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly imports?: Readonly<Record<string, string>>;
}

/**
 * Whether a project names `next` among its packages, or has it installed, in it or above.
 *
 * @param root The absolute path of the project's folder.
 */
export function hasNextPackage(root: string): boolean {
  const { dependencies, devDependencies } = readManifest(join(root, "package.json"));
  const isImported = ["deno.json", "deno.jsonc"].some((name) => {
    const { imports } = readManifest(join(root, name));
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

function readManifest(path: string): Manifest {
  try {
    return mayRead(path) ? (readJsonc(path) ?? {}) as Manifest : {};
  } catch {
    // The code that needs its contents reports the mistake.
    return {};
  }
}

/** Whether a file may be read; without the check, Deno would prompt for the permission. */
function mayRead(path: string): boolean {
  return Deno.permissions.querySync({ name: "read", path }).state === "granted";
}
