/**
 * Where this package itself comes from, and what other modules call it.
 *
 * @module
 */

/** The URL of the package, with a slash at the end. */
export const PACKAGE_URL = new URL("../../../", import.meta.url).href;

/** The URL of its modules, with a slash at the end. */
export const SOURCE_URL = new URL("src/", PACKAGE_URL).href;

/**
 * The specifier of an export of this package: from a registry `jsr:@x/routes@^0.1.0/headers`, which every config and
 * import map understands; in a checkout the URL of the file.
 *
 * @param entry The export: `headers`.
 * @param file The file of the export, relative to the package: `src/headers.ts`.
 * @param here Where the package came from.
 */
export function getOwnSpecifier(entry: string, file: string, here: string = PACKAGE_URL): string {
  const registry = /^https?:\/\/[^/]+\/(@[^/]+\/[^/]+)\/([^/]+)\//.exec(here);
  return registry === null ? new URL(file, here).href : `jsr:${registry[1]}@^${registry[2]}/${entry}`;
}
