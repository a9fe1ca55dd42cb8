/**
 * Whether a project has the package `next` itself.
 *
 * @module
 */

import { join } from "@std/path";
import { findInstalled, mayRead } from "../modules/resolve/installed_package.ts";
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
  return dependencies?.next !== undefined || devDependencies?.next !== undefined || isImported ||
    findInstalled("next/package.json", root) !== undefined;
}

function readManifest(path: string): Manifest {
  try {
    return mayRead(path) ? (readJsonc(path) ?? {}) as Manifest : {};
  } catch {
    // The code that needs its contents reports the mistake.
    return {};
  }
}
