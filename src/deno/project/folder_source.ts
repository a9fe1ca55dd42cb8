/**
 * Opens the source of an app in a folder of files.
 *
 * @module
 */

import { join } from "@std/path";
import type { ModuleNamespace, RouteFiles } from "../../handler/served_route.ts";
import { setImageHost } from "../../next/image_renderer.ts";
import { createLoader, importUrl } from "../modules/load/loader.ts";
import { getSourceFingerprint, installResolveHooks } from "../modules/load/resolve_hooks.ts";
import { findInstalled } from "../modules/resolve/installed_package.ts";
import { loadProjectConfig, loadProjectFiles } from "./project_files.ts";
import { describeProject } from "./describe_project.ts";
import type { ProjectSource } from "./project_source.ts";
import type { Project } from "./scan.ts";
import { readVercelCrons } from "./vercel_file.ts";

/** The source of an app, and the files that only a restart reads again. */
export interface FolderSource extends ProjectSource {
  readonly rules: NonNullable<ProjectSource["rules"]>;
  readonly instrumentation: NonNullable<ProjectSource["instrumentation"]>;
  /** `next.config`, the proxy and `instrumentation.ts`, relative to the project. */
  readonly files: readonly string[];
}

/** Options of {@linkcode openFolder}. */
export interface OpenFolderOptions {
  /** Imports a file of the manifest. Default: `import()`. */
  readonly load?: ((file: string) => Promise<ModuleNamespace>) | undefined;
  /** Whether route files are imported later, so that the code is unknown at startup. */
  readonly lazy?: boolean | undefined;
}

/**
 * Returns access to the files of a folder's manifest, and installs the import hooks.
 *
 * @param root The project's folder.
 * @param load Imports a file. Default: `import()`.
 */
export function getFolderFiles(root: string, load: RouteFiles["load"] = createLoader(root)): RouteFiles {
  installResolveHooks(root);
  setImageHost({ findInstalled: (name) => findInstalled(name, root), importModule: importUrl });
  return { load, read: (file) => Deno.readFile(join(root, file)) };
}

/**
 * Opens a folder, and loads its files besides routes.
 *
 * @param project The project.
 * @param options Its options.
 * @throws {Error} If a file cannot be imported, or has an invalid export.
 */
export async function openFolder(
  { root, appDir, manifest }: Pick<Project, "root" | "appDir" | "manifest">,
  { load, lazy = false }: OpenFolderOptions = {},
): Promise<FolderSource> {
  const files = getFolderFiles(root, load);
  const config = await loadProjectConfig(root);
  const { rules, instrumentation, cacheHandlers } = await loadProjectFiles({ root, appDir }, config);
  // With `lazy` the code is not known yet: a random fingerprint excludes entries that other processes cached.
  let code: string | undefined = lazy ? crypto.randomUUID() : undefined;
  return {
    manifest,
    rules,
    instrumentation,
    cacheHandlers,
    ...files,
    description: describeProject(root),
    readVercelCrons: () => readVercelCrons(root),
    fingerprint: () => code ??= getSourceFingerprint(root),
    files: [config.file, rules.proxy?.file, instrumentation.file].filter((file) => file !== undefined),
  };
}
