/**
 * What this very package is called by others.
 *
 * @module
 */

/**
 * The specifier of an export of this package: from a registry `jsr:@x/routes@^0.1.0/headers`, which every config and
 * import map understands; in a checkout the URL of the file.
 *
 * @param entry The export: `headers`.
 * @param file The file of the export, relative to the package: `src/headers.ts`.
 * @param here Where this module came from.
 */
export function selfSpecifier(entry: string, file: string, here: string = import.meta.url): string {
  const registry = /^https?:\/\/[^/]+\/(@[^/]+\/[^/]+)\/([^/]+)\//.exec(here);
  return registry === null ? new URL(`../../${file}`, here).href : `jsr:${registry[1]}@^${registry[2]}/${entry}`;
}
