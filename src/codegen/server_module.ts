/**
 * From a manifest to the modules that serve it without a folder to scan.
 *
 * @module
 */

import type { RouteManifest } from "../routing/manifest.ts";

/** The modules of a project, each by the name of its file. */
export interface ProjectModules {
  /** The routes. */
  readonly manifest: RouteManifest;
  /** Its `next.config`. */
  readonly config: string | null;
  /** Its `proxy.ts`. */
  readonly proxy: string | null;
  /** Its `instrumentation.ts`. */
  readonly instrumentation: string | null;
}

/** Bundlers keep a comment of this kind, so that the next build knows its own. */
export const GENERATED_HEADER = `//! Written by "routes build". Do not edit.`;

const HEAD = `${GENERATED_HEADER}
// deno-lint-ignore-file
// deno-fmt-ignore-file
`;

/**
 * Writes the module that imports the files of a project, each by a name that a bundler sees.
 *
 * @param modules The modules.
 * @param place The path from the module's folder to the project's, `../..`, or a function that gives the specifier of a
 * file.
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

/** The specifier of a path that is relative to the importing file: it is a URL, where `%`, `?` and `#` have a meaning. */
export function toSpecifier(path: string): string {
  const relative = /^\.{1,2}\//.test(path) ? path : `./${path}`;
  return relative.split("/").map((name) => encodeURIComponent(name).replace(/%5B|%5D|%40/g, decodeURIComponent)).join(
    "/",
  );
}

/** What the module that serves says besides naming the project's modules. */
export interface ServerModule {
  /** The specifier of the module that has them: `./project.ts`. */
  readonly project: string;
  /** The specifier of `serveBuilt`. */
  readonly server: string;
  /** The specifier of the store in Redis, where it is to be had. */
  readonly redis: string | undefined;
  /** The routes. */
  readonly manifest: RouteManifest;
  /** What is in the files that are served as they are, in base64. */
  readonly files: Readonly<Record<string, string>>;
  /** Tells the code from other code. */
  readonly fingerprint: string;
}

/** Writes the module that serves: the main module of `deno run` and of `deno serve`. */
export function createServerModule({ project, server, redis, manifest, files, ...rest }: ServerModule): string {
  const redisLine = redis === undefined ? "" : `  redis: () => import(${JSON.stringify(redis)}),\n`;
  return `${HEAD}
import { serveBuilt } from ${JSON.stringify(server)};
import * as project from ${JSON.stringify(project)};

export default await serveBuilt({
  ...project,
  manifest: ${JSON.stringify(manifest)},
  files: ${JSON.stringify(files)},
  fingerprint: ${JSON.stringify(rest.fingerprint)},
${redisLine}  url: import.meta.url,
  isMain: import.meta.main,
});
`;
}
