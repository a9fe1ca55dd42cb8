/**
 * Finds the files for an import whose name is known only at run time.
 *
 * @module
 */

import { readdirSync } from "node:fs";
import { dirname, fromFileUrl, toFileUrl } from "@std/path";
import { type ImportMap, mapSpecifier } from "../modules/resolve/import_map.ts";
import { findCandidates } from "../modules/resolve/tsconfig_paths.ts";

/** A name that is partly known. */
export interface NamePattern {
  /** The prefix of the name; at least the folder. */
  readonly before: string;
  /** The suffix of the name; may be empty. */
  readonly after: string;
  /** The URL of the importing file. */
  readonly parent: string;
  /** The import map of `deno.json`. */
  readonly names: ImportMap;
}

/** The maximum number of files in a build for a single import. */
const MAX_FILES = 2000;
const IMPORTABLE = /\.(?:[cm]?[jt]sx?|json)$/;

/**
 * Finds the files that match a pattern.
 *
 * @param pattern The known part of the name.
 * @returns The URLs of the files by the names that they match; `undefined` if there is no such folder, or it has more
 * than 2,000 files.
 */
export function findPatternFiles(pattern: NamePattern): ReadonlyMap<string, string> | undefined {
  const { before, after } = pattern;
  const folderName = before.slice(0, before.lastIndexOf("/") + 1);
  for (const folder of getFolders(folderName, pattern)) {
    const paths = [...walkPaths(new URL(folder), "")];
    if (paths.length === 0) continue;
    if (paths.length > MAX_FILES) return undefined;
    const files = new Map<string, string>();
    for (const path of paths.sort()) {
      for (const name of getImportNames(folderName + path)) {
        const isMeant = name.startsWith(before) && name.endsWith(after) && name.length >= before.length + after.length;
        if (isMeant && !files.has(name)) files.set(name, folder + path.split("/").map(encodeURIComponent).join("/"));
      }
    }
    if (files.size > 0) return files;
  }
  return undefined;
}

function getFolders(name: string, { parent, names }: NamePattern): string[] {
  if (/^\.\.?\//.test(name)) return [new URL(name, parent).href];
  const target = mapSpecifier(names, name, parent);
  const aliases = findCandidates(`${name}x`, dirname(fromFileUrl(parent))).map((path) =>
    `${toFileUrl(dirname(path)).href}/`
  );
  return [...(target?.startsWith("file:") ? [target] : []), ...aliases];
}

/** Returns the names that a file may be imported by: with its extension, and without it for code and JSON. */
function getImportNames(name: string): string[] {
  if (!IMPORTABLE.test(name)) return [name];
  const bare = name.replace(IMPORTABLE, "");
  return [name, bare, ...(bare.endsWith("/index") ? [bare.slice(0, -"/index".length)] : [])];
}

function* walkPaths(folder: URL, path: string): Generator<string> {
  for (const entry of listFolder(folder)) {
    if (entry.name === "node_modules" || entry.name.startsWith(".")) continue;
    const below = path + entry.name;
    if (entry.isDirectory()) yield* walkPaths(new URL(`${encodeURIComponent(entry.name)}/`, folder), `${below}/`);
    else if (IMPORTABLE.test(entry.name) && !/\.d\.[cm]?ts$/.test(entry.name)) yield below;
  }
}

function listFolder(folder: URL) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
