/**
 * The URLs of modules that differ from the URLs of their files: those of generated modules, and those that make Deno
 * call the load hook.
 *
 * @module
 */

/**
 * The kind of a generated module: the exports of a CommonJS module, the references of a client module, the CommonJS
 * variables of an ES module, or the module that a bundler creates for JSON, WebAssembly or an asset.
 */
export type GeneratedKind = "commonjs" | "client" | "scope" | "json" | "wasm" | "wasm-module" | "asset";

/** The address of a generated module. */
export interface GeneratedAddress {
  readonly kind: GeneratedKind;
  /** Other dependencies of the module besides the file; must not contain a colon. */
  readonly details: string;
  /** The URL of the file, with its query. */
  readonly url: string;
}

const GENERATED = /^x-routes-(commonjs|client|scope|json|wasm|wasm-module|asset):([^:]*):(.*)$/;

/**
 * Returns the URL of a generated module. Deno cannot read it, and therefore always calls the load hook.
 *
 * @param kind The kind of the module.
 * @param url The URL of the file.
 * @param details Other dependencies of the module besides the file; must not contain a colon.
 */
export function toGeneratedUrl(kind: GeneratedKind, url: string, details = ""): string {
  return `x-routes-${kind}:${details}:${url}`;
}

/**
 * Parses the URL of a generated module.
 *
 * @param url Any URL.
 * @returns `undefined` if the URL is not that of a generated module.
 */
export function parseGeneratedUrl(url: string): GeneratedAddress | undefined {
  const [, kind, details = "", file = ""] = GENERATED.exec(url) ?? [];
  return kind === undefined ? undefined : { kind: kind as GeneratedKind, details, url: file };
}

/**
 * Returns the folder of virtual modules, which have `file:` URLs that no file has. On Windows it is on a drive, because
 * converting a `file:` URL without a drive to a path throws there.
 *
 * @param os The operating system.
 * @returns A URL with a trailing slash.
 */
export function getVirtualFolder(os: typeof Deno.build.os): string {
  return os === "windows" ? "file:///C:/@x/routes/" : "file:///@x/routes/";
}

/** A file of a package in Deno's own cache: `…/npm/registry.npmjs.org/@scope/name/1.2.3/…`. */
const CACHED = /\/npm\/[^/]+\/(?:@[^/]+\/)?[^/]+\/\d+\.\d+\.\d+[^/]*\//;

/**
 * Whether a file belongs to a package in Deno's own cache, as opposed to `node_modules`.
 *
 * @param url The URL of the file.
 */
export function isInDenoCache(url: string): boolean {
  return CACHED.test(url) && !url.includes("/node_modules/");
}

/**
 * Returns the folder of the package in Deno's cache that a file belongs to.
 *
 * @param url The URL of the file.
 * @returns A URL with a trailing slash, or `undefined` if the file is not in the cache.
 */
export function getCachedPackage(url: string): string | undefined {
  const match = CACHED.exec(url);
  return match === null || url.includes("/node_modules/") ? undefined : url.slice(0, match.index + match[0].length);
}

/**
 * Whether a file belongs to an installed package, as opposed to the user's own code.
 *
 * @param url The URL of the file, with symbolic links resolved.
 */
export function isInstalled(url: string): boolean {
  return url.includes("/node_modules/") || isInDenoCache(url);
}

/**
 * Returns the URL that makes Deno call the load hook for a file of a package. Under its own URL, Deno treats the file
 * as CommonJS, or as TypeScript that it refuses to load. The decoded path is the same, so `import.meta` stays correct.
 *
 * @param url The URL of the file.
 */
export function toHookedUrl(url: string): string {
  return isInDenoCache(url) ? url.replace("/npm/", "/np%6D/") : url.replaceAll("/node_modules/", "/node%5Fmodules/");
}

/**
 * Returns the URL of the file that a module was made from, with its query.
 *
 * @param url The URL of a module.
 */
export function toSourceUrl(url: string): string {
  const file = parseGeneratedUrl(url)?.url ?? url;
  return file.includes("%") ? file.replaceAll("/node%5Fmodules/", "/node_modules/").replace("/np%6D/", "/npm/") : file;
}

/**
 * Returns a name of a file that is the same wherever its project is: its path in the project, or in the package.
 *
 * @param url The URL of the file, without query.
 * @param root The URL of the project's folder, with a trailing slash; `undefined` if unknown.
 */
export function getPortableName(url: string, root: string | undefined): string {
  const cached = isInDenoCache(url) ? CACHED.exec(url)! : undefined;
  const path = cached !== undefined
    ? cached[0].replace(/^\/npm\/[^/]+\//, "") + url.slice(cached.index + cached[0].length)
    : isInstalled(url)
    ? url.slice(url.lastIndexOf("/node_modules/") + "/node_modules/".length)
    : root !== undefined && url.startsWith(root)
    ? url.slice(root.length)
    : url;
  return decodeURI(path);
}

/**
 * Returns the name of the package that a file belongs to.
 *
 * @param url The URL of the file, without query.
 * @returns `undefined` for the user's own code.
 */
export function getPackageName(url: string): string | undefined {
  return isInstalled(url) ? /^(?:@[^/]+\/)?[^/]+/.exec(getPortableName(url, undefined))?.[0] : undefined;
}
