/**
 * Finds all modules that the routes of a project import, without running them, and resolves their imports.
 *
 * @module
 */

import { readFileSync } from "node:fs";
import { type ImportMap, mapSpecifier, NO_IMPORTS } from "../resolve/import_map.ts";
import { completeUrl, findProjectFile } from "../resolve/project_file.ts";

/** The result of a walk. */
export interface ModuleWalk {
  /** The sources of the modules, by URL. */
  readonly sources: ReadonlyMap<string, string>;
  /** The imports that Deno cannot resolve by itself. */
  readonly map: ImportMap;
  /**
   * The JSON files that are imported without `with { type: "json" }`, which Deno would parse as code, and the URLs of
   * the files that import them.
   */
  readonly bareJson: ReadonlyMap<string, readonly string[]>;
}

/**
 * Matches imports and what follows them. A match in a comment or a string does no harm: its file is included needlessly
 * if it exists in the project, and ignored otherwise.
 */
const IMPORT =
  /(?:\b(?:import|export)\b[^;"'`]{0,2000}?\bfrom\s*(["'])([^"'\n]+)\1|\bimport\s*(["'])([^"'\n]+)\3|\b(?:import|require)\s*\(\s*(["'`])([^"'`\n]+)\5)(\s*,?\s*(?:with|assert|\{\s*with)\b)?/g;

/**
 * Walks from files to everything that they import.
 *
 * @param entries The URLs of the files.
 * @param names The import map of the project.
 */
export function walkModules(entries: readonly string[], names: ImportMap = NO_IMPORTS): ModuleWalk {
  const sources = new Map<string, string>();
  const imports: Record<string, string> = {};
  const scopes: Record<string, Record<string, string>> = {};
  const bareJson = new Map<string, string[]>();
  const urls = new Set(entries);
  // A set may grow while it is walked.
  for (const url of urls) {
    const source = read(url);
    if (source === undefined) continue;
    sources.set(url, source);
    if (url.endsWith(".json")) continue;
    for (const [, , a, , b, , c, attributes] of source.matchAll(IMPORT)) {
      const specifier = a ?? b ?? c ?? "";
      if (specifier.includes("${")) continue;
      const file = follow(specifier, url);
      if (file === null) continue;
      urls.add(file);
      if (file.endsWith(".json") && attributes === undefined) bareJson.set(file, [...bareJson.get(file) ?? [], url]);
    }
  }

  /** Returns the file of the project that an import resolves to, if any. */
  function follow(specifier: string, from: string): string | null {
    const isPath = /^\.{1,2}(?:\/|$)/.test(specifier);
    const plain = isPath ? new URL(specifier, from).href : specifier;
    const target = mapSpecifier(names, plain, from);
    const file = target === null ? findProjectFile(specifier, from) : completeFileUrl(target);
    if (file !== null && target === null) note(plain, file, from);
    // The project's import map may map the name only in this file.
    if (file !== null && target !== null) (scopes[from] ??= {})[plain] = file;
    const url = file ?? target ?? (isPath ? plain : null);
    return url?.startsWith("file:") ? url : null;
  }

  function note(name: string, file: string, from: string): void {
    // A name with a trailing slash would map everything below it.
    if (name.endsWith("/") || name === file) return;
    imports[name] ??= file;
    if (imports[name] !== file) (scopes[from] ??= {})[name] = file;
  }

  return { sources, map: { imports, scopes }, bareJson };
}

function completeFileUrl(url: string): string | null {
  return url.startsWith("file:") ? completeUrl(url) : null;
}

function read(url: string): string | undefined {
  try {
    return readFileSync(new URL(url), "utf8");
  } catch {
    return undefined;
  }
}
