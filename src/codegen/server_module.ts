/**
 * Generates the modules that serve a manifest without scanning a folder.
 *
 * @module
 */

import type { RouteManifest } from "../routing/manifest.ts";

/** The files of the modules of a project; `null` for those that it does not have. */
export interface ProjectModules {
  readonly manifest: RouteManifest;
  readonly config: string | null;
  readonly proxy: string | null;
  readonly instrumentation: string | null;
}

/** Bundlers keep a comment of this kind, so that the next build recognizes its own output. */
export const GENERATED_HEADER = `//! Written by "routes build". Do not edit.`;

const HEAD = `${GENERATED_HEADER}
// deno-lint-ignore-file
// deno-fmt-ignore-file
`;

/**
 * Creates the module that imports the files of a project, with literal specifiers for a bundler.
 *
 * @param modules The files of the modules.
 * @param place The path from the module's folder to the project's, `../..`, or a function that returns the specifier of
 * a file.
 */
export function createProjectModule(
  { manifest, ...named }: ProjectModules,
  place: string | ((file: string) => string),
): string {
  const toPlace = typeof place === "string" ? (file: string) => toSpecifier(`${place || "."}/${file}`) : place;
  const toImport = (file: string) => `() => import(${JSON.stringify(toPlace(file))})`;
  const files = manifest.routes.filter(({ metadata }) => !metadata?.isStatic).map(({ file }) => file);
  const routes = [...new Set(files)].map((file) => `  ${JSON.stringify(file)}: ${toImport(file)},`);
  const others = Object.entries(named).flatMap(([name, file]) =>
    file === null ? [] : [`export const ${name} = { file: ${JSON.stringify(file)}, load: ${toImport(file)} };`]
  );
  return `${HEAD}
export const modules = {
${routes.join("\n")}
};
${others.join("\n")}
`;
}

/** Converts a path relative to the importing file to a specifier, which is a URL: it encodes `%`, `?` and `#`. */
export function toSpecifier(path: string): string {
  const relative = /^\.{1,2}\//.test(path) ? path : `./${path}`;
  return relative.split("/").map((name) => encodeURIComponent(name).replace(/%5B|%5D|%40/g, decodeURIComponent)).join(
    "/",
  );
}

/** The options of {@linkcode createServerModule}. */
export interface ServerModule {
  /** The specifier of the module of {@linkcode createProjectModule}: `./project.ts`. */
  readonly project: string;
  /** The specifier of the module that exports `createBuild`. */
  readonly server: string;
  /** The specifier of the Redis store, if it is included. */
  readonly redis: string | undefined;
  readonly manifest: RouteManifest;
  /** The contents of static files, in base64. */
  readonly files: Readonly<Record<string, string>>;
  /** What the project says about its API, as JSON. */
  readonly description: unknown;
  /** The `crons` of `vercel.json`. */
  readonly crons?: readonly unknown[];
  /** Identifies the code of the project. */
  readonly fingerprint: string;
}

/** Creates the module that listens under `deno run`, and that {@linkcode HANDLER_MODULE} imports. */
export function createServerModule({ project, server, redis, manifest, files, ...rest }: ServerModule): string {
  const redisLine = redis === undefined ? "" : `  redis: () => import(${JSON.stringify(redis)}),\n`;
  const cronsLine = rest.crons === undefined || rest.crons.length === 0
    ? ""
    : `  crons: ${JSON.stringify(rest.crons)},\n`;
  return `${HEAD}
import { createBuild } from ${JSON.stringify(server)};
import * as project from ${JSON.stringify(project)};

const { serve, createHandler } = createBuild({
  ...project,
  manifest: ${JSON.stringify(manifest)},
  files: ${JSON.stringify(files)},
  description: ${JSON.stringify(rest.description)},
  fingerprint: ${JSON.stringify(rest.fingerprint)},
${cronsLine}${redisLine}  url: import.meta.url,
});

export { createHandler };

if (import.meta.main) await serve();
`;
}

/** The module next to the one of {@linkcode createServerModule}, for `deno serve` and for other programs. */
export const HANDLER_MODULE = `${HEAD}
import { createHandler } from "./server.js";

export default await createHandler(import.meta.main);
`;
