/**
 * The import map of a build: what the imports of a project mean where no hook resolves them.
 *
 * @module
 */

import { dirname, fromFileUrl, join, toFileUrl } from "@std/path";
import { readJsonc } from "./jsonc.ts";
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

/** A map without names. */
export const NO_IMPORTS: ImportMap = { imports: {}, scopes: {} };

/**
 * The import map of a project as its `deno.json` has it, with absolute URLs, so that it means the same anywhere. As in
 * Deno, it is the nearest one, in the project or above, and that of the workspace besides; a file that may not be read
 * is as if it were not there.
 *
 * @param root The project's folder.
 */
export function readProjectImports(root: string): ImportMap {
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

function mayRead(path: string): boolean {
  return Deno.permissions.querySync({ name: "read", path }).state === "granted";
}

/** Two maps as one; the first wins. */
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
  const all = (imports: Imports) => Object.fromEntries(Object.entries(imports).map(([key, to]) => [url(key), url(to)]));
  return {
    imports: all(imports),
    scopes: Object.fromEntries(Object.entries(scopes).map(([key, imports]) => [new URL(key, base).href, all(imports)])),
  };
}

/** Only in `deno.json` a package stands for what is below it too. */
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
 * What a map says of a name that is imported.
 *
 * @param specifier The name, or an absolute URL.
 * @param parent The URL of the importing file.
 * @returns `null` if it says nothing.
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

/** What a checkout of this package imports by name, for a build that does not see its configuration. */
export async function readCheckoutImports(): Promise<ImportMap["scopes"]> {
  const src = new URL(SOURCE_URL);
  if (src.protocol !== "file:") return {};
  const names = new Set<string>();
  for await (const text of sourcesBelow(src)) {
    for (const [, name = ""] of text.matchAll(/from "(@(?!x\/)[^"]+)"/g)) names.add(name);
  }
  const { imports: ownImports } = readJsonc(fromFileUrl(new URL("deno.json", PACKAGE_URL))) as ImportMap;
  // A package of npm is where its specifier says, and not where this process found it.
  const imports = [...names].map((
    name,
  ) => [name, ownImports[name]?.startsWith("npm:") ? ownImports[name] : import.meta.resolve(name)]);
  return { [PACKAGE_URL]: Object.fromEntries(imports) };
}

async function* sourcesBelow(folder: URL): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory) yield* sourcesBelow(new URL(`${name}/`, folder));
    else if (name.endsWith(".ts")) yield await Deno.readTextFile(new URL(name, folder));
  }
}
