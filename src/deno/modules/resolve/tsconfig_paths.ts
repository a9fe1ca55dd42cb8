/**
 * Reads a `tsconfig.json` or `jsconfig.json`: `paths` and `baseUrl`, which are the aliases of a Next.js project, and
 * `jsxImportSource`, which `deno.json` may also have.
 *
 * @module
 */

import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, fromFileUrl, isAbsolute, join, resolve } from "@std/path";
import { readJsonc } from "./jsonc.ts";

/** The settings of a configuration that concern imports. */
interface Names {
  /** Patterns and the absolute paths that they map to, the most specific first. */
  readonly paths: readonly {
    readonly before: string;
    readonly after: string | null;
    readonly targets: readonly string[];
  }[];
  /** The folder that other names are relative to. */
  readonly baseUrl: string | undefined;
  /** The module that JSX is imported from. */
  readonly jsxImportSource: string | undefined;
}

interface Options {
  paths?: Readonly<Record<string, readonly string[]>>;
  /** The folder of the file that has the `paths`. */
  pathsBase?: string;
  baseUrl?: string;
  jsxImportSource?: string;
}

const FILES = ["tsconfig.json", "jsconfig.json"];
const DENO_FILES = ["deno.json", "deno.jsonc"];
const NO_NAMES: Names = { paths: [], baseUrl: undefined, jsxImportSource: undefined };

const namesByFolder = new Map<string, Names>();
/** The `jsxImportSource` of `deno.json`, by folder. */
const jsxSourcesByFolder = new Map<string, string | undefined>();

/**
 * Returns the candidates of an import, in order of preference, as paths whose extension may be missing.
 *
 * @param specifier The imported specifier; neither a relative path nor a URL.
 * @param folder The absolute path of the importing file's folder.
 * @throws {SyntaxError} If the configuration cannot be read.
 */
export function findCandidates(specifier: string, folder: string): string[] {
  const { paths, baseUrl } = getNames(folder);
  for (const { before, after, targets } of paths) {
    if (after === null ? specifier !== before : !matches(specifier, before, after)) continue;
    const star = after === null ? "" : specifier.slice(before.length, specifier.length - after.length);
    // A function, because a replacement string would interpret a `$` in the name.
    return targets.map((target) => target.replace("*", () => star));
  }
  return baseUrl === undefined ? [] : [join(baseUrl, specifier)];
}

/**
 * Sets the configuration of a project, if it is not the `tsconfig.json` in its folder.
 *
 * @param root The absolute path of the project's folder.
 * @param file The absolute path of the configuration.
 * @throws {SyntaxError} If the configuration cannot be read.
 */
export function setTsconfig(root: string, file: string): void {
  namesByFolder.clear();
  namesByFolder.set(root, readNames(file));
}

/**
 * Returns the module that JSX is imported from: `jsxImportSource` of the configuration, that of `deno.json`, or
 * `react`.
 *
 * @param url The URL of the file with JSX.
 * @throws {SyntaxError} If the configuration cannot be read.
 */
export function getJsxImportSource(url: string): string {
  const folder = dirname(fromFileUrl(url));
  return getNames(folder).jsxImportSource ?? findDenoJsxImportSource(folder) ?? "react";
}

/** As in Deno, the nearest configuration in the folder or above it applies. */
function findDenoJsxImportSource(folder: string): string | undefined {
  if (jsxSourcesByFolder.has(folder)) return jsxSourcesByFolder.get(folder);
  const file = DENO_FILES.map((name) => join(folder, name)).find(isReadable);
  const parent = dirname(folder);
  let source: string | undefined;
  if (file !== undefined) source = readConfig(file).compilerOptions?.jsxImportSource;
  else if (parent !== folder) source = findDenoJsxImportSource(parent);
  jsxSourcesByFolder.set(folder, source);
  return source;
}

function matches(specifier: string, before: string, after: string): boolean {
  return specifier.length >= before.length + after.length && specifier.startsWith(before) && specifier.endsWith(after);
}

/** The nearest configuration in the folder or above it applies. */
function getNames(folder: string): Names {
  const cached = namesByFolder.get(folder);
  if (cached !== undefined) return cached;
  const file = FILES.map((name) => join(folder, name)).find(isReadable);
  const parent = dirname(folder);
  let names = NO_NAMES;
  if (file !== undefined) names = readNames(file);
  else if (parent !== folder) names = getNames(parent);
  namesByFolder.set(folder, names);
  return names;
}

/** Unreadable files count as missing: the folders above a project may be off limits. */
function isReadable(path: string): boolean {
  return Deno.permissions.querySync({ name: "read", path }).state === "granted" && existsSync(path);
}

function readNames(file: string): Names {
  const { paths = {}, pathsBase, baseUrl, jsxImportSource } = readOptions(file, new Set());
  const base = baseUrl ?? pathsBase ?? dirname(file);
  const patterns = Object.entries(paths).map(([pattern, targets]) => {
    if (!Array.isArray(targets)) {
      throw new SyntaxError(
        `Cannot read "${file}": "${pattern}" of "paths" is not an array, expected for example ["./src/*"]`,
      );
    }
    const [before = "", after = null] = pattern.split("*", 2);
    return { before, after, targets: targets.map((target) => resolve(base, target)) };
  });
  // As in TypeScript: exact names first, then the longest prefix.
  patterns.sort((a, b) => Number(a.after !== null) - Number(b.after !== null) || b.before.length - a.before.length);
  return { paths: patterns, baseUrl, jsxImportSource };
}

/** @param within The files that extend this one, directly or not; used to stop at a cycle. */
function readOptions(file: string, within: ReadonlySet<string>): Options {
  if (within.has(file)) return {};
  const seen = new Set([...within, file]);
  const { extends: parents = [], compilerOptions = {} } = readConfig(file);
  const options: Options = {};
  if (compilerOptions.paths !== undefined) {
    Object.assign(options, { paths: compilerOptions.paths, pathsBase: dirname(file) });
  }
  if (compilerOptions.jsxImportSource !== undefined) options.jsxImportSource = compilerOptions.jsxImportSource;
  if (compilerOptions.baseUrl !== undefined) options.baseUrl = resolve(dirname(file), compilerOptions.baseUrl);
  const inherited = [parents].flat().map((parent) => readOptions(resolveExtends(parent, file), seen));
  return Object.assign({}, ...inherited, options);
}

interface Config {
  readonly extends?: string | string[];
  readonly compilerOptions?: {
    readonly paths?: Options["paths"];
    readonly baseUrl?: string;
    readonly jsxImportSource?: string;
  };
}

/** A missing file is treated as an empty configuration. */
function readConfig(file: string): Config {
  return (readJsonc(file) ?? {}) as Config;
}

/** Resolves `extends`: a path, or a file in a package. */
function resolveExtends(name: string, from: string): string {
  const path = /^\.\.?(?:\/|$)/.test(name) || isAbsolute(name)
    ? resolve(dirname(from), name)
    : resolveInPackage(name, from);
  if (path.endsWith(".json") || !existsSync(`${path}.json`)) return path;
  return `${path}.json`;
}

function resolveInPackage(name: string, from: string): string {
  const require = createRequire(from);
  for (const specifier of [name, `${name}.json`, `${name}/tsconfig.json`]) {
    try {
      return require.resolve(specifier);
    } catch {
      // Try the next one.
    }
  }
  return name;
}
