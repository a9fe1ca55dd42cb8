/**
 * The packages of a registry that the `deno.json` of a project names, where Deno reads another `deno.json`: that of the
 * checkout of this package that serves the project.
 *
 * @module
 */

import { type ImportMap, readProjectImports } from "../resolve/import_map.ts";
import { splitNextImports } from "./next_imports.ts";
import { PACKAGE_URL } from "../own_package.ts";

/** Whether this package comes from a checkout, beside whose configuration Deno reads no other. */
const IS_CHECKOUT = PACKAGE_URL.startsWith("file:");

const preparations = new Map<string, Promise<void>>();

/**
 * Has Deno install the packages that a project names. Deno resolves a package only once it has seen its specifier in a
 * module, and of the names in another `deno.json` than its own it sees none. Once a project; no package is run.
 *
 * @param root The absolute path of the project's folder.
 * @param importUrl Imports a module by its URL.
 */
export async function prepareNamedPackages(
  root: string,
  importUrl: (url: string) => Promise<unknown>,
): Promise<void> {
  // Deno looks for node_modules in the folders above, which must not be asked for where they may not be read.
  if (!IS_CHECKOUT || Deno.permissions.querySync({ name: "read" }).state !== "granted") return;
  let preparing = preparations.get(root);
  if (preparing === undefined) preparations.set(root, preparing = prepare(root, importUrl));
  await preparing;
}

async function prepare(root: string, importUrl: (url: string) => Promise<unknown>): Promise<void> {
  const specifiers = readSpecifiers(root);
  if (specifiers.length === 0) return;
  const text = `() => [${specifiers.map((specifier) => `import(${JSON.stringify(specifier)})`).join(", ")}];`;
  // A package that cannot be installed is said by the import of it.
  await importUrl(`data:text/javascript,${encodeURIComponent(text)}`).catch(() => {});
}

/** A configuration that cannot be read is told by who needs a name of it. */
function readSpecifiers(root: string): string[] {
  try {
    return getPackageSpecifiers(splitNextImports(readProjectImports(root), root).others);
  } catch {
    return [];
  }
}

/**
 * The specifiers of the packages that an import map names, each once.
 *
 * @param map The import map.
 */
export function getPackageSpecifiers({ imports, scopes }: ImportMap): string[] {
  const targets = [imports, ...Object.values(scopes)].flatMap((names) => Object.values(names));
  const packages = targets.filter((target) => /^(?:npm|jsr):/.test(target));
  return [...new Set(packages.map((target) => target.replace(/^(npm|jsr):\//, "$1:").replace(/\/$/, "")))];
}
