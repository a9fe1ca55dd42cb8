/**
 * Reads the source files that the routes of a project import.
 *
 * @module
 */

import { fromFileUrl, join, toFileUrl } from "@std/path";
import { readProjectImports } from "../modules/resolve/import_map.ts";
import { walkModules } from "../modules/load/module_walk.ts";
import { splitNextImports } from "../modules/next/next_imports.ts";
import { findProjectFiles } from "./project_files.ts";
import { getRelativePath } from "./relative_path.ts";
import type { Project } from "./scan.ts";

/**
 * Reads all files that the routes of a project, its proxy and its `instrumentation.ts` import, except packages.
 *
 * @param project The project.
 * @returns The texts, by file name relative to the project, with `/`.
 */
export async function readProjectSources(project: Project): Promise<ReadonlyMap<string, string>> {
  const { root, manifest } = project;
  const { proxy, instrumentation } = await findProjectFiles(project);
  const routes = manifest.routes.filter(({ metadata }) => !metadata?.isStatic).map(({ file }) => file);
  const files = [...routes, proxy, instrumentation].filter((file) => file !== null);
  const { others } = splitNextImports(readProjectImports(root), root);
  const { sources } = walkModules(files.map((file) => toFileUrl(join(root, file)).href), others);
  const named = [...sources].filter(([url]) => !url.includes("/node_modules/") && !/\.json(?:$|\?)/.test(url));
  return new Map(named.map(([url, source]) => [nameFile(url, root), source]));
}

/**
 * Returns the name of a file for messages: relative to the project.
 *
 * @param url Its URL.
 * @param root The project's folder.
 */
function nameFile(url: string, root: string): string {
  return getRelativePath(root, fromFileUrl(url.replace(/[?#].*$/, "")));
}
