/**
 * The declaration file of a project's `Routes`, `routes.client.d.ts`. It is a file of its own, because whoever imports it
 * type-checks all routes.
 *
 * @module
 */

import { dirname, join, relative } from "@std/path";
import { CLIENT_TYPES_HEADER, createClientTypes, FLAT_TYPES_HEADER } from "../../codegen/client_types.ts";
import type { RouteManifest } from "../../routing/manifest.ts";
import { hasNextPackage } from "./next_package.ts";

/** The name of the file. */
export const CLIENT_FILE = "routes.client.d.ts";

/**
 * Returns the default path of the file: in a project with the package `next` in a folder that Next.js does not
 * type-check.
 *
 * @param root The project's folder.
 */
export function getClientFile(root: string): string {
  return hasNextPackage(root) ? join(root, ".routes", CLIENT_FILE) : join(root, CLIENT_FILE);
}

/**
 * Returns the text of the file.
 *
 * @param manifest The routes.
 * @param root The folder of their project.
 * @param out The path of the file, which its imports are relative to.
 */
export function toClientDts(manifest: RouteManifest, root: string, out: string): string {
  const folder = relative(dirname(out), root).replaceAll("\\", "/");
  const prefix = folder === "" ? "./" : `${folder.startsWith("../") || folder === ".." ? "" : "./"}${folder}/`;
  // To Deno a specifier is a URL, to TypeScript alone a path.
  const encode = hasNextPackage(root)
    ? (file: string) => file
    : (file: string) => file.replace(/[%?#]/g, encodeURIComponent);
  return createClientTypes(manifest, (file) => prefix + encode(file));
}

/** Whether the text of a declaration file is one of `routes typegen`. */
export function isClientDts(text: string): boolean {
  return text.startsWith(CLIENT_TYPES_HEADER) || text.startsWith(FLAT_TYPES_HEADER);
}
