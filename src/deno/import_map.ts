/**
 * The import map of a build: what the imports of a project mean where no hook resolves them.
 *
 * @module
 */

import { dirname, fromFileUrl, join, toFileUrl } from "@std/path";
import { readJsonc } from "./jsonc.ts";

/** An import map. */
export interface ImportMap {
  readonly imports: Readonly<Record<string, string>>;
  readonly scopes: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

type Imports = Readonly<Record<string, string>>;

/**
 * The import map of a project as its `deno.json` has it, with absolute URLs, so that it means the same anywhere.
 *
 * @param root The project's folder.
 */
export function projectImports(root: string): ImportMap {
  const file = ["deno.json", "deno.jsonc"].map((name) => join(root, name)).find((path) =>
    readJsonc(path) !== undefined
  );
  if (file === undefined) return { imports: {}, scopes: {} };
  const { imports, scopes, importMap } = readJsonc(file) as Partial<ImportMap> & { readonly importMap?: string };
  if (importMap !== undefined && imports === undefined) {
    const path = join(root, importMap);
    return absolute((readJsonc(path) ?? {}) as Partial<ImportMap>, path);
  }
  return absolute({ imports: expanded(imports ?? {}), scopes: scopes ?? {} }, file);
}

function absolute({ imports = {}, scopes = {} }: Partial<ImportMap>, file: string): ImportMap {
  const base = toFileUrl(`${dirname(file)}/`);
  const url = (text: string) => /^\.{0,2}\//.test(text) ? new URL(text, base).href : text;
  const all = (imports: Imports) => Object.fromEntries(Object.entries(imports).map(([key, to]) => [url(key), url(to)]));
  return {
    imports: all(imports),
    scopes: Object.fromEntries(Object.entries(scopes).map(([key, imports]) => [new URL(key, base).href, all(imports)])),
  };
}

/** Only in `deno.json` a package stands for what is below it too. */
function expanded(imports: Imports): Imports {
  const below = Object.entries(imports).flatMap(([key, to]) => {
    const registry = /^(jsr|npm):\/?(.+)$/.exec(to);
    return registry === null || key.endsWith("/") || Object.hasOwn(imports, `${key}/`)
      ? []
      : [[`${key}/`, `${registry[1]}:/${registry[2]}/`]];
  });
  return { ...imports, ...Object.fromEntries(below) };
}

/** What a checkout of this package imports by name, for a build that does not see its configuration. */
export async function checkoutImports(): Promise<ImportMap["scopes"]> {
  const src = new URL("../", import.meta.url);
  if (src.protocol !== "file:") return {};
  const names = new Set<string>();
  for await (const text of sourcesBelow(src)) {
    for (const [, name = ""] of text.matchAll(/from "(@(?!x\/)[^"]+)"/g)) names.add(name);
  }
  const { imports: own } = readJsonc(fromFileUrl(new URL("../deno.json", src))) as ImportMap;
  // A package of npm is where its specifier says, and not where this process found it.
  const imports = [...names].map((
    name,
  ) => [name, own[name]?.startsWith("npm:") ? own[name] : import.meta.resolve(name)]);
  return { [new URL("../", src).href]: Object.fromEntries(imports) };
}

async function* sourcesBelow(folder: URL): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory) yield* sourcesBelow(new URL(`${name}/`, folder));
    else if (name.endsWith(".ts")) yield await Deno.readTextFile(new URL(name, folder));
  }
}
