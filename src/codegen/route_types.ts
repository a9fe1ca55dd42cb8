/**
 * Generates the declaration file that defines types such as `RouteContext<"/users/[id]">` from a manifest.
 *
 * @module
 */

import type { RouteEntry, RouteManifest } from "../routing/manifest.ts";
import { getHandlerRoutes } from "./client_types.ts";

/** A module of Next.js in a declaration file. */
export interface DeclaredModule {
  /** Its specifier: `jsr:@x/routes@^0.1.0/headers`; `undefined` for a module that exports any name. */
  readonly specifier: string | undefined;
  /** Whether it has a default export. */
  readonly hasDefault?: boolean;
}

/** The first line of a declaration file. */
export const TYPES_HEADER = `// Written by "routes typegen" and kept up to date by "routes start". Do not edit.`;

const HEAD = `${TYPES_HEADER}
// deno-lint-ignore-file
// deno-fmt-ignore-file
`;

/**
 * Creates the declaration file of a project without the package `next`. It is a script, not a module: its names are
 * global, and it declares the modules of Next.js, which no import map has.
 *
 * @param manifest The routes.
 * @param modules The modules of Next.js by their names: `next/headers`.
 */
export function createRouteTypes(manifest: RouteManifest, modules: Readonly<Record<string, DeclaredModule>>): string {
  return `${HEAD}
${createDeclarations(manifest, "")}
/** The options that Next.js adds to \`fetch()\`. */
interface RequestInit {
  next?: { revalidate?: number | false | undefined; tags?: string[] | undefined } | undefined;
}
${Object.entries(modules).map(formatModule).join("")}
declare module "server-only" {}
declare module "client-only" {}
`;
}

/**
 * Creates the declaration file of a project that has the package `next`, whose own generated types declare the same
 * global names. So this one is a module, and does not declare `next/*`.
 *
 * @param manifest The routes.
 */
export function createRouteTypesModule(manifest: RouteManifest): string {
  return `${HEAD}
${createDeclarations(manifest, "export ")}`;
}

/** Uses the names of the types that Next.js generates. */
function createDeclarations(manifest: RouteManifest, prefix: string): string {
  const routes = getHandlerRoutes(manifest);
  const ids = routes.map(({ id }) => `\n  | ${JSON.stringify(id)}`).join("") || " never";
  return `/** The URL patterns of all route handlers. */
${prefix}type AppRoutes =${ids};
${prefix}type AppRouteHandlerRoutes = AppRoutes;

/** The params of each route. */
${prefix}interface ParamMap {
${routes.map(formatParams).join("\n")}
}
${prefix}type ParamsOf<Route extends AppRoutes> = ParamMap[Route];

/** The second argument of a route handler. */
${prefix}interface RouteContext<AppRouteHandlerRoute extends AppRouteHandlerRoutes> {
  params: Promise<ParamMap[AppRouteHandlerRoute]>;
}
`;
}

function formatParams({ id, segments }: RouteEntry): string {
  const params = segments.flatMap((segment) => {
    if (segment.kind === "static") return [];
    const optional = segment.kind === "optional-catch-all" ? "?" : "";
    return [`${JSON.stringify(segment.name)}${optional}: ${segment.kind === "dynamic" ? "string" : "string[]"}`];
  });
  return `  ${JSON.stringify(id)}: {${params.length === 0 ? "" : ` ${params.join("; ")} `}};`;
}

function formatModule([name, { specifier, hasDefault = false }]: [string, DeclaredModule]): string {
  if (specifier === undefined) return `\ndeclare module ${JSON.stringify(name)};\n`;
  const from = JSON.stringify(specifier);
  const defaultLine = hasDefault ? `\n  export { default } from ${from};` : "";
  return `\ndeclare module ${JSON.stringify(name)} {\n  export * from ${from};${defaultLine}\n}\n`;
}
