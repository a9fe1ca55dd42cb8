/**
 * Import maps: that of a project's `deno.json`, and that of a build, where no hook resolves imports.
 *
 * @module
 */

import { dirname, fromFileUrl, join, toFileUrl } from "@std/path";
import { mayRead } from "./installed_package.ts";
import { readJsonc } from "./jsonc.ts";
import { getReactImports } from "./react_imports.ts";
import { PACKAGE_URL, SOURCE_URL } from "../own_package.ts";

/** An import map. */
export interface ImportMap {
  readonly imports: Readonly<Record<string, string>>;
  readonly scopes: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

type Imports = Readonly<Record<string, string>>;

interface Config extends Partial<ImportMap> {
  readonly importMap?: string;
  readonly workspace?: unknown;
}

/** An empty import map. */
export const NO_IMPORTS: ImportMap = { imports: {}, scopes: {} };

/**
 * Reads the import map of a project's `deno.json`, with absolute URLs, so that it can be used anywhere. As in Deno, it
 * is the nearest one in the project or above it, merged with that of the workspace. Unreadable files count as missing.
 * What it does not map is React, if the project lists it but has not installed it.
 *
 * @param root The project's folder.
 */
export function readProjectImports(root: string): ImportMap {
  return mergeImportMaps(readConfiguredImports(root), { imports: getReactImports(root), scopes: {} });
}

function readConfiguredImports(root: string): ImportMap {
  let imports: ImportMap | undefined;
  for (let folder = root;; folder = dirname(folder)) {
    const file = ["deno.json", "deno.jsonc"].map((name) => join(folder, name)).find((path) =>
      mayRead(path) && readJsonc(path)
    );
    const config = file === undefined ? undefined : readJsonc(file) as Config;
    if (file !== undefined && config !== undefined && (imports === undefined || config.workspace !== undefined)) {
      imports = mergeImportMaps(imports ?? NO_IMPORTS, getImports(config, file));
      if (config.workspace !== undefined) return imports;
    }
    if (dirname(folder) === folder) return imports ?? NO_IMPORTS;
  }
}

/** Merges two import maps; the first one takes precedence. */
export function mergeImportMaps(first: ImportMap, second: ImportMap): ImportMap {
  return { imports: { ...second.imports, ...first.imports }, scopes: { ...second.scopes, ...first.scopes } };
}

function getImports({ imports, scopes, importMap }: Config, file: string): ImportMap {
  if (importMap !== undefined && imports === undefined) {
    const path = join(dirname(file), importMap);
    return resolveUrls((readJsonc(path) ?? {}) as Partial<ImportMap>, path);
  }
  return resolveUrls({ imports: expandPackages(imports ?? {}), scopes: scopes ?? {} }, file);
}

function resolveUrls({ imports = {}, scopes = {} }: Partial<ImportMap>, file: string): ImportMap {
  const base = toFileUrl(`${dirname(file)}/`);
  const url = (text: string) => /^\.{0,2}\//.test(text) ? new URL(text, base).href : text;
  const resolveAll = (imports: Imports) =>
    Object.fromEntries(Object.entries(imports).map(([key, to]) => [url(key), url(to)]));
  return {
    imports: resolveAll(imports),
    scopes: Object.fromEntries(
      Object.entries(scopes).map(([key, imports]) => [new URL(key, base).href, resolveAll(imports)]),
    ),
  };
}

/** Adds the subpaths of packages, which only a `deno.json` implies. */
function expandPackages(imports: Imports): Imports {
  const below = Object.entries(imports).flatMap(([key, to]) => {
    const registry = /^(jsr|npm):\/?(.+)$/.exec(to);
    return registry === null || key.endsWith("/") || Object.hasOwn(imports, `${key}/`)
      ? []
      : [[`${key}/`, `${registry[1]}:/${registry[2]}/`]];
  });
  return { ...imports, ...Object.fromEntries(below) };
}

/**
 * Resolves a specifier by an import map.
 *
 * @param map The import map.
 * @param specifier A bare specifier, or an absolute URL.
 * @param parent The URL of the importing file.
 * @returns The target, or `null` if the map has none.
 */
export function mapSpecifier({ imports, scopes }: ImportMap, specifier: string, parent: string): string | null {
  const matchingScopes = Object.keys(scopes).filter((scope) =>
    parent === scope || (scope.endsWith("/") && parent.startsWith(scope))
  );
  matchingScopes.sort((a, b) => b.length - a.length);
  for (const names of [...matchingScopes.map((scope) => scopes[scope]!), imports]) {
    if (Object.hasOwn(names, specifier)) return names[specifier]!;
    const keys = Object.keys(names).filter((key) => key.endsWith("/") && specifier.startsWith(key));
    const key = keys.sort((a, b) => b.length - a.length)[0];
    if (key !== undefined) return names[key] + specifier.slice(key.length);
  }
  return null;
}

/** Reads the bare imports of a checkout of this package, for a build that does not see its `deno.json`. */
export async function readCheckoutImports(): Promise<ImportMap["scopes"]> {
  const src = new URL(SOURCE_URL);
  if (src.protocol !== "file:") return {};
  const names = new Set<string>();
  for await (const text of readSources(src)) {
    for (const [, name = ""] of text.matchAll(/from "(@(?!x\/)[^"]+)"/g)) names.add(name);
  }
  const { imports: ownImports } = readJsonc(fromFileUrl(new URL("deno.json", PACKAGE_URL))) as ImportMap;
  // Keep npm specifiers as they are: the build must not refer to where this process found the package.
  const imports = [...names].map((
    name,
  ) => [name, ownImports[name]?.startsWith("npm:") ? ownImports[name] : import.meta.resolve(name)]);
  return { [PACKAGE_URL]: Object.fromEntries(imports) };
}

async function* readSources(folder: URL): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory) yield* readSources(new URL(`${name}/`, folder));
    else if (name.endsWith(".ts")) yield await Deno.readTextFile(new URL(name, folder));
  }
}
