/**
 * Writes the declaration file of a project's routes, `routes.d.ts`.
 *
 * @module
 */

import { basename, join } from "@std/path";
import { CLIENT_TYPES_HEADER } from "../../codegen/client_types.ts";
import { createRouteTypes, createRouteTypesModule, type DeclaredModule } from "../../codegen/route_types.ts";
import { writeLog } from "../../log/log.ts";
import type { RouteManifest } from "../../routing/manifest.ts";
import { ALL_NEXT_MODULES } from "../modules/next/next_modules.ts";
import { NEXT_NAMESPACES } from "../modules/next/next_namespaces.ts";
import { getOwnSpecifier } from "../modules/own_package.ts";
import { getClientFile, toClientDts } from "./client_dts.ts";
import { hasNextPackage } from "./next_package.ts";

/** The name of the file. */
export const TYPES_FILE = "routes.d.ts";

/**
 * Returns the default path of the declaration file. In a project with the package `next` it is outside the files that
 * the project's own type check reads.
 *
 * @param root The project's folder.
 */
export function getTypesFile(root: string): string {
  return hasNextPackage(root) ? join(root, ".routes", TYPES_FILE) : join(root, TYPES_FILE);
}

/**
 * Updates the declaration files that exist if the routes have changed. Without write permission they are left unchanged.
 *
 * @param root The project's folder.
 * @param manifest Its routes.
 */
export async function refreshTypes(root: string, manifest: RouteManifest): Promise<void> {
  await refreshFile(getTypesFile(root), () => toRoutesDts(manifest, root));
  const client = getClientFile(root);
  const update = () => toClientDts(manifest, root, client);
  await refreshFile(client, (old) => old.startsWith(CLIENT_TYPES_HEADER) ? update() : old);
}

async function refreshFile(file: string, update: (old: string) => string): Promise<void> {
  const { state } = await Deno.permissions.query({ name: "write", path: file });
  const old = state === "granted" ? await Deno.readTextFile(file).catch(() => null) : null;
  const types = old === null ? null : update(old);
  if (types === null || old === types) return;
  await Deno.writeTextFile(file, types).catch(({ message }) =>
    writeLog("warn", `Cannot update ${basename(file)}: ${message}`)
  );
}

/**
 * Returns the text of the declaration file.
 *
 * @param manifest The routes.
 * @param root The folder of their project.
 */
export function toRoutesDts(manifest: RouteManifest, root: string): string {
  return hasNextPackage(root) ? createRouteTypesModule(manifest) : createRouteTypes(manifest, getDeclaredModules());
}

function getDeclaredModules(): Record<string, DeclaredModule> {
  const modules = Object.entries(ALL_NEXT_MODULES).filter(([name]) => !name.endsWith(".json"));
  return Object.fromEntries(modules.map(([name, { entry, file, creator }]) => [name, {
    specifier: creator === undefined ? getOwnSpecifier(entry, file) : undefined,
    hasDefault: "default" in (NEXT_NAMESPACES[entry] ?? {}),
  }]));
}
