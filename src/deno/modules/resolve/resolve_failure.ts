/**
 * Explains why an import cannot be resolved, and how to fix it.
 *
 * @module
 */

import { PROJECT_ENDINGS } from "./file_resolver.ts";
import type { ModuleFileSystem } from "./file_system.ts";
import type { ImportMode, ImportRequest } from "./import_request.ts";
import { getFolder, getParentFolder, isInNodeModules } from "./module_url.ts";
import type { Target } from "./package_exports.ts";
import type { ManifestReader, PackageManifest } from "./package_manifest.ts";
import { isPackageName, type PackageFailure, type PackageName } from "./package_resolver.ts";
import { ModuleResolveError, type ModuleResolveErrorCode, showFile } from "./resolve_error.ts";

/** The details of an import that was not found. */
export type LookupFailure = PathFailure | ImportsFailure | NameFailure;

/** A path that was not found. */
export interface PathFailure {
  readonly kind: "path";
  /** The candidates, in order of preference. */
  readonly urls: readonly string[];
}

/** A name starting with `#` that was not found. */
export interface ImportsFailure {
  readonly kind: "imports";
  /** The nearest `package.json`. */
  readonly manifest: PackageManifest | undefined;
  /** The result of its `imports`. */
  readonly target: Target;
  /** The candidates by `tsconfig.json`. */
  readonly aliases: readonly string[];
}

/** The name of a package, or an alias of `tsconfig.json`, that was not found. */
export interface NameFailure {
  readonly kind: "name";
  /** The specifier, split like that of a package. */
  readonly name: PackageName;
  /** The reason why no file of a package was found. */
  readonly failure: PackageFailure;
  /** The candidates by `tsconfig.json`. */
  readonly aliases: readonly string[];
}

/** The project in which an import was not found. */
export interface FailureContext {
  /** The URL of the project's folder, with a trailing slash. */
  readonly root: string | undefined;
  readonly files: ModuleFileSystem;
  readonly manifests: ManifestReader;
}

/** An explanation, and the error code if it is not the usual one. */
interface Reason {
  readonly code?: ModuleResolveErrorCode;
  readonly why: string;
}

/**
 * Creates the error for an import that was not found.
 *
 * @param request The import.
 * @param failure The details.
 * @param context The project.
 */
export function createFailure(
  request: ImportRequest,
  failure: LookupFailure,
  context: FailureContext,
): ModuleResolveError {
  const { specifier, parent, mode } = request;
  const file = showFile(parent, context.root);
  const isMissing = failure.kind === "name" && failure.failure.reason === "not installed";
  const { code, why } = explain(request, failure, context);
  const start = isMissing && isPackageName(failure.name.name) && !looksLikeAlias(specifier)
    ? `Cannot find package "${failure.name.name}" for the import "${specifier}" in ${file}`
    : `Cannot find "${specifier}" imported from ${file}`;
  // Packages check the code to detect a missing optional dependency.
  const usual = mode === "require" ? "MODULE_NOT_FOUND" : "ERR_MODULE_NOT_FOUND";
  return new ModuleResolveError(code ?? usual, `${start}: ${why}`);
}

function explain(request: ImportRequest, failure: LookupFailure, context: FailureContext): Reason {
  switch (failure.kind) {
    case "path":
      return { why: explainPath(failure.urls[0] ?? request.specifier, context) };
    case "imports":
      return explainImports(request, failure, context);
    case "name":
      return failure.failure.reason === "not installed"
        ? explainMissing(request, failure, context)
        : explainInstalled(request, failure.name, failure.failure, context);
  }
}

/** The extensions that imports usually omit. */
const SHOWN_ENDINGS = PROJECT_ENDINGS.slice(0, 6);

function explainPath(url: string, { files, root }: FailureContext): string {
  const file = showFile(url, root);
  if (files.isFolder(url.replace(/\/?$/, "/"))) {
    return `folder "${file}" has no index file, import one of its files`;
  }
  const isWhole = PROJECT_ENDINGS.some((ending) => url.endsWith(ending));
  const endings = isWhole
    ? ""
    : `, nor one ending in ${SHOWN_ENDINGS.slice(0, -1).join(", ")} or ${SHOWN_ENDINGS.at(-1)}`;
  return `there is no file "${file}"${endings}; check the path`;
}

function explainImports(request: ImportRequest, failure: ImportsFailure, context: FailureContext): Reason {
  const { manifest, target, aliases } = failure;
  const alias = aliases.length === 0 ? "" : `; ${explainAliases(aliases, context)}`;
  if (manifest === undefined) return { why: `no package.json above the file has "imports"${alias}` };
  const field = `"imports" of ${showFile(`${manifest.folder}package.json`, context.root)}`;
  const { code = "ERR_PACKAGE_IMPORT_NOT_DEFINED", why } = explainTarget(target, field, request.specifier, {
    value: manifest.imports,
    mode: request.mode,
    fix: "correct it, or create the file",
  });
  return { code, why: why + alias };
}

/** Explains what an installed package lacks. */
function explainInstalled(
  { mode }: ImportRequest,
  { name, subpath }: PackageName,
  failure: Exclude<PackageFailure, { reason: "not installed" }>,
  { root }: FailureContext,
): Reason {
  if (failure.reason === "no access") {
    const folder = showFile(failure.folder.replace(/\/$/, ""), root);
    const fix = `grant it with --allow-read="${folder}"`;
    return { why: `package "${name}" is a link to "${folder}", which needs read access; ${fix}` };
  }
  const { manifest } = failure;
  const version = manifest?.version === undefined ? "" : ` ${manifest.version}`;
  const installed = `package "${name}"${version} is installed, but`;
  if (failure.reason === "no target") {
    const { why } = explainTarget({ kind: "found", targets: failure.targets }, `its "exports"`, subpath, {
      mode,
      fix: REINSTALL,
    });
    return { why: `${installed} ${why}` };
  }
  if (failure.reason === "not exported") {
    const value = failure.manifest.exports;
    const { code, why } = explainTarget(failure.target, `its "exports"`, subpath, { value, mode, fix: REINSTALL });
    return { code: code ?? "ERR_PACKAGE_PATH_NOT_EXPORTED", why: `${installed} ${why}` };
  }
  const lack = subpath === "." || subpath === "./"
    ? `has no entry point: neither "main" in its package.json nor "index" is a file; ${REINSTALL}`
    : `has no file "${subpath.slice(2)}"; check the name, or install a version that has it`;
  return { why: `${installed} ${lack}` };
}

/** The fix for a file that was not built, or was removed. */
const REINSTALL = "build it, or install another version";

interface FieldContext {
  /** The value of the field. */
  readonly value?: unknown;
  readonly mode: ImportMode;
  /** The fix if the target of the field does not exist. */
  readonly fix: string;
}

/** @param field The name of the field in messages. */
function explainTarget(target: Target, field: string, name: string, { value, mode, fix }: FieldContext): Reason {
  switch (target.kind) {
    case "found": {
      const code = mode === "require" ? "MODULE_NOT_FOUND" : "ERR_MODULE_NOT_FOUND";
      return { code, why: `${field} maps to ${listMissing(target.targets)}; ${fix}` };
    }
    case "missing":
      return { why: `${field} has no "${name}"${listKeys(value, name)}` };
    case "blocked":
      return { why: `${field} sets "${target.key}" to null, so it cannot be imported` };
    case "unmet":
      if (target.conditions.length === 0) return { why: `${field} has no conditions for "${target.key}"` };
      return { why: `${field} has "${target.key}" only for ${listConditions(target.conditions, mode)}` };
    case "invalid":
      return { code: "ERR_INVALID_PACKAGE_TARGET", why: `${field} is invalid: ${target.why}` };
  }
}

const SHOWN_KEYS = 5;

/** Lists the names that a field has, those with the longest common prefix first. */
function listKeys(value: unknown, name: string): string {
  if (value === undefined) return "";
  const isMap = typeof value === "object" && value !== null && !Array.isArray(value);
  const keys = isMap ? Object.keys(value).filter((key) => /^[.#]/.test(key)) : [];
  if (keys.length === 0) return `; it has only "."`;
  const lengths = new Map(keys.map((key) => [key, sharedLength(key, name)]));
  const nearest = keys.toSorted((a, b) => lengths.get(b)! - lengths.get(a)!).slice(0, SHOWN_KEYS);
  const more = keys.length > nearest.length ? ` and ${keys.length - nearest.length} more` : "";
  return `; it has ${nearest.map((key) => `"${key}"`).join(", ")}${more}`;
}

function sharedLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}

function listConditions(conditions: readonly string[], mode: ImportMode): string {
  const names = [...new Set(conditions)].map((name) => `"${name}"`);
  const list = `${names.length === 1 ? "the condition" : "the conditions"} ${names.join(", ")}`;
  const other = mode === "import" ? "require" : "import";
  if (!conditions.some((name) => name.split(".").includes(other))) return list;
  return `${list}; ${mode === "import" ? "require() it instead of importing it" : "import it instead of require()"}`;
}

/** Explains how to get a package that no `node_modules` has. */
function explainMissing(
  request: ImportRequest,
  { name: { name }, aliases }: NameFailure,
  context: FailureContext,
): Reason {
  const { specifier } = request;
  const alias = aliases.length === 0 ? undefined : explainAliases(aliases, context);
  if (looksLikeAlias(specifier)) {
    return { why: alias ?? `add "paths" for "${specifier.replace(/\/.*/, "/*")}" to tsconfig.json` };
  }
  if (!isPackageName(name)) {
    const why = "it is neither a path nor a package name";
    return { code: "ERR_INVALID_MODULE_SPECIFIER", why: alias === undefined ? why : `${why}; ${alias}` };
  }
  const fix = explainInstall(request, name, context);
  return { why: alias === undefined ? fix : `${fix}; ${alias}` };
}

/** Whether a specifier cannot be a package, like `@/lib/db`, the alias of create-next-app. */
function looksLikeAlias(specifier: string): boolean {
  return /^[@~]\/|^~/.test(specifier);
}

function explainInstall({ specifier, parent }: ImportRequest, name: string, context: FailureContext): string {
  if (name === "next") return "it is not part of @x/routes, which serves only route handlers";
  // No registry has such a name.
  if (name === ".prisma") return `the client of Prisma is not generated yet, run "npx prisma generate"`;
  for (let folder: string | undefined = getFolder(parent); folder !== undefined; folder = getParentFolder(folder)) {
    const manifest = isInNodeModules(folder) ? undefined : context.manifests.getManifest(folder);
    if (manifest?.dependencies.has(name)) {
      const file = showFile(`${folder}package.json`, context.root);
      return `${file} lists it, but it is not installed, run "${getInstallCommand(folder, context)}"`;
    }
  }
  return `install it with "deno add npm:${name}", or import "npm:${specifier}"`;
}

const INSTALL_COMMANDS: readonly (readonly [lockFile: string, command: string])[] = [
  ["pnpm-lock.yaml", "pnpm install"],
  ["yarn.lock", "yarn install"],
  ["bun.lock", "bun install"],
  ["bun.lockb", "bun install"],
  ["package-lock.json", "npm install"],
  ["deno.lock", "deno install"],
];

function getInstallCommand(folder: string, { files }: FailureContext): string {
  return INSTALL_COMMANDS.find(([lockFile]) => files.isFile(folder + lockFile))?.[1] ?? "npm install";
}

function explainAliases(aliases: readonly string[], { root }: FailureContext): string {
  return `tsconfig.json maps it to ${listMissing(aliases.map((url) => showFile(url, root)))}`;
}

function listMissing(files: readonly string[]): string {
  const list = files.map((file) => `"${file}"`).join(" or ");
  return `${list}, ${files.length === 1 ? "which does not exist" : "none of which exist"}`;
}
