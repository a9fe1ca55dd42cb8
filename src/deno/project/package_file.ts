/**
 * The files that describe a project: `deno.json` and `package.json`.
 *
 * @module
 */

import { join } from "@std/path";
import { readJsonc } from "../modules/resolve/jsonc.ts";

/** The names of Deno's own configuration. */
export const DENO_CONFIGS = ["deno.json", "deno.jsonc"] as const;

/** What the module reads of such a file. */
export interface PackageFile {
  readonly version?: unknown;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly imports?: Readonly<Record<string, string>>;
}

/** Reads a file, as far as it may be read; an empty object if it is missing or has a mistake. */
export function readPackageFile(path: string): PackageFile {
  try {
    return mayRead(path) ? (readJsonc(path) ?? {}) as PackageFile : {};
  } catch {
    // The code that needs its contents reports the mistake.
    return {};
  }
}

/** Whether a file may be read; without the check, Deno would prompt for the permission. */
export function mayRead(path: string): boolean {
  return Deno.permissions.querySync({ name: "read", path }).state === "granted";
}

/** Returns the version of a project, if its `deno.json` or `package.json` has one. */
export function getProjectVersion(root: string): string | undefined {
  const versions = [...DENO_CONFIGS, "package.json"].map((name) => readPackageFile(join(root, name)).version);
  return versions.find((version) => typeof version === "string");
}
