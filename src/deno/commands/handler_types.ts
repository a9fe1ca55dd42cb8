/**
 * Reads the types of handlers, and names those that cannot be found on stderr. The modules that do it are imported only
 * when they are needed.
 *
 * @module
 */

import { writeLog } from "../../log/log.ts";
import type { RouteManifest } from "../../routing/manifest.ts";
import type { MissingImport } from "../flat_types/compiler_host.ts";
import type { ResponseSchemas } from "../flat_types/response_schemas.ts";
import { isWithin } from "../project/is_within.ts";
import { getRelativePath } from "../project/relative_path.ts";

/**
 * Returns the text of a declaration file without imports.
 *
 * @param manifest The routes.
 * @param root The absolute path of their project.
 * @param target The name of the file.
 * @throws {Error} If the TypeScript compiler cannot be loaded.
 */
export async function writeFlatTypes(manifest: RouteManifest, root: string, target: string): Promise<string> {
  const { createFlatTypes } = await import("../flat_types/flat_types.ts");
  const { text, missing } = await createFlatTypes(manifest, root);
  warnOfMissing(missing, root, target);
  return text;
}

/**
 * Returns the responses of handlers.
 *
 * @param manifest The routes.
 * @param root The absolute path of their project.
 * @throws {Error} If the TypeScript compiler cannot be loaded.
 */
export async function readResponses(manifest: RouteManifest, root: string): Promise<ResponseSchemas["get"]> {
  const { readResponseSchemas } = await import("../flat_types/response_schemas.ts");
  const { get, missing } = await readResponseSchemas(manifest, root);
  warnOfMissing(missing, root, "the document");
  return get;
}

function warnOfMissing(missing: readonly MissingImport[], root: string, target: string): void {
  for (const { specifier, parent } of missing) {
    if (!isWithin(parent, root)) continue;
    const file = getRelativePath(root, parent);
    writeLog("warn", `Cannot find the types of "${specifier}", which "${file}" imports: they are unknown in ${target}`);
  }
}
