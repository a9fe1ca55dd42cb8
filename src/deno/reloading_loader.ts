/**
 * Importing route files anew when they have changed.
 *
 * @module
 */

import { join, toFileUrl } from "@std/path";
import type { ModuleNamespace } from "../handler/served_route.ts";
import { importFile, importUrl } from "./loader.ts";
import type { ModuleGraph } from "./module_graph.ts";

/**
 * Makes the function that imports the files of a manifest: each once, until it changes or one that it imports does. A file
 * that failed is tried anew each time, as what it lacked may be there now.
 *
 * @param root The folder that the manifest's files are relative to.
 * @param graph Knows what has changed.
 */
export function createReloadingLoader(root: string, graph: ModuleGraph): (file: string) => Promise<ModuleNamespace> {
  const loaded = new Map<string, { readonly version: number; readonly loading: Promise<ModuleNamespace> }>();
  const failed = new Set<string>();

  async function load(file: string, url: string): Promise<ModuleNamespace> {
    try {
      const namespace = await importFile(root, file, "route ");
      graph.succeeded(url);
      failed.delete(file);
      return namespace;
    } catch (error) {
      graph.failed(url);
      failed.add(file);
      throw await reasonOf(error);
    }
  }

  return (file) => {
    const url = toFileUrl(join(root, file)).href;
    if (failed.delete(file)) graph.changed([]);
    const version = graph.version(url);
    const known = loaded.get(file);
    if (known?.version === version) return known.loading;
    const loading = load(file, url);
    loaded.set(file, { version, loading });
    return loading;
  };
}

/** Deno says only that a file is not prepared where one that was imported before, and is imported anew, is broken. */
async function reasonOf(error: unknown): Promise<unknown> {
  const cause = error instanceof Error ? error.cause : undefined;
  const url = cause instanceof Error ? /^Loading unprepared module: ([^,\s]+)/.exec(cause.message)?.[1] : undefined;
  if (url === undefined) return error;
  try {
    await importUrl(url);
    return error;
  } catch (reason) {
    (error as Error).cause = reason;
    return error;
  }
}
