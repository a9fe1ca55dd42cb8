/**
 * The resolver of a project that is on this machine.
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
  /** Whether the application is being developed. Default: `false`. */
  readonly isDevelopment?: boolean;
}

/**
 * Creates the resolver of a project, with the names of its `tsconfig.json`.
 *
 * @param folder The absolute path of the project's folder.
 * @param options How the project is run.
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
