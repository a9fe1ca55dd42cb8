/**
 * The words for an import that leads to no file.
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

/** What was looked for in vain. */
export type LookupFailure = PathFailure | ImportsFailure | NameFailure;

/** A path. */
export interface PathFailure {
  /** Which of them. */
  readonly kind: "path";
  /** What it may mean, best first. */
  readonly urls: readonly string[];
}

/** A name that begins with `#`. */
export interface ImportsFailure {
  /** Which of them. */
  readonly kind: "imports";
  /** The nearest `package.json`. */
  readonly manifest: PackageManifest | undefined;
  /** What its `imports` say. */
  readonly target: Target;
  /** Where `tsconfig.json` leads to. */
  readonly aliases: readonly string[];
}

/** The name of a package, or a name by `tsconfig.json`. */
export interface NameFailure {
  /** Which of them. */
  readonly kind: "name";
  /** The name as that of a package. */
  readonly name: PackageName;
  /** Why there is no such file of a package. */
  readonly failure: PackageFailure;
  /** Where `tsconfig.json` leads to. */
  readonly aliases: readonly string[];
}

/** Where it was looked for. */
export interface FailureContext {
  /** The URL of the project's folder, with a slash at the end. */
  readonly root: string | undefined;
  /** The files. */
  readonly files: ModuleFileSystem;
  /** Their `package.json`. */
  readonly manifests: ManifestReader;
}

/** Why, and the code if it is not the usual one. */
interface Reason {
  readonly code?: ModuleResolveErrorCode;
  readonly why: string;
}

/**
 * Creates the error for an import that leads to no file.
 *
 * @param request The import.
 * @param failure What was looked for.
 * @param context Where it was looked for.
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
    ? `Cannot find package "${failure.name.name}" of the import "${specifier}" in ${file}`
    : `Cannot find "${specifier}" of ${file}`;
  // Packages look at the code to tell whether an optional one is missing.
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

/** The endings that people leave out. */
const SHOWN_ENDINGS = PROJECT_ENDINGS.slice(0, 6);

function explainPath(url: string, { files, root }: FailureContext): string {
  const file = showFile(url, root);
  if (files.isFolder(url.replace(/\/?$/, "/"))) {
    return `folder "${file}" has no index file, import one of the files in it`;
  }
  const isWhole = PROJECT_ENDINGS.some((ending) => url.endsWith(ending));
  const endings = isWhole ? "" : `, also none that ends with ${SHOWN_ENDINGS.join(", ")}`;
  return `there is no file "${file}"${endings}; check the path`;
}

function explainImports(request: ImportRequest, failure: ImportsFailure, context: FailureContext): Reason {
  const { manifest, target, aliases } = failure;
  const alias = aliases.length === 0 ? "" : `; ${explainAliases(aliases, context)}`;
  if (manifest === undefined) return { why: `no package.json with "imports" is above the file${alias}` };
  const field = `"imports" of ${showFile(`${manifest.folder}package.json`, context.root)}`;
  const { code = "ERR_PACKAGE_IMPORT_NOT_DEFINED", why } = explainTarget(target, field, request.specifier, {
    value: manifest.imports,
    mode: request.mode,
    fix: "correct it, or create the file",
  });
  return { code, why: why + alias };
}

/** A package that is there, and has not what is imported. */
function explainInstalled(
  { mode }: ImportRequest,
  { name, subpath }: PackageName,
  failure: Exclude<PackageFailure, { reason: "not installed" }>,
  { root }: FailureContext,
): Reason {
  if (failure.reason === "no access") {
    const folder = showFile(failure.folder.replace(/\/$/, ""), root);
    const fix = `allow that with --allow-read="${folder}"`;
    return { why: `package "${name}" is a link to "${folder}", which may not be read; ${fix}` };
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
    ? `has no module: neither "main" of its package.json nor "index" is a file; ${REINSTALL}`
    : `has no file "${subpath.slice(2)}"; check the name, or install a version that has it`;
  return { why: `${installed} ${lack}` };
}

/** A file that a package lacks was not built, or was removed. */
const REINSTALL = "build it, or install another version";

interface FieldContext {
  /** The value of the field. */
  readonly value?: unknown;
  readonly mode: ImportMode;
  /** What to do where the field leads to no file. */
  readonly fix: string;
}

/** @param field What messages call the field, which has the name or lacks it. */
function explainTarget(target: Target, field: string, name: string, { value, mode, fix }: FieldContext): Reason {
  switch (target.kind) {
    case "found": {
      const targets = target.targets.map((target) => `"${target}"`).join(" or ");
      const code = mode === "require" ? "MODULE_NOT_FOUND" : "ERR_MODULE_NOT_FOUND";
      return { code, why: `${field} leads to ${targets}, where no file is; ${fix}` };
    }
    case "missing":
      return { why: `${field} has no "${name}"${listKeys(value, name)}` };
    case "blocked":
      return { why: `${field} has null for "${target.key}", so that it cannot be imported` };
    case "unmet":
      return { why: `${field} has "${target.key}" only for ${listConditions(target.conditions, mode)}` };
    case "invalid":
      return { code: "ERR_INVALID_PACKAGE_TARGET", why: `${field} is invalid: ${target.why}` };
  }
}

const SHOWN_KEYS = 5;

/** The names that a field does have, first those that begin as the wanted one does. */
function listKeys(value: unknown, name: string): string {
  if (value === undefined) return "";
  const isMap = typeof value === "object" && value !== null && !Array.isArray(value);
  const keys = isMap ? Object.keys(value).filter((key) => /^[.#]/.test(key)) : [];
  if (keys.length === 0) return `; it has "."`;
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
  if (conditions.length === 0) return "no condition";
  const names = [...new Set(conditions)].map((name) => `"${name}"`);
  const list = `${names.length === 1 ? "the condition" : "the conditions"} ${names.join(", ")}`;
  const other = mode === "import" ? "require" : "import";
  if (!conditions.some((name) => name.split(".").includes(other))) return list;
  return `${list}; ${mode === "import" ? "require() it instead of importing it" : "import it instead of require()"}`;
}

/** A package that no `node_modules` has. */
function explainMissing(
  request: ImportRequest,
  { name: { name }, aliases }: NameFailure,
  context: FailureContext,
): Reason {
  const { specifier } = request;
  const alias = aliases.length === 0 ? undefined : explainAliases(aliases, context);
  if (looksLikeAlias(specifier)) {
    return { why: alias ?? `write "paths" for "${specifier.replace(/\/.*/, "/*")}" in tsconfig.json` };
  }
  if (!isPackageName(name)) {
    const why = "it is neither a path nor the name of a package";
    return { code: "ERR_INVALID_MODULE_SPECIFIER", why: alias === undefined ? why : `${why}; ${alias}` };
  }
  const fix = explainInstall(request, name, context);
  return { why: alias === undefined ? fix : `${fix}; ${alias}` };
}

/** `@/lib/db`, as create-next-app has it, cannot be a package. */
function looksLikeAlias(specifier: string): boolean {
  return /^[@~]\/|^~/.test(specifier);
}

function explainInstall({ specifier, parent }: ImportRequest, name: string, context: FailureContext): string {
  if (name === "next") return "this module serves route handlers only";
  // No registry has such a name.
  if (name === ".prisma") return `the client of Prisma is not generated yet, run "npx prisma generate"`;
  for (let folder: string | undefined = getFolder(parent); folder !== undefined; folder = getParentFolder(folder)) {
    const manifest = isInNodeModules(folder) ? undefined : context.manifests.at(folder);
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
  return `tsconfig.json leads to ${aliases.map((url) => `"${showFile(url, root)}"`).join(" or ")}, where no file is`;
}
