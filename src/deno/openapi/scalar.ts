/**
 * Loads Scalar, which renders the docs page.
 *
 * @module
 */

import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { join } from "@std/path/join";

/** The package in the registry. Downloaded only if the docs page is opened. */
const REGISTERED = "npm:@scalar/api-reference@1.72.1";
/** A file that the package exports, beside the folder of the bundle, which it does not export. */
const EXPORTED = "style.css", BUNDLE = "./browser/standalone.js";

/**
 * Loads the bundle of the package that the project has installed, or of the registry.
 *
 * @param root The project's folder. Default: the current one.
 * @returns JavaScript that declares `Scalar`.
 * @throws {Error} If there is no bundle; the message says how to install it.
 */
export async function loadScalar(root: string = Deno.cwd()): Promise<string> {
  try {
    const url = findInstalled(root) ?? await download();
    return await Deno.readTextFile(new URL(BUNDLE, url));
  } catch (cause) {
    const fix = `install it with "deno add --dev ${REGISTERED}"`;
    throw new Error(`Cannot show the docs page: Scalar cannot be loaded, ${fix}`, { cause });
  }
}

function findInstalled(root: string): URL | undefined {
  try {
    return pathToFileURL(createRequire(join(root, "package.json")).resolve(`@scalar/api-reference/${EXPORTED}`));
  } catch {
    return undefined;
  }
}

async function download(): Promise<string> {
  const specifier = `${REGISTERED}/${EXPORTED}`;
  // The import makes Deno download the package. It then fails, because a style sheet is not code, and nothing runs.
  const error: unknown = await import(specifier).catch((error) => error);
  const url = import.meta.resolve(specifier);
  if (!url.startsWith("file:")) throw error;
  return url;
}
