/**
 * Generates the declaration file of `Routes`, the types that a client is created with.
 *
 * @module
 */

import type { RouteEntry, RouteManifest } from "../routing/manifest.ts";

/** The first line of a declaration file that imports the routes. */
export const CLIENT_TYPES_HEADER =
  `// Written by "routes typegen --client" and kept up to date by "routes start". Do not edit.`;

/** The first line of a declaration file that imports nothing. */
export const FLAT_TYPES_HEADER = `// Written by "routes typegen --flat". Do not edit.`;

/**
 * Creates a declaration file whose types are those of the route files.
 *
 * @param manifest The routes.
 * @param toSpecifier Returns the specifier that imports a file of the manifest.
 */
export function createClientTypes(manifest: RouteManifest, toSpecifier: (file: string) => string): string {
  const lines = getHandlerRoutes(manifest).map(({ id, file }) =>
    `  ${JSON.stringify(id)}: typeof import(${JSON.stringify(toSpecifier(file))});`
  );
  return formatClientTypes(CLIENT_TYPES_HEADER, lines);
}

/** The routes of a manifest that are handlers, not metadata files. */
export function getHandlerRoutes({ routes }: RouteManifest): RouteEntry[] {
  return routes.filter(({ metadata }) => metadata === undefined);
}

/**
 * Creates the declaration file of `Routes`.
 *
 * @param header Its first line.
 * @param members The lines of the interface.
 * @param types Declarations that the members use.
 */
export function formatClientTypes(header: string, members: readonly string[], types: readonly string[] = []): string {
  return `${header}
// deno-lint-ignore-file
// deno-fmt-ignore-file

/** The route handlers by pattern, for \`createClient<Routes>()\`. */
export interface Routes {
${members.join("\n")}
}
${types.map((text) => `\n${text}\n`).join("")}`;
}
