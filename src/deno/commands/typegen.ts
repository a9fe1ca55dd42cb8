/**
 * `routes typegen`: writes the types of the routes.
 *
 * @module
 */

import { join, resolve } from "@std/path";
import { TYPES_HEADER } from "../../codegen/route_types.ts";
import { readPageExtensions } from "../project/project_files.ts";
import { getTypesFile, toRoutesDts, TYPES_FILE } from "../project/routes_dts.ts";
import { makeRoutesFolder } from "../project/routes_folder.ts";
import { scanProject } from "../project/scan.ts";

/**
 * Writes the declaration file of a folder's routes.
 *
 * @param dir An app folder, or a project.
 * @param options `out`: the file to write; default: {@linkcode getTypesFile}.
 * @throws {Deno.errors.NotFound} If there is no such folder, no route in it, or no folder to write to.
 */
export async function typegenCommand(dir: string, { out }: { readonly out: string | undefined }): Promise<void> {
  const { root, manifest } = await scanProject(dir, readPageExtensions);
  const file = out === undefined ? getTypesFile(root) : resolve(out);
  if (out === undefined && file !== join(root, TYPES_FILE)) {
    makeRoutesFolder(root);
    await removeGlobalTypes(join(root, TYPES_FILE));
  }
  try {
    await Deno.writeTextFile(file, toRoutesDts(manifest, root));
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw cause;
    throw new Deno.errors.NotFound(`Cannot write "${file}": its folder does not exist, create it first`, { cause });
  }
  const { length } = manifest.routes;
  console.log(`Wrote the types of ${length} ${length === 1 ? "route" : "routes"} to ${file}`);
}

/** Removes the file of a project before it had `next`, whose types declare the same names. */
async function removeGlobalTypes(file: string): Promise<void> {
  const old = await Deno.readTextFile(file).catch(() => "");
  if (!old.startsWith(TYPES_HEADER)) return;
  await Deno.remove(file);
  console.log(`Removed ${file}, because the types of next declare the same names`);
}
