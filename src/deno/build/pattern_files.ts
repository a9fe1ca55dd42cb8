/**
 * The files that an import may mean whose name is known only when it runs.
 *
 * @module
 */

import { readdirSync } from "node:fs";
import { dirname, fromFileUrl, toFileUrl } from "@std/path";
import { type ImportMap, mapSpecifier } from "../modules/resolve/import_map.ts";
import { findCandidates } from "../modules/resolve/tsconfig_paths.ts";

/** A name that is known in part. */
export interface NamePattern {
  /** What the name begins with; the folder at least. */
  readonly before: string;
  /** What it ends with; may be empty. */
  readonly after: string;
  /** The URL of the importing file. */
  readonly parent: string;
  /** The names of `deno.json`. */
  readonly names: ImportMap;
}

/** How many files are put into a build for one import. */
const MAX_FILES = 2000;
const IMPORTABLE = /\.(?:[cm]?[jt]sx?|json)$/;

/**
 * Finds the files that a name may mean.
 *
 * @param pattern What is known of it.
 * @returns Their URLs by what the name may be; `undefined` if no folder is known, or there are more than 2,000 files.
 */
export function findPatternFiles(pattern: NamePattern): ReadonlyMap<string, string> | undefined {
  const { before, after } = pattern;
  const folderName = before.slice(0, before.lastIndexOf("/") + 1);
  for (const folder of getFolders(folderName, pattern)) {
    const paths = [...walkPaths(new URL(folder), "")];
    if (paths.length === 0) continue;
    if (paths.length > MAX_FILES) return undefined;
    const found = new Map<string, string>();
    for (const path of paths.sort()) {
      for (const name of getImportNames(folderName + path)) {
        const isMeant = name.startsWith(before) && name.endsWith(after) && name.length >= before.length + after.length;
        if (isMeant && !found.has(name)) found.set(name, folder + path.split("/").map(encodeURIComponent).join("/"));
      }
    }
    if (found.size > 0) return found;
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

/** What a file is imported by: with its ending, and where that is of code or JSON, without it. */
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
