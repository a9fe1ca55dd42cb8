/**
 * The source of an app that is a folder of files.
 *
 * @module
 */

import { join } from "@std/path";
import type { ModuleNamespace, RouteFiles } from "../../handler/served_route.ts";
import { writeLog } from "../../log/log.ts";
import { setImageHost } from "../../next/image_renderer.ts";
import { createLoader, importUrl } from "../modules/load/loader.ts";
import { getSourceFingerprint, installResolveHooks } from "../modules/load/resolve_hooks.ts";
import { describeUseCache, watchUseCache } from "../modules/source/use_cache_directive.ts";
import { loadProjectConfig, loadProjectFiles } from "./project_files.ts";
import type { ProjectSource } from "./project_source.ts";
import { getProjectVersion } from "./package_file.ts";
import { nameFile } from "./project_sources.ts";
import type { Project } from "./scan.ts";

/** What an app is made of, and the files that only a restart reads again. */
export interface FolderSource extends ProjectSource {
  readonly rules: NonNullable<ProjectSource["rules"]>;
  readonly instrumentation: NonNullable<ProjectSource["instrumentation"]>;
  /** `next.config`, the proxy and `instrumentation.ts`, relative to the project. */
  readonly files: readonly string[];
}

/** How a folder is opened. */
export interface OpenFolderOptions {
  /** Imports a file of the manifest. Default: `import()`. */
  readonly load?: ((file: string) => Promise<ModuleNamespace>) | undefined;
  /** Whether route files are imported later, so that the code is not known at start. */
  readonly lazy?: boolean | undefined;
}

/**
 * Returns how the files of a folder's manifest are reached. The hooks for imports are installed then.
 *
 * @param root The project's folder.
 * @param load Imports a file. Default: `import()`.
 */
export function getFolderFiles(root: string, load: RouteFiles["load"] = createLoader(root)): RouteFiles {
  installResolveHooks(root);
  setImageHost({ root, importModule: importUrl });
  return { load, read: (file) => Deno.readFile(join(root, file)) };
}

/**
 * Opens a folder: reads what it has besides routes.
 *
 * @param project The project.
 * @param options How it is opened.
 * @throws {Error} If a file cannot be imported, or does not export what it should.
 */
export async function openFolder(
  { root, appDir, manifest }: Pick<Project, "root" | "appDir" | "manifest">,
  { load, lazy = false }: OpenFolderOptions = {},
): Promise<FolderSource> {
  watchUseCache((url, directive) => {
    writeLog("warn", `Warning: ${nameFile(url, root)} ${describeUseCache(directive)}`);
  });
  const files = getFolderFiles(root, load);
  const config = await loadProjectConfig(root);
  const { rules, instrumentation } = await loadProjectFiles({ root, appDir }, config);
  // What is loaded later is not known yet; then nothing that another process cached is taken for this one's.
  let code: string | undefined = lazy ? crypto.randomUUID() : undefined;
  return {
    manifest,
    rules,
    instrumentation,
    ...files,
    version: getProjectVersion(root),
    fingerprint: () => code ??= getSourceFingerprint(root),
    files: [config.file, rules.proxy?.file, instrumentation.file].filter((file) => file !== undefined),
  };
}
