/**
 * Reads the `package.json` files of packages, each only once.
 *
 * @module
 */

import type { ModuleFileSystem } from "./file_system.ts";
import { getFolder, getParentFolder } from "./module_url.ts";
import { ModuleResolveError, showFile } from "./resolve_error.ts";

/** The fields of a `package.json` that resolving needs. */
export interface PackageManifest {
  /** The URL of the folder, with a trailing slash. */
  readonly folder: string;
  readonly name: string | undefined;
  readonly version: string | undefined;
  /** The format of `.js` files; `undefined` if not specified. */
  readonly type: "module" | "commonjs" | undefined;
  /** The entry point if there are no `exports`. */
  readonly main: string | undefined;
  /** An ES module that bundlers prefer to `main`. */
  readonly module: string | undefined;
  /** Never `null`, which is treated as missing. */
  readonly exports: unknown;
  /** The mapping of names starting with `#`. */
  readonly imports: unknown;
  /** The names of all dependencies, including development, peer and optional ones. */
  readonly dependencies: ReadonlySet<string>;
}

/** Reads the `package.json` of folders. */
export interface ManifestReader {
  /**
   * Returns the manifest of a folder, or `undefined` if it has none.
   *
   * @param folder A URL with a trailing slash.
   * @throws {ModuleResolveError} If the `package.json` is not a JSON object.
   */
  getManifest(folder: string): PackageManifest | undefined;
  /**
   * Returns the nearest manifest above a file: LOOKUP_PACKAGE_SCOPE of Node.js.
   *
   * @param url The URL of the file, without query.
   * @throws {ModuleResolveError} As for `getManifest()`.
   */
  getScope(url: string): PackageManifest | undefined;
}

/**
 * Creates a reader with a cache.
 *
 * @param files The file system.
 */
export function createManifestReader(files: ModuleFileSystem): ManifestReader {
  const manifests = new Map<string, PackageManifest | null>();
  const scopes = new Map<string, PackageManifest | null>();

  function getManifest(folder: string): PackageManifest | undefined {
    let manifest = manifests.get(folder);
    if (manifest === undefined) manifests.set(folder, manifest = readManifest(folder, files) ?? null);
    return manifest ?? undefined;
  }

  function getFolderScope(folder: string): PackageManifest | null {
    // A file directly in `node_modules` belongs neither to a package nor to the project.
    if (folder.endsWith("/node_modules/")) return null;
    let manifest = scopes.get(folder);
    if (manifest === undefined) {
      const parent = getParentFolder(folder);
      scopes.set(folder, manifest = getManifest(folder) ?? (parent === undefined ? null : getFolderScope(parent)));
    }
    return manifest;
  }

  return { getManifest, getScope: (url) => getFolderScope(getFolder(url)) ?? undefined };
}

function readManifest(folder: string, files: ModuleFileSystem): PackageManifest | undefined {
  const url = `${folder}package.json`;
  const text = files.readText(url);
  if (text === undefined) return undefined;
  const json = parseManifest(text, url);
  const field = (name: string) => {
    const value = json[name];
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  const type = field("type");
  return {
    folder,
    name: field("name"),
    version: field("version"),
    type: type === "module" || type === "commonjs" ? type : undefined,
    main: field("main"),
    module: field("module"),
    exports: json.exports ?? undefined,
    imports: json.imports ?? undefined,
    dependencies: new Set(DEPENDENCY_FIELDS.flatMap((name) => Object.keys(json[name] ?? {}))),
  };
}

const DEPENDENCY_FIELDS = ["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"];

function parseManifest(text: string, url: string): Readonly<Record<string, unknown>> {
  let json: unknown;
  let reason = "it is not a JSON object";
  try {
    json = JSON.parse(text.replace(/^\ufeff/, ""));
  } catch (error) {
    if (error instanceof Error) reason = error.message;
  }
  if (typeof json === "object" && json !== null && !Array.isArray(json)) return json as Record<string, unknown>;
  throw new ModuleResolveError("ERR_INVALID_PACKAGE_CONFIG", `Cannot read "${showFile(url)}": ${reason}`);
}
