/**
 * Imports route files again after they have changed.
 *
 * @module
 */

import { fromFileUrl, join, toFileUrl } from "@std/path";
import type { ModuleNamespace } from "../../../handler/served_route.ts";
import { importFile } from "./loader.ts";
import type { ModuleGraph } from "./module_graph.ts";
import { getLoadedShape } from "./resolve_hooks.ts";
import { type SaveGuard, TRUNCATED_WAIT_MS } from "./save_guard.ts";

/** The options of {@linkcode createReloadingLoader}. */
export interface ReloadingLoaderOptions {
  readonly graph: ModuleGraph;
  readonly guard: SaveGuard;
  /** Called with changed files; settles when the change has been applied. */
  follow(paths: readonly string[]): Promise<void>;
}

/**
 * Creates a function that imports the files of a manifest: each only once, until the file or one of its imports
 * changes. A file that failed is retried each time, because a missing module may exist now. A file that was being saved
 * while it was imported is imported again.
 *
 * @param root The folder that the manifest's files are relative to.
 * @param options The state of the files.
 */
export function createReloadingLoader(
  root: string,
  { graph, guard, follow }: ReloadingLoaderOptions,
): (file: string) => Promise<ModuleNamespace> {
  const loaded = new Map<string, { readonly version: number; readonly loading: Promise<ModuleNamespace> }>();
  const failed = new Set<string>();
  /** The exports of files that were completely saved. */
  const exported = new Map<string, readonly string[]>();
  /** The versions of files that were completely saved. */
  const accepted = new Map<string, number>();

  async function load(file: string, url: string, version: number): Promise<ModuleNamespace> {
    const result = await importFile(root, file, "route ").then((namespace) => ({ namespace }), (error) => ({ error }));
    const isWhole = "namespace" in result && (exported.get(file) ?? []).every((name) => name in result.namespace);
    if (!isWhole) graph.recordFailure(url);
    const reached = [...graph.getReached(url)].filter((each) =>
      !isWhole || accepted.get(each) !== graph.getVersion(each)
    );
    await followSaves(reached, isWhole ? 0 : TRUNCATED_WAIT_MS);
    if (graph.getVersion(url) !== version) return await loadFile(file);
    if ("error" in result) {
      failed.add(file);
      throw result.error;
    }
    graph.recordSuccess(url);
    failed.delete(file);
    exported.set(file, Object.keys(result.namespace));
    for (const each of reached) accept(each);
    return result.namespace;
  }

  /** Waits until files are saved, and until changes are applied if files were imported before that. */
  async function followSaves(urls: readonly string[], minQuietMs: number): Promise<void> {
    await guard.waitForSaves(urls.map((url) => fromFileUrl(url)), minQuietMs);
    const stale = graph.findStale(urls);
    if (stale.length > 0) await follow(stale.map((url) => fromFileUrl(url)));
  }

  function accept(url: string): void {
    accepted.set(url, graph.getVersion(url));
    const shape = getLoadedShape(url);
    if (shape !== undefined) guard.accept(fromFileUrl(url), shape);
  }

  function loadFile(file: string): Promise<ModuleNamespace> {
    const url = toFileUrl(join(root, file)).href;
    if (failed.delete(file)) graph.invalidate([]);
    const version = graph.getVersion(url);
    const earlier = loaded.get(file);
    if (earlier?.version === version) return earlier.loading;
    const loading = load(file, url, version);
    loaded.set(file, { version, loading });
    return loading;
  }

  return loadFile;
}
