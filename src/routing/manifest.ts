/**
 * The waist of the module: a `RouteManifest` is plain data that says which file answers which URL. What makes one
 * (a folder, a generated file, a test) and what uses one (router, type generator, list) do not know each other.
 *
 * @module
 */

import { type MetadataFile, readMetadataFile, SITEMAP_ID } from "./metadata_file.ts";
import { isPrivateFolder, isRouteFile, parsePattern, type Segment } from "./pattern.ts";

/** One route file and the URL it answers. */
export interface RouteEntry {
  /** The URL pattern: `/users/[id]`. */
  readonly id: string;
  /** The file, relative to the project, with `/`: `app/users/[id]/route.ts`. */
  readonly file: string;
  /** The parts of the URL. */
  readonly segments: readonly Segment[];
  /** What it is if it is no route handler but a metadata file: `robots.ts`. */
  readonly metadata?: MetadataFile;
}

/** Which file answers which URL. Plain data: it survives `JSON.stringify`. */
export interface RouteManifest {
  /** The version of this form. */
  readonly version: 1;
  /** The routes, sorted by id. */
  readonly routes: readonly RouteEntry[];
  /** Names that are legal but probably not meant, a sentence each. */
  readonly warnings: readonly string[];
}

/** Route files that cannot be served together, or cannot be routes; `errors` has one for each. */
export class RouteManifestError extends AggregateError {
  /** Always `"RouteManifestError"`. */
  override name = "RouteManifestError";
}

/**
 * Makes a manifest of route files.
 *
 * @param files Paths below the app folder, with `/`: `users/[id]/route.ts`.
 * @param appDir What messages and `file` call the app folder; default: none.
 * @param extensions The endings of route files, without dot; default: those of Next.js.
 * @throws {RouteManifestError} If a name is wrong or two files want one URL; it lists all such errors at once.
 */
export function createManifest(files: Iterable<string>, appDir = "", extensions?: readonly string[]): RouteManifest {
  const { manifest, errors } = readManifest(files, appDir, extensions);
  if (errors.length > 0) {
    throw new RouteManifestError(errors, errors.map((error) => error.message).join("\n"));
  }
  return manifest;
}

/** A manifest of the files that can be served, and why the others cannot. */
export interface LenientManifest {
  readonly manifest: RouteManifest;
  readonly errors: readonly Error[];
}

/** Makes a manifest of route files as {@linkcode createManifest} does, and leaves out those with errors. */
export function readManifest(files: Iterable<string>, appDir = "", extensions?: readonly string[]): LenientManifest {
  const routes: RouteEntry[] = [];
  const warnings: string[] = [];
  const errors: Error[] = [];
  const tree = level();
  const all = [...files].filter(isPublic).sort().flatMap((path) => servedAs(path, extensions));
  // Last comes what gives way to others.
  all.sort((a, b) => Number(isOptional(a)) - Number(isOptional(b)));
  for (const { path, served, metadata } of all) {
    const file = appDir === "" ? path : `${appDir}/${path}`;
    try {
      const { id, segments, warnings: found } = parsePattern(served, file);
      const route: RouteEntry = metadata === undefined ? { id, file, segments } : { id, file, segments, metadata };
      const conflict = place(tree, route);
      if (conflict !== null && isOptional({ path, served })) continue;
      if (conflict !== null) {
        errors.push(conflict);
        continue;
      }
      routes.push(route);
      warnings.push(...found);
    } catch (error) {
      errors.push(error as Error);
    }
  }
  routes.sort((a, b) => a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
  return { manifest: { version: 1, routes, warnings }, errors };
}

/** A file, and the path of the route file that would be served in the same place. */
interface Served {
  readonly path: string;
  readonly served: string;
  readonly metadata?: MetadataFile;
}

/** A sitemap has its second path only if its module says so; a route of that path has it for sure. */
function isOptional({ served }: Served): boolean {
  return served.endsWith(`/[${SITEMAP_ID}]/route.ts`);
}

function servedAs(path: string, extensions: readonly string[] | undefined): Served[] {
  const folders = path.split("/");
  const name = folders.pop()!;
  if (isRouteFile(name, extensions)) return [{ path, served: path }];
  const metadata = readMetadataFile(name, folders.length === 0);
  return (metadata?.served ?? []).map((served) => ({
    path,
    served: [...folders, served, "route.ts"].join("/"),
    metadata: metadata!,
  }));
}

/** Whether no private folder holds a file. */
function isPublic(path: string): boolean {
  return !path.split("/").slice(0, -1).some(isPrivateFolder);
}

/** A place in the tree of folders: the routes that came by, with what they have there. */
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

function level(): Level {
  return { statics: new Map(), byLowerCase: new Map() };
}

function place(root: Level, route: RouteEntry): Error | null {
  let at = root;
  for (const segment of route.segments) {
    if (segment.kind === "static") {
      const lower = at.byLowerCase.get(segment.value.toLowerCase());
      if (lower !== undefined && lower.segment !== segment.value) {
        return conflict(
          route,
          lower.route,
          `"${segment.value}" and "${lower.segment}" differ only in case`,
          "rename one",
        );
      }
      at.byLowerCase.set(segment.value.toLowerCase(), lower ?? { segment: segment.value, route });
      at = getOrCreate(at.statics, segment.value);
    } else if (segment.kind === "dynamic") {
      at.dynamic ??= { segment: segment.name, route };
      if (at.dynamic.segment !== segment.name) {
        const names = `"[${segment.name}]" and "[${at.dynamic.segment}]" are at the same path position`;
        return conflict(route, at.dynamic.route, names, "use the same param name for both");
      }
      at = at.dynamicLevel ??= level();
    } else {
      return placeCatchAll(at, route, segment.kind, segment.name);
    }
  }
  const other = at.route;
  if (other !== undefined) return sameUrl(route, other);
  if (at.catchAll?.segment.startsWith("[[")) return optionalConflict(at.catchAll.route, route);
  at.route = route;
  return null;
}

function placeCatchAll(at: Level, route: RouteEntry, kind: Segment["kind"], name: string): Error | null {
  const optional = kind === "optional-catch-all";
  const segment = optional ? `[[...${name}]]` : `[...${name}]`;
  const other = at.catchAll;
  if (other !== undefined) {
    if (other.segment === segment) return sameUrl(route, other.route);
    return conflict(
      route,
      other.route,
      `"${segment}" and "${other.segment}" are at the same path position`,
      "keep one",
    );
  }
  if (optional && at.route !== undefined) return optionalConflict(route, at.route);
  at.catchAll = { segment, route };
  return null;
}

function getOrCreate(map: Map<string, Level>, key: string): Level {
  const found = map.get(key) ?? level();
  map.set(key, found);
  return found;
}

function sameUrl(a: RouteEntry, b: RouteEntry): Error {
  return conflict(a, b, `both answer "${a.id}"`, "remove or move one");
}

function optionalConflict(optional: RouteEntry, plain: RouteEntry): Error {
  const state = `the optional catch-all also answers "${plain.id}"`;
  return conflict(optional, plain, state, "remove the other file or use single brackets");
}

function conflict(a: RouteEntry, b: RouteEntry, state: string, fix: string): Error {
  return new SyntaxError(`Cannot serve both "${a.file}" and "${b.file}": ${state}, ${fix}`);
}
