/**
 * `routes typegen`: writes the types of the routes.
 *
 * @module
 */

import { writeLog } from "../log/log.ts";
import { join, resolve } from "@std/path";
import { routeTypes } from "../codegen/route_types.ts";
import type { RouteManifest } from "../routing/manifest.ts";
import { getNextSpecifiers } from "./next_imports.ts";
import { pageExtensionsOf } from "./project_front.ts";
import { scanProject } from "./scan.ts";

/** Where the types are, unless someone says otherwise. */
export const TYPES_FILE = "routes.d.ts";

/**
 * Writes the declaration file of a folder's routes.
 *
 * @param dir An app folder, or a project.
 * @param options `out`: the file to write; default `routes.d.ts` in the project.
 * @throws {Deno.errors.NotFound} If there is no such folder, no route in it, or no folder to write to.
 */
export async function typegenCommand(dir: string, { out }: { readonly out: string | undefined }): Promise<void> {
  const { root, manifest } = await scanProject(dir, pageExtensionsOf);
  const file = out === undefined ? join(root, TYPES_FILE) : resolve(out);
  try {
    await Deno.writeTextFile(file, typesOf(manifest));
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw cause;
    throw new Deno.errors.NotFound(`Cannot write "${file}": its folder does not exist, make it first`, { cause });
  }
  const { length } = manifest.routes;
  console.log(`Wrote the types of ${length} ${length === 1 ? "route" : "routes"} to ${file}`);
}

/**
 * Writes the declaration file again, where there is one and its routes changed. Without the permission to write it
 * stays as it is.
 *
 * @param root The project's folder.
 * @param manifest Its routes.
 */
export async function refreshTypes(root: string, manifest: RouteManifest): Promise<void> {
  const file = join(root, TYPES_FILE);
  const { state } = await Deno.permissions.query({ name: "write", path: file });
  const old = state === "granted" ? await Deno.readTextFile(file).catch(() => null) : null;
  const types = typesOf(manifest);
  if (old === null || old === types) return;
  await Deno.writeTextFile(file, types).catch(({ message }) => writeLog("warn", `Cannot keep the types: ${message}`));
}

/** The text of the declaration file. */
export function typesOf(manifest: RouteManifest): string {
  return routeTypes(manifest, getNextSpecifiers());
}
