/**
 * Resolves the modules of Next.js in a build, where no hook does.
 *
 * @module
 */

import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join, toFileUrl } from "@std/path";
import type { ImportMap } from "../resolve/import_map.ts";
import {
  ALL_NEXT_MODULES,
  findImportedNames,
  findNextModule,
  findOwnModule,
  NEXT_MODULES,
  type NextModule,
  OWN_MODULES,
} from "./next_modules.ts";
import { NEXT_NAMESPACES } from "./next_namespaces.ts";
import { getOwnSpecifier } from "../own_package.ts";

/** Matches specifiers of this package, in any version. */
const OWN_SPECIFIER = /^(?:jsr:\/?)?@x\/routes(?:@[^/]*)?(?:\/.*)?$/;

/** An import map, split into the names of this package, which always mean the running copy, and all others. */
export interface SplitImports {
  /** All other names. */
  readonly others: ImportMap;
  /** The modules of Next.js and those of this package, by all their names in the project. */
  readonly modules: ReadonlyMap<string, NextModule>;
}

/**
 * Splits the import map of a project.
 *
 * @param map The import map.
 * @param root The project's folder: fallback modules are left out if `next` is installed there.
 */
export function splitNextImports({ imports, scopes }: ImportMap, root: string): SplitImports {
  const modules = new Map<string, NextModule>();
  for (const [name, module] of Object.entries(ALL_NEXT_MODULES)) {
    if (module.isFallback && isInstalled(name, root)) continue;
    for (const each of [name, `${name}.js`, `@x/routes/${module.entry}`]) modules.set(each, module);
  }
  for (const module of Object.values(OWN_MODULES)) modules.set(`@x/routes/${module.entry}`, module);
  const others: [string, string][] = [];
  for (const [name, to] of Object.entries(imports)) {
    const isOwn = OWN_SPECIFIER.test(to);
    if (!isOwn && !/^(?:next|@x\/routes)(?:\/|$)/.test(name)) others.push([name, to]);
    const module = isOwn ? findNextModule(to) ?? findOwnModule(to) : undefined;
    if (module !== undefined) modules.set(name, module);
    else if (isOwn && name.endsWith("/")) {
      for (const module of Object.values({ ...ALL_NEXT_MODULES, ...OWN_MODULES })) {
        modules.set(name + module.entry, module);
      }
    }
  }
  return { others: { imports: Object.fromEntries(others), scopes }, modules };
}

/**
 * Returns the specifiers of the modules of Next.js by their public names:
 * `{ "next/headers": "jsr:@x/routes@^0.1.0/headers" }`.
 *
 * @param root The project's folder; if given, fallback modules are left out if `next` is installed there.
 */
export function getNextSpecifiers(root?: string): Readonly<Record<string, string>> {
  const modules = Object.entries(NEXT_MODULES).filter(([name, { isFallback }]) =>
    // In a deno.json, `next` would also match its subpaths, of which this package exports only some.
    name !== "next" && (root === undefined || isFallback !== true || !isInstalled(name, root))
  );
  return Object.fromEntries(modules.map(([name, { entry, file }]) => [name, getOwnSpecifier(entry, file)]));
}

function isInstalled(name: string, root: string): boolean {
  // Without read access to everything, look only in the project: Deno would prompt for the folders above.
  if (Deno.permissions.querySync({ name: "read" }).state !== "granted") {
    return [name, `${name}.js`].some((path) => existsSync(join(root, "node_modules", path)));
  }
  try {
    createRequire(join(root, "package.json")).resolve(name);
    return true;
  } catch {
    return false;
  }
}

/**
 * Returns the specifiers that a bundler must keep. Without `next` itself, because a bundler would match its subpaths
 * too.
 *
 * @param modules The modules.
 */
export function getExternalNames(modules: ReadonlyMap<string, NextModule>): string[] {
  return [...[...modules.keys()].filter((name) => !/^next(?:\.js)?$/.test(name)), "jsr:@x/routes*", "jsr:/@x/routes*"];
}

/**
 * Writes the modules of Next.js that code imports, unless they are plain modules of this package.
 *
 * @param modules The modules.
 * @param code The code that imports them.
 * @param write Writes a file next to the code, and returns its path.
 * @returns The targets of all names.
 */
export async function writeNextImports(
  modules: ReadonlyMap<string, NextModule>,
  code: string,
  write: (name: string, text: string) => Promise<string>,
): Promise<ImportMap["imports"]> {
  const allModules = new Map(modules);
  for (const [, name = ""] of code.matchAll(/["'](jsr:[^"'\s]+)["']/g)) {
    const module = OWN_SPECIFIER.test(name) ? findNextModule(name) ?? findOwnModule(name) : undefined;
    if (module !== undefined) allModules.set(name, module);
  }
  const imports: Record<string, string> = {};
  for (const [name, module] of allModules) {
    const target = getOwnSpecifier(module.entry, module.file);
    const text = isNamed(code, name) ? createModuleText(module, name, target, code) : undefined;
    const file = `${name.replace(/[^a-z\d]+/gi, "_")}.ts`;
    imports[name] = text === undefined ? target : toFileUrl(await write(file, text)).href;
  }
  return imports;
}

function isNamed(code: string, name: string): boolean {
  return code.includes(`"${name}"`) || code.includes(`'${name}'`);
}

function createModuleText(
  { entry, creator }: NextModule,
  name: string,
  target: string,
  code: string,
): string | undefined {
  const from = JSON.stringify(target);
  if (creator !== undefined) {
    const names = findImportedNames(code, [name]);
    const lines = names.map((each) => `export const ${each} = ${creator}(${JSON.stringify(each)});\n`);
    return `import { ${creator} } from ${from};\n${lines.join("")}`;
  }
  if (Object.hasOwn(OWN_MODULES, entry)) return undefined;
  // Next.js is CommonJS: a module without a default export is its own default.
  if ("default" in (NEXT_NAMESPACES[entry] ?? {})) return undefined;
  return `import * as all from ${from};\nexport * from ${from};\nexport default all;\n`;
}
