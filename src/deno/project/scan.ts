/**
 * Scans a folder on disk into a `RouteManifest`.
 *
 * @module
 */

import { basename, dirname, fromFileUrl, join, resolve } from "@std/path";
import { readManifest, type RouteManifest, RouteManifestError } from "../../routing/manifest.ts";
import { readMetadataFile } from "../../routing/metadata_file.ts";
import { exists } from "./exists.ts";
import { followLink } from "./followed_link.ts";
import { findPagesBeforeRoutes } from "../../routing/pages.ts";
import { isPrivateFolder, isRouteFile } from "../../routing/pattern.ts";

/** A project on disk. */
export interface Project {
  /** The absolute path of the project's folder. */
  readonly root: string;
  /** The app folder, relative to `root`, with `/`: `app` or `src/app`. */
  readonly appDir: string;
  /** Its routes. */
  readonly manifest: RouteManifest;
  /** The files that only Next.js can serve: pages and layouts. */
  readonly pages: readonly string[];
}

/**
 * Finds the routes of a folder.
 *
 * @param dir An app folder, or a project's folder that holds `app/` or `src/app/`.
 * @param readExtensions Returns the extensions of route files, without a dot. Default: those of Next.js.
 * @throws {Deno.errors.NotFound} If there is no such folder, or no route in it.
 * @throws {import("../../routing/manifest.ts").RouteManifestError} If a name is invalid, or two files have the same
 * URL.
 */
export async function scanProject(
  dir: string | URL,
  readExtensions?: (root: string) => Promise<readonly string[] | undefined>,
): Promise<Project> {
  const place = await findProject(dir);
  const project = await scanPlace(place, await readExtensions?.(place.root));
  if (project.problems.length > 0) {
    throw new RouteManifestError(project.problems, project.problems.map(({ message }) => message).join("\n"));
  }
  if (project.manifest.routes.length === 0) {
    const { root, appDir } = place;
    const fix = `write "${appDir}/route.ts" with an exported function GET`;
    throw new Deno.errors.NotFound(`Cannot find a route in "${join(root, appDir)}": no file is named route.ts, ${fix}`);
  }
  return project;
}

/**
 * Finds the current routes of a folder, which may be none. A file that cannot be served is left out.
 *
 * @param place The project.
 * @param extensions The extensions of route files, without a dot. Default: those of Next.js.
 */
export async function scanPlace(
  { root, appDir }: Pick<Project, "root" | "appDir">,
  extensions?: readonly string[],
): Promise<Project & { readonly problems: readonly Error[] }> {
  const files: string[] = [];
  const links: string[] = [];
  const pages: string[] = [];
  await collect(join(root, appDir), "", { files, links, pages, extensions });
  const { manifest, errors } = readManifest(files, appDir, extensions);
  const warnings = links.map((path) =>
    `"${appDir}/${path}" is a symbolic link that is not followed: it leads nowhere, or to a folder that it is in`
  );
  return {
    root,
    appDir,
    manifest: {
      ...manifest,
      pages: findPagesBeforeRoutes(pages, manifest.routes, appDir),
      warnings: [...manifest.warnings, ...warnings],
    },
    pages: pages.sort().map((path) => `${appDir}/${path}`),
    problems: errors,
  };
}

/**
 * Finds the app folder of a project.
 *
 * @param dir See {@linkcode scanProject}.
 * @throws {Deno.errors.NotFound} If there is no such folder.
 */
export async function findProject(dir: string | URL): Promise<Pick<Project, "root" | "appDir">> {
  const given = resolve(dir instanceof URL ? fromFileUrl(dir) : dir);
  if (await isFolder(given)) return await findAppDir(given);
  const state = await exists(given) ? "it is a file" : "there is no such folder";
  throw new Deno.errors.NotFound(`Cannot open "${dir}": ${state}, name an app folder or a project`);
}

/** The result of a scan, as paths below the app folder. */
interface Found {
  readonly extensions: readonly string[] | undefined;
  readonly files: string[];
  readonly links: string[];
  readonly pages: string[];
}

const PAGE = /^(?:page|layout|template|loading|error|not-found|default|global-error)\.(?:tsx?|jsx?|mdx?)$/;

/**
 * Finds the app folder in the order of Next.js: `app/`, then `src/app/`; a folder without either is an app folder
 * itself.
 */
async function findAppDir(given: string): Promise<{ root: string; appDir: string }> {
  for (const appDir of ["app", "src/app"]) {
    if (!await isFolder(join(given, appDir))) continue;
    // A folder named `app` may be an app folder with a segment `app`, or a project of that name, as in `WORKDIR /app`.
    // The parent of `/app` is the root of the disk, which is not a project.
    const isOnRoot = dirname(dirname(given)) === dirname(given);
    if (basename(given) !== "app" || isOnRoot || await isProject(given)) return { root: given, appDir };
  }
  return { root: resolve(given, ".."), appDir: basename(given) };
}

const PROJECT_FILES = [
  "deno.json",
  "deno.jsonc",
  "package.json",
  "next.config.ts",
  "next.config.js",
  "next.config.mjs",
];

async function isProject(dir: string): Promise<boolean> {
  return (await Promise.all(PROJECT_FILES.map((file) => exists(join(dir, file))))).includes(true);
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isDirectory;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return false;
    throw error;
  }
}

/**
 * Collects files. Not with `walk()` of `@std/fs`: it matches the whole path, so a project in a folder `_work` would
 * have no routes.
 */
async function collect(dir: string, below: string, found: Found, followed: readonly string[] = []): Promise<void> {
  const { extensions } = found;
  const folders: Promise<void>[] = [];
  for (const entry of readEntries(dir)) {
    const path = below === "" ? entry.name : `${below}/${entry.name}`;
    const isLeftOut = isPrivateFolder(entry.name) || entry.name === "node_modules";
    if (isLeftOut && (entry.isSymlink || entry.isDirectory)) continue;
    const target = entry.isSymlink ? await followLink(join(dir, entry.name), followed) : entry;
    if (target === null) {
      found.links.push(path);
    } else if (target.isDirectory) {
      const reached = "path" in target ? [...followed, target.path] : followed;
      folders.push(collect(join(dir, entry.name), path, found, reached));
    } else if (isRouteFile(entry.name, extensions) || readMetadataFile(entry.name, below === "", extensions) !== null) {
      found.files.push(path);
    } else if (PAGE.test(entry.name)) found.pages.push(path);
  }
  await Promise.all(folders);
}

/** Synchronously, which takes a quarter of the time: one folder after the other has little to wait for. */
function readEntries(dir: string): Deno.DirEntry[] {
  try {
    return [...Deno.readDirSync(dir)];
  } catch (cause) {
    // It was removed while its parent was read.
    if (cause instanceof Deno.errors.NotFound) return [];
    if (!(cause instanceof Deno.errors.PermissionDenied)) throw cause;
    throw new Deno.errors.PermissionDenied(`Cannot read folder "${dir}": permission denied, name another folder`, {
      cause,
    });
  }
}
