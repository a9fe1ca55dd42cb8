/**
 * The boundary of the module: a `RouteManifest` is plain data that maps URLs to files. The code that creates one (from a
 * folder, a generated file, a test) and the code that uses one (router, type generator, list) do not know each other.
 *
 * @module
 */

import { createImageSuffix, METADATA_ID, type MetadataFile, readMetadataFile } from "./metadata_file.ts";
import { isGroup, isPrivateFolder, isRouteFile, parsePattern, RouteNameError, type Segment } from "./pattern.ts";

/** A route file and the URL it serves. */
export interface RouteEntry {
  /** The URL pattern: `/users/[id]`. */
  readonly id: string;
  /** The file, relative to the project, with `/`: `app/users/[id]/route.ts`. */
  readonly file: string;
  /** The segments of the URL. */
  readonly segments: readonly Segment[];
  /** The metadata file, such as `robots.ts`, if the file is not a route handler. */
  readonly metadata?: MetadataFile;
}

/** The map from URLs to files. Plain data: it survives `JSON.stringify`. */
export interface RouteManifest {
  /** The version of this format. */
  readonly version: 1;
  /** The routes, sorted by id. */
  readonly routes: readonly RouteEntry[];
  /** The pages whose paths a route with dynamic segments must leave to Next.js. Default: none. */
  readonly pages?: readonly RouteEntry[];
  /** Warnings about names that are valid but probably unintended, one sentence each. */
  readonly warnings: readonly string[];
}

/** The errors of route files that conflict or have invalid names; `errors` has one for each. */
export class RouteManifestError extends AggregateError {
  /** Always `"RouteManifestError"`. */
  override name = "RouteManifestError";
}

/**
 * Creates a manifest of route files.
 *
 * @param files Paths below the app folder, with `/`: `users/[id]/route.ts`.
 * @param appDir The app folder in messages and `file`; default: none.
 * @param extensions The file extensions of route files, without the dot; default: those of Next.js.
 * @throws {RouteManifestError} If a name is invalid or two files serve the same URL; it lists all such errors at once.
 */
export function createManifest(files: Iterable<string>, appDir = "", extensions?: readonly string[]): RouteManifest {
  const { manifest, errors } = readManifest(files, appDir, extensions);
  if (errors.length > 0) {
    throw new RouteManifestError(errors, errors.map((error) => error.message).join("\n"));
  }
  return manifest;
}

/** A manifest of the files that can be served, and the errors of the others. */
export interface LenientManifest {
  readonly manifest: RouteManifest;
  readonly errors: readonly Error[];
}

/** Creates a manifest as {@linkcode createManifest} does, but leaves out the files with errors. */
export function readManifest(files: Iterable<string>, appDir = "", extensions?: readonly string[]): LenientManifest {
  const routes: RouteEntry[] = [];
  const warnings: string[] = [];
  const errors: Error[] = [];
  const tree = createLevel();
  const candidates = [...files].filter(isPublic).sort().flatMap((path) => getServedPaths(path, extensions));
  // Optional routes last: they give way to others.
  candidates.sort((a, b) => Number(isOptional(a)) - Number(isOptional(b)));
  for (const candidate of candidates) {
    const { path, served, metadata } = candidate;
    const file = appDir === "" ? path : `${appDir}/${path}`;
    try {
      if (metadata !== undefined) refuseCatchAll(served, file);
      const { id, segments, warnings: routeWarnings } = parsePattern(served, file);
      const route: RouteEntry = metadata === undefined ? { id, file, segments } : { id, file, segments, metadata };
      const conflict = insert(tree, route);
      if (conflict !== null) throw conflict;
      routes.push(route);
      warnings.push(...routeWarnings);
    } catch (error) {
      // Its first path has the same mistake.
      if (!isOptional(candidate)) errors.push(error as Error);
    }
  }
  routes.sort((a, b) => a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
  return { manifest: { version: 1, routes, warnings }, errors };
}

/** A file, and the path of a route file that would be served at the same URL. */
interface Served {
  readonly path: string;
  readonly served: string;
  readonly metadata?: MetadataFile;
}

/**
 * Whether a route gives way to others: a sitemap or an image has its second path only if its module exports
 * `generateSitemaps` or `generateImageMetadata`.
 */
function isOptional({ served }: Served): boolean {
  return served.endsWith(`/[${METADATA_ID}]/route.ts`);
}

function getServedPaths(path: string, extensions: readonly string[] | undefined): Served[] {
  const folders = path.split("/");
  const name = folders.pop()!;
  if (isRouteFile(name, extensions)) return [{ path, served: path }];
  const metadata = readMetadataFile(name, folders.length === 0, extensions);
  if (metadata === null) return [];
  // Two groups may each have an image for the same URL.
  const isHashed = metadata.kind === "image" && folders.some((folder) => isGroup(folder) || isSlot(folder));
  const suffix = isHashed ? createImageSuffix(folders) : "";
  return metadata.served.map((served) => ({
    path,
    served: [...folders, served.replace(/(?=\.\w+$|\/|$)/, suffix), "route.ts"].join("/"),
    metadata,
  }));
}

/** Refuses a metadata file whose URL would continue after that of a catch-all. */
function refuseCatchAll(served: string, file: string): void {
  const folders = served.split("/").slice(0, -1).filter((folder) => !isGroup(folder) && !folder.startsWith("@"));
  const catchAll = folders.find((folder) => /^\[{1,2}\.{3}/.test(folder));
  if (catchAll === undefined) return;
  const rule = `Catch-all must be the last part of the URL in route "/${folders.join("/")}"`;
  throw new RouteNameError(`Cannot parse route "${file}": ${rule}. Move the file out of "${catchAll}"`);
}

/** The slot "@children" is the folder itself. */
function isSlot(folder: string): boolean {
  return folder.startsWith("@") && folder !== "@children";
}

/** Whether a file is not in a private folder. */
function isPublic(path: string): boolean {
  return !path.split("/").slice(0, -1).some(isPrivateFolder);
}

/** A node in the tree of segments: the segments that routes have at one path position. */
interface Level {
  readonly statics: Map<string, Level>;
  readonly byLowerCase: Map<string, Occupant>;
  dynamic?: Occupant;
  catchAll?: Occupant;
  dynamicLevel?: Level;
  route?: RouteEntry;
}

interface Occupant {
  readonly segment: string;
  readonly route: RouteEntry;
}

function createLevel(): Level {
  return { statics: new Map(), byLowerCase: new Map() };
}

/** Inserts a route in the tree; returns an error if it conflicts with another one. */
function insert(root: Level, route: RouteEntry): Error | null {
  let level = root;
  for (const segment of route.segments) {
    if (segment.kind === "static") {
      const other = level.byLowerCase.get(segment.value.toLowerCase());
      if (other !== undefined && other.segment !== segment.value) {
        const names = `"${segment.value}" and "${other.segment}" differ only in case`;
        return createConflict(route, other.route, names, "rename one");
      }
      level.byLowerCase.set(segment.value.toLowerCase(), other ?? { segment: segment.value, route });
      level = getOrCreate(level.statics, segment.value);
    } else if (segment.kind === "dynamic") {
      level.dynamic ??= { segment: segment.name, route };
      if (level.dynamic.segment !== segment.name) {
        const names = `"[${segment.name}]" and "[${level.dynamic.segment}]" are at the same path position`;
        return createConflict(route, level.dynamic.route, names, "use the same param name for both");
      }
      level = level.dynamicLevel ??= createLevel();
    } else {
      return insertCatchAll(level, route, segment.kind, segment.name);
    }
  }
  const other = level.route;
  if (other !== undefined) return createSameUrlConflict(route, other);
  if (level.catchAll?.segment.startsWith("[[")) return createOptionalConflict(level.catchAll.route, route);
  level.route = route;
  return null;
}

function insertCatchAll(level: Level, route: RouteEntry, kind: Segment["kind"], name: string): Error | null {
  const isOptional = kind === "optional-catch-all";
  const segment = isOptional ? `[[...${name}]]` : `[...${name}]`;
  const other = level.catchAll;
  if (other !== undefined) {
    if (other.segment === segment) return createSameUrlConflict(route, other.route);
    const names = `"${segment}" and "${other.segment}" are at the same path position`;
    return createConflict(route, other.route, names, "keep one");
  }
  if (isOptional && level.route !== undefined) return createOptionalConflict(route, level.route);
  level.catchAll = { segment, route };
  return null;
}

function getOrCreate(map: Map<string, Level>, key: string): Level {
  const level = map.get(key) ?? createLevel();
  map.set(key, level);
  return level;
}

function createSameUrlConflict(a: RouteEntry, b: RouteEntry): Error {
  const conflict = createConflict(a, b, `both answer "${a.id}"`, "remove or move one");
  if ((a.metadata === undefined) === (b.metadata === undefined)) return conflict;
  const { id } = a;
  const sentence = `Conflicting route and metadata at ${id}: route at ${id}/route and metadata at ${id}/route`;
  return new SyntaxError(`${sentence}. ${conflict.message}`);
}

function createOptionalConflict(optional: RouteEntry, plain: RouteEntry): Error {
  const state = `the optional catch-all also answers "${plain.id}"`;
  return createConflict(optional, plain, state, "remove the other file or use single brackets");
}

function createConflict(a: RouteEntry, b: RouteEntry, state: string, fix: string): Error {
  return new SyntaxError(`Cannot serve both "${a.file}" and "${b.file}": ${state}, ${fix}`);
}
