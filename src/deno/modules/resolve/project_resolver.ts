/**
 * Creates the module resolver of a project on the disk.
 *
 * @module
 */

import { fromFileUrl, toFileUrl } from "@std/path";
import { findCandidates } from "./tsconfig_paths.ts";
import { createConditions } from "./conditions.ts";
import { createDiskFileSystem } from "./file_system.ts";
import { createModuleResolver, type ModuleResolver, type ModuleResolverOptions } from "./module_resolver.ts";

/** The options of {@linkcode createProjectResolver}. */
export interface ProjectResolverOptions extends Pick<ModuleResolverOptions, "isDelegated"> {
  /** Whether the application runs in development. Default: `false`. */
  readonly isDevelopment?: boolean;
}

/**
 * Creates the resolver of a project, with the aliases of its `tsconfig.json`.
 *
 * @param folder The absolute path of the project's folder.
 * @param options How the project runs.
 */
export function createProjectResolver(folder: string, options: ProjectResolverOptions = {}): ModuleResolver {
  const { isDevelopment = false, ...others } = options;
  const root = toFileUrl(`${folder}/`).href;
  return createModuleResolver(createDiskFileSystem({ root }), {
    ...others,
    root,
    conditions: createConditions({ isDevelopment }),
    findAliases: (specifier, folder) =>
      findCandidates(specifier, fromFileUrl(folder)).map((path) => toFileUrl(path).href),
  });
}
