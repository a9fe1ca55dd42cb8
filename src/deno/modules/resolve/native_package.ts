/**
 * Detects packages with a native part, which cannot be bundled.
 *
 * @module
 */

import type { ModuleFileSystem } from "./file_system.ts";

/** Packages that load or build a native addon. */
const LOADERS = new Set(["bindings", "node-gyp-build", "node-pre-gyp", "@mapbox/node-pre-gyp", "prebuild-install"]);
/** The name of an optional package with the native part for one platform. */
const FOR_SYSTEM = /[-/](?:linux|darwin|win32)-(?:x64|arm64)/;
const PACKAGE = /^(.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\/)(?!.*\/node_modules\/)/;

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly gypfile?: boolean;
  readonly napi?: unknown;
}

/**
 * Returns the name of the package that a file belongs to, if the package has a native part.
 *
 * @param url The URL of the file.
 * @param files The file system.
 */
export function getNativePackage(url: string, files: ModuleFileSystem): string | undefined {
  const [, folder, name] = PACKAGE.exec(url) ?? [];
  if (folder === undefined) return undefined;
  // The native part of Next.js is its compiler.
  return url.endsWith(".node") || name !== "next" && isNative(folder, files) ? name : undefined;
}

function isNative(folder: string, files: ModuleFileSystem): boolean {
  if (files.isFile(`${folder}binding.gyp`)) return true;
  let manifest: Manifest;
  try {
    manifest = JSON.parse(files.readText(`${folder}package.json`) ?? "{}");
  } catch {
    return false;
  }
  const { dependencies = {}, optionalDependencies = {}, gypfile, napi } = manifest;
  return gypfile === true || napi !== undefined || Object.keys(dependencies).some((name) => LOADERS.has(name)) ||
    Object.keys(optionalDependencies).some((name) => FOR_SYSTEM.test(name));
}
