/**
 * The one dynamic `import()` of the tree.
 *
 * @module
 */

import { join, toFileUrl } from "@std/path";
import type { ModuleNamespace } from "../../../handler/served_route.ts";
import { prepareNamedPackages } from "../next/named_packages.ts";

/** A route file that cannot be imported; `cause` is the reason. */
export class RouteLoadError extends Error {
  /** Always `"RouteLoadError"`. */
  override name = "RouteLoadError";
}

/**
 * Makes the function that imports the files of a manifest. It remembers what it imported, and forgets what failed.
 *
 * @param root The folder that the manifest's files are relative to.
 */
export function createLoader(root: string): (file: string) => Promise<ModuleNamespace> {
  const loaded = new Map<string, Promise<ModuleNamespace>>();
  return (file) => {
    const earlier = loaded.get(file);
    if (earlier !== undefined) return earlier;
    const loading = importFile(root, file, "route ");
    loaded.set(file, loading);
    loading.catch(() => loaded.delete(file));
    return loading;
  };
}

/**
 * Imports a file.
 *
 * @param root The folder that it is relative to.
 * @param file The file.
 * @param what What messages call it besides its name.
 * @throws {RouteLoadError} If that fails; it names the file.
 */
export async function importFile(root: string, file: string, what = ""): Promise<ModuleNamespace> {
  try {
    await prepareNamedPackages(root, importUrl);
    return await importUrl(toFileUrl(join(root, file)).href);
  } catch (cause) {
    throw createRouteLoadError(file, cause, what);
  }
}

let runningImports = 0;

/** How many imports are under way. */
export function countImports(): number {
  return runningImports;
}

/** Imports a module by its URL. */
export async function importUrl(url: string): Promise<ModuleNamespace> {
  runningImports++;
  try {
    return await import(url);
  } finally {
    runningImports--;
  }
}

/**
 * The error of a file that cannot be imported.
 *
 * @param file The file.
 * @param cause Why.
 * @param what What messages call it besides its name.
 */
export function createRouteLoadError(file: string, cause: unknown, what = ""): RouteLoadError {
  // Deno wraps a syntax error, whose message names itself and has a code frame, in a TypeError.
  const named = cause instanceof Error && /^\w*Error: /.test(cause.message);
  const reason = cause instanceof Error ? (named ? cause.message : `${cause.name}: ${cause.message}`) : String(cause);
  return new RouteLoadError(`Cannot load ${what}"${file}": ${reason}`, { cause });
}
