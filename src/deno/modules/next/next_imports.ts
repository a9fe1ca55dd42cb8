/**
 * What the modules of Next.js are in a build, where no hook resolves them.
 *
 * @module
 */

import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join, toFileUrl } from "@std/path";
import type { ImportMap } from "../resolve/import_map.ts";
import { ALL_NEXT_MODULES, findImportedNames, findNextModule, NEXT_MODULES, type NextModule } from "./next_modules.ts";
import { NEXT_NAMESPACES } from "./next_namespaces.ts";
import { getOwnSpecifier } from "../own_package.ts";

/** This package by its own name, in any version. */
const OWN_SPECIFIER = /^(?:jsr:\/?)?@x\/routes(?:@[^/]*)?(?:\/.*)?$/;

/** An import map without the names of this package, which mean the running one whatever a project calls them. */
export interface SplitImports {
  /** All other names. */
  readonly others: ImportMap;
  /** The modules of Next.js by every name that they have in the project. */
  readonly modules: ReadonlyMap<string, NextModule>;
}

/**
 * Parts the import map of a project.
 *
 * @param map The import map.
 * @param root The project's folder: what is installed there of Next.js is left to it.
 */
export function splitNextImports({ imports, scopes }: ImportMap, root: string): SplitImports {
  const modules = new Map<string, NextModule>();
  for (const [name, module] of Object.entries(ALL_NEXT_MODULES)) {
    if (module.isFallback && isInstalled(name, root)) continue;
    for (const each of [name, `${name}.js`, `@x/routes/${module.entry}`]) modules.set(each, module);
  }
  const others: [string, string][] = [];
  for (const [name, to] of Object.entries(imports)) {
    const isOwn = OWN_SPECIFIER.test(to);
    if (!isOwn && !/^(?:next|@x\/routes)(?:\/|$)/.test(name)) others.push([name, to]);
    const module = isOwn ? findNextModule(to) : undefined;
    if (module !== undefined) modules.set(name, module);
    else if (isOwn && name.endsWith("/")) {
      for (const module of Object.values(ALL_NEXT_MODULES)) modules.set(name + module.entry, module);
    }
  }
  return { others: { imports: Object.fromEntries(others), scopes }, modules };
}

/**
 * What the modules of Next.js are by their public names: `{ "next/headers": "jsr:@x/routes@^0.1.0/headers" }`.
 *
 * @param root The project's folder, if what is installed there of Next.js is left to it.
 */
export function getNextSpecifiers(root?: string): Readonly<Record<string, string>> {
  const modules = Object.entries(NEXT_MODULES).filter(([name, { isFallback }]) =>
    // In a deno.json `next` would stand for all below it, of which there is more than this package exports.
    name !== "next" && (root === undefined || isFallback !== true || !isInstalled(name, root))
  );
  return Object.fromEntries(modules.map(([name, { entry, file }]) => [name, getOwnSpecifier(entry, file)]));
}

function isInstalled(name: string, root: string): boolean {
  // Where only the project may be read, the folders above it are not asked for.
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
 * The names that a bundler leaves as they are. It takes a package for all below it, so that `next` itself is not one.
 *
 * @param modules The modules.
 */
export function getExternalNames(modules: ReadonlyMap<string, NextModule>): string[] {
  return [...[...modules.keys()].filter((name) => !/^next(?:\.js)?$/.test(name)), "jsr:@x/routes*", "jsr:/@x/routes*"];
}

/**
 * Writes what code imports of Next.js, where it is not simply a module of this package.
 *
 * @param modules The modules.
 * @param code What imports them.
 * @param write Writes a file beside the code.
 * @returns What each name means.
 */
export async function writeNextImports(
  modules: ReadonlyMap<string, NextModule>,
  code: string,
  write: (name: string, text: string) => Promise<string>,
): Promise<ImportMap["imports"]> {
  const all = new Map(modules);
  for (const [, name = ""] of code.matchAll(/["'](jsr:[^"'\s]+)["']/g)) {
    const module = OWN_SPECIFIER.test(name) ? findNextModule(name) : undefined;
    if (module !== undefined) all.set(name, module);
  }
  const imports: Record<string, string> = {};
  for (const [name, module] of all) {
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
  // Next.js is CommonJS: what has no default export is one.
  if ("default" in (NEXT_NAMESPACES[entry] ?? {})) return undefined;
  return `import * as all from ${from};\nexport * from ${from};\nexport default all;\n`;
}
