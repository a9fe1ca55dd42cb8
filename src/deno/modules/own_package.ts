/**
 * The location of this package, and the specifiers of its exports.
 *
 * @module
 */

/** The URL of the package, with a trailing slash. */
export const PACKAGE_URL = new URL("../../../", import.meta.url).href;

/** The URL of its modules, with a trailing slash. */
export const SOURCE_URL = new URL("src/", PACKAGE_URL).href;

/**
 * Returns the specifier of an export of this package: `jsr:@x/routes@^0.1.0/headers` if it comes from a registry, which
 * every configuration and import map understands, or the URL of the file in a checkout.
 *
 * @param entry The export: `headers`; empty for the main one.
 * @param file The file of the export, relative to the package: `src/headers.ts`.
 * @param here The URL of the package.
 */
export function getOwnSpecifier(entry: string, file: string, here: string = PACKAGE_URL): string {
  const registry = /^https?:\/\/[^/]+\/(@[^/]+\/[^/]+)\/([^/]+)\//.exec(here);
  return registry === null
    ? new URL(file, here).href
    : `jsr:${registry[1]}@^${registry[2]}/${entry}`.replace(/\/$/, "");
}
