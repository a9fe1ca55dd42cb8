/**
 * All modules of a project that its routes reach, read and not run: which they are, and what their imports mean.
 *
 * @module
 */

import { readFileSync } from "node:fs";
import type { ImportMap } from "./import_map.ts";
import { projectFile } from "./resolve_hooks.ts";

/** What a walk finds. */
export interface ModuleWalk {
  /** The modules, by URL, with their source. */
  readonly sources: ReadonlyMap<string, string>;
  /** What those imports mean that Deno does not find itself. */
  readonly map: ImportMap;
}

/**
 * What is imported. A name in a comment or a string is one too many, which does no harm: it is a file of the project, or
 * is not followed.
 */
const IMPORT =
  /\b(?:import|export)\b[^;"'`]*?\bfrom\s*["']([^"'\n]+)["']|\bimport\s*["']([^"'\n]+)["']|\b(?:import|require)\s*\(\s*["']([^"'\n]+)["']/g;

/**
 * Walks from files to all they import.
 *
 * @param entries The URLs of the files.
 */
export function walkModules(entries: readonly string[]): ModuleWalk {
  const sources = new Map<string, string>();
  const imports: Record<string, string> = {};
  const scopes: Record<string, Record<string, string>> = {};
  const urls = new Set(entries);
  // A set may grow while it is walked.
  for (const url of urls) {
    const source = read(url);
    if (source === undefined) continue;
    sources.set(url, source);
    if (url.endsWith(".json")) continue;
    for (const [, a, b, c] of source.matchAll(IMPORT)) {
      const specifier = a ?? b ?? c ?? "";
      const isPath = /^\.{1,2}(?:\/|$)/.test(specifier);
      const plain = isPath ? new URL(specifier, url).href : specifier;
      const found = projectFile(specifier, url);
      if (found !== null) note(plain, found, url);
      if (found !== null || isPath) urls.add(found ?? plain);
    }
  }

  function note(name: string, found: string, from: string): void {
    // What ends with a slash stands for all that is below it.
    if (name.endsWith("/")) return;
    imports[name] ??= found;
    if (imports[name] !== found) (scopes[from] ??= {})[name] = found;
  }

  return { sources, map: { imports, scopes } };
}

function read(url: string): string | undefined {
  try {
    return readFileSync(new URL(url), "utf8");
  } catch {
    return undefined;
  }
}
