/**
 * Installs the packages that the `deno.json` of a project maps to a registry, if Deno reads another `deno.json`: that
 * of the checkout of this package that serves the project.
 *
 * @module
 */

import { type ImportMap, readProjectImports } from "../resolve/import_map.ts";
import { splitNextImports } from "./next_imports.ts";
import { PACKAGE_URL } from "../own_package.ts";

/** Whether this package is a checkout, in which case Deno reads only its configuration. */
const IS_CHECKOUT = PACKAGE_URL.startsWith("file:");

const preparations = new Map<string, Promise<void>>();

/**
 * Makes Deno install the packages that a project names, once per project, without running them. Deno resolves a package
 * only after it has seen its specifier in a module, and it does not see those in a `deno.json` other than its own.
 *
 * @param root The absolute path of the project's folder.
 * @param importUrl Imports a module by its URL.
 */
export async function prepareNamedPackages(
  root: string,
  importUrl: (url: string) => Promise<unknown>,
): Promise<void> {
  // Deno looks for node_modules in the folders above, and would prompt for permission if they may not be read.
  if (!IS_CHECKOUT || Deno.permissions.querySync({ name: "read" }).state !== "granted") return;
  let preparing = preparations.get(root);
  if (preparing === undefined) preparations.set(root, preparing = prepare(root, importUrl));
  await preparing;
}

async function prepare(root: string, importUrl: (url: string) => Promise<unknown>): Promise<void> {
  const specifiers = readSpecifiers(root);
  if (specifiers.length === 0) return;
  const text = `() => [${specifiers.map((specifier) => `import(${JSON.stringify(specifier)})`).join(", ")}];`;
  // If a package cannot be installed, the import of it reports that.
  await importUrl(`data:text/javascript,${encodeURIComponent(text)}`).catch(() => {});
}

/** Ignores an invalid configuration: it is reported by the first import that needs it. */
function readSpecifiers(root: string): string[] {
  try {
    return getPackageSpecifiers(splitNextImports(readProjectImports(root), root).others);
  } catch {
    return [];
  }
}

/**
 * Returns the distinct specifiers of the packages in an import map.
 *
 * @param map The import map.
 */
export function getPackageSpecifiers({ imports, scopes }: ImportMap): string[] {
  const targets = [imports, ...Object.values(scopes)].flatMap((names) => Object.values(names));
  const packages = targets.filter((target) => /^(?:npm|jsr):/.test(target));
  return [...new Set(packages.map((target) => target.replace(/^(npm|jsr):\//, "$1:").replace(/\/$/, "")))];
}
