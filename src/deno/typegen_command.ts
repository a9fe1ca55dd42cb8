/**
 * `routes typegen`: writes the types of the routes.
 *
 * @module
 */

import { writeLog } from "../log/log.ts";
import { join, resolve } from "@std/path";
import { type DeclaredModule, routeTypes, routeTypesModule, TYPES_HEAD } from "../codegen/route_types.ts";
import type { RouteManifest } from "../routing/manifest.ts";
import { makeRoutesFolder } from "./cache_location.ts";
import { ALL_NEXT_MODULES } from "./modules/next_modules.ts";
import { NEXT_NAMESPACES } from "./modules/next_namespaces.ts";
import { hasNextPackage } from "./next_package.ts";
import { pageExtensionsOf } from "./project_front.ts";
import { scanProject } from "./scan.ts";
import { selfSpecifier } from "./own_package.ts";

const TYPES_FILE = "routes.d.ts";

/**
 * Where the types are, unless someone says otherwise: in a project that has the package `next` outside of what its own
 * type check reads.
 *
 * @param root The project's folder.
 */
export function getTypesFile(root: string): string {
  return hasNextPackage(root) ? join(root, ".routes", TYPES_FILE) : join(root, TYPES_FILE);
}

/**
 * Writes the declaration file of a folder's routes.
 *
 * @param dir An app folder, or a project.
 * @param options `out`: the file to write; default: {@linkcode getTypesFile}.
 * @throws {Deno.errors.NotFound} If there is no such folder, no route in it, or no folder to write to.
 */
export async function typegenCommand(dir: string, { out }: { readonly out: string | undefined }): Promise<void> {
  const { root, manifest } = await scanProject(dir, pageExtensionsOf);
  const file = out === undefined ? getTypesFile(root) : resolve(out);
  if (out === undefined && file !== join(root, TYPES_FILE)) {
    makeRoutesFolder(root);
    await removeGlobalTypes(join(root, TYPES_FILE));
  }
  try {
    await Deno.writeTextFile(file, typesOf(manifest, root));
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw cause;
    throw new Deno.errors.NotFound(`Cannot write "${file}": its folder does not exist, make it first`, { cause });
  }
  const { length } = manifest.routes;
  console.log(`Wrote the types of ${length} ${length === 1 ? "route" : "routes"} to ${file}`);
}

/** What was written before the project had `next` declares again what the types of `next` do. */
async function removeGlobalTypes(file: string): Promise<void> {
  const old = await Deno.readTextFile(file).catch(() => "");
  if (!old.startsWith(TYPES_HEAD)) return;
  await Deno.remove(file);
  console.log(`Removed ${file}, which declares what the types of next declare`);
}

/**
 * Writes the declaration file again, where there is one and its routes changed. Without the permission to write it
 * stays as it is.
 *
 * @param root The project's folder.
 * @param manifest Its routes.
 */
export async function refreshTypes(root: string, manifest: RouteManifest): Promise<void> {
  const file = getTypesFile(root);
  const { state } = await Deno.permissions.query({ name: "write", path: file });
  const old = state === "granted" ? await Deno.readTextFile(file).catch(() => null) : null;
  const types = typesOf(manifest, root);
  if (old === null || old === types) return;
  await Deno.writeTextFile(file, types).catch(({ message }) => writeLog("warn", `Cannot keep the types: ${message}`));
}

/**
 * The text of the declaration file.
 *
 * @param manifest The routes.
 * @param root The folder of their project.
 */
export function typesOf(manifest: RouteManifest, root: string): string {
  return hasNextPackage(root) ? routeTypesModule(manifest) : routeTypes(manifest, declaredModules());
}

function declaredModules(): Record<string, DeclaredModule> {
  const modules = Object.entries(ALL_NEXT_MODULES).filter(([name]) => !name.endsWith(".json"));
  return Object.fromEntries(modules.map(([name, { entry, file, creator }]) => [name, {
    specifier: creator === undefined ? selfSpecifier(entry, file) : undefined,
    hasDefault: "default" in (NEXT_NAMESPACES[entry] ?? {}),
  }]));
}
