/**
 * All modules of a project that its routes reach, read and not run: which they are, and what their imports mean.
 *
 * @module
 */

import { readFileSync } from "node:fs";
import { type ImportMap, mapSpecifier, NO_IMPORTS } from "../resolve/import_map.ts";
import { completeUrl, findProjectFile } from "../resolve/project_file.ts";

/** What a walk finds. */
export interface ModuleWalk {
  /** The modules, by URL, with their source. */
  readonly sources: ReadonlyMap<string, string>;
  /** What those imports mean that Deno does not find itself. */
  readonly map: ImportMap;
  /** Imports of JSON that Deno takes for code, as they do not say that it is JSON: by the URL of the file, who imports. */
  readonly bareJson: ReadonlyMap<string, readonly string[]>;
}

/**
 * What is imported, and how that goes on. A name in a comment or a string is one too many, which does no harm: it is a
 * file of the project, or is not followed.
 */
const IMPORT =
  /(?:\b(?:import|export)\b[^;"'`]{0,2000}?\bfrom\s*(["'])([^"'\n]+)\1|\bimport\s*(["'])([^"'\n]+)\3|\b(?:import|require)\s*\(\s*(["'`])([^"'`\n]+)\5)(\s*,?\s*(?:with|assert|\{\s*with)\b)?/g;

/**
 * Walks from files to all they import.
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

  /** The file of the project that an import means, if it means one. */
  function follow(specifier: string, from: string): string | null {
    const isPath = /^\.{1,2}(?:\/|$)/.test(specifier);
    const plain = isPath ? new URL(specifier, from).href : specifier;
    const target = mapSpecifier(names, plain, from);
    const file = target === null ? findProjectFile(specifier, from) : completeFileUrl(target);
    if (file !== null && target === null) note(plain, file, from);
    // What the map of the project says of a name holds in one file, maybe.
    if (file !== null && target !== null) (scopes[from] ??= {})[plain] = file;
    const found = file ?? target ?? (isPath ? plain : null);
    return found?.startsWith("file:") ? found : null;
  }

  function note(name: string, found: string, from: string): void {
    // What ends with a slash stands for all that is below it.
    if (name.endsWith("/") || name === found) return;
    imports[name] ??= found;
    if (imports[name] !== found) (scopes[from] ??= {})[name] = found;
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
