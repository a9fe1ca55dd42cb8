/**
 * Whether a package has a native part, which no bundler can put into a module.
 *
 * @module
 */

import type { ModuleFileSystem } from "./file_system.ts";

/** Packages that load an addon, or build one. */
const LOADERS = new Set(["bindings", "node-gyp-build", "node-pre-gyp", "@mapbox/node-pre-gyp", "prebuild-install"]);
/** An optional package with the part for one system. */
const FOR_SYSTEM = /[-/](?:linux|darwin|win32)-(?:x64|arm64)/;
const PACKAGE = /^(.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\/)(?!.*\/node_modules\/)/;

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly gypfile?: boolean;
  readonly napi?: unknown;
}

/**
 * Gets the name of the package that a file belongs to, if it has a native part.
 *
 * @param url The URL of the file.
 * @param files Where the file is.
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
