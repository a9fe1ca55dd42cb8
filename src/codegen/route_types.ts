/**
 * From a manifest to the declaration file that makes `RouteContext<"/users/[id]">` a type.
 *
 * @module
 */

import type { RouteEntry, RouteManifest } from "../routing/manifest.ts";

/** What the declaration file calls the modules of this package. */
export type DoorSpecifiers = Readonly<Record<string, string>>;

/**
 * Writes the declaration file. It is a script, not a module: its names are global, and its modules are declared where
 * no import map knows them.
 *
 * @param manifest The routes.
 * @param doors What to import for a module that Next.js has: `{ "next/headers": "jsr:@x/routes@^0.1.0/headers" }`.
 */
export function routeTypes(manifest: RouteManifest, doors: DoorSpecifiers): string {
  const routes = [...manifest.routes];
  const ids = routes.map(({ id }) => `\n  | ${JSON.stringify(id)}`).join("") || " never";
  return `// Written by "routes typegen" and kept up to date by "routes start". Do not edit.
// deno-lint-ignore-file
// deno-fmt-ignore-file

/** The URL patterns of all route handlers. */
type AppRoutes =${ids};

/** The params of each route. */
interface AppRouteParams {
${routes.map(paramsLine).join("\n")}
}

/** The second argument of a route handler. */
interface RouteContext<Route extends AppRoutes> {
  params: Promise<AppRouteParams[Route]>;
}
${Object.entries(doors).map(moduleLines).join("")}
declare module "server-only" {}
declare module "client-only" {}
`;
}

function paramsLine({ id, segments }: RouteEntry): string {
  const params = segments.flatMap((segment) => {
    if (segment.kind === "static") return [];
    const optional = segment.kind === "optional-catch-all" ? "?" : "";
    return [`${JSON.stringify(segment.name)}${optional}: ${segment.kind === "dynamic" ? "string" : "string[]"}`];
  });
  return `  ${JSON.stringify(id)}: {${params.length === 0 ? "" : ` ${params.join("; ")} `}};`;
}

function moduleLines([name, specifier]: [string, string]): string {
  return `\ndeclare module ${JSON.stringify(name)} {\n  export * from ${JSON.stringify(specifier)};\n}\n`;
}
